#!/usr/bin/env bash
# Builds the crate for browsers into pkg/, and says how large it became. Does nothing where nothing changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
for_wasm

# inputs: one line that changes whenever what the build depends on does.
inputs() {
    {
        rustc -vV
        wasm-bindgen --version
        find src Cargo.toml Cargo.lock scripts/build-wasm.sh scripts/package.json -type f -print0 | LC_ALL=C sort -z | xargs -0 cksum
    } | cksum
}

# build TARGET FOLDER: one of wasm-pack's kinds of output, optimised for size.
build() {
    local kind=$1 folder=$2 now
    now="$(inputs)"
    if [ "$now" = "$(cat "$folder/.inputs" 2>/dev/null)" ]; then
        say "$folder/ is up to date"
        return
    fi
    rm -rf "$folder"
    wasm-pack build --target "$kind" --release --no-opt --out-dir "$folder"
    wasm-opt -Oz --strip-producers --strip-target-features \
        "$folder/healthcode_bg.wasm" -o "$folder/healthcode_bg.wasm"
    node scripts/sizes.mjs "$folder/healthcode_bg.wasm" "$folder/healthcode.js"
    echo "$now" >"$folder/.inputs"
}

build web pkg
