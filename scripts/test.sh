#!/usr/bin/env bash
# Every check there is, from a clean checkout on: what `make test` and the continuous integration run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm chromium firefox readers jsc pkg-template tests/npm/engine www tests/browser tests/certlogic
heading "Formatting and lints"
scripts/lint.sh
heading "Native tests"
cargo test --all-features
heading "npm package"
scripts/assemble-package.sh
npm --prefix tests/npm/engine test
heading "WebAssembly tests in Chromium"
scripts/test-wasm.sh chrome
heading "WebAssembly tests in Firefox"
scripts/test-wasm.sh firefox
heading "Browser app"
npm --prefix www run check
npm --prefix www run build
heading "Command-line tool"
cargo build --release --features cli
heading "Rule engine beside certlogic-js"
HEALTHCODE=$root/target/release/healthcode npm --prefix tests/certlogic test
heading "Browser journey"
npm --prefix tests/browser test
heading "All passed"
