#!/usr/bin/env bash
# Checks the formatting and runs the lints: Biome's, shellcheck, codespell, clippy for this machine and for WebAssembly, and
# what rustdoc says.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

cargo fmt --all --check
biome ci --error-on-warnings
shellcheck scripts/*.sh .ci/run
git ls-files -z | xargs -0 codespell
cargo clippy --all-targets --all-features -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features --document-private-items
for_wasm
cargo clippy --target wasm32-unknown-unknown --lib --tests -- -D warnings
cargo clippy --target wasm32-unknown-unknown --package healthcode-bench -- -D warnings
