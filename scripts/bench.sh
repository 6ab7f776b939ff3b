#!/usr/bin/env bash
# Measures the shipped module in Node beside what one would use instead, then the crate natively. Trust the ratios.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm benches/wasm tests/certlogic
heading "WebAssembly"
scripts/build-wasm.sh
npm --prefix benches/wasm run --silent bench
benches/engine-wasm/run.sh
heading "Native"
cargo bench --all-features --bench qr --bench journey --bench expression
