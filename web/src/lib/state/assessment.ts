// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of provisions and an assessment's answers as the screens walk through them. Scores come from the
// server; here is only order, progress and what may be taken over.
import type { Rec } from '$lib/api/types';

export interface Question {
  key: string;
  text: string;
  wanted: string;
  applies: string;
  levels: string[]; // how to judge, from rating 0 on
  weight: number; // in the mean of its provision
  review: string;
}
export interface Provision {
  key: string;
  instrument: string;
  paragraph: string;
  theme: string;
  title: string;
  requirement: string;
  review: string;
  force: string;
  crosswalk: string[];
  document: string;
  cites: string[];
  evidence_level: string;
  basis: string;
  questions: Question[];
}
export interface Named {
  code: string;
  name: string;
}
export interface Catalogue {
  edition: string;
  language: string;
  themes: Named[];
  scale: Named[];
  instruments: { key: string; name: string; force: string; is_active: boolean }[];
  provisions: Provision[];
}
export interface Score {
  implementation: number | null;
  evidence_cover: number | null;
  effective: number | null;
  asked: number;
  answered: number;
  applicable: number;
  claimed: number;
  ageing: number; // of the answered: to be looked at again
  weighted: number; // of the asked: whose weight is not 1
}
export type Group = Score & Named & { weight?: number; is_weight_set?: boolean; may_answer?: boolean };
export interface Review {
  question: string;
  by: string;
  why: 'age' | 'evidence';
  is_due: boolean;
}
export interface Results {
  assessment: Rec;
  due_at: string | null;
  is_overdue: boolean;
  overall: Score;
  themes: Group[];
  instruments: Group[];
  provisions: (Score & { key: string })[];
  gaps: { provision: string; value: number; score: number; theme_weight: number; force_factor: number; recommendations: number; needs: number; proposed_urgency: string }[];
  phases: (Score & { phase: string; provisions: number; gaps: number; recommendations: number; needs: number })[];
  without_phase: number;
  rounds_before: { key: string; title: string }[];
  answer_months: number; // after which an answer is old
  reviews: Review[]; // of every rated question, what is due first
  carried: Rec[];
  findings: { gap: number; good_practice: number; vulnerability: number };
  unasked: Rec[]; // answers to questions that are not asked, or not any more
}

// What several assessors rated, as far as this reader may see it.
export interface Agreed {
  ordinal: number | null;
  nominal: number | null;
  questions: number;
  ratings: number;
  disputed: number;
}
export interface RatedQuestion {
  question: string;
  given: number;
  is_seen: boolean;
  median: number | null;
  spread: number | null;
  is_settled: boolean;
  judgements: Rec[];
}
export interface Agreement {
  is_open: boolean;
  may_open: boolean;
  may_rate: boolean;
  assessors: string[];
  overall: Agreed;
  sections: (Agreed & Named)[];
  questions: RatedQuestion[];
}
// What is furthest apart first, settled ones last, else as they are asked.
export const byDispute = (list: RatedQuestion[]): RatedQuestion[] =>
  [...list].sort((a, b) => Number(a.is_settled) - Number(b.is_settled) || (b.spread ?? -1) - (a.spread ?? -1));
// A median as a rating that can be given: half a step goes down, so that nothing is claimed that half of them did not see.
export const ratingOf = (median: number): string => String(Math.floor(median));

// Meetings in the order of their time, day by day as the reader's own clock has them.
export function byDay(meetings: Rec[]): { day: string; meetings: Rec[] }[] {
  const dayOf = (each: Rec) => {
    const date = new Date(String(each.starts_at));
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  };
  const inOrder = [...meetings].sort((a, b) => Date.parse(String(a.starts_at)) - Date.parse(String(b.starts_at)));
  return [...groupedBy(inOrder, dayOf)].map(([day, list]) => ({ day, meetings: list }));
}

