#!/usr/bin/env bash
# Measures the shipped module in Chromium beside what one would write in JavaScript instead, then the crate natively. Trust
# the ratios.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm chromium pkg-template pkg-template/reference benches/page tests/certlogic
heading "Builds"
scripts/assemble-package.sh
scripts/build-wasm.sh bench
cargo bench --bench qr --bench journey --bench expression --bench statuses --bench venues --no-run
heading "One page in Chromium"
npm --prefix benches/page run --silent bench
heading "Costliest packs without WebAssembly, in Node"
benches/slices/run.sh
heading "Rule engine in Node"
benches/engine-wasm/run.sh
heading "Native"
cargo bench --bench qr --bench journey --bench expression --bench statuses --bench venues
