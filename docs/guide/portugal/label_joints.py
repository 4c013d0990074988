#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Steps 1 to 3 of the worked example: writes labels.csv (bus_id,country) beside the GridKit files. A bus has the
# country of its tags; a joint has none and takes that of its neighbours along lines, in rounds: the label most
# frequent among its labelled neighbours, of equals the first in the alphabet, until nothing changes. Buses and
# lines under construction do not count. Usage: label_joints.py FOLDER
import collections
import csv
import pathlib
import re
import sys


def rows(folder, name):
    with open(folder / f'entsoegridkit_{name}.csv', encoding='utf-8', newline='') as file:
        yield from csv.DictReader(file, quotechar="'")


def label(folder):
    country = {}  # of every bus that is kept; empty = not known yet
    for bus in rows(folder, 'buses'):
        if bus['under_construction'] != 't':
            found = re.search(r'"country"=>"([^"]*)"', bus['tags'] or '')
            country[bus['bus_id']] = found[1] if found else ''
    near = collections.defaultdict(set)
    for line in rows(folder, 'lines'):
        ends = line['bus0'], line['bus1']
        if line['under_construction'] not in ('t', 'True') and all(end in country for end in ends):
            near[ends[0]].add(ends[1])
            near[ends[1]].add(ends[0])
    while True:
        new = {}
        for bus in (bus for bus, word in country.items() if not word):
            votes = collections.Counter(country[other] for other in near[bus] if country[other])
            if votes:
                new[bus] = min(votes, key=lambda word: (-votes[word], word))
        if not new:
            return country
        country.update(new)


def main():
    folder = pathlib.Path(sys.argv[1])
    with open(folder / 'labels.csv', 'w', encoding='utf-8') as out:
        out.write('bus_id,country\n')
        out.writelines(f'{bus},{word}\n' for bus, word in label(folder).items() if word)


main()
