#!/usr/bin/env bash
# Finds or installs what a build or test needs, and does nothing where all is there.
#
#   scripts/setup.sh NAME...
#
# wasm      a Rust compiler for wasm32-unknown-unknown, wasm-bindgen and wasm-opt
# wasm-pack wasm-pack, which runs the crate's tests in browsers
# chromium  Chromium and chromedriver
# firefox   Firefox and geckodriver
# webkit    WebKitGTK's MiniBrowser and its driver, and a display for it
# jsc       the shell of JavaScriptCore, the engine of iPhones
# readers   zbarimg and ZXingReader, which read QR codes
# lints     a Rust compiler for wasm32-unknown-unknown, Biome, shellcheck and codespell
# audit     cargo-deny
# mutants   cargo-mutants, which breaks the code to test the tests
# spark     a Java runtime, and PySpark in a virtual environment: 500 MB
# FOLDER    the npm packages of a folder, as its package-lock.json lists them
#
# What it builds goes into .tools/ in the checkout, or into $HEALTHCODE_TOOLS. The versions of the tools are pinned in
# scripts/package.json, wasm-bindgen's in Cargo.lock.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

target=wasm32-unknown-unknown
log=$tools/setup.log
sudo=
apt_updated=
rust_looked_for=

# quietly HINT COMMAND...: runs the command with its output in the log, which is shown if the command fails.
quietly() {
    local hint=$1
    shift
    mkdir -p "$tools"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 80 "$log" >&2
        fail "$hint"
    fi
}

# pinned NAME: the version of a tool in scripts/package.json.
pinned() {
    sed -n "s/^ *\"$1\": \"\([0-9.]*\)\".*/\1/p" scripts/package.json
}

# become_root NAMES: whoever may not write to the system's folders needs sudo for it.
become_root() {
    if [ "$(id -u)" != 0 ]; then
        if ! have sudo || ! sudo true; then
            fail "installing $* needs root or sudo. Install it as root, then run this again."
        fi
        sudo=sudo
    fi
}

# apt PACKAGE...: installs Debian packages; never removes one that is there.
apt() {
    local missing="Install $*, or what has the same programs, with your system's package manager, then run this again."
    have apt-get || fail "this system has no apt-get. $missing"
    become_root "$*"
    if [ -z "$apt_updated" ]; then
        quietly "the package lists of apt could not be read. Is the network there?" \
            $sudo apt-get -o DPkg::Lock::Timeout=300 update
        apt_updated=yes
    fi
    quietly "apt could not install $*; it says why above. $missing" \
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install -y --no-install-recommends --no-remove "$@"
}

