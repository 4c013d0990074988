// SPDX-License-Identifier: Apache-2.0
//
// Server-sent events over fetch, so that the last seen sequence can be sent again after any kind of break.

export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

// Feeds text in any pieces, hands out whole events. Comments (heartbeats) are dropped.
export function eventParser(onEvent: (event: StreamEvent) => void): (text: string) => void {
  let rest = '';
  let lastId = '';
  let event = 'message';
  let data: string[] = [];
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length) onEvent({ id: lastId, event, data: data.join('\n') });
        event = 'message';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'data') data.push(value);
      else if (name === 'event') event = value;
      else if (name === 'id') lastId = value;
    }
  };
}

// Waiting time before try number `attempt` (from 0): doubles up to half a minute, with jitter so that a hundred
// browsers do not come back in the same second.
export function backoffMs(attempt: number, random: number): number {
  return Math.round(Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + random / 2));
}
