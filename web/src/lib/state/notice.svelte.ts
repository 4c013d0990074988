// SPDX-License-Identifier: Apache-2.0
//
// Short notices: toasts for the eye, two live regions for the ear.

export interface Toast {
  id: number;
  kind: 'ok' | 'info' | 'failed';
  text: string;
  action: { label: string; run: () => void } | null;
}

const state = $state<{ toasts: Toast[]; polite: string; assertive: string }>({ toasts: [], polite: '', assertive: '' });
let next = 1;

export const notices = state;

export function dismiss(id: number): void {
  state.toasts = state.toasts.filter((toast) => toast.id !== id);
}

export function toast(text: string, options: { kind?: Toast['kind']; action?: Toast['action'] } = {}): number {
  const id = next++;
  const entry: Toast = { id, kind: options.kind ?? 'ok', text, action: options.action ?? null };
  state.toasts = [...state.toasts.slice(-2), entry];
  announce(text, entry.kind === 'failed');
  if (entry.kind !== 'failed') setTimeout(() => dismiss(id), entry.action ? 12_000 : 6_000);
  return id;
}

export function announce(text: string, assertive = false): void {
  const region = assertive ? 'assertive' : 'polite';
  state[region] = '';
  setTimeout(() => (state[region] = text), 50);
}
