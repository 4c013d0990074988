// SPDX-License-Identifier: Apache-2.0
//
// What questions are asked of: all of the register, which the server refuses to whoever may not see it all, or what
// this reader may see. A choice until the page is loaded anew; nobody gets a partial answer without having asked for it.
import { hooks } from '$lib/api/client';

const state = $state({ visible: false });

export const sight = {
  get visible(): boolean {
    return state.visible;
  },
  set visible(value: boolean) {
    state.visible = hooks.visible = value;
  },
};
