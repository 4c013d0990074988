#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds the program against other people's programs, which come from PyPI into a folder of their own under build/. Nothing
# of what runs or of `make check` needs them. Usage: tools/conformance.sh PROGRAM
set -eu
cd "$(dirname "$0")/.."
program=$(realpath "$1")
wanted=tests/conformance/requirements.txt
place=build/conformance/venv
if ! cmp -s "$wanted" "$place/installed.txt"; then
    echo "conformance: installing $(grep -v '^#' "$wanted" | tr '\n' ' ')into $place" >&2
    python3 -m venv --clear "$place"
    "$place/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$place/installed.txt"
fi
SCHEMATHESIS=$(realpath "$place/bin/st")
export SCHEMATHESIS
exec python3 tests/conformance/schemathesis_api.py "$program"
