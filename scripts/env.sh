# shellcheck shell=bash
# Source this from bash: `source scripts/env.sh`. It puts the tools that scripts/setup.sh built on PATH, so that `wasm-pack` and
# `cargo` work as their books say, and gives the other scripts a few words in common.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${HEALTHCODE_TOOLS:-$root/.tools} # set HEALTHCODE_TOOLS to share one set of tools between checkouts
export PATH="$tools/bin:$PATH"
# Where the machine's own Rust cannot build for WebAssembly, a `cargo` that has Debian's do that: see scripts/debian-rust.sh.
[ ! -d "$tools/debian-rust" ] || export PATH="$tools/debian-rust:$PATH"

# heading TEXT: the start of a stage, with the seconds since the script began.
heading() {
    printf '\n== %s (at %d s)\n' "$*" "$SECONDS"
}

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# rust-toolchain.toml pins the compiler. Where rustup has another one and cannot fetch that, what is there must do.
if have rustup && [ -z "${RUSTUP_TOOLCHAIN-}" ] && ! (cd "$root" && rustup which rustc) >/dev/null 2>&1; then
    RUSTUP_TOOLCHAIN=$(rustup default 2>/dev/null | cut -d ' ' -f 1)
    if [ -n "$RUSTUP_TOOLCHAIN" ]; then
        export RUSTUP_TOOLCHAIN
        [ -n "${HEALTHCODE_OTHER_RUST-}" ] || say "rustup does not get the compiler that rust-toolchain.toml names (\`rustup toolchain \
install\` may); going on with $RUSTUP_TOOLCHAIN" >&2
        export HEALTHCODE_OTHER_RUST=1 # it is said once, and its lints are no faults
    else
        unset RUSTUP_TOOLCHAIN
    fi
fi
