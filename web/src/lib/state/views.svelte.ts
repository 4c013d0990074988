// SPDX-License-Identifier: Apache-2.0
//
// The named views of the account: read once, kept on the server, so that they follow a person from browser to browser.
import { api } from '$lib/api/client';
import type { View } from '$lib/api/types';

const state = $state<{ items: View[]; ready: boolean }>({ items: [], ready: false });
let asked: Promise<void> | null = null;

export const views = {
  get items() {
    return state.items;
  },
  get ready() {
    return state.ready;
  },
};

export function loadViews(again = false): Promise<void> {
  if (again) asked = null;
  asked ??= api
    .get<{ items: View[] }>('/views')
    .then((page) => {
      state.items = page.items;
      state.ready = true;
    })
    .catch((error) => {
      asked = null;
      throw error;
    });
  return asked;
}

const pathOf = (name: string) => `/views/${encodeURIComponent(name)}`;

export async function keepView(view: View): Promise<void> {
  await api.put(pathOf(view.name), { address: view.address });
  await loadViews(true);
}

export async function dropView(name: string): Promise<void> {
  await api.remove(pathOf(name));
  await loadViews(true);
}
