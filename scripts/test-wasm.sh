#!/usr/bin/env bash
# Runs the crate's #[wasm_bindgen_test]s, which are all in tests/wasm/, in headless browsers, whose options are in webdriver.json.
#
#   scripts/test-wasm.sh [chrome] [firefox]     both where none is named
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-120} # seconds; a busy machine starts a browser slowly
# What `wasm-pack test --headless` does, which would first build all the tests there are for WebAssembly.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner WASM_BINDGEN_TEST_ONLY_WEB=1
[ $# -gt 0 ] || set -- chrome firefox
for browser; do
    case $browser in
        chrome) variable=CHROMEDRIVER driver=chromedriver ;;
        firefox) variable=GECKODRIVER driver=geckodriver ;;
        *) fail "'$browser' is neither chrome nor firefox." ;;
    esac
    have "$driver" || fail "$driver is not there; 'make setup' installs it."
    env "$variable=$(command -v "$driver")" cargo test --target wasm32-unknown-unknown --test wasm
done
