// SPDX-License-Identifier: Apache-2.0
//
// A questionnaire as the editor holds it: the same document that is stored, taken out and opened again. What is wrong with
// it the server says (a dry run); here is only how it is written.

export const format = 'holdfast-questionnaire/1';
export const levelCount = 5;

// The texts of one thing in one language. reviewed: a native speaker has read the translation.
export interface Texts {
  reviewed?: boolean;
  levels?: string[];
  [name: string]: string | string[] | boolean | undefined;
}
export type Words = Record<string, Texts>;
export interface AskedQuestion {
  key: string;
  weight?: number | null; // none: 1
  words: Words;
}
export interface AskedSection {
  key: string;
  theme: string;
  weight?: number;
  words: Words;
  questions: AskedQuestion[];
}
export interface Questionnaire {
  format: string;
  key: string;
  language: string;
  version: string;
  force?: string;
  is_active?: boolean;
  marking?: string;
  words: Words;
  sections: AskedSection[];
}
// As the server reads it out: with the answers to its questions, and to those that left it.
export interface ReadQuestionnaire {
  document: Questionnaire;
  answers: Record<string, number>;
  retired: Record<string, number>;
  is_own: boolean;
  can: string[];
}
export interface ListedQuestionnaire {
  key: string;
  name: string;
  version: string;
  language: string;
  marking: string;
  is_active: boolean;
  is_own: boolean;
  sections: number;
  questions: number;
  answers: number;
  languages: { language: string; missing: number; unreviewed: number }[];
  can: string[];
}
export interface Told {
  code: string;
  pointer: string;
  message: string;
}
export interface Stored {
  stored: boolean;
  added: number;
  changed: number;
  removed: number;
  kept_answers: number;
  faults: Told[];
  hints: Told[];
}

export const blank = (language: string): Questionnaire => ({
  format,
  key: '',
  language,
  version: '1',
  is_active: false,
  words: { [language]: {} },
  sections: [],
});

export const isQuestionnaire = (value: unknown): value is Questionnaire =>
  typeof value === 'object' && value !== null && (value as Questionnaire).format === format && typeof (value as Questionnaire).key === 'string' && Array.isArray((value as Questionnaire).sections);

// What is typed in the questionnaire's own language has not been read in any other yet.
export function say(words: Words, own: string, language: string, name: string, value: string): void {
  const texts = (words[language] ??= {});
  if (value === '') delete texts[name];
  else texts[name] = value;
  doubt(words, own, language);
}
export function sayLevel(words: Words, own: string, language: string, level: number, value: string): void {
  const texts = (words[language] ??= {});
  const levels = Array.from({ length: levelCount }, (_, at) => (at === level ? value : (texts.levels?.[at] ?? '')));
  if (levels.some(Boolean)) texts.levels = levels;
  else delete texts.levels;
  doubt(words, own, language);
}
function doubt(words: Words, own: string, changed: string): void {
  if (changed !== own) return;
  for (const [language, texts] of Object.entries(words)) if (language !== own && texts.reviewed) texts.reviewed = false;
}

export const textIn = (words: Words, language: string, name: string): string => (typeof words[language]?.[name] === 'string' ? (words[language][name] as string) : '');
export const levelIn = (words: Words, language: string, level: number): string => words[language]?.levels?.[level] ?? '';
// The text as it is shown to who reads a language: without a translation the original.
export const shownIn = (words: Words, own: string, language: string, name: string): string => textIn(words, language, name) || textIn(words, own, name);

// Without what says nothing, so that it reads back as it was sent.
function cleanWords(words: Words, own: string): Words {
  const full = Object.entries(words).filter(([language, texts]) => language === own || Object.keys(texts).some((name) => name !== 'reviewed'));
  return Object.fromEntries(full.map(([language, texts]) => [language, language === own ? Object.fromEntries(Object.entries(texts).filter(([name]) => name !== 'reviewed')) : texts]));
}
export function cleaned(from: Questionnaire): Questionnaire {
  const tidy = <Thing extends { words: Words }>(thing: Thing): Thing => ({ ...thing, words: cleanWords(thing.words, from.language) });
  const question = ({ weight, ...rest }: AskedQuestion): AskedQuestion => ({ ...tidy(rest), ...(typeof weight === 'number' && weight !== 1 && { weight }) });
  return { ...tidy(from), sections: from.sections.map((section) => ({ ...tidy(section), questions: section.questions.map(question) })) };
}

