#!/usr/bin/env bash
# Builds the engines and puts the npm package together in pkg/, then packs it as target/npm/healthcode-VERSION.tgz. Does
# nothing where nothing changed, neither what it is made of nor pkg/ itself, into which `wasm-pack build` writes too.
# scripts/setup.sh wasm pkg-template pkg-template/reference installs what it needs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

scripts/build-wasm.sh
inputs=$({
    cat pkg-template/src/engine/{core,verifier,issuer}/.inputs Cargo.toml Cargo.lock scripts/assemble-package.sh
    git ls-files -co --exclude-standard pkg-template words rules/packs/hangzhou rules/data/2020-02-china | sort | while read -r file; do [ ! -f "$file" ] || cksum "$file"; done
} | cksum)

# What is in pkg/, by a checksum.
contents() {
    (cd pkg && find . -type f ! -name .inputs | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum) | cksum
}

if [ -e pkg/.inputs ] && [ "$inputs $(contents)" = "$(cat pkg/.inputs)" ] && ls target/npm/healthcode-*.tgz >/dev/null 2>&1; then
    say "pkg/ is up to date"
    exit
fi
npm --prefix pkg-template run --silent check
npm --prefix pkg-template run --silent assemble -- "$root/pkg"
rm -rf target/npm
mkdir -p target/npm
npm pack --silent --pack-destination target/npm ./pkg
echo "$inputs $(contents)" >pkg/.inputs
node scripts/sizes.mjs pkg/healthcode.wasm pkg/web/fallback.js target/npm/*.tgz
