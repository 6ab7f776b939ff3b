# shellcheck shell=bash
# Source this from bash: `source scripts/env.sh`. It puts the tools that scripts/setup.sh built on PATH and gives the
# other scripts a few words in common. `for_wasm` must come before any build for WebAssembly.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${HEALTHCODE_TOOLS:-$root/.tools} # set HEALTHCODE_TOOLS to share one set of tools between checkouts
export PATH="$tools/bin:$PATH"

# Builds for WebAssembly use Debian's compiler where setup.sh found that the user's own cannot make them, and the
# user's own everywhere else. Native builds always use the user's own.
for_wasm() {
    export PATH="$tools/debian-rust:$PATH"
}

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
