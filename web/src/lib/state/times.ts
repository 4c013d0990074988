// SPDX-License-Identifier: Apache-2.0
//
// A moment as the control for times holds it (the reader's own clock, to the minute), and the way back.

export function localTime(moment: string | null): string {
  if (!moment) return '';
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const momentOf = (local: string): string | null => (local ? new Date(local).toISOString() : null);
