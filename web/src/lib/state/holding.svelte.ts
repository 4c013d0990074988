// SPDX-License-Identifier: Apache-2.0
//
// What an account holds (passkeys, links, tokens, certificates): the list at its address, loaded anew when the address
// changes, and the changes to it. A change that fails says why, at the field at fault where the form has it. To be made
// while a component is.
import { api, isAbort, problemOf } from '$lib/api/client';
import { fieldErrors, problemText } from '$lib/api/words';
import { toast } from './notice.svelte';

export class Holding<Answer> {
  found = $state.raw<Answer | null>(null);
  fault = $state<unknown>(null);
  password = $state(''); // asked again before what cannot be taken back
  identified = $state(''); // of another's account: how it was made sure who asks for it
  message = $state('');
  errors = $state.raw<Record<string, string>>({});
  busy = $state(false);

  // `fields`: those of the forms here, whose faults are told at them and not above the form.
  constructor(
    private readonly address: () => string,
    private readonly fields: string[],
  ) {
    $effect(() => {
      const stop = new AbortController();
      void this.load(stop.signal);
      return () => stop.abort();
    });
  }

  async load(signal?: AbortSignal): Promise<void> {
    try {
      this.found = await api.get<Answer>(this.address(), { signal });
      this.fault = null;
    } catch (error) {
      if (!isAbort(error)) this.fault = error;
    }
  }

  // Nothing typed stays, nothing said stays.
  clear(): void {
    this.password = this.identified = this.message = '';
    this.errors = {};
  }

  // Does what a form asks for. False: it failed, and what is wrong stands in `errors` and `message`. `own`: the words for a
  // failure that is no answer of the server, else null.
  async attempt(event: SubmitEvent, what: () => Promise<void>, own: (error: unknown) => string | null = () => null): Promise<boolean> {
    event.preventDefault();
    this.busy = true;
    this.message = '';
    this.errors = {};
    try {
      await what();
      return true;
    } catch (error) {
      const words = own(error);
      if (words === null) this.errors = fieldErrors(problemOf(error));
      if (!this.fields.some((field) => this.errors[field])) this.message = words ?? problemText(problemOf(error));
      return false;
    } finally {
      this.busy = false;
    }
  }

  // Ends one of the list without a form; `done` is said when it is gone.
  async drop(id: string, done: string): Promise<void> {
    try {
      await api.remove(`${this.address()}/${id}`);
      toast(done);
    } catch (error) {
      toast(problemText(problemOf(error)), { kind: 'failed' });
    }
    await this.load();
  }
}
