#!/usr/bin/env bash
# Builds the crate for browsers into pkg/, and says how large it became. Does nothing where nothing changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
for_wasm

# inputs: one line that changes whenever something that a package is made of does. Cargo knows best whether the code
# did, so it is asked to build first.
inputs() {
    {
        cat "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/healthcode.wasm"
        cat Cargo.toml LICENSE* scripts/build-wasm.sh scripts/package.json
        wasm-bindgen --version
    } | cksum
}

# build KIND FOLDER: a package of one of wasm-pack's kinds, optimised for size.
build() {
    local kind=$1 folder=$2 now
    now=$(inputs)
    if [ "$now" = "$(cat "$folder/.inputs" 2>/dev/null)" ]; then
        say "$folder/ is up to date"
        return
    fi
    rm -rf "$folder"
    wasm-pack build --target "$kind" --profile wasm --no-opt --out-dir "$folder"
    wasm-opt -Oz --strip-producers --strip-target-features \
        "$folder/healthcode_bg.wasm" -o "$folder/healthcode_bg.wasm"
    node scripts/sizes.mjs "$folder/healthcode_bg.wasm" "$folder/healthcode.js"
    echo "$now" >"$folder/.inputs"
}

# Panic messages name source files: keep the path of whoever builds out of them.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src="
cargo build --lib --profile wasm --target wasm32-unknown-unknown
build web pkg
