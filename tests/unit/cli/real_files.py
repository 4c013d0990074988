#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Every file of the shared data through `import --dry-run`, whether it is meant for the program or not: it is taken or
# refused in clear words, never a crash, a hang or a silent loss. Large files only with $HOLDFAST_FULL. Skipped where the
# data are not there. Usage: real_files.py HOLDFAST
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HOLDFAST = sys.argv[1]
DATA = pathlib.Path(os.environ.get('HOLDFAST_SHARED', '')) / 'data' / 'infrastructure'
IS_FULL = os.environ.get('HOLDFAST_FULL', '') not in ('', '0')
BYTES_MAX = 1 << 30 if IS_FULL else 600000
# Each row of these becomes one record, or is refused or left out; the others make several of some rows.
ONE_BY_ONE = {None, 'openflights-airports', 'natural-earth-airports', 'natural-earth-places', 'world-port-index', 'geonames-cities',
              'who-health-facilities', 'wri-power-plants', 'wri-power-plant-database', 'england-stroke-hospitals'}
if not (DATA / 'expected_developer_sets.json').is_file():
    print('1..0 # SKIP the shared data are not there')
    sys.exit(0)


def unpacked(path, folder):
    """The file itself, a plain copy when it is packed, or None when that cannot be done here."""
    tools = {'.zst': ['zstd', '-dc'], '.7z': ['7zr', 'x', '-so']}
    words = tools.get(path.suffix)
    if words is None:
        return path
    if shutil.which(words[0]) is None:
        return None
    target = folder / path.name.removesuffix(path.suffix)
    with open(target, 'wb') as out:
        subprocess.run([*words, str(path)], stdout=out, stderr=subprocess.DEVNULL, check=True)
    return target


def faults(done):
    """What is not as it should be, as sentences."""
    if done.returncode not in (0, 65):
        yield f'status {done.returncode}: {done.stderr[-600:]}'
        return
    answer = json.loads(done.stdout)
    told = answer['added'] + answer['changed'] + answer['unchanged'] + answer['refused'] + answer['skipped']
    if answer['rows'] == 0 and answer['refused'] == 0:
        yield 'nothing was read, and nothing said'
    if answer['refused'] > 0 and not answer['problems']:
        yield 'refused without a problem'
    if told < answer['rows'] or (done.returncode == 0 and answer['recipe'] in ONE_BY_ONE and told != answer['rows']):
        yield f'{answer["rows"]} rows, {told} told of'
    for problem in answer['problems']:
        if not problem['file'] or not problem['message'] or not problem['code']:
            yield f'an empty problem: {problem}'


def main():
    failed = number = 0
    with tempfile.TemporaryDirectory(prefix='holdfast-real-') as folder:
        for path in sorted(p for p in DATA.rglob('*') if p.is_file() and p.stat().st_size <= BYTES_MAX):
            file = unpacked(path, pathlib.Path(folder))
            if file is None:
                continue
            done = subprocess.run([HOLDFAST, '--db', f'{folder}/real.db', '--json', 'import', '--dry-run', '--skip-refused', str(file)],
                                  capture_output=True, text=True, encoding='utf-8', errors='replace', timeout=600, check=False)
            wrong = list(faults(done))
            number += 1
            failed += bool(wrong)
            print('not ok' if wrong else 'ok', number, '-', path.relative_to(DATA), flush=True)
            for line in wrong:
                print('#', line.replace('\n', '\n# '), flush=True)
    print(f'1..{number}')
    return 1 if failed else 0


sys.exit(main())
