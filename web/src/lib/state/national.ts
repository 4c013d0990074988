// SPDX-License-Identifier: Apache-2.0
//
// What is of the nation, as the server tells it: the library, the bulletins, strategy and law. What is missing is decided
// there; here is only what the screens look up in it.
import type { Rec } from '$lib/api/types';

export const phases = ['prevent', 'protect', 'mitigate', 'investigate', 'respond', 'recover'] as const;
export type Phase = (typeof phases)[number];

export interface LibraryItem {
  practice: Rec;
  measures: number;
  actions: number;
  is_follow_up_overdue: boolean;
}
export interface Library {
  items: LibraryItem[];
  phases: Record<Phase, number>;
  without_phase: number;
}

export interface KnownBulletin {
  bulletin: Rec;
  is_for_me: boolean;
  my_receipt_at: string | null;
  is_overdue: boolean;
  coverage?: { accounts: number; read: number; organisations: { organisation: string; name: string; accounts: number; read: number }[] };
}
export interface Awareness {
  has_coverage: boolean;
  bulletins: KnownBulletin[];
}

export interface Missing {
  rule: string;
  about: 'strategy' | 'objective' | 'action' | 'phase' | 'sector' | 'offence';
  subject: string;
  name: string;
}
export interface KnownStrategy {
  strategy: Rec;
  objectives: Rec[];
  actions: Rec[];
  missing: Missing[];
  rules_met: number;
  review_due_at: string | null;
  is_overdue: boolean;
  cost: number;
  funded: number;
}
export interface Cell {
  conduct: string;
  form: string;
  in_force: number;
  asked_by: string | null;
}
export interface Role {
  organisation: string;
  name: string;
  mandates: Rec[];
}
export interface Frame {
  strategies: KnownStrategy[];
  rules: { rule: string; provisions: string[] }[];
  law: { cells: Cell[]; empty: number; asked: number; empty_asked: number; laws: Rec[] };
  roles: Role[];
  agreements: Rec[];
  reach: { sector: string; name: string; in_force: number; exercised: number; public_private: number }[];
  safeguards: { safeguard: Rec; lacks: string[]; review_due_at: string | null; is_overdue: boolean }[];
  phases: { phase: Phase; actions: number; done: number; leads: number; supports: number; agreements: number; practices: number; leads_all_sectors: number }[];
}

interface Satisfied {
  asked: number;
  applicable: number;
  satisfied: number;
  effective: number | null;
}
export interface AuditScore extends Satisfied {
  code: string;
  open_findings: number;
}
export interface AviationSection extends Satisfied {
  key: string;
  paragraph: string;
  title: string;
  is_read: boolean;
  areas: string[];
  elements: string[];
  open_findings: number;
  programmes: { level: string; in_force: number; late: number; draft: number }[];
}
export interface MergedFinding {
  finding: Rec;
  origins: string[];
  merged: string[];
  is_open: boolean;
  is_overdue: boolean;
}
export interface Aviation {
  assessment: string | null;
  title: string | null;
  areas: AuditScore[];
  elements: AuditScore[];
  cells: (Satisfied & { area: string; element: string })[];
  chapters: (Satisfied & { instrument: string; name: string; paragraph: string; sections: AviationSection[] })[];
  programmes: { programme: Rec; review_due_at: string | null; is_overdue: boolean }[];
  devices: { device: Rec; test_due_at: string | null; is_test_overdue: boolean; is_past_life: boolean }[];
  trials: Rec[];
  findings: MergedFinding[];
  pairs: { a: string; title_a: string; b: string; title_b: string; title_likeness: number }[];
  pairs_left_out: boolean;
}

export interface MeansTrend {
  means: string;
  counts: { count: number; low: number; high: number }[];
  running: number;
  earlier: number;
  change: { trend: 'nothing' | 'not_shown' | 'up' | 'down'; ratio: number | null; low: number | null; high: number | null; p: number };
  traceable: number;
  asked: number;
  answered: number;
  traced: number;
  median_days: number | null;
  in_place: number;
  coming: number;
  known: number;
}
export interface Weapons {
  period: string;
  kind: string | null;
  periods: { starts_at: string; ends_at: string }[];
  means: MeansTrend[];
  open_trace_count: number;
  open_traces: Rec[];
  regions: string[];
  counter_count: number;
  counters?: { noun: string; key: string; title: string; state: string; means: string[] }[]; // where they were asked for
}

export interface SoftType {
  code: string;
  name: string;
  places: number;
  with_hours: number;
  with_mean: number;
  with_peak: number;
  people_mean: number;
  people_peak: number;
  lacking: number;
  to_mend: number;
  mend_overdue: number;
  kinds: { kind: string; never: number; overdue: number; current: number }[];
}
export interface OpenPlace {
  key: string;
  name: string;
  region: string;
  type: string;
  people_mean: number | null;
  people_peak: number | null;
  lacks: { kind: string; state: 'never' | 'overdue'; due_at: string | null }[];
}
export interface SoftTargets {
  kinds: { kind: string; provisions: string[] }[];
  all: SoftType;
  types: SoftType[];
  hours: { month: number | null; places: number; out_of_season: number; unknown: number; people: number[] };
  lacking_count: number;
  lacking: OpenPlace[];
}

export const text = (record: Rec, name: string): string => (typeof record[name] === 'string' ? (record[name] as string) : '');
export const words = (record: Rec, name: string): string[] => (Array.isArray(record[name]) ? (record[name] as unknown[]).map(String) : []);

// The matrix of the legal map: rows and columns in the order in which the server tells the cells.
export function matrixOf(cells: Cell[]): { conducts: string[]; forms: string[]; at: (conduct: string, form: string) => Cell | undefined } {
  const index = new Map(cells.map((cell) => [`${cell.conduct}.${cell.form}`, cell]));
  return {
    conducts: [...new Set(cells.map((cell) => cell.conduct))],
    forms: [...new Set(cells.map((cell) => cell.form))],
    at: (conduct, form) => index.get(`${conduct}.${form}`),
  };
}

// Where a missing element is mended: the record it is about, or the form of a new one.
export function mendHref(missing: Missing, strategy: string): string {
  const record = (plural: string, key: string) => `/record/${plural}?key=${encodeURIComponent(key)}&edit=1`;
  switch (missing.about) {
    case 'objective':
      return missing.rule === 'actions' ? '/record/actions?new=1' : record('objectives', missing.subject);
    case 'action':
      return record('actions', missing.subject);
    case 'phase':
      return missing.rule === 'lead' ? '/record/mandates?new=1' : '/record/actions?new=1';
    case 'sector':
      return '/record/actions?new=1';
    case 'offence':
      return '/record/laws?new=1';
    case 'strategy':
      return missing.rule === 'objectives' ? '/record/objectives?new=1' : record('strategies', strategy);
  }
}

export const leadState = (leads: number): 'ok' | 'failed' | 'degraded' => (leads === 1 ? 'ok' : leads === 0 ? 'failed' : 'degraded');
// Markings below one, the lowest first: what may be asked for.
export const markings = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'];
export const lowerMarkings = (marking: string): string[] => markings.slice(0, Math.max(0, markings.indexOf(marking)));
