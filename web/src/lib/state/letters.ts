// SPDX-License-Identifier: Apache-2.0
//
// Where in a sorted list does a word begin? The list may have millions of rows, so it is asked like a dictionary:
// open it in the middle, decide which half, about twenty times.

const bytes = new TextEncoder();

// As the server orders keys and texts: by bytes. Rows without a value stand last in either direction.
export function stands(value: string | null, word: string, descending: boolean): 'before' | 'after' {
  if (value === null) return 'after';
  if (descending && value.startsWith(word)) return 'after';
  const [a, b] = [bytes.encode(value), bytes.encode(word)];
  for (let at = 0; at < Math.min(a.length, b.length); at++)
    if (a[at] !== b[at]) return a[at]! < b[at]! !== descending ? 'before' : 'after';
  return a.length < b.length !== descending && a.length !== b.length ? 'before' : 'after';
}

// The first row that does not stand before the word; `total` when all do.
export async function rowOf(word: string, total: number, descending: boolean, valueAt: (row: number) => Promise<string | null>): Promise<number> {
  let [low, high] = [0, total];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (stands(await valueAt(middle), word, descending) === 'before') low = middle + 1;
    else high = middle;
  }
  return low;
}
