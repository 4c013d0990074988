// SPDX-License-Identifier: Apache-2.0
//
// Needs, offers and projects as the server holds them against each other. What fits and why is decided there; here is
// only what a factor was held against, for people to read.
import type { Rec } from '$lib/api/types';

export const factors = ['kind', 'theme', 'sector', 'language', 'region', 'time', 'capacity'] as const;
export type Factor = (typeof factors)[number];
export type Verdict = 'met' | 'not_met' | 'unknown';

export interface Match {
  offer: string;
  met: number;
  not_met: number;
  factors: Record<Factor, Verdict>;
}
export interface MatchedNeed {
  need: Rec;
  gaps: { provision: string; title: string; score: number | null; value: number }[];
  matches: Match[];
  match_count: number;
}
export interface KnownOffer {
  offer: Rec;
  used: number;
  needs: number;
}
export interface MeasuredProject {
  project: Rec;
  progress: number | null;
  score_before: number | null;
  score_after: number | null;
}
export interface Assistance {
  needs: MatchedNeed[];
  offers: KnownOffer[];
  projects: MeasuredProject[];
  without_offer: string[];
  unneeded: string[];
}
export interface Pair {
  a: string;
  title_a: string;
  b: string;
  title_b: string;
  title_likeness: number;
  same_provider: boolean;
  kind_in_common: boolean;
  same_url: boolean;
}

const words = (record: Rec, field: string): string[] => {
  const value = record[field];
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' && value ? [value] : [];
};

// How the words of a factor are said to people; what is missing here stays as it is.
export type Say = Partial<Record<Factor, (word: string) => string>>;

// What the need wants and what the offer has, as words; empty: nobody said.
export function sides(factor: Factor, need: Rec, offer: KnownOffer, say: Say, day: (value: string | null) => string, any: string): { wanted: string[]; offered: string[] } {
  const as = (list: string[]) => list.map((word) => (word.toLowerCase() === 'any' ? any : (say[factor]?.(word) ?? word)));
  const time = (record: Rec, field: string) => (typeof record[field] === 'string' ? day(record[field] as string) : '');
  switch (factor) {
    case 'kind':
      return { wanted: as(words(need, 'kind')), offered: as(words(offer.offer, 'kinds')) };
    case 'theme':
      return { wanted: as(words(need, 'theme')), offered: as(words(offer.offer, 'themes')) };
    case 'sector':
      return { wanted: as(words(need, 'sectors')), offered: as(words(offer.offer, 'sectors')) };
    case 'language':
      return { wanted: as(words(need, 'languages')), offered: as(words(offer.offer, 'languages')) };
    case 'region':
      return { wanted: as(words(need, 'region')), offered: as(words(offer.offer, 'regions')) };
    case 'time': {
      const [from, until] = [time(offer.offer, 'starts_at'), time(offer.offer, 'ends_at')];
      return { wanted: [time(need, 'wanted_by')].filter(Boolean), offered: from || until ? [`${from || '…'} – ${until || '…'}`] : [] };
    }
    case 'capacity':
      return { wanted: [], offered: typeof offer.offer.capacity === 'number' ? [`${offer.used} / ${offer.offer.capacity}`] : [] };
  }
}

// The key of the next need about a provision: behind the last, also where one between was removed.
export function nextNeed(assessment: string, provision: string, needs: Rec[]): string {
  const before = `${assessment}/${provision}/N`;
  const numbers = needs.filter((each) => each.key.startsWith(before)).map((each) => Number(each.key.slice(before.length)) || 0);
  return `${before}${Math.max(0, ...numbers) + 1}`;
}

// The need that is asked for; only where none is, the first: the most urgent one. undefined: it is not among them.
export const chosenOf = (needs: MatchedNeed[], asked: string): MatchedNeed | undefined => (asked ? needs.find((each) => each.need.key === asked) : needs[0]);
