#!/usr/bin/env bash
# What concerns the dependencies and changes without the sources. Where a database, a registry or a toolchain does not answer,
# it says so and goes on: that is no fault of the sources.
#
#   scripts/audit.sh           licences, duplicates and origins as deny.toml has them, known vulnerabilities, and the oldest
#                              Rust that Cargo.toml promises
#   scripts/audit.sh shipped   known vulnerabilities of what is built into the crate, the package and the browser app: what
#                              `make test` asks for; licences, duplicates and origins are tests/dependencies.rs there
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

vulnerable_crates() {
    heading "Vulnerabilities of crates"
    if ! have cargo-deny; then
        say "Left out: cargo-deny is not installed; 'make audit' builds it."
    elif cargo deny fetch db; then
        cargo deny check --disable-fetch advisories
    else
        say "Left out: the database of RustSec could not be fetched."
    fi
}

# vulnerable_packages FLAG... <FOLDERS: asks the registry about the npm packages that each folder's lock file lists.
vulnerable_packages() {
    local folder answer
    heading "Vulnerabilities of npm packages"
    while read -r folder; do
        if ! answer=$(npm --prefix "$folder" audit --package-lock-only --audit-level=high --fetch-retries=0 "$@" 2>&1); then
            [[ $answer == *"audit endpoint returned an error"* ]] || fail "$folder: $answer"
            say "Left out from $folder on: the registry does not answer such questions."
            return
        fi
    done
}

if [ "${1-}" = shipped ]; then
    vulnerable_crates
    printf '%s\n' pkg-template www | vulnerable_packages --omit=dev
    exit
fi

heading "Licences, duplicates and origins of crates"
cargo deny check licenses bans sources
vulnerable_crates
git ls-files '*package-lock.json' | xargs -n 1 dirname | vulnerable_packages

oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
heading "The oldest Rust, $oldest"
if have rustup && { cargo "+$oldest" --version || rustup toolchain install "$oldest" --profile minimal; } >/dev/null 2>&1; then
    CARGO_TARGET_DIR=$root/target/oldest cargo "+$oldest" check --locked
    # The tool is built with the compiler of rust-toolchain.toml: its database needs Rust 1.94.
    CARGO_TARGET_DIR=$root/target/oldest cargo "+$oldest" check --locked --features schema
else
    say "Left out: rustup cannot fetch it here. Clippy holds the library's own calls to it with every 'make lint'."
fi
