// SPDX-License-Identifier: Apache-2.0
//
// The nouns as the server describes them: loaded once, asked by every screen that shows a record.
import { api } from '$lib/api/client';
import type { Field, Noun, Rec, Schema } from '$lib/api/types';

const state = $state<{ nouns: Noun[] }>({ nouns: [] });
// Nouns with a screen of their own, or none.
const apart = new Set(['user', 'job', 'event', 'attachment', 'log', 'release', 'receipt']);
let pending: Promise<void> | null = null;

export const schema = {
  get nouns() {
    return state.nouns;
  },
  get listed() {
    return state.nouns.filter((noun) => !apart.has(noun.name));
  },
  get ready() {
    return state.nouns.length > 0;
  },
  byName: (name: string): Noun | undefined => state.nouns.find((noun) => noun.name === name),
  byPlural: (plural: string): Noun | undefined => state.nouns.find((noun) => noun.plural === plural),
  pluralOf: (name: string): string => state.nouns.find((noun) => noun.name === name)?.plural ?? `${name}s`,
};

export function loadSchema(): Promise<void> {
  pending ??= api.get<Schema>('/schema').then(
    (loaded) => {
      state.nouns = loaded.nouns;
    },
    (error) => {
      pending = null;
      throw error;
    },
  );
  return pending;
}

// What is of the nation as a whole; its words travel apart.
const national = new Set(['practice', 'bulletin', 'receipt', 'strategy', 'objective', 'action', 'law', 'mandate', 'agreement', 'safeguard', 'programme', 'device', 'trial', 'finding', 'occurrence', 'preparation']);
export const isNational = (noun: string | undefined): boolean => national.has(noun ?? '');

// What the platform keeps about itself; its words travel with those of set-up.
const kept = new Set(['user', 'grant', 'event', 'job', 'taxonomy', 'recipe']);
export const isKept = (noun: string | undefined): boolean => kept.has(noun ?? '');

// Fields that every record has and that stand apart from the noun's own.
export const common = new Set(['key', 'id', 'version', 'marking', 'compartments', 'source', 'created_at', 'updated_at', 'attributes', 'can']);

export const ownFields = (noun: Noun): Field[] => noun.fields.filter((field) => !common.has(field.name));

// What a person calls this record.
export function titleOf(record: Rec): string {
  for (const name of ['name', 'title', 'display_name'])
    if (typeof record[name] === 'string' && record[name]) return record[name] as string;
  return record.key;
}
