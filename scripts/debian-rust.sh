#!/usr/bin/env bash
# Stands in for `cargo` and `rustc` on a machine whose own Rust cannot build for WebAssembly and cannot be taught to: there
# scripts/setup.sh installs Debian's Rust, puts this on PATH under both names, and links what Debian's needs beside it. Whatever
# names the target goes to Debian's, which brings the sources of the standard library; all else to the machine's own.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$(basename "$0")

# wasm-pack names the target on the command line for `cargo test`, and in the environment for the build before it.
if [[ " $* ${CARGO_BUILD_TARGET-} " != *wasm32-unknown-unknown* ]]; then
    PATH=${PATH//"$here:"/}
    exec "$name" "$@"
fi
if [ "$name" = rustc ]; then
    # wasm-pack asks for the folder of the target's standard library, and is content if there is one.
    exec /usr/bin/rustc --sysroot "$here/sysroot" "$@"
fi
export PATH="$here:$PATH" RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc
# Cargo builds the standard library along, and the `test` crate where there are tests. It is an unstable option.
export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=${CARGO_UNSTABLE_BUILD_STD-std,panic_abort}
exec /usr/bin/cargo "$@"
