#!/usr/bin/env bash
# Builds the crate's engine for every host into pkg-template/src/engine/core/, and says how large it became: one WebAssembly
# module that asks for nothing but the MVP and mutable globals, its glue, and its translation to JavaScript. Does nothing
# where nothing changed. scripts/assemble-package.sh makes the package of it.
#
#   scripts/build-wasm.sh           the engine that is shipped
#   scripts/build-wasm.sh bench     into target/bench-module/ the same module with the exports that only benchmarks need
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
for_wasm

# Old phones know the MVP and no more. The standard library knows more; it is lowered below.
flags=("'-Ctarget-cpu=mvp'" "'-Ctarget-feature=+mutable-globals'")
# The module names the source line of each panic: without the folders of the machine that built it.
sysroot=$(rustc --print sysroot)
for folder in "${CARGO_HOME:-$HOME/.cargo}/registry/src" "$sysroot/lib/rustlib/src/rust"; do
    flags+=("'--remap-path-prefix=$folder/='")
done
config="target.wasm32-unknown-unknown.rustflags=[$(IFS=,; echo "${flags[*]}")]"

mvp=(--mvp-features --enable-mutable-globals)
# What the standard library may hold, and what takes it out again.
more=(--enable-mutable-globals --enable-bulk-memory --enable-bulk-memory-opt --enable-sign-ext
    --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue --enable-call-indirect-overlong)
lower=(--llvm-memory-copy-fill-lowering --signext-lowering --llvm-nontrapping-fptoint-lowering)

# What makes the module small on its way, which is compressed, more than on disk: functions that have one caller stay
# functions, whose few locals are encoded alike, and those of one crate stand side by side.
small=(-Oz --low-memory-unused --one-caller-inline-max-function-size 20 --skip-pass=local-cse --gufa -Oz
    --reorder-functions-by-name)

# compile CRATE: Cargo leaves link-time optimisation out where a library is an rlib besides, as tests need it, so it is
# asked for the cdylib alone.
compile() {
    cargo rustc --crate-type cdylib --lib --package "$1" --profile wasm --target wasm32-unknown-unknown --config "$config"
    built=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/${1//-/_}.wasm
}

# fresh FOLDER: whether the folder was made of what is there now. Cargo knows best whether the code changed, so `compile`
# comes before.
fresh() {
    inputs=$({
        cat "$built" scripts/build-wasm.sh scripts/{engine,copies,field,rotations}.mjs scripts/package.json
        wasm-bindgen --version
    } | cksum)
    [ "$inputs" = "$(cat "$1/.inputs" 2>/dev/null)" ] && say "$1/ is up to date"
}

# bind KIND: glue of one of wasm-bindgen's kinds, and the module made small, into $work.
bind() {
    # wasm-bindgen writes plain glue for a module that says it knows the MVP only.
    wasm-opt "${more[@]}" "${lower[@]}" --strip-target-features -g "$built" -o "$work/lowered.wasm"
    wasm-opt "${mvp[@]}" --emit-target-features -g "$work/lowered.wasm" -o "$work/mvp.wasm"
    wasm-bindgen --target "$1" --out-name healthcode --out-dir "$work/bound" "$work/mvp.wasm"
    node scripts/engine.mjs prepare "$work/bound/healthcode_bg.wasm" "$work/prepared.wasm"
    wasm-opt "${mvp[@]}" "${small[@]}" --strip-debug --strip-producers --strip-target-features \
        "$work/prepared.wasm" -o "$work/healthcode.wasm"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "${1-}" = bench ]; then
    out=target/bench-module
    compile healthcode-bench
    ! fresh "$out" || exit 0
    bind web
    rm -rf "$out"
    cp -r "$work/bound" "$out"
    cp "$work/healthcode.wasm" "$out/healthcode_bg.wasm"
else
    out=pkg-template/src/engine/core
    compile healthcode
    ! fresh "$out" || exit 0
    bind bundler
    mv "$work/healthcode.wasm" "$work/long.wasm"
    node scripts/engine.mjs shorten "$work/long.wasm" "$work/bound/healthcode_bg.js" "$work/healthcode.wasm" "$work/glue.js"
    node scripts/engine.mjs gate "$work/healthcode.wasm"
    node scripts/engine.mjs ease "$work/healthcode.wasm" "$work/eased.wasm"
    "$tools/npm/node_modules/binaryen/bin/wasm2js" -Oz --emscripten "$work/eased.wasm" -o "$work/fallback.js"
    echo 'export { instantiate };' >>"$work/fallback.js"
    rm -rf "$out"
    mkdir -p "$out"
    cp "$work/healthcode.wasm" "$work/fallback.js" "$out/"
    cp "$work/glue.js" "$out/healthcode.js"
    cp "$work/bound/healthcode.d.ts" "$out/healthcode.d.ts"
    echo 'export { __wbg_set_wasm as setEngine, imports } from "./healthcode.js";' >"$out/glue.js"
    cat >"$out/glue.d.ts" <<'END'
import type { EngineImports } from "../interface.js";
/** Has the core's functions call this engine. */
export function setEngine(exports: object): void;
/** The functions that an engine calls. */
export const imports: EngineImports[string];
END
    cat >"$out/fallback.d.ts" <<'END'
import type { EngineExports, EngineImports } from "../interface.js";
export function instantiate(imports: EngineImports): EngineExports;
END
    node scripts/sizes.mjs "$out/healthcode.wasm" "$out/healthcode.js"
fi
echo "$inputs" >"$out/.inputs"
