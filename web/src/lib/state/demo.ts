// SPDX-License-Identifier: Apache-2.0
//
// Fills an empty register with the demonstration nation, as a job that the header shows.
import { api, problemOf } from '$lib/api/client';
import { problemText } from '$lib/api/words';
import { toast } from './notice.svelte';

export async function loadDemo(): Promise<void> {
  try {
    await api.post('/demo', { size: '10k', seed: 1 });
  } catch (error) {
    toast(problemText(problemOf(error)), { kind: 'failed' });
  }
}
