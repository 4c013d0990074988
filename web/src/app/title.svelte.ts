// SPDX-License-Identifier: Apache-2.0
//
// The document's title: the screen's words, and a mark when a job ended while the page was out of sight.
const state = $state({ title: '', mark: '' });

export const pageTitle = {
  get title() {
    return state.title;
  },
  set title(value: string) {
    state.title = value;
  },
  get mark() {
    return state.mark;
  },
  set mark(value: string) {
    state.mark = value;
  },
};
