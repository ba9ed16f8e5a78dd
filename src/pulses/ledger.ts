import type { Tx } from '../db/client.ts';
import { type Asked, coarseIn } from '../statistics/disclosure.ts';
import type { BoxQuestion } from './box.ts';

/**
 * The ledger of releases: what was published of earlier waves, and whom these had invited. It says in which cells of a wave that closes only
 * three words may be said, because a finer figure beside the earlier one could tell the answers of the few who joined or left.
 */

/** A cell of the wave that closes, with everybody invited in it, those of its children too. */
export type LedgerCell = { id: string } & Asked;

/** A cell of an earlier wave; `items`: what was published of it, in whatever version: a wording that hardly changed is answered as before. */
type Earlier = Asked & { items: ReadonlySet<string> };

type Row = { id: string; items: string[]; nearlyAll: boolean };

/**
 * The cells of closed waves of whose questions something was published, and whose number of invited is so near that of one of these cells that
 * the few who differ could be told.
 */
const earlierOf = async (tx: Tx, cells: readonly LedgerCell[], questions: readonly BoxQuestion[], k: number): Promise<Earlier[]> => {
  const sizes = (some: readonly LedgerCell[]) => [...new Set(some.map(({ invited }) => invited.size))];
  const rows = await tx.$queryRaw<Row[]>`
    select c.id, array_agg(r.item) as items, bool_or(r.nearly_all) as "nearlyAll"
    from pulse_cell c join pulse_wave w on w.id = c.wave_id join pulse_result r on r.cell_id = c.id
    where w.state = 'closed' and r.shown ->> 'as' <> 'c' and r.item = any(${questions.map(({ item }) => item)}::text[])
      and exists (select 1 from unnest(${sizes(cells)}::int[]) as now (size) where abs(c.invited - now.size) < ${k})
      and (r.nearly_all or exists (
        select 1 from unnest(${sizes(cells.filter(({ nearlyAll }) => nearlyAll))}::int[]) as now (size) where abs(c.invited - now.size) < ${k}))
    group by c.id`;
  if (rows.length === 0) return [];
  const people = await tx.$queryRaw<{ id: string; people: string[] }[]>`
    with recursive below as (
      select id as root, id from pulse_cell where id = any(${rows.map(({ id }) => id)}::uuid[])
      union all select b.root, c.id from below b join pulse_cell c on c.parent_id = b.id)
    select b.root as id, array_agg(i.person_id) as people from below b join pulse_invited i on i.cell_id = b.id group by b.root`;
  const peopleOf = new Map(people.map(({ id, people: some }) => [id, new Set(some)]));
  return rows.map(({ id, items, nearlyAll }) => ({ items: new Set(items), nearlyAll, invited: peopleOf.get(id) ?? new Set() }));
};

/** By cell and question, whether only three words may be said, and without a change. */
export const coarseOf = async (
  tx: Tx,
  cells: readonly LedgerCell[],
  questions: readonly BoxQuestion[],
  k: number,
): Promise<ReadonlyMap<string, readonly boolean[]>> => {
  const earlier = await earlierOf(tx, cells, questions, k);
  const ofItem = questions.map(({ item }) => earlier.filter(({ items }) => items.has(item)));
  return new Map(cells.map((cell) => [cell.id, ofItem.map((before) => coarseIn(cell, before, k))]));
};
