#!/usr/bin/env bash
# Builds all that the demonstration needs and serves it; arguments go to `healthcode serve`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

heading "Set-up"
scripts/setup.sh wasm pkg-template pkg-template/reference www
heading "Package"
scripts/assemble-package.sh
heading "Browser app"
npm --prefix www run build
heading "Server"
[ -e target/release/healthcode ] || say "the tool and its libraries are compiled: of all this it takes longest the first time"
exec cargo run --release --features cli -- serve --www www/dist "$@"
