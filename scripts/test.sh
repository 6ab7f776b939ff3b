#!/usr/bin/env bash
# Every check there is, from a clean checkout on: what `make test` and the continuous integration run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm lints chromium firefox webkit jsc readers pkg-template pkg-template/reference tests/npm/engine www \
    tests/browser tests/certlogic tests/npm/hosts
heading "Formatting and lints"
scripts/lint.sh
heading "Native tests"
cargo test --all-features
heading "WebAssembly build, and the npm package"
scripts/assemble-package.sh
node --test scripts/*.test.mjs
heading "WebAssembly tests in Chromium"
scripts/test-wasm.sh chrome
heading "WebAssembly tests in Firefox"
scripts/test-wasm.sh firefox
heading "Package: view models and components"
npm --prefix pkg-template test
heading "Package: engine, storage and form, from the tarball"
npm --prefix tests/npm/engine test
heading "Browser app"
npm --prefix www run check
npm --prefix www run build
heading "Command-line tool"
cargo build --release --features cli
heading "Rule engine beside certlogic-js"
HEALTHCODE=$root/target/release/healthcode npm --prefix tests/certlogic test
heading "Formats, by a second implementation"
node --test tests/formats/*.test.mjs
heading "Browser journey"
npm --prefix tests/browser test
heading "Package: sample apps in their hosts"
npm --prefix tests/npm/hosts test
heading "All passed"
