#!/usr/bin/env bash
# What concerns the dependencies and changes without the sources: licences, duplicates and origins as deny.toml has them,
# known vulnerabilities, and the oldest Rust that Cargo.toml promises. Where a database or a toolchain cannot be fetched, it
# says so and goes on.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Licences, duplicates and origins of crates"
cargo deny check licenses bans sources

heading "Vulnerabilities of crates"
if cargo deny fetch db; then
    cargo deny check --disable-fetch advisories
else
    say "Left out: the database of RustSec could not be fetched."
fi

heading "Vulnerabilities of npm packages"
git ls-files '*package-lock.json' | while read -r lock; do
    folder=$(dirname "$lock")
    if ! answer=$(npm --prefix "$folder" audit --package-lock-only --audit-level=high 2>&1); then
        case $answer in
            *"audit endpoint returned an error"*) say "Left out for $folder: the registry does not answer." ;;
            *) fail "$folder: $answer" ;;
        esac
    fi
done

oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
heading "The oldest Rust, $oldest"
if have rustup && { cargo "+$oldest" --version || rustup toolchain install "$oldest" --profile minimal; } >/dev/null 2>&1; then
    CARGO_TARGET_DIR=$root/target/oldest cargo "+$oldest" check --locked
    CARGO_TARGET_DIR=$root/target/oldest cargo "+$oldest" check --locked --all-features
else
    say "Left out: rustup cannot fetch it here. Clippy holds the library's own calls to it with every 'make lint'."
fi
