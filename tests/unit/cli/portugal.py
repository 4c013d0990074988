#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# The worked example of docs/guide/portugal, command by command, against figures of independent tools; its storm, there
# and in Germany, against the figures of the guide and what can be reckoned by hand. Skipped where the shared data are
# not there. Usage: portugal.py HOLDFAST LABEL_JOINTS
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HOLDFAST, LABEL_JOINTS = sys.argv[1:]
DATA = pathlib.Path(os.environ.get('HOLDFAST_SHARED', '')) / 'data' / 'infrastructure'
if not (DATA / 'expected_developer_sets.json').is_file() or shutil.which('zstd') is None or shutil.which('7zr') is None:
    print('1..0 # SKIP the shared data, zstd or 7zr are not there')
    sys.exit(0)
WANT = json.loads((DATA / 'expected_developer_sets.json').read_text(encoding='utf-8'))['national_composed']['PT']
RULE = ['consumer_kind=airport city port', 'supplier_kind=substation', 'method=nearest', 'max_km=100', 'input=power', 'need=any']
STORM = pathlib.Path(LABEL_JOINTS).resolve().with_name('storm.json')
results = []


def fetch(folder, name):
    path = DATA / name
    target = folder / path.name
    if path.is_file():
        shutil.copy(path, target)
        return
    packed = ['7zr', 'x', '-so', str(path.with_suffix('.7z'))] if name.endswith('.json') else ['zstd', '-dc', f'{path}.zst']
    with open(target, 'wb') as out:
        subprocess.run(packed, stdout=out, stderr=subprocess.DEVNULL, check=True)


def holdfast(folder, *words, db='portugal.db'):
    done = subprocess.run([HOLDFAST, '--db', db, '--json', *words], cwd=folder, capture_output=True, text=True,
                          encoding='utf-8', check=False)
    assert done.returncode == 0, f'{words}: {done.returncode} {done.stderr[-300:]}'
    return json.loads(done.stdout)


def check(name, got, want):
    results.append(got == want)
    print('ok' if results[-1] else 'not ok', len(results), '-', name)
    if not results[-1]:
        print('#', got, 'instead of', want)


def take_in(folder, code='PT', country='Portugal', db='portugal.db'):
    for part in ('buses', 'lines', 'links', 'transformers', 'generators'):
        holdfast(folder, 'import', '--recipe', f'gridkit-{part}:country={code}', f'entsoegridkit_{part}.csv', db=db)
    holdfast(folder, 'import', '--recipe', f'natural-earth-places:country={code}', 'ne_10m_populated_places_simple.json', db=db)
    holdfast(folder, 'import', '--recipe', f'openflights-airports:country={country},iata=yes,routes=openflights_routes.dat',
             'openflights_airports.dat', db=db)
    holdfast(folder, 'import', '--recipe', f'world-port-index:country={country},sized=yes', 'wpi_UpdatedPub150.csv', db=db)


def consumers(row):
    return sum(row['failed_by_kind'].get(kind, 0) for kind in ('city', 'airport', 'port'))


def ask(folder, k, people, failed):
    db = f'k{k}.db'
    shutil.copy(folder / 'portugal.db', folder / db)
    holdfast(folder, 'add', 'rule', 'key=portugal', f'k={k}', *RULE, db=db)
    made = holdfast(folder, 'infer', 'portugal', '--accept', db=db)
    ranking = holdfast(folder, 'rank', '--among', 'substation', db=db)
    rows = {row['key']: row for row in ranking['ranking']}
    check(f'k={k}: stations', len(rows), WANT['stations'])
    check(f'k={k}: people of the 20 worst', {s['station_id']: rows['GK-S' + s['station_id']]['people'] for s in WANT['top20_stations']},
          {s['station_id']: s[people] for s in WANT['top20_stations']})
    check(f'k={k}: consumers of the 20 worst', {s['station_id']: consumers(rows['GK-S' + s['station_id']]) for s in WANT['top20_stations']},
          {s['station_id']: s[failed] for s in WANT['top20_stations']})
    check(f'k={k}: stations that fall', {s['station_id']: rows['GK-S' + s['station_id']]['failed_by_kind']['substation'] for s in WANT['top20_stations']},
          {s['station_id']: s['stations_down'] for s in WANT['top20_stations']})
    return made, ranking, rows


