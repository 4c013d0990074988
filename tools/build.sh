#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds the program as people run it, without its tests, in build/release.
# HOLDFAST_MESON_OPTIONS adds Meson options, e.g. -Dweb=none.
set -eu
cd "$(dirname "$0")/.."
dir=build/release
log=$(mktemp)
if [ ! -f $dir/build.ninja ]; then
    # shellcheck disable=SC2086 # a list of words
    meson setup $dir --buildtype=release -Dtests=disabled ${HOLDFAST_MESON_OPTIONS:-} >"$log" 2>&1 || {
        cat "$log" >&2
        rm -rf "$log" $dir
        exit 1
    }
fi
rm -f "$log"
exec ninja -C $dir --quiet
