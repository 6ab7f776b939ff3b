#!/usr/bin/env bash
# Builds the crate's engines for every host into pkg-template/src/engine/, and says how large they became: core/ is a
# phone's, verifier/ a checkpoint's, issuer/ a server's. Each is one WebAssembly module that asks for nothing but the MVP and
# mutable globals, its glue, and, but for the server's, its translation to JavaScript. Does nothing where nothing changed.
# scripts/assemble-package.sh makes the package of it.
#
#   scripts/build-wasm.sh           the engines that are shipped
#   scripts/build-wasm.sh bench     into target/bench-module/ the same module with the exports that only benchmarks need
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

# Old phones know the MVP and mutable globals and no more, so the standard library is compiled from its sources for just that.
# A panic becomes a trap: nobody on a phone could read its words or the lines of source that it names. A stable compiler takes
# these unstable options with RUSTC_BOOTSTRAP=1.
export RUSTC_BOOTSTRAP=1
standard_library=("-Zbuild-std=std,panic_abort" -Zbuild-std-features=optimize_for_size)
flags="target.wasm32-unknown-unknown.rustflags=['-Ctarget-cpu=mvp', '-Ctarget-feature=+mutable-globals', '-Zunstable-options',
    '-Cpanic=immediate-abort']"

# Two builds of one crate with other features then lie side by side: Cargo names libraries that are no rlib without it, and so
# built one over the other each time.
export __CARGO_DEFAULT_LIB_METADATA=engine

# compile CRATE [OPTION...]: Cargo leaves link-time optimisation out where a library is an rlib besides, as tests need it, so
# it is asked for the cdylib alone.
compile() {
    cargo rustc --crate-type cdylib --lib --package "$@" --profile wasm --target wasm32-unknown-unknown \
        "${standard_library[@]}" --config "${flags//$'\n'/}"
    built=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/${1//-/_}.wasm
}

# fresh FOLDER: whether the folder was made of what is there now. Cargo knows best whether the code changed, so `compile`
# comes before.
fresh() {
    inputs=$({
        cat "$built" scripts/build-wasm.sh scripts/{engine,gate,field}.mjs scripts/package.json
        wasm-bindgen --version
    } | cksum)
    [ "$inputs" = "$(cat "$1/.inputs" 2>/dev/null)" ] && say "$1/ is up to date"
}

# bind KIND: glue of one of wasm-bindgen's kinds, and the module, into $work.
bind() {
    wasm-bindgen --target "$1" --out-name healthcode --out-dir "$work/bound" "$built"
    node scripts/engine.mjs functions "$work/bound/healthcode_bg.wasm" "$work/functions.wasm"
    # A large function that is called once is not put into its caller: 1 % less after brotli. The low kilobyte is the far end
    # of the stack, so no address that a constant is added to wraps around. A second round begins with jumps made anew: 0.5 %.
    # What is known of values across functions, and a third round with that: 0.3 %.
    wasm-opt --mvp-features --enable-mutable-globals --one-caller-inline-max-function-size=100 --low-memory-unused \
        -Oz --flatten --rereloop -Oz --gufa -Oz --strip-debug --strip-producers --strip-target-features \
        "$work/functions.wasm" -o "$work/healthcode.wasm"
}

# translate FOLDER: the module in $work as JavaScript, into the folder.
translate() {
    node scripts/engine.mjs ease "$work/healthcode.wasm" "$work/eased.wasm"
    "$tools/npm/node_modules/binaryen/bin/wasm2js" -Oz --emscripten "$work/eased.wasm" -o "$work/fallback.js"
    # What grows no more says so to the engine, as in WebAssembly, instead of throwing through it.
    sed -i 's/var newBuffer = new ArrayBuffer(newPages << 16);/var newBuffer = allocated(newPages * 65536); if (!newBuffer) return -1;/' \
        "$work/fallback.js"
    [ "$(grep -c 'allocated(newPages' "$work/fallback.js")" = 1 ] || fail "the translation's memory grows in another way"
    cat >>"$work/fallback.js" <<'END'
function allocated(bytes) {
  try {
    return new ArrayBuffer(bytes);
  } catch (_) {
    return undefined;
  }
}
export { instantiate };
END
    cp "$work/fallback.js" "$1/"
    cat >"$1/fallback.d.ts" <<'END'
import type { EngineExports, EngineImports } from "../interface.js";
export function instantiate(imports: EngineImports): EngineExports;
END
}

# engine FOLDER FEATURES [alone]: an engine of the crate with these features alone; the last word leaves its translation out.
engine() {
    local out=pkg-template/src/engine/$1
    compile healthcode --no-default-features --features "$2"
    ! fresh "$out" || return 0
    rm -rf "${work:?}"/*
    bind bundler
    node scripts/engine.mjs gate "$work/healthcode.wasm"
    rm -rf "$out"
    mkdir -p "$out"
    [ "${3-}" = alone ] || translate "$out"
    cp "$work/healthcode.wasm" "$out/"
    # The glue keeps views of the memory until that is detached. JavaScript cannot detach what has grown, so for the translation
    # the views are compared with the memory.
    sed -e 's/cachedUint8ArrayMemory0\.byteLength === 0/cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer/' \
        -e '/cachedDataViewMemory0\.buffer\.detached/s/null || .*) {$/null || cachedDataViewMemory0.buffer !== wasm.memory.buffer) {/' \
        "$work/bound/healthcode_bg.js" >"$out/healthcode.js"
    [ "$(grep -c 'Memory0\.buffer !== wasm\.memory\.buffer) {' "$out/healthcode.js")" = 2 ] || fail "the glue keeps other views"
    cp -r "$work/bound/snippets" "$work/bound/healthcode.d.ts" "$out/"
    node scripts/engine.mjs glue "$work/healthcode.wasm" "$out/glue.js"
    cat >"$out/glue.d.ts" <<'END'
import type { EngineImports } from "../interface.js";
/** Has the core's functions call this engine. */
export function setEngine(exports: object): void;
/** The functions that an engine calls. */
export const imports: EngineImports[string];
END
    node scripts/sizes.mjs "$out/healthcode.wasm" "$out/healthcode.js"
    echo "$inputs" >"$out/.inputs"
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
    echo "$inputs" >"$out/.inputs"
else
    engine core holder
    engine verifier checkpoint
    engine issuer issuer alone
fi
