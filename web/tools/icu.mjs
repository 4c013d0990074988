// SPDX-License-Identifier: Apache-2.0
//
// The ICU subset of the catalogues, parsed when the web application is built: {x}, {n, plural, one {…} other {…}},
// {g, select, a {…} other {…}}, # inside a plural. A plain message stays a string; any other becomes an array of parts:
// text, [name] for a value, 0 for #, [name, 'p'|'s', {category: parts}] for a choice.

export function parseMessage(source) {
  let at = 0;
  const fail = (what) => {
    throw new Error(`${what} at ${at} in: ${source}`);
  };
  const space = () => {
    while (/\s/.test(source[at] ?? '')) at++;
  };
  const word = () => {
    const match = /^[=A-Za-z0-9_]+/.exec(source.slice(at));
    if (!match) fail('a name is missing');
    at += match[0].length;
    return match[0];
  };

  function choice(name, kind) {
    const options = {};
    for (;;) {
      space();
      if (source[at] === '}') break;
      const key = word();
      space();
      if (source[at] !== '{') fail('{ is missing');
      at++;
      options[key] = parts(kind === 'p');
      if (source[at] !== '}') fail('} is missing');
      at++;
    }
    if (!options.other) fail('the case other is missing');
    at++;
    return [name, kind, options];
  }

  function argument() {
    at++;
    space();
    const name = word();
    space();
    if (source[at] === '}') {
      at++;
      return [name];
    }
    if (source[at] !== ',') fail(', or } is missing');
    at++;
    space();
    const kind = word();
    if (kind !== 'plural' && kind !== 'select') fail(`unknown kind ${kind}`);
    space();
    if (source[at] !== ',') fail(', is missing');
    at++;
    return choice(name, kind === 'plural' ? 'p' : 's');
  }

  function parts(inPlural) {
    const out = [];
    let text = '';
    const flush = () => {
      if (text) out.push(text);
      text = '';
    };
    while (at < source.length && source[at] !== '}') {
      if (source[at] === '{') {
        flush();
        out.push(argument());
      } else if (source[at] === '#' && inPlural) {
        flush();
        out.push(0);
        at++;
      } else {
        text += source[at++];
      }
    }
    flush();
    return out;
  }

  const result = parts(false);
  if (at < source.length) fail('a stray }');
  if (result.length === 0) return '';
  return result.length === 1 && typeof result[0] === 'string' ? result[0] : result;
}

// Names of the values a message uses, and its plural categories: what must agree between languages.
export function shapeOf(parsed) {
  const names = new Set();
  const plurals = [];
  const walk = (parts) => {
    for (const part of parts) {
      if (!Array.isArray(part)) continue;
      names.add(part[0]);
      if (part.length === 3) {
        if (part[1] === 'p') plurals.push(Object.keys(part[2]).filter((key) => !key.startsWith('=')));
        for (const inner of Object.values(part[2])) walk(inner);
      }
    }
  };
  if (Array.isArray(parsed)) walk(parsed);
  return { names: [...names].sort(), plurals };
}
