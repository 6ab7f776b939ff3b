#!/usr/bin/env bash
# Measures the shipped module in Node beside what one would use instead, then the crate natively. Trust the ratios.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm pkg-template benches/wasm
heading "Package"
scripts/assemble-package.sh
npm --prefix benches/wasm run --silent bench
heading "Native"
cargo bench --all-features --bench qr --bench journey --bench expression
