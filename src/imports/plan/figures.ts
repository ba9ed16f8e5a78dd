import { folded, type Row, saidList, saidText } from '../read.ts';
import { type Reading as Read, readNumber, readPercentages } from '../sheet/cells.ts';
import type { Cell } from '../sheet/sheet.ts';
import { placeNamed } from './place.ts';
import { inPlace, type Planning } from './planning.ts';

/** What the figures of a file are: the percentages of one KPI are read together, so that 0.93 beside 93 is asked about. */

const N_OF_M = /^(\d[\d,]*) of (\d[\d,]*)$/iu;

/** "84 of 131" in one cell, as two. */
export const nOfM = (cell: Cell | undefined): { value: Cell; of: Cell } | undefined => {
  const [, value, of] = typeof cell?.value === 'string' ? (N_OF_M.exec(cell.value.trim()) ?? []) : [];
  return cell && value && of ? { value: { column: cell.column, value }, of: { column: cell.column, value: of } } : undefined;
};

export type Figures = (cell: Cell | undefined) => Read<number>;

const isPercent = (unit: string) => unit === '%';
/** "Per cent", "percentage" and "%" are one unit. */
export const unitOf = (words: string) => words.toLowerCase().replace(/^(?:per ?cent|percentage|pct|%)$/u, '%');

/** Prepares all figures of a file. */
export const readFigures = ({ rows, current, places, place }: Planning): Figures => {
  const placeId = (row: Row) => {
    const said = saidText(row, 'locality');
    return (said ? placeNamed(places, said) : place)?.localityId ?? null;
  };
  /** By every name of a KPI: the one that stands for it, and its unit. */
  const known = new Map<string, { key: string; unit: string }>();
  for (const { localityId, name, aliases, unit } of current.kpis)
    for (const each of [...aliases, name]) known.set(inPlace(localityId, each), { key: inPlace(localityId, name), unit });
  const cells = new Map<string, Cell[]>();
  const add = (key: string, cell: Cell | undefined) => {
    if (cell) {
      const group = cells.get(key);
      if (group) group.push(cell);
      else cells.set(key, [cell]);
    }
  };
  for (const row of rows.kpis) {
    const name = saidText(row, 'name');
    if (!name) continue;
    const at = known.get(inPlace(placeId(row), name)) ?? { key: inPlace(placeId(row), name), unit: '' };
    const said = saidText(row, 'unit');
    const named = { key: at.key, unit: said ? unitOf(said) : at.unit };
    for (const each of [name, ...(saidList(row, 'aliases') ?? [])]) known.set(inPlace(placeId(row), folded(each)), named);
    if (isPercent(named.unit)) for (const key of ['baseline', 'target']) add(named.key, row.figures.get(key));
  }
  for (const row of rows.readings) {
    const at = known.get(inPlace(placeId(row), saidText(row, 'kpi') ?? ''));
    const value = row.figures.get('value');
    if (at && isPercent(at.unit) && !row.figures.has('of') && !nOfM(value)) add(at.key, value);
  }
  const percentages = new Map(
    [...cells.values()].flatMap((group) => readPercentages(group).map((read, at) => [group[at] as Cell, read] as const)),
  );
  return (cell) => (cell && percentages.get(cell)) ?? readNumber(cell);
};
