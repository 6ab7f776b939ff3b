#!/usr/bin/env bash
# Every check there is, from a clean checkout on: what `make test` and the continuous integration run.
#
#   scripts/test.sh          all of it
#   scripts/test.sh quick    lints and native tests: no WebAssembly, no package, no browser
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$root"

if [ "${1-}" = quick ]; then
    heading "Set-up"
    scripts/setup.sh lints postgres nginx
    heading "Formatting and lints"
    scripts/lint.sh
    heading "Native tests"
    scripts/with-postgres.sh cargo test --all-features
    heading "All passed"
    exit
fi

logs=$(mktemp -d)
set -m # gives what runs aside a process group, so that none of it goes on when this ends early
trap 'jobs -p | xargs -rI{} kill -- -{} 2>/dev/null; rm -rf "$logs"' EXIT

# aside FUNCTION: begins it beside what goes on here; `join FUNCTION` waits for it and shows what it said, which so stands together.
declare -A beside
aside() {
    ("$1") >"$logs/$1" 2>&1 </dev/null &
    beside[$1]=$!
}
join() {
    local result=0
    wait "${beside[$1]}" || result=$?
    cat "$logs/$1"
    [ "$result" = 0 ] || fail "what is last above failed"
}

# What the package and the browser app are built of, their own tests, and those of the crate in browsers. The tools for that are
# compiled here too: where one crate is waited for, the other processor has the native tests to do.
builds() {
    heading "Set-up of what they need"
    scripts/setup.sh wasm wasm-pack chromium firefox webkit jsc readers pkg-template pkg-template/reference tests/npm/engine www \
        tests/browser tests/certlogic tests/npm/hosts
    heading "WebAssembly build, and the npm package"
    scripts/assemble-package.sh
    node --test scripts/*.test.mjs
    heading "Package: view models and components"
    npm --prefix pkg-template test
    heading "Browser app"
    npm --prefix www run check
    npm --prefix www run build
    heading "WebAssembly tests in Chromium"
    scripts/test-wasm.sh chrome
    heading "WebAssembly tests in Firefox"
    scripts/test-wasm.sh firefox
}

native() {
    heading "Formatting and lints"
    scripts/lint.sh
    heading "Dependencies"
    scripts/audit.sh shipped
    heading "Native tests are compiled"
    cargo test --all-features --no-run
}

# Beside what is still built, and then beside browsers, which wait much of their time: it takes what they leave.
crate() {
    heading "Native tests"
    nice -n 10 scripts/with-postgres.sh cargo test --all-features
}

# The two halves of what needs all of that take about as long.
pages() {
    heading "Browser journey"
    npm --prefix tests/browser test
    heading "Package: engine, storage and form, from the tarball"
    npm --prefix tests/npm/engine test
    heading "Rule engine beside certlogic-js"
    npm --prefix tests/certlogic test
    heading "Formats, by a second implementation"
    node --test tests/formats/*.test.mjs
}

hosts() {
    heading "Package: sample apps in their hosts"
    npm --prefix tests/npm/hosts test
}

heading "Set-up"
scripts/setup.sh lints postgres nginx
aside builds
native
aside crate
join builds
# The tool as cargo has just built it: the tests take longer with it, but by less than another build would.
export HEALTHCODE_BIN=$root/target/debug/healthcode HEALTHCODE=$root/target/debug/healthcode
aside hosts
pages
join hosts
join crate
heading "All passed"
