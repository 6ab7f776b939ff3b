#!/usr/bin/env bash
# Every check there is, from a clean checkout on: what `make test` and the continuous integration run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm chromium firefox readers www tests/browser
heading "Formatting and lints"
scripts/lint.sh
heading "Native tests"
cargo test --all-features
heading "WebAssembly build"
scripts/build-wasm.sh
heading "WebAssembly tests in Chromium"
scripts/test-wasm.sh chrome
heading "WebAssembly tests in Firefox"
scripts/test-wasm.sh firefox
heading "Browser app"
npm --prefix www run check
npm --prefix www run build
heading "Browser journey"
cargo build --release --features cli
npm --prefix tests/browser test
heading "All passed"
