// SPDX-License-Identifier: Apache-2.0
//
// How much there is to guess in a password, in characters, as the server weighs it (src/usecase/password.c): a word that
// everybody tries, a row of neighbours (1234, qwer, aaaa), a year and a repetition count as one each. Nothing leaves the page.
// A test holds lists and weights against those of the server.
export const MIN_CHARACTERS = 12;
const MIN_WEIGHT = 6; // less is refused
const ROW_MIN = 3;
const WORD_MIN = 3;

// prettier-ignore
export const triedFirst = [
  'password', 'passwort', 'passwd', 'admin', 'administrator', 'holdfast', 'letmein', 'welcome', 'changeme', 'default', 'secret',
  'contraseña', 'clave', 'bienvenido', 'azerty', 'bonjour', 'bienvenue', 'motdepasse', 'пароль', 'привет', 'админ', '密码', '管理员',
  'مرحبا', 'كلمةالمرور', 'iloveyou', 'monkey', 'dragon',
];
// prettier-ignore
export const keyRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'azertyuiop', 'qwertzuiop', 'qsdfghjklm', 'wxcvbn', 'yxcvbnm', 'йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю', '1q2w3e4r5t6y7u8i9o0p'];

const signs: Record<string, string> = { '@': 'a', $: 's', '!': 'i' };

// Digits and signs that stand for letters do not make a word another one.
function plain(character: string): number {
  const code = (signs[character] ?? character).codePointAt(0) ?? 0;
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  return code >= 0x410 && code <= 0x42f ? code + 0x20 : code; // Cyrillic
}
const charactersOf = (text: string): number[] => Array.from(text, plain);

function letterOfDigit(code: number): number {
  return code >= 0x30 && code <= 0x39 ? 'oizeasbtbg'.charCodeAt(code - 0x30) : code;
}

function wordAt(text: number[], from: number, word: number[]): number {
  if (word.length < 2 || text.length - from < word.length) return 0;
  return word.every((code, i) => text[from + i] === code || letterOfDigit(text[from + i]!) === code) ? word.length : 0;
}

function stepsAt(text: number[], from: number): number {
  let best = 1;
  for (const step of [-1, 0, 1]) {
    let count = 1;
    while (from + count < text.length && text[from + count] === text[from + count - 1]! + step) count++;
    best = Math.max(best, count);
  }
  return best;
}

function keysAt(text: number[], from: number): number {
  let best = 1;
  for (const row of keyRows.map(charactersOf)) {
    for (let start = 0; start < row.length; start++) {
      for (const way of [1, -1]) {
        let count = 0;
        while (from + count < text.length && row[start + way * count] !== undefined && text[from + count] === row[start + way * count]) count++;
        best = Math.max(best, count);
      }
    }
  }
  return best;
}

function yearAt(text: number[], from: number): number {
  const four = String.fromCodePoint(...text.slice(from, from + 4));
  return /^(19|20)[0-9]{2}$/.test(four) ? 4 : 0;
}

function pieceAt(text: number[], from: number, words: number[][]): number {
  const row = Math.max(stepsAt(text, from), keysAt(text, from));
  return Math.max(1, yearAt(text, from), row >= ROW_MIN ? row : 1, ...words.map((word) => wordAt(text, from, word)));
}

// Without what only repeats the beginning: "abcabcabc" is "abc" and one more.
function periodOf(text: number[]): number {
  for (let period = 1; period <= text.length / 2; period++) if (text.every((code, i) => i < period || code === text[i - period])) return period;
  return text.length;
}

// known: of the account, and therefore no secret: its name, its institution.
export function passwordWeight(password: string, known: string[] = []): number {
  const whole = charactersOf(password);
  const text = whole.slice(0, periodOf(whole));
  const knownWords = known.flatMap((each) => each.split(' ')).map(charactersOf).filter((word) => word.length >= WORD_MIN);
  const words = [...triedFirst.map(charactersOf), ...knownWords];
  let weight = text.length < whole.length ? 1 : 0;
  for (let i = 0; i < text.length; weight++) i += pieceAt(text, i, words);
  return weight;
}

export type Strength = 'short' | 'refused' | 'fair' | 'good' | 'strong';
// Only the server knows those that were stolen.
export function strengthOf(password: string, known: string[] = []): Strength {
  const weight = passwordWeight(password, known);
  if (Array.from(password).length < MIN_CHARACTERS) return 'short';
  return weight < MIN_WEIGHT ? 'refused' : weight < 10 ? 'fair' : weight < 14 ? 'good' : 'strong';
}
