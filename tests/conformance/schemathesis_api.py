#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API as a stranger's fuzzer knows it: schemathesis makes requests out of /api/v1/openapi.json, and each answer must be
one that the description tells of. Run by `make conformance`. $HOLDFAST_SEED repeats a run, $HOLDFAST_FULL=1 makes many more
requests, $SCHEMATHESIS is its program. Usage: schemathesis_api.py HOLDFAST [POINT…]"""
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bad"))

from bad_api import OWN_GROUND, Ground  # noqa: E402
from kit import IS_FULL, is_well, main  # noqa: E402

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "unsupported_method", "ignored_auth")
# Their answers have no end, so that nobody could look at the whole of one.
ENDLESS = ("events",)


def a_strangers_fuzzer_finds_nothing_that_is_not_told(place):
    seed = os.environ.get("HOLDFAST_SEED") or "1"
    print(f"# HOLDFAST_SEED={seed}", flush=True)
    with Ground(place) as ground:
        left_out = [word for name in (*OWN_GROUND, *ENDLESS) for word in ("--exclude-operation-id", name)]
        done = subprocess.run(
            [os.environ.get("SCHEMATHESIS", "st"), "--no-color", "run", f"http://127.0.0.1:{ground.server.port}/api/v1/openapi.json",
             "--checks", ",".join(CHECKS), "--phases", "examples,fuzzing" if not IS_FULL else "examples,coverage,fuzzing", "--seed", seed, "--no-shrink",
             "--max-examples", "100" if IS_FULL else "4", "--continue-on-failure", "--request-timeout", "30",
             "--suppress-health-check", "all", "--generation-database", "none", "--warnings", "off",
             "-H", f"Authorization: Bearer {ground.server.token}", *left_out],
            cwd=place.folder, capture_output=True, text=True, check=False, timeout=7200)
        is_well(ground.server)
    told = done.stdout[-12000:]
    tested = re.search(r"(\d+) generated", done.stdout)
    print(f"# {tested[0] if tested else 'no count'} requests", flush=True)
    assert done.returncode == 0, f"status {done.returncode}\n{told}{done.stderr[-2000:]}"


if __name__ == "__main__":
    sys.exit(main([a_strangers_fuzzer_finds_nothing_that_is_not_told]))
