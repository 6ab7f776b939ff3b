#!/usr/bin/env bash
# Runs the crate's #[wasm_bindgen_test]s, which are all in tests/wasm/, in headless browsers, whose options are in webdriver.json.
#
#   scripts/test-wasm.sh [chrome] [firefox]     both where none is named
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-120} # seconds; a busy machine starts a browser slowly
[ $# -gt 0 ] || set -- chrome firefox
for browser; do
    # The other tests have none: without a name, each would be read to find that out.
    wasm-pack test --headless "--$browser" -- --test wasm
done
