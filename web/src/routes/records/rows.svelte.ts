// SPDX-License-Identifier: Apache-2.0
//
// Rows of one list, by index: pages of 200 fetched when they come into view. The next page is asked by its keyset
// cursor; a jump into the middle by offset. Pages far from the view are forgotten.
import { api, isAbort, problemOf } from '$lib/api/client';
import type { Page, Rec } from '$lib/api/types';

const pageSize = 200;
const pagesKept = 24;

export class Rows {
  total = $state(0);
  exact = $state(true);
  ready = $state(false);
  fault = $state<unknown>(null);
  #pages = $state.raw(new Map<number, Rec[]>());
  #cursors = new Map<number, string>();
  #asked = new Set<number>();
  #stop = new AbortController();
  #canOffset = true;
  #counted = false; // or being counted
  #whole = false; // the total is the server's exact count

  constructor(
    readonly plural: string,
    readonly request: Record<string, string>,
  ) {}

  at(index: number): Rec | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  ensure(first: number, end: number): void {
    const last = Math.floor(Math.max(first, end - 1) / pageSize);
    for (let page = Math.floor(first / pageSize); page <= last; page++) void this.#load(page);
  }

  close(): void {
    this.#stop.abort();
  }

  async #load(page: number): Promise<void> {
    if (this.#asked.has(page) || this.#pages.has(page)) return;
    this.#asked.add(page);
    try {
      await this.#fetch(page);
      this.fault = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.fault = error;
    } finally {
      this.#asked.delete(page);
    }
  }

  async #fetch(page: number): Promise<void> {
    const cursor = this.#cursors.get(page);
    if (page > 0 && !cursor && !this.#canOffset) return this.#walk(page);
    const query: Record<string, string | number> = { ...this.request, limit: pageSize };
    if (cursor) query.cursor = cursor;
    else if (page > 0) query.offset = page * pageSize;
    try {
      this.#take(page, await api.list<Rec>(this.plural, query, this.#stop.signal));
    } catch (error) {
      if (page === 0 || cursor || isAbort(error) || problemOf(error).status >= 500) throw error;
      this.#canOffset = false;
      await this.#walk(page);
    }
  }

  // A server that knows no offsets: page after page from the nearest one known.
  async #walk(page: number): Promise<void> {
    let from = page;
    while (from > 0 && !this.#cursors.has(from)) from--;
    for (; from <= page; from++) {
      const cursor = this.#cursors.get(from);
      const query: Record<string, string | number> = { ...this.request, limit: pageSize };
      if (cursor) query.cursor = cursor;
      this.#take(from, await api.list<Rec>(this.plural, query, this.#stop.signal));
      if (!this.#cursors.has(from + 1)) return;
    }
  }

  #take(page: number, answer: Page<Rec>): void {
    const pages = new Map(this.#pages);
    pages.set(page, answer.items);
    while (pages.size > pagesKept) {
      let farthest = page;
      for (const known of pages.keys()) if (Math.abs(known - page) > Math.abs(farthest - page)) farthest = known;
      pages.delete(farthest);
    }
    this.#pages = pages;
    if (answer.next) this.#cursors.set(page + 1, answer.next);
    const end = page * pageSize + answer.items.length;
    if (!answer.next && (answer.items.length > 0 || page === 0)) {
      this.total = end;
      this.exact = true;
    } else {
      this.total = Math.max(answer.count?.value ?? 0, end + (answer.next ? 1 : 0), this.total);
      this.exact = this.#whole || (answer.count?.exact ?? false);
    }
    this.ready = true;
    if (!this.exact && !this.#counted) void this.#count();
  }

  // Beyond 10,000 the server counts only when asked: the scrollbar needs the whole number.
  async #count(): Promise<void> {
    this.#counted = true;
    try {
      const page = await api.list<Rec>(this.plural, { ...this.request, limit: 1, count: 'exact', fields: 'key' }, this.#stop.signal);
      if (!page.count?.exact) return;
      this.#whole = true;
      this.total = page.count.value;
      this.exact = true;
    } catch {
      /* the lower bound stays; it grows as one scrolls */
    }
  }
}
