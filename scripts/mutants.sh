#!/usr/bin/env bash
# Breaks the code in one place after another with cargo-mutants, and lists the breaks that no test notices.
#
#   scripts/mutants.sh [OPTION...]
#
# Any option of `cargo mutants` may follow, such as --list, --shard 1/8, -f src/trust/list.rs, or --in-diff FILE. Which
# code is broken, and how the tests are run, is in .cargo/mutants.toml; what was found is kept in target/mutants/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

scripts/setup.sh mutants
heading "Mutants"
say "About 1,100 breaks, each with a build and a run of the native tests: some 15 hours on two cores." \
    "For a part, add --shard 1/8 or -f FILE."
mkdir -p target
cargo mutants --output target/mutants "$@"
