// SPDX-License-Identifier: Apache-2.0
//
// The table of sectors that live from each other, as it is typed, and as the CSV file that the command line reads:
// a column `sector`, one for each sector, and output, shock, rate, start where they are known.

import { numberOf } from './form';

export interface SectorRow {
  sector: string;
  takes: number[]; // in the order of the rows
  output: number | null;
  shock: number | null;
  rate: number | null;
  start: number | null;
}
export const extras = ['output', 'shock', 'rate', 'start'] as const;
export type Extra = (typeof extras)[number];

export const emptyTable = (sectors: string[]): SectorRow[] =>
  sectors.map((sector) => ({ sector, takes: sectors.map(() => 0), output: null, shock: null, rate: null, start: null }));

export function addSector(rows: SectorRow[], sector: string): SectorRow[] {
  return [...rows.map((row) => ({ ...row, takes: [...row.takes, 0] })), { ...emptyTable([sector])[0]!, takes: [...rows.map(() => 0), 0] }];
}

export const dropSector = (rows: SectorRow[], at: number): SectorRow[] =>
  rows.filter((_, index) => index !== at).map((row) => ({ ...row, takes: row.takes.filter((_, index) => index !== at) }));

const cellsOf = (line: string, mark: string): string[] => {
  const out: string[] = [];
  for (const match of line.matchAll(new RegExp(`(?:^|${mark})(?:"((?:[^"]|"")*)"|([^"${mark}]*))`, 'g'))) out.push((match[1]?.replace(/""/g, '"') ?? match[2] ?? '').trim());
  return out;
};

export type Misread = { line: number; code: 'no_sector' | 'number' | 'missing'; word: string };

// Rows of a CSV text, or the first thing that is wrong with it. Lines count from 1, the head included.
export function readTable(text: string): { rows: SectorRow[] } | { fault: Misread } {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const mark = [';', '\t', ','].find((each) => lines[0]?.includes(each)) ?? ',';
  const head = cellsOf(lines[0] ?? '', mark);
  const name = head.indexOf('sector');
  if (name < 0) return { fault: { line: 1, code: 'no_sector', word: 'sector' } };
  const filled = lines.map((line, index) => ({ cells: cellsOf(line, mark), line: index + 1 })).slice(1).filter(({ cells }) => cells.some(Boolean));
  const sectors = filled.map(({ cells }) => cells[name] ?? '');
  const missing = sectors.find((sector) => !head.includes(sector));
  if (missing !== undefined || sectors.length === 0) return { fault: { line: 1, code: 'missing', word: missing ?? '' } };
  const rows: SectorRow[] = [];
  for (const { cells, line } of filled) {
    const at = (column: string): number | null | undefined => {
      const cell = cells[head.indexOf(column)] ?? '';
      return cell === '' ? null : (numberOf(cell) ?? undefined);
    };
    const wrong = [...sectors, ...extras].find((column) => at(column) === undefined);
    if (wrong !== undefined) return { fault: { line, code: 'number', word: wrong } };
    rows.push({ sector: cells[name]!, takes: sectors.map((column) => at(column) ?? 0), output: at('output') ?? null, shock: at('shock') ?? null, rate: at('rate') ?? null, start: at('start') ?? null });
  }
  return { rows };
}

const quoted = (text: string): string => (/[",;\t\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

export function writeTable(rows: SectorRow[]): string {
  const used = extras.filter((extra) => rows.some((row) => row[extra] !== null));
  const head = ['sector', ...rows.map((row) => row.sector), ...used].map(quoted).join(',');
  return [head, ...rows.map((row) => [quoted(row.sector), ...row.takes, ...used.map((extra) => row[extra] ?? '')].join(','))].join('\n') + '\n';
}