# The grid as it lies in the register, and who found no station.
def structure(folder, rows):
    assets = {a['key']: a for a in holdfast(folder, 'list', 'assets', '--all', db='k1.db')['items']}
    links = holdfast(folder, 'list', 'dependencies', '--all', db='k1.db')['items']
    members = holdfast(folder, 'list', 'layers', '--all', db='k1.db')['items']
    kinds = collections.Counter(a['kind'] for a in assets.values())
    grid = [(d['supplier'], d['consumer']) for d in links if d['input'] == 'power-grid']
    joined = {frozenset(pair) for pair in grid if {assets[key]['kind'] for key in pair} == {'bus'}}
    border = {m['asset'] for m in members if m['role'] == 'source' and assets[m['asset']]['kind'] == 'bus'}
    fed = {to for of, to in grid if assets[of]['kind'] == 'power_plant'} | border
    parts = {key: {key} for key, a in assets.items() if a['kind'] == 'bus'}
    for one, other in map(tuple, joined):
        if parts[one] is not parts[other]:
            parts[one] |= parts[other]
            for key in parts[other]:
                parts[key] = parts[one]
    sizes = sorted((len(part) for part in {id(part): part for part in parts.values()}.values()), reverse=True)
    check('buses, pairs, generators, sources, those of the border', (kinds['bus'], len(joined), kinds['power_plant'], len(fed), len(border)),
          tuple(WANT[each] for each in ('buses', 'edges', 'generator_rows', 'source_buses', 'border_buses')))
    check('components and the giant', (len(sizes), sizes[0]), (WANT['components'], WANT['giant']))
    check('buses with power', sum(any(other in fed for other in part) for part in parts.values()), WANT['energised_buses'])
    check('consumers', {kind: kinds[kind] for kind in WANT['consumers']}, WANT['consumers'])
    attached = {d['consumer'] for d in links if d['rule'] == 'portugal'}
    left = [(a['kind'], a['attributes']['iata'] if a['kind'] == 'airport' else a['name']) for key, a in assets.items()
            if a['kind'] in WANT['consumers'] and key not in attached]
    check('who finds no station', sorted(left), sorted(map(tuple, WANT['unattached'])))
    check('people of cities, of those that find one', tuple(sum(a['people_served'] for key, a in assets.items() if a['kind'] == 'city' and key in of)
                                                            for of in (assets, attached)), (WANT['total_population'], WANT['attached_population']))
    most = max(rows.values(), key=lambda row: row['failed_by_kind']['substation'])
    check('the station that takes most others down', (most['key'], most['failed_by_kind']['substation']),
          ('GK-S' + WANT['max_stations_down']['station_id'], WANT['max_stations_down']['stations_down']))
    for worst in WANT['top20_stations'][:5]:
        fallen = holdfast(folder, 'cascade', '--fail', f'GK-S{worst["station_id"]}', db='k1.db')['failed']
        names = [f'{assets[f["key"]]["kind"]}:{assets[f["key"]]["name"]}' for f in fallen if assets[f['key']]['kind'] in ('city', 'port')]
        check(f'who falls with station {worst["station_id"]}', sorted(names), sorted(name for name in worst['k1_names'] if not name.startswith('airport')))


# A storm over the stations: the figures of the guide, each trial again on one thread, another source of chance.
def storm(folder, db, stations, mean, p95):
    holdfast(folder, 'edit', 'asset', '--filter', 'kind=substation', 'repair_h=24', 'repair_law=lognormal', db=db)
    asked = ['simulate', str(STORM), '--trials', '100000', '--seed', '1']
    one, other = (holdfast(folder, *asked, '--threads', threads, '--generator', source, db=db)
                  for threads, source in (('2', 'ars'), ('1', 'philox')))
    check(f'{db}: mean and 95 % of the guide', (round(one['loss']['mean']), one['loss']['p95']), (mean, p95))
    near = 4 * (one['loss']['stderr'] ** 2 + other['loss']['stderr'] ** 2) ** 0.5
    check(f'{db}: two sources of chance agree', abs(one['loss']['mean'] - other['loss']['mean']) < near, True)
    # 0.9 · 0.01 in a storm, 0.1 · (1 − 0.9 · 0.95) in a great one; shares of 100,000 trials.
    shares = [asset['p_damaged'] for asset in one['assets'] if asset['key'].startswith('GK-S')]
    check(f'{db}: stations', len(shares), stations)
    check(f'{db}: each is damaged as often as reckoned', [s for s in shares if abs(s - 0.0235) > 5 * (0.0235 / 1e5) ** 0.5], [])
    run = [row['id'] for row in holdfast(folder, 'runs', db=db)['items'] if row['generator'].startswith('ars')]
    check(f'{db}: rerun', holdfast(folder, 'rerun', run[0], '--threads', '1', db=db)['equal'], True)


def main(folder):
    for name in [f'power_grid/entsoegridkit_{part}.csv' for part in ('buses', 'lines', 'links', 'transformers', 'generators')] + [
            'basemap/ne_10m_populated_places_simple.json', 'aviation/openflights_airports.dat', 'aviation/openflights_routes.dat',
            'ports/wpi_UpdatedPub150.csv']:
        fetch(folder, name)
    subprocess.run([sys.executable, LABEL_JOINTS, str(folder)], check=True)
    take_in(folder)
    made, ranking, rows = ask(folder, 1, 'k1_population', 'k1_failed')
    check('attached', made['proposed'], sum(WANT['attached'].values()))
    check('the worst station and its people', (ranking['ranking'][0]['key'], ranking['ranking'][0]['people']), ('GK-S2084', 2812000))
    check('the mean', round(ranking['mean_people'], 4), WANT['mean_k1_population_lost'])
    check('stations that take others down', sum(row['failed_by_kind']['substation'] > 1 for row in rows.values()),
          WANT['stations_whose_loss_downs_other_stations'])
    made_by_rule = holdfast(folder, 'list', 'dependencies', '--filter', 'rule=portugal', '--all', db='k1.db')['items']
    attached = {(d['supplier'], round(d['distance_km'], 3)) for d in made_by_rule}
    structure(folder, rows)
    check('distances', [s['name'] for s in WANT['attachments_sample'] if ('GK-S' + s['station'], s['km']) not in attached], [])
    ask(folder, 2, 'k2_population', 'k2_failed')
    storm(folder, 'k1.db', WANT['stations'], 3493155, 19843992)
    take_in(folder, 'DE', 'Germany', 'germany.db')
    holdfast(folder, 'add', 'rule', 'key=germany', 'k=1', *RULE, db='germany.db')
    check('Germany: attached', holdfast(folder, 'infer', 'germany', '--accept', db='germany.db')['proposed'], 110)
    storm(folder, 'germany.db', 486, 21934271, 130463856)  # of 491; 5 have no power from the start


WORK = pathlib.Path(tempfile.mkdtemp(prefix='holdfast-portugal-'))
try:
    main(WORK)
except AssertionError as fault:
    check(str(fault), False, True)
finally:
    shutil.rmtree(WORK)
print(f'1..{len(results)}')
sys.exit(0 if all(results) else 1)
