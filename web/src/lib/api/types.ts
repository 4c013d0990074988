// SPDX-License-Identifier: Apache-2.0
//
// What the HTTP API says and hears.

export type FieldType =
  | 'text' | 'key' | 'ref' | 'integer' | 'number' | 'bool' | 'enum' | 'time' | 'json' | 'list' | 'marking' | 'lon' | 'lat';

export interface Field {
  name: string;
  type: FieldType;
  unit?: string | null;
  min?: number | null;
  max?: number | null;
  max_bytes?: number | null;
  required?: boolean;
  words?: string[] | null;
  refers?: string | null;
  default?: unknown;
  filter?: boolean;
  sort?: boolean;
  read_only?: boolean;
}

export interface Noun {
  name: string;
  plural: string;
  fields: Field[];
}

export interface Schema {
  nouns: Noun[];
}

export interface Instance {
  name: string;
  language: string;
  setup_needed: boolean;
  demo: boolean;
  provider: string | null; // what people call the provider of identities; null: there is none
  passkey_site: string | null; // null: there are none
  version: string | null; // nobody is told who is not signed in
  marking: string | null;
  data_version: number;
  asset_count: number;
  dependency_count: number;
}

export interface Actor {
  name: string;
  display_name: string | null;
  role: string;
  language: string | null;
}

export interface Session {
  actor: Actor | null;
  csrf: string | null;
  held?: 'password' | 'second_factor' | null;
  can: string[]; // verbs that hold somewhere
  adds: string[]; // plurals of nouns of which records may be added somewhere
  instance: Instance;
}

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

export interface Rec {
  key: string;
  id?: string | number;
  version?: number;
  marking?: string | null;
  compartments?: string[];
  source?: string | null;
  created_at?: string | null;
  updated_at?: string | null;
  attributes?: Record<string, Value> | null;
  can?: string[];
  [field: string]: Value | undefined;
}

// What a second person lets run, or does not (docs/guide/access.md).
export interface Release extends Rec {
  kind: 'simulation' | 'export' | 'lowering' | 'practice';
  state: 'waiting' | 'approved' | 'declined' | 'used';
  owner: string;
  title: string | null;
  reason: string;
  question: Value;
  records: number | null;
  used_at: string | null;
  expires_at: string;
  decided_by: string | null;
  decided_at: string | null;
  note: string | null;
  min_assets: number | null;
  job: string | null;
}

export interface Page<T = Rec> {
  items: T[];
  next: string | null;
  count: { value: number; exact: boolean };
}

export interface HistoryItem {
  version: number;
  at: string;
  actor: string | null;
  action: string;
  event: number | null;
  source: string | null;
  changes: FieldChange[];
}

export interface LogItem {
  seq: number;
  at: string;
  actor: string | null;
  action: string;
  noun: string | null;
  key: string | null;
  source: string | null;
  detail: Value;
}

export interface LogCheck {
  valid: boolean;
  events: number;
  checkpoints: number;
  key: string;
  root: string | null;
  broken: { sequence: number; code: string; message: string } | null;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  id: string;
  kind: string;
  state: JobState;
  progress: number | null;
  done: number | null;
  total: number | null;
  unit: string | null;
  rate_per_s: number | null;
  eta_s: number | null;
  owner: string | null;
  created_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  result: Record<string, Value> | null;
  error: ProblemDoc | null;
  preview_count?: number; // how often a simulation told what is known so far
}

export interface ProblemDoc {
  type?: string;
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  pointer?: string;
  line?: number;
  errors?: { code?: string; pointer?: string; message?: string }[];
}

export interface ImportProblem {
  file: string | null;
  line: number | null;
  column: string | null;
  severity: string;
  code: string;
  message: string;
}

// What a dry run would do to one record.
export interface ImportChange {
  noun: string;
  key: string;
  name: string | null;
  marking: string;
  action: 'added' | 'changed';
  file: string;
  line: number;
  too_long: boolean; // then `changes` has none
  changes: FieldChange[];
}

export interface ImportResult {
  added: number;
  changed: number;
  unchanged: number;
  refused: number;
  by_noun?: Record<string, Record<string, number>>;
  changes?: ImportChange[]; // the first of change_count
  change_count?: number;
  problems: ImportProblem[];
  problem_count?: number;
  stored?: boolean;
  event?: number | null;
}

export interface SearchHit {
  noun: string;
  key: string;
  name: string | null;
  kind: string | null;
  sector: string | null;
  region: string | null;
}

export interface RankRow {
  key: string;
  name?: string | null;
  kind?: string | null;
  sector?: string | null;
  failed_count: number;
  people: number;
  people_hours: number | null;
  failed_by_kind: Record<string, number>;
  sector_count?: number; // with weights, as what follows
  score?: number;
  parts?: Record<string, number>;
  best?: number;
  worst?: number;
}

export interface Overview {
  counts: { assets: number; dependencies: number; services: number; organisations: number; regions: number; layers: number };
  by_sector: { sector: string; count: number; people: number }[];
  by_region: { region: string; name?: string; count: number; people?: number }[];
  by_kind: { kind: string; count: number }[];
  quality: { code: string; count: number; noun: string | null }[];
  recent: LogItem[];
  bounds: [number, number, number, number] | null;
  points: [number, number, number][];
  top: RankRow[] | null;
  snapshot: string | null;
}

// What waits in the assessments that one rates in, what is due first in front.
export interface OwnReviews {
  evidence_ends_days: number;
  is_cut: boolean;
  items: { assessment: string; title: string; marking: string; old: number; lapsed: number; ending: number; by: string }[];
}

export interface GraphNode {
  key: string;
  name: string | null;
  kind: string | null;
  sector: string | null;
  region: string | null;
  hop: number;
  people_served: number | null;
  suppliers: number;
  consumers: number;
  single_point: boolean;
}

export interface GraphEdge {
  key: string;
  supplier: string;
  consumer: string;
  input: string | null;
  need: string | null;
  buffer_h: number | null;
  type: string;
  state: string | null;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  truncated: boolean;
}

// A neighbourhood of too many assets: those of a sector in a region together.
export interface GroupedGraph {
  groups: { sector: string | null; region: string | null; count: number; people_served: number; hop: number }[];
  links: { from: number; to: number; count: number }[]; // indices into groups
  node_count: number;
  truncated: boolean;
}

export interface CheckFault {
  code: string;
  severity: string;
  noun: string | null;
  key: string | null;
  message: string;
}

export interface FieldChange {
  field: string;
  before: Value;
  after: Value;
}

// A change to many records, done or only looked at.
export interface EditResult {
  matched: number;
  changed: number;
  unchanged: number;
  refused: number;
  changes: { key: string; name: string | null; changes: FieldChange[] }[]; // the first
  problems: { key: string; code: string; column: string | null; message: string }[]; // the first
  stored: boolean;
  event: number | null;
}

// An address within the application that a person keeps under a name.
export interface View {
  name: string;
  address: string;
}
