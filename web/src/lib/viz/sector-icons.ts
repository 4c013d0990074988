// SPDX-License-Identifier: Apache-2.0
//
// One drawing for each sector, in the 15-unit grid of the Maki set: for the map and for its legend.
import bank from '@mapbox/maki/icons/bank.svg?outline';
import castle from '@mapbox/maki/icons/castle.svg?outline';
import college from '@mapbox/maki/icons/college.svg?outline';
import tower from '@mapbox/maki/icons/communications-tower.svg?outline';
import danger from '@mapbox/maki/icons/caution.svg?outline';
import farm from '@mapbox/maki/icons/farm.svg?outline';
import fireStation from '@mapbox/maki/icons/fire-station.svg?outline';
import hospital from '@mapbox/maki/icons/hospital.svg?outline';
import industry from '@mapbox/maki/icons/industry.svg?outline';
import museum from '@mapbox/maki/icons/museum.svg?outline';
import rail from '@mapbox/maki/icons/rail-light.svg?outline';
import rocket from '@mapbox/maki/icons/rocket.svg?outline';
import townHall from '@mapbox/maki/icons/town-hall.svg?outline';
import water from '@mapbox/maki/icons/water.svg?outline';

export const iconGrid = 15;
// The set has no sign for energy, so this one is ours.
const bolt = 'M9 .5L2.5 8.5H6.7L5.5 14.5L12.5 6H8z';
const drawings: Record<string, string> = { CH: danger, CU: museum, DE: castle, ED: college, EN: bolt, FI: bank, FO: farm, GO: townHall, HE: hospital, IC: tower, MF: industry, PS: fireStation, SP: rocket, TR: rail, WA: water };

// Path data of a sector; empty for one of the reader's own.
export const sectorIcon = (sector: string): string => drawings[sector] ?? '';
