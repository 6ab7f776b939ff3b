#!/usr/bin/env bash
# Builds the crate for browsers into pkg/, and says how large it became. Does nothing where nothing changed.
#
#   scripts/build-wasm.sh           the package that is shipped
#   scripts/build-wasm.sh bench     into target/bench-module/ the same with the exports that only benchmarks need
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"
for_wasm

# The module names the source line of each panic: without the folders of the machine that built it.
sysroot=$(rustc --print sysroot)
flags=()
for folder in "${CARGO_HOME:-$HOME/.cargo}/registry/src" "$sysroot/lib/rustlib/src/rust"; do
    flags+=("'--remap-path-prefix=$folder/='")
done
without_folders="target.wasm32-unknown-unknown.rustflags=[$(IFS=,; echo "${flags[*]}")]"

# What makes the module small on its way, which is compressed, more than on disk: functions that have one caller stay
# functions, whose few locals are encoded alike, and those of one crate stand side by side.
small=(-Oz --low-memory-unused --one-caller-inline-max-function-size 20 --skip-pass=local-cse --gufa -Oz
    --reorder-functions-by-name)

# Cargo leaves link-time optimisation out where a library is an rlib besides, as tests need it, and wasm-pack knows no
# way to ask for the cdylib alone. This cargo asks for it.
cargo=$(command -v cargo)
alone=$root/target/cdylib-alone
mkdir -p "$alone"
cat >"$alone/cargo" <<END
#!/usr/bin/env bash
[ "\$1" != build ] || set -- rustc --crate-type cdylib "\${@:2}"
exec "$cargo" "\$@"
END
chmod +x "$alone/cargo"
export PATH="$alone:$PATH"

# inputs CRATE: one line that changes whenever something that a package is made of does. Cargo knows best whether the
# code did, so it is asked to build first.
inputs() {
    cargo build --lib --package "$1" --profile wasm --target wasm32-unknown-unknown --config "$without_folders" >&2
    {
        cat "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/${1//-/_}.wasm"
        cat Cargo.toml LICENSE* scripts/build-wasm.sh scripts/package.json
        wasm-bindgen --version
    } | cksum
}

# build KIND FOLDER [CRATE PATH]: a package of one of wasm-pack's kinds, optimised for size.
build() {
    local kind=$1 folder=$2 crate=${3:-healthcode} path=${4:-.} now
    now=$(inputs "$crate")
    if [ "$now" = "$(cat "$folder/.inputs" 2>/dev/null)" ]; then
        say "$folder/ is up to date"
        return
    fi
    rm -rf "$folder"
    wasm-pack build "$path" --target "$kind" --profile wasm --no-opt --out-name healthcode --out-dir "$root/$folder" \
        -- --config "$without_folders"
    wasm-opt "${small[@]}" --strip-producers --strip-target-features \
        "$folder/healthcode_bg.wasm" -o "$folder/healthcode_bg.wasm"
    node scripts/sizes.mjs "$folder/healthcode_bg.wasm" "$folder/healthcode.js"
    echo "$now" >"$folder/.inputs"
}

case ${1-} in
    bench) build web target/bench-module healthcode-bench benches/module ;;
    *) build web pkg ;;
esac