# cargo_install NAME VERSION: builds one tool into $tools/bin. The profile is cheap to build: only what reads and writes
# WebAssembly has much to do when it runs. The tools share a target folder, so what they have in common is built once.
cargo_install() {
    local install=(env "CARGO_TARGET_DIR=$tools/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo install --root "$tools" --force)
    if [ "$1" = wasm-bindgen-cli ]; then
        install+=(--no-default-features) # TLS, for drivers of browsers that are elsewhere
        for crate in walrus wasmparser wasm-bindgen-cli-support; do
            install+=(--config "profile.release.package.$crate.opt-level=1")
        done
    fi
    install+=("$1@$2")
    say "Building $1 $2: 1 to 3 minutes"
    mkdir -p "$tools"
    # The lock file that a tool ships may name a dependency that a mirror of the registry does not have yet.
    if ! "${install[@]}" --locked >"$log" 2>&1 </dev/null; then
        quietly "cargo could not install $1 $2. Is the network there, and is Rust new enough?" "${install[@]}"
    fi
}

# has_version VERSION COMMAND...: whether the command prints that version.
has_version() {
    local version=$1
    shift
    have "$1" && [[ " $("$@" 2>/dev/null) " == *" $version "* ]]
}

# makes_wasm: whether the machine's own Rust can build for WebAssembly, and the standard library with it.
makes_wasm() {
    local out sources made=1
    have rustc || return 1
    sources=$(own_rust rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock
    [ -f "$sources" ] || return 1
    out=$(mktemp)
    echo 'pub fn nothing() {}' | own_rust rustc --crate-type cdylib --target "$target" -o "$out" - >/dev/null 2>&1 && made=0
    rm -f "$out"
    return "$made"
}

# own_rust COMMAND...: runs it by the machine's own Rust, whatever setup_rust put before it.
own_rust() {
    PATH=${PATH//"$tools/debian-rust:"/} "$@"
}

setup_rust() {
    [ -z "$rust_looked_for" ] || return 0
    rust_looked_for=yes
    if ! makes_wasm && have rustup; then
        say "Adding $target and the sources of the standard library with rustup: a few seconds"
        if ! { rustup target add "$target" && rustup component add rust-src clippy rustfmt; } >/dev/null 2>&1; then
            say "rustup could not add them"
        fi
    fi
    if makes_wasm; then
        rm -rf "$tools/debian-rust"
        return
    fi
    have apt-get || fail "there is no Rust here, or it lacks $target or its sources. Install rustup (https://rustup.rs), run" \
        "'rustup target add $target' and 'rustup component add rust-src', then run this again."
    setup_debian_rust
}

# Debian 12 has a current Rust for its browsers' sake: without the standard library for WebAssembly, but with its sources.
setup_debian_rust() {
    local into=$tools/debian-rust llvm
    if [ ! -f /usr/lib/rustlib/src/rust/library/Cargo.lock ] || [ ! -x /usr/bin/cargo-clippy ]; then
        say "Installing Debian's Rust: about 30 seconds"
        apt rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web
    fi
    llvm=$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
    [ -x "/usr/bin/lld-$llvm" ] || apt "lld-$llvm"

    # Another script may be using what is there.
    rm -rf "$into.new"
    mkdir -p "$into.new/sysroot/lib/rustlib/$target/lib"
    for name in cargo rustc; do install -m 755 scripts/debian-rust.sh "$into.new/$name"; done
    ln -s "/usr/bin/lld-$llvm" "$into.new/rust-lld"
    ln -s /usr/bin/cargo-clippy "$into.new/cargo-clippy"
    if diff --recursive --no-dereference "$into.new" "$into" >/dev/null 2>&1; then
        rm -rf "$into.new"
    else
        rm -rf "$into"
        mv "$into.new" "$into"
    fi
    PATH=$into:$PATH
}

setup_wasm() {
    setup_rust
    cargo_tools+=("wasm-bindgen-cli $(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock) wasm-bindgen")
    folders+=(scripts)
}

setup_wasm-pack() {
    cargo_tools+=("wasm-pack $(pinned wasm-pack) wasm-pack")
}

setup_node() {
    local advice="Install Node 20.19 or newer (https://nodejs.org), then run this again."
    if ! have node || ! have npm; then
        fail "Node is not installed. $advice"
    fi
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b >= 2019 ? 0 : 1)' ||
        fail "Node $(node --version) is too old. $advice"
}

# setup_packages FOLDER: npm's packages by the folder's lock file.
setup_packages() {
    local folder=$1 into=$1
    # The tools' own are not in the checkout. Its wasm2js and JavaScript interface are needed too, so a wasm-opt of the system's
    # own is not enough.
    if [ "$folder" = scripts ]; then
        into=$tools/npm
        mkdir -p "$tools/bin"
        ln -sf ../npm/node_modules/binaryen/bin/wasm-opt "$tools/bin/wasm-opt"
        ln -sf ../npm/node_modules/.bin/biome "$tools/bin/biome"
    fi
    [ -f "$folder/package-lock.json" ] ||
        fail "'$folder' is neither a name that this script knows nor a folder with a package-lock.json."
    if cmp -s "$folder/package-lock.json" "$into/node_modules/.installed-lock.json"; then
        return
    fi
    setup_node
    say "Installing the npm packages of $folder/: up to a minute"
    if [ "$into" != "$folder" ]; then
        mkdir -p "$into"
        cp "$folder"/package.json "$folder"/package-lock.json "$into/"
    fi
    quietly "npm could not install the packages of $folder/; it says why above. Is the network there?" \
        npm --prefix "$into" ci --no-audit --no-fund
    cp "$folder/package-lock.json" "$into/node_modules/.installed-lock.json"
}

setup_chromium() {
    have chromedriver || debian_packages+=(chromium chromium-driver)
}

setup_firefox() {
    have firefox || have firefox-esr || [ -d /Applications/Firefox.app ] || debian_packages+=(firefox-esr)
    have geckodriver || cargo_tools+=("geckodriver $(pinned geckodriver) geckodriver")
}

setup_mutants() {
    cargo_tools+=("cargo-mutants $(pinned cargo-mutants) cargo mutants")
}

setup_webkit() {
    { have WebKitWebDriver && have xvfb-run; } || debian_packages+=(webkit2gtk-driver xvfb xauth)
}

setup_jsc() {
    have jsc || debian_packages+=(libjavascriptcoregtk-4.0-bin)
}

setup_readers() {
    { have zbarimg && have ZXingReader; } || debian_packages+=(zbar-tools zxing-cpp-tools)
}

setup_lints() {
    setup_rust
    folders+=(scripts)
    { have shellcheck && have codespell; } || debian_packages+=(shellcheck codespell)
}

# What is fetched, while the cargo tools are built. It goes on if this is ended: a package manager that is killed leaves a mess.
setup_fetched() {
    trap '' TERM
    log=$tools/setup-fetched.log
    if [ ${#debian_packages[@]} -gt 0 ]; then
        say "Installing ${debian_packages[*]}: a minute or two"
        apt "${debian_packages[@]}"
    fi
    for folder in "${folders[@]}"; do setup_packages "$folder"; done
    [ -z "$with_spark" ] || setup_pyspark
}

setup_spark() {
    have java || debian_packages+=(openjdk-17-jre-headless)
    { have python3 && python3 -c 'import ensurepip' 2>/dev/null; } || debian_packages+=(python3 python3-venv)
    with_spark=yes
}

setup_pyspark() {
    local asked=examples/spark/requirements.txt
    cmp -s "$asked" "$tools/spark/installed.txt" && return
    say "Installing PySpark: a minute or two"
    rm -rf "$tools/spark"
    quietly "Python could not make a virtual environment." python3 -m venv "$tools/spark"
    quietly "pip could not install PySpark; it says why above. Is the network there?" \
        "$tools/spark/bin/pip" install --quiet --disable-pip-version-check -r "$asked"
    cp "$asked" "$tools/spark/installed.txt"
}

# The issuer's second database. Where there is no apt, scripts/with-postgres.sh says what it leaves out.
setup_postgres() {
    { [ -d /usr/lib/postgresql ] || have initdb || ! have apt-get; } || debian_packages+=(postgresql)
    # docs/issuer.md moves a database with it.
    { have sqlite3 || ! have apt-get; } || debian_packages+=(sqlite3)
}

# What stands before an issuer, as docs/issuer.md says. Where there is no apt, its test says that it is left out.
setup_nginx() {
    { have nginx || [ -x /usr/sbin/nginx ] || ! have apt-get; } || debian_packages+=(nginx)
}

setup_audit() {
    cargo_tools+=("cargo-deny $(pinned cargo-deny) cargo-deny")
}

[ $# -gt 0 ] || fail "say what is needed: wasm, wasm-pack, chromium, firefox, webkit, jsc, readers, lints, audit, mutants, postgres, nginx, spark, or a folder with a package-lock.json"
debian_packages=() cargo_tools=() folders=() with_spark=
for name; do
    case $name in
        wasm | wasm-pack | chromium | firefox | webkit | jsc | readers | lints | audit | mutants | postgres | nginx | spark) "setup_$name" ;;
        *) folders+=("$name") ;;
    esac
done
if have flock; then
    mkdir -p "$tools"
    exec 9>"$tools/setup.lock"
    flock 9
fi
setup_fetched &
trap wait EXIT
[ ${#cargo_tools[@]} = 0 ] || have cargo || setup_rust
for tool in "${cargo_tools[@]}"; do
    read -ra words <<<"$tool" # the crate, its version, and the command that tells its version
    has_version "${words[1]}" "${words[@]:2}" --version || cargo_install "${words[0]}" "${words[1]}"
done
wait $! || exit 1
rm -rf "$tools/build"
say "All is there: $*"
