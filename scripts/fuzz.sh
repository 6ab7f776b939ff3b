#!/usr/bin/env bash
# Fuzzes every reader of bytes from outside, one after another, and stops at the first fault; tests/fuzz/README.md says more.
#
#   scripts/fuzz.sh [TARGET...]     all where none is named
#   SECONDS_EACH=600 scripts/fuzz.sh code
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root/tests/fuzz"

seconds=${SECONDS_EACH:-60}
# No input may take longer (milliseconds are usual), nor one allocation or all together more: a signed file has 8 MiB at most.
limits=(-timeout=10 -malloc_limit_mb=512 -rss_limit_mb=2048)

# What makes a stable compiler note which way an input takes through the code; cargo-fuzz sets the same.
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR=$root/target/fuzz

heading "Build"
have c++ || fail "a C++ compiler is needed, which builds the fuzzer: install g++ or clang, then run this again."
RUSTFLAGS=$(tr -s ' \n' ' ' <<<"$coverage") cargo build --release --bins --target "$host"

# shellcheck disable=SC2046 # their names are words
[ $# -gt 0 ] || set -- $(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | tail -n +2)
for target; do
    heading "$target, $seconds s"
    mkdir -p "corpus/$target" artifacts
    "$CARGO_TARGET_DIR/$host/release/$target" "corpus/$target" "${limits[@]}" -max_len=65536 -max_total_time="$seconds" \
        -artifact_prefix="artifacts/$target-" -print_final_stats=1 -verbosity=0 2>&1 |
        grep -v '^stat::new_units\|^INFO\|^WARNING\|^#\|^"\|^$' ||
        fail "$target failed; the input is in tests/fuzz/artifacts/"
done
heading "No fault found"
