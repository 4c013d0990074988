// SPDX-License-Identifier: Apache-2.0
//
// A scenario as it is put together on screen, and as the record that the server keeps.
import type { Rec, Value } from '$lib/api/types';

export const selectors = ['kind', 'sector', 'region', 'assets', 'near', 'all'] as const;
export type Selector = (typeof selectors)[number] | 'other';

export interface Hazard {
  by: Selector;
  values: string[]; // kinds, sectors, regions or keys
  near: { lon: number; lat: number; km: number };
  p: number; // 0 to 1, of each asset
  at_h: number;
  class: string; // '' = in all
  rest: Record<string, Value>; // what the screen does not show: kept as it is
}

// Either all have a chance, or none has: then they are a list of events (docs/guide/simulation.md).
export interface ThreatClass {
  name: string;
  p: number | null; // null: trials take them in turn
  times: number; // how often in turn, one after the other
}

export interface Draft {
  key: string | null; // null: not stored yet
  title: string;
  hours: number; // 0: the static question
  step_h: number;
  restart: 'free' | 'sequential';
  own_damage: boolean;
  classes: ThreatClass[];
  hazards: Hazard[];
  measures: string[];
  rate: number | null; // how often a year
  tolerance: [number, number][]; // loss, chance per year
  trials: number;
  seed: number;
}

export const newHazard = (): Hazard => ({ by: 'kind', values: [], near: { lon: 0, lat: 0, km: 10 }, p: 0.1, at_h: 0, class: '', rest: {} });

export const newDraft = (): Draft => ({
  key: null, title: '', hours: 72, step_h: 1, restart: 'free', own_damage: true, classes: [], hazards: [], measures: [],
  rate: null, tolerance: [], trials: 10_000, seed: 1,
});

const read = (value: Value | undefined): Value | undefined => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return undefined;
  }
};
const listOf = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value]);
const numberOr = (value: Value | undefined, other: number): number => (typeof value === 'number' ? value : other);

function hazardOf(item: Value): Hazard {
  const { p, at_h, class: name, ...named } = item as { [key: string]: Value };
  const hazard: Hazard = { ...newHazard(), by: 'other', p: numberOr(p, 0), at_h: numberOr(at_h, 0), class: typeof name === 'string' ? name : '', rest: named };
  const words = Object.keys(named);
  const [by] = words;
  if (words.length !== 1 || !selectors.some((each) => each === by)) return hazard;
  if (by === 'near') hazard.near = named.near as unknown as Hazard['near'];
  else if (by !== 'all') hazard.values = listOf(named[by!]).map(String);
  return { ...hazard, by: by as Selector, rest: {} };
}

function classOf(item: Value): ThreatClass {
  const { name, p, times } = item as { [key: string]: Value };
  return { name: typeof name === 'string' ? name : '', p: typeof p === 'number' ? p : null, times: numberOr(times, 1) };
}

export const isInTurn = (classes: ThreatClass[]): boolean => classes.some((each) => each.p === null);
export const sumOf = (classes: ThreatClass[]): number => classes.reduce((sum, each) => sum + (each.p ?? 0), 0);

export function draftOf(record: Rec): Draft {
  const plain = newDraft();
  const lists = (name: string) => listOf(read(record[name]));
  return {
    key: record.key,
    title: typeof record.title === 'string' ? record.title : '',
    hours: numberOr(record.hours, 0),
    step_h: numberOr(record.step_h, 1),
    restart: record.restart === 'sequential' ? 'sequential' : 'free',
    own_damage: record.own_damage !== false,
    classes: lists('classes').map(classOf),
    hazards: lists('hazards').map(hazardOf),
    measures: lists('measures').map(String),
    rate: typeof record.rate_per_year === 'number' ? record.rate_per_year : null,
    tolerance: lists('tolerance') as unknown as Draft['tolerance'],
    trials: numberOr(record.trials, plain.trials),
    seed: numberOr(record.seed, plain.seed),
  };
}

function hazardBody(hazard: Hazard, isTimed: boolean): Record<string, Value> {
  const named: Record<string, Value> =
    hazard.by === 'other' ? hazard.rest : hazard.by === 'all' ? { all: true } : hazard.by === 'near' ? { near: { ...hazard.near } } : { [hazard.by]: hazard.values };
  return { p: hazard.p, ...(hazard.class ? { class: hazard.class } : {}), ...(isTimed && hazard.at_h > 0 ? { at_h: hazard.at_h } : {}), ...named };
}

// What happens, as the API takes it inside a question.
export function scenarioBody(draft: Draft): Record<string, Value> {
  const isTimed = draft.hours > 0;
  return {
    hours: isTimed ? draft.hours : null,
    step_h: isTimed ? draft.step_h : null,
    restart: draft.restart,
    own_damage: draft.own_damage,
    classes: draft.classes.length ? draft.classes.map(({ name, p, times }): Value => (p === null ? { name, times } : { name, p })) : null,
    hazards: draft.hazards.length ? draft.hazards.map((hazard) => hazardBody(hazard, isTimed)) : null,
    measures: draft.measures,
    rate_per_year: draft.rate,
    tolerance: draft.tolerance.length ? draft.tolerance : null,
  };
}

// The whole record, without its key.
export const recordBody = (draft: Draft): Record<string, Value> => ({ title: draft.title, ...scenarioBody(draft), trials: draft.trials, seed: draft.seed });

export type Lack = 'title' | 'nothing' | 'hazard' | 'near' | 'class_sum' | 'class_name' | 'tolerance';

// What is still missing before it can be asked, most basic first.
export function lacksOf(draft: Draft): Lack[] {
  const out: Lack[] = [];
  if (!draft.title.trim()) out.push('title');
  if (!draft.own_damage && draft.hazards.length === 0) out.push('nothing');
  if (draft.hazards.some((hazard) => ['kind', 'sector', 'region', 'assets'].includes(hazard.by) && hazard.values.length === 0)) out.push('hazard');
  if (draft.hazards.some((hazard) => hazard.by === 'near' && !(hazard.near.km > 0))) out.push('near');
  if (draft.classes.some((each, at) => !each.name.trim() || draft.classes.findIndex((other) => other.name === each.name) !== at)) out.push('class_name');
  if (draft.classes.length && !isInTurn(draft.classes) && Math.abs(sumOf(draft.classes) - 1) > 1e-9) out.push('class_sum');
  if (draft.tolerance.some(([loss, p], at) => at > 0 && (loss <= draft.tolerance[at - 1]![0] || p > draft.tolerance[at - 1]![1]))) out.push('tolerance');
  return out;
}

// A key from a title: capital letters and digits of it, or of the moment where it has none.
export function keyFor(title: string, taken: (key: string) => boolean, moment: number): string {
  const words = title.normalize('NFKD').toUpperCase().replace(/[^A-Z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40);
  const base = words || `S-${moment.toString(36).toUpperCase()}`;
  if (!taken(base)) return base;
  for (let number = 2; ; number++) if (!taken(`${base}-${number}`)) return `${base}-${number}`;
}
