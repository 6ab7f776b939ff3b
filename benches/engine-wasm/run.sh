#!/usr/bin/env bash
# Builds the rule engine for WebAssembly as the package is built, and times it beside certlogic-js.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/env.sh"
cd "$root"

target=${CARGO_TARGET_DIR:-target}
build=$target/engine-wasm
cargo build --example engine --profile wasm --target wasm32-unknown-unknown
wasm-bindgen --target nodejs --out-dir "$build" "$target/wasm32-unknown-unknown/wasm/examples/engine.wasm"
wasm-opt -Oz "$build/engine_bg.wasm" -o "$build/engine_bg.wasm"
# The shipped module alone, with the names of its functions.
cargo build --lib --profile wasm --target wasm32-unknown-unknown
wasm-bindgen --target nodejs --out-dir "$build/shipped" "$target/wasm32-unknown-unknown/wasm/healthcode.wasm"
wasm-opt -Oz -g "$build/shipped/healthcode_bg.wasm" -o "$build/named.wasm"
node benches/engine-wasm/bench.mjs "$build"
