#!/usr/bin/env bash
# Checks the formatting and runs the lints: Biome's, shellcheck, codespell, clippy for this machine and for WebAssembly, and
# what rustdoc says.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

# Both kinds of lock file name no place but the registry's own.
cargo metadata --locked --format-version 1 >/dev/null
! grep -n '^source' Cargo.lock tests/fuzz/Cargo.lock | grep -v 'registry+https://github.com/rust-lang/crates.io-index' ||
    fail "a crate comes from elsewhere than crates.io"
! git ls-files -z '*package-lock.json' | xargs -0 grep -n '"resolved"' || fail "a package-lock.json names hosts: see .npmrc"
cargo fmt --all --check
biome ci --error-on-warnings
shellcheck scripts/*.sh .ci/run
git ls-files -z | xargs -0 codespell
# Each compiler has lints of its own: only those of the one that rust-toolchain.toml names are faults.
warnings=-Dwarnings
[ -z "${HEALTHCODE_OTHER_RUST-}" ] || warnings=-Wwarnings
cargo clippy --all-targets --all-features -- "$warnings"
RUSTDOCFLAGS=$warnings cargo doc --no-deps --all-features --document-private-items
cargo clippy --target wasm32-unknown-unknown --workspace --lib --tests -- "$warnings"
