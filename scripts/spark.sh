#!/usr/bin/env bash
# Runs the Spark job of examples/spark on this machine: it must give the answers of one process, and says how fast both were.
#
#   scripts/spark.sh [PEOPLE]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh spark
cargo build --release --features cli --bin healthcode
heading "Spark"
"$tools/spark/bin/python" examples/spark/try.py "${CARGO_TARGET_DIR:-target}/release/healthcode" . "$@"