// Two rounds over what both rated, as the server compares them.
export interface Pair {
  earlier: Score;
  later: Score;
  difference: number | null;
  compared: number;
  down: number;
  only_earlier: number;
  only_later: number;
  scope_changed: number;
}
export const gapChanges = ['reopened', 'new', 'closed', 'remaining', 'incomparable'] as const;
export interface Comparison {
  earlier: { assessment: Rec; overall: Score; gaps: number; not_asked: number };
  later: { assessment: Rec; overall: Score; gaps: number; not_asked: number };
  overall: Pair;
  gaps: Record<(typeof gapChanges)[number], number>;
  themes: (Pair & Named)[];
  instruments: (Pair & Named)[];
  provisions: (Pair & { key: string; title: string; theme: string; gap: (typeof gapChanges)[number] | 'none' })[];
  questions: { question: string; provision: string; earlier: string | null; later: string | null; change: string }[];
  recommendations: { recommendation: Rec; is_open: boolean; is_overdue: boolean; earlier: number | null; later: number | null; gap: string | null }[];
}

// What the round before answered to what is open in this one: proposed to somebody who decides.
export interface Former {
  key: string;
  title: string;
  answers: Map<string, Rec>;
}
export type EvidenceState = 'holds' | 'ended' | 'lacks';
export function evidenceOf(answer: Rec, now: number): EvidenceState {
  if (answer.evidence_accepted !== true) return 'lacks';
  const end = answer.evidence_expires_at;
  return typeof end === 'string' && Date.parse(end) <= now ? 'ended' : 'holds';
}
// A piece of evidence of its own: offered, refused, or accepted and then in force or over.
export function itemState(item: Rec, now: number): 'offered' | 'refused' | 'holds' | 'ended' {
  if (item.state !== 'accepted') return item.state === 'refused' ? 'refused' : 'offered';
  return typeof item.expires_at === 'string' && Date.parse(item.expires_at) <= now ? 'ended' : 'holds';
}
export function groupedBy(list: Rec[], nameOf: (each: Rec) => string): Map<string, Rec[]> {
  const out = new Map<string, Rec[]>();
  for (const each of list) out.set(nameOf(each), [...(out.get(nameOf(each)) ?? []), each]);
  return out;
}
export const grouped = (list: Rec[], field: string): Map<string, Rec[]> => groupedBy(list, (each) => String(each[field]));
export function proposalFor(question: string, answers: Map<string, Rec>, former: Former | null): Rec | null {
  const before = former?.answers.get(question);
  return before && typeof before.rating === 'string' && typeof answers.get(question)?.rating !== 'string' ? before : null;
}

// An answer as a form holds it.
const said = ['rating', 'comment', 'discussion', 'evidence', 'evidence_link', 'evidence_record', 'reused_from'] as const;
export type Draft = Record<(typeof said)[number] | 'evidence_expires_at', string> & { evidence_accepted: boolean };
const textOf = (record: Rec | null, name: string) => (typeof record?.[name] === 'string' ? (record[name] as string) : '');
export const draftOf = (record: Rec | null): Draft => ({
  ...(Object.fromEntries(said.map((name) => [name, textOf(record, name)])) as Record<(typeof said)[number], string>),
  evidence_accepted: record?.evidence_accepted === true,
  evidence_expires_at: textOf(record, 'evidence_expires_at').slice(0, 10),
});

// An answer taken over into a draft: its rating, which is what was asked for, and its comment and evidence where the draft
// has none of its own. Evidence goes as one, so that nobody's is accepted or ends as another's. before: the answer that
// was taken over last; what came from there is not the draft's own.
const evidence = ['evidence', 'evidence_link', 'evidence_record', 'evidence_expires_at'] as const;
export function takenOver(draft: Draft, from: Draft, before: Draft | null): Draft {
  const isOwn = (name: keyof Draft) => draft[name] !== '' && draft[name] !== before?.[name];
  const keep = <Name extends keyof Draft>(of: Draft, names: readonly Name[]) => Object.fromEntries(names.map((name) => [name, of[name]])) as Pick<Draft, Name>;
  return {
    ...from,
    ...(isOwn('comment') && keep(draft, ['comment'])),
    ...(evidence.some(isOwn) && keep(draft, [...evidence, 'evidence_accepted'])),
  };
}

// The other rounds of what an assessment assesses, the newest first.
export function roundsBeside(record: Rec, all: Rec[]): Rec[] {
  const start = (each: Rec) => (typeof each.starts_at === 'string' ? each.starts_at : '');
  const of = (each: Rec) => [each.subject, each.sector ?? '', each.organisation ?? ''].join('\n');
  return all.filter((each) => each.key !== record.key && of(each) === of(record)).sort((a, b) => (start(a) < start(b) ? 1 : start(a) > start(b) ? -1 : 0));
}

