#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing on Debian 12, says what, and is silent and quick when nothing is.
#
#   tools/setup.sh [build|deb|check|full|conformance|bench]
#
#   build  compilers and libraries of the program, Node for its web application   (make build, make demo)
#   deb    and what makes a package                                                (make deb)
#   check  and what the tests need: clang, cmocka, sanitizers, a headless Chromium, fonts     (make check)
#   full   and LibreOffice, which opens what reports write, and HAProxy, before nodes (make check-full)
#   conformance  and what tools/conformance.sh needs                               (make conformance)
#   bench  and the peers that are measured beside us                               (make bench)
#
# HOLDFAST_NO_SETUP=1 skips all of it, for people who bring their own.
set -eu

profile=${1:-build}
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
[ -z "${HOLDFAST_NO_SETUP:-}" ] || exit 0

build_packages='gcc libc6-dev make meson ninja-build pkg-config python3 ca-certificates
    libsqlite3-dev libjson-c-dev libutf8proc-dev zlib1g-dev libxml2-dev libsodium-dev libssl-dev
    libmicrohttpd-dev libgnutls28-dev libcurl4-openssl-dev libseccomp-dev libgdal-dev libpango1.0-dev libqpdf-dev libpq-dev
    fonts-noto-core fonts-wqy-microhei'
check_packages='git g++ clang-14 libclang-rt-14-dev clang-format-14 libcmocka-dev liblapacke-dev librandom123-dev gdal-bin
    libopenmpi-dev openmpi-bin
    python3-jsonschema sqlite3 postgresql-15 chromium-headless-shell groff-base man-db zsh fish qpdf poppler-utils p7zip zstd'
full_packages='libreoffice-writer-nogui haproxy'
deb_packages='dpkg-dev'
conformance_packages='python3-venv python3-jsonschema'
bench_packages='gdal-bin sqlite3 p7zip-full dieharder python3-networkx python3-igraph libopenmpi-dev openmpi-bin
    python3-scipy libigraph-dev libgraphblas-dev libreoffice-writer-nogui'

case $profile in
build) packages=$build_packages ;;
deb) packages="$build_packages $deb_packages" ;;
check) packages="$build_packages $deb_packages $check_packages" ;;
full) packages="$build_packages $deb_packages $check_packages $full_packages" ;;
bench) packages="$build_packages $bench_packages" ;;
conformance) packages="$build_packages $conformance_packages" ;;
*)
    echo "usage: tools/setup.sh [build|deb|check|full|bench]" >&2
    exit 64
    ;;
esac

say() {
    echo "setup: $*" >&2
}

# Prints the packages of the list that are not installed.
missing_packages() {
    have=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p')
    for package in "$@"; do
        printf '%s\n' "$have" | grep -qxF "$package" || printf '%s ' "$package"
    done
}

install_packages() {
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "these packages are missing; install them as root: apt-get install -y $*"
            exit 69
        fi
        as_root=sudo
    fi
    say "installing with apt-get: $*"
    apt_log=$(mktemp)
    {
        $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update &&
            $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
                -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install "$@"
    } >"$apt_log" 2>&1 || {
        tail -n 30 "$apt_log" >&2
        rm -f "$apt_log"
        say "apt-get failed"
        exit 69
    }
    rm -f "$apt_log"
}

# Installs the packages of a lock file in a folder, unless the same lock was installed there before.
# Compared by content: a fresh checkout has fresh times.
npm_ci() {
    folder=$1
    stamp=$folder/node_modules/.installed-lock.json
    cmp -s "$folder/package-lock.json" "$stamp" && return 0
    say "installing with npm: $2"
    npm_log=$(mktemp)
    if ! (cd "$folder" && "$3" npm ci --no-audit --no-fund --loglevel=error) >"$npm_log" 2>&1; then
        cat "$npm_log" >&2
        rm -f "$npm_log"
        say "npm ci failed in $folder"
        exit 69
    fi
    rm -f "$npm_log"
    cp "$folder/package-lock.json" "$stamp"
}

command -v dpkg-query >/dev/null || {
    say "this is no Debian: bring the packages of this file yourself and set HOLDFAST_NO_SETUP=1"
    exit 69
}

toolchain_ready() {
    [ -x .toolchain/bin/node ] &&
        cmp -s tools/toolchain/package-lock.json .toolchain/node_modules/.installed-lock.json
}

# Debian's npm is needed once, to fetch our own.
if ! toolchain_ready && ! command -v npm >/dev/null; then
    packages="$packages nodejs npm"
fi
# shellcheck disable=SC2086 # a list of words
missing=$(missing_packages $packages)
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    install_packages $missing
fi

if ! toolchain_ready; then
    mkdir -p .toolchain
    rm -f .toolchain/node_modules/.installed-lock.json
    cp tools/toolchain/package.json tools/toolchain/package-lock.json .toolchain/
    npm_ci .toolchain "Node 22 and npm 11 into .toolchain/ (about 200 MB)" env
    # Links of our own: npm 9 makes none for the program of an optional package.
    rm -rf .toolchain/bin
    mkdir .toolchain/bin
    for program in .toolchain/node_modules/node-linux-*/bin/node; do
        ln -s "../${program#.toolchain/}" .toolchain/bin/node
    done
    ln -s ../node_modules/npm/bin/npm-cli.js .toolchain/bin/npm
    ln -s ../node_modules/npm/bin/npx-cli.js .toolchain/bin/npx
fi
if [ -f web/package-lock.json ]; then
    npm_ci web "the web application's packages into web/node_modules/" "$top/tools/with-node"
fi