// A name that none of these keys has, nor had: behind the highest number there is.
export function freshKey(prefix: string, taken: Iterable<string>): string {
  let highest = 0;
  for (const key of taken) {
    const match = key.startsWith(prefix) ? /^(\d+)/.exec(key.slice(prefix.length)) : null;
    if (match) highest = Math.max(highest, Number(match[1]));
  }
  return `${prefix}${highest + 1}`;
}
export const keysOf = (from: Questionnaire): string[] => from.sections.flatMap((section) => [section.key, ...section.questions.map((question) => question.key)]);

// Sections and questions are called after the questionnaire; while it is new its key may still change.
export function renamed(from: Questionnaire, key: string): Questionnaire {
  const inner = (old: string) => `${key}:${old.slice(old.indexOf(':') + 1)}`;
  return {
    ...from,
    key,
    sections: from.sections.map((section) => ({ ...section, key: inner(section.key), questions: section.questions.map((question) => ({ ...question, key: inner(question.key) })) })),
  };
}

// Written in another language than was said at first: what is there was meant to be in it.
export function inLanguage(from: Questionnaire, language: string): void {
  const turn = ({ words }: { words: Words }) => {
    if (words[language] || !words[from.language]) return;
    words[language] = words[from.language]!;
    delete words[from.language];
  };
  [from, ...from.sections, ...from.sections.flatMap((section) => section.questions)].forEach(turn);
  from.language = language;
}

// Another's questionnaire as one of one's own, numbered anew.
export function copyOf(from: Questionnaire, name: string): Questionnaire {
  const key = `${from.key.toLowerCase().replace(/[^a-z0-9-]+/g, '-').slice(0, 34)}-own`;
  return {
    ...structuredClone(from),
    key,
    version: '1',
    is_active: false,
    words: { ...structuredClone(from.words), [from.language]: { name } },
    sections: from.sections.map((section, at) => ({
      ...structuredClone(section),
      key: `${key}:${at + 1}`,
      questions: section.questions.map((question, number) => ({ ...structuredClone(question), key: `${key}:${at + 1}.q${number + 1}` })),
    })),
  };
}

export interface Place {
  section: number;
  question: number | null; // null: the section itself
}

// Moves a section, or a question within its section and beyond its ends into the next one. Returns where it is now.
export function moved(from: Questionnaire, place: Place, by: 1 | -1): Place {
  const { section, question } = place;
  const to = section + by;
  if (question === null) {
    if (to < 0 || to >= from.sections.length) return place;
    from.sections.splice(to, 0, ...from.sections.splice(section, 1));
    return { section: to, question: null };
  }
  const own = from.sections[section]!.questions;
  if (question + by >= 0 && question + by < own.length) return moveTo(from, place, { section, question: question + by });
  if (to < 0 || to >= from.sections.length) return place;
  return moveTo(from, place, { section: to, question: by < 0 ? from.sections[to]!.questions.length : 0 });
}
export function moveTo(from: Questionnaire, place: Place, to: Place): Place {
  if (place.question === null || to.question === null) {
    from.sections.splice(to.section, 0, ...from.sections.splice(place.section, 1));
    return { section: to.section, question: null };
  }
  from.sections[to.section]!.questions.splice(to.question, 0, ...from.sections[place.section]!.questions.splice(place.question, 1));
  return to;
}

// What a pointer is about: sections and questions by their place from 0 on, and the language of the text.
export function placeOf(pointer: string): { section: number | null; question: number | null; language: string | null; name: string } {
  const match = /^(?:\/sections\/(\d+))?(?:\/questions\/(\d+))?(?:\/words(?:\/([a-z]+))?)?(?:\/([a-z_]+))?$/.exec(pointer);
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  return { section: number(match?.[1]), question: number(match?.[2]), language: match?.[3] ?? null, name: match?.[4] ?? '' };
}
export const toldAt = (told: Told[], pointer: string): Told | undefined => told.find((each) => each.pointer === pointer);