// Narrows a list of assessments towards those of one subject; what has neither sector nor organisation is not asked for so.
export function subjectOf(record: Rec): Record<string, string> {
  const known = ['subject', 'sector', 'organisation'].flatMap((name) => (typeof record[name] === 'string' ? [[name, record[name] as string]] : []));
  return Object.fromEntries(known) as Record<string, string>;
}

// Answers as they were read, but those that were saved here since.
export function withOwn(read: Map<string, Rec>, own: Map<string, Rec>): Map<string, Rec> {
  const newer = [...own].filter(([question, mine]) => Number(mine.version) > Number(read.get(question)?.version ?? 0));
  return new Map([...read, ...newer]);
}

// Is any of it shown in a translation that no native speaker has read?
export const isUnread = (catalogue: Catalogue): boolean => catalogue.provisions.some((each) => each.review === 'unreviewed');

// What of a provision's or a question's words is worth saying to who reads them in this language; null: nothing.
export function saidOf(review: string, basis: string, language: string): string | null {
  if (review === 'own') return basis === 'OSCAL' ? 'assess.as_imported' : 'assess.own_words';
  return review === 'original' && language !== 'en' ? 'assess.in_english' : null;
}

// The key of the next recommendation about a provision: behind the last, also where one between was removed.
export function nextAdvice(assessment: string, provision: string, advice: Rec[]): string {
  const before = `${assessment}/${provision}/R`;
  const numbers = advice.filter((each) => each.key.startsWith(before)).map((each) => Number(each.key.slice(before.length)) || 0);
  return `${before}${Math.max(0, ...numbers) + 1}`;
}

export interface Step {
  provision: Provision;
  question: Question;
}

// The questions in the order in which they are asked: by theme as the catalogue orders them, then by provision. asked:
// keys of the provisions that the assessment asks.
export function stepsOf(catalogue: Catalogue, asked: Set<string>, theme = ''): Step[] {
  const place = new Map(catalogue.themes.map((each, index) => [each.code, index]));
  const end = place.size;
  return catalogue.provisions
    .filter((each) => asked.has(each.key) && (!theme || each.theme === theme))
    .map((provision, index) => ({ provision, index }))
    .sort((a, b) => (place.get(a.provision.theme) ?? end) - (place.get(b.provision.theme) ?? end) || a.index - b.index)
    .flatMap(({ provision }) => provision.questions.map((question) => ({ provision, question })));
}

// The first question behind `from` that has no rating, going round; null when all have one.
export function nextOpen(steps: Step[], rated: (key: string) => boolean, from: number): Step | null {
  for (let at = 1; at <= steps.length; at++) {
    const step = steps[(from + at) % steps.length]!;
    if (!rated(step.question.key)) return step;
  }
  return null;
}

// Answers that may be taken over to a question: of provisions that the crosswalk joins with its own, either way. They
// are shown to somebody who decides; nothing is taken over by itself.
export function candidates(catalogue: Catalogue, step: Step, answers: Map<string, Rec>): { step: Step; answer: Rec }[] {
  const own = step.provision;
  const found: { step: Step; answer: Rec }[] = [];
  for (const provision of catalogue.provisions) {
    if (provision.key === own.key || !(own.crosswalk.includes(provision.key) || provision.crosswalk.includes(own.key))) continue;
    for (const question of provision.questions) {
      const answer = answers.get(question.key);
      if (answer && typeof answer.rating === 'string') found.push({ step: { provision, question }, answer });
    }
  }
  return found;
}

// Does a text hold all the words, whatever their case?
export function holdsWords(text: string, words: string): boolean {
  const low = text.toLocaleLowerCase();
  return words.toLocaleLowerCase().split(/\s+/).every((word) => low.includes(word));
}

// Corners of a radar: the first axis points up, the others follow clockwise; shares outside 0 to 1 are cut.
export function corners(shares: (number | null)[], centre: number, radius: number): { x: number; y: number }[] {
  return shares.map((share, index) => {
    const angle = (index / shares.length) * 2 * Math.PI - Math.PI / 2;
    const reach = radius * Math.max(0, Math.min(1, share ?? 0));
    return { x: centre + reach * Math.cos(angle), y: centre + reach * Math.sin(angle) };
  });
}
