#!/usr/bin/env bash
# Checks the formatting, and runs clippy, for this machine and for WebAssembly, and Biome's lints.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

cargo fmt --all --check
biome ci --error-on-warnings
cargo clippy --all-targets --all-features -- -D warnings
for_wasm
cargo clippy --target wasm32-unknown-unknown --lib --tests -- -D warnings
cargo clippy --target wasm32-unknown-unknown --package healthcode-bench -- -D warnings
