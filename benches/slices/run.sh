#!/usr/bin/env bash
# Has the test of hostile packs write its phones, and times them on the package's engine in JavaScript.
# Usage: run.sh [PACKAGE]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/env.sh"
cd "$root"

phones=$(realpath -m "${CARGO_TARGET_DIR:-target}/hostile-phones")
HOSTILE_PHONES=$phones cargo test --quiet --all-features --test hostile whatever_a_pack_asks_for >/dev/null
node benches/slices/bench.mjs "${1-pkg}/anywhere/index.js" "$phones"
