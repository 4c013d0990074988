// SPDX-License-Identifier: Apache-2.0
//
// Pseudo-locales for those who work on the program, made from the English words when they are loaded and never offered
// to users: en-XA (accents, 40 % longer, in brackets, so that words cut off or not from the catalogue are seen) and
// ar-XB (the same, on a mirrored page). Asked for by `localStorage['hf.pseudo'] = 'en-XA'`, with English chosen.
import type { Message, Part } from './format';

export const pseudos = ['en-XA', 'ar-XB'] as const;
export const [opening, closing] = ['⟦', '⟧'];
const accents: Record<string, string> = { a: 'á', c: 'ç', e: 'é', i: 'í', n: 'ñ', o: 'ó', u: 'ú', y: 'ý', A: 'Á', C: 'Ç', E: 'É', I: 'Í', N: 'Ñ', O: 'Ó', U: 'Ú', Y: 'Ý' };
const filler = ' óñé twó thréé fóúr fívé síx sévéñ éíght ñíñé téñ';

const accented = (text: string): string => text.replace(/[a-zA-Z]/g, (letter) => accents[letter] ?? letter);

function lengthOf(parts: Part[]): number {
  return parts.reduce<number>((sum, part) => {
    if (typeof part === 'string') return sum + part.length;
    if (part === 0 || part.length === 1) return sum + 2;
    return sum + Math.max(...Object.values(part[2]).map(lengthOf));
  }, 0);
}

function dressed(parts: Part[]): Part[] {
  return parts.map((part) => {
    if (typeof part === 'string') return accented(part);
    if (part === 0 || part.length === 1) return part;
    return [part[0], part[1], Object.fromEntries(Object.entries(part[2]).map(([name, inner]) => [name, dressed(inner)]))];
  });
}

// One message, 40 % longer and readable still.
export function disguised(message: Message): Message {
  const parts = typeof message === 'string' ? [message] : message;
  const wanted = Math.ceil(lengthOf(parts) * 0.4);
  const more = filler.repeat(Math.ceil(wanted / filler.length)).slice(0, wanted);
  const out = [opening, ...dressed(parts), more.trimEnd(), closing];
  return typeof message === 'string' ? out.join('') : (out as Part[]);
}

export const disguise = (catalog: Record<string, Message>): Record<string, Message> =>
  Object.fromEntries(Object.entries(catalog).map(([key, message]) => [key, disguised(message)]));
