import type { Tx } from '../db/client.ts';
import { coarseIn, type EarlierWave, nooksOf, type WaveCell } from '../statistics/disclosure/waves.ts';
import type { Wave } from './pulse.ts';

/**
 * The ledger of releases: what was published of earlier waves, and whom these had invited. It says in which cells of a wave that closes only
 * three words may be said, because a finer figure beside the earlier ones could tell the answers of the few who joined or left.
 */

/** What was published of a cell of a closed wave: of these items, and of these with nearly everybody answering. */
type Row = { id: string; waveId: string; parentId: string | null; k: number; people: string[]; items: string[]; nearlyAll: string[] };

/**
 * Every cell of the closed waves that have somebody in common with this one and of whose questions something was published, but for those with
 * which nothing can be compared, because many did not answer in either wave.
 * @param silent the fewest of one of this wave's groups who did not answer
 */
const closedCells = (tx: Tx, wave: Wave, silent: number): Promise<Row[]> => tx.$queryRaw<Row[]>`
  with compared as (select w.id, w.k, w.closed_at from pulse_wave w
    where w.state = 'closed'
      and exists (select 1 from pulse_cell c join pulse_result r on r.cell_id = c.id
        where c.wave_id = w.id and r.shown ->> 'as' <> 'c' and r.item = any(${wave.questions.map(({ item }) => item)}::text[])
          and (r.nearly_all or w.k < ${wave.k} or ${silent} < greatest(w.k, ${wave.k})))
      and exists (select 1 from pulse_invited i join pulse_invited now on now.person_id = i.person_id
        where i.wave_id = w.id and now.wave_id = ${wave.id}::uuid))
  select c.id, c.wave_id as "waveId", c.parent_id as "parentId", w.k,
    array(select i.person_id::text from pulse_invited i where i.cell_id = c.id) as people,
    array(select r.item from pulse_result r where r.cell_id = c.id and r.shown ->> 'as' <> 'c') as items,
    array(select r.item from pulse_result r where r.cell_id = c.id and r.nearly_all) as "nearlyAll"
  from compared w join pulse_cell c on c.wave_id = w.id order by w.closed_at desc, w.id, c.position`;

/** What a closed wave published of an item, in whatever version: a wording that hardly changed is answered as before. */
const publishedOf = (rows: readonly Row[], item: string): EarlierWave => {
  const of = new Map(rows.filter(({ items }) => items.includes(item)).map((row) => [row.id, row]));
  const cells = rows.map(({ id, parentId, people }) => ({ id, parent: parentId, people, silent: 0 }));
  return {
    k: rows[0]?.k ?? 0,
    nooks: [...nooksOf(cells, new Set(of.keys()))].map(([id, { people }]) => ({
      people,
      nearlyAll: of.get(id)?.nearlyAll.includes(item) === true,
    })),
  };
};

/**
 * By question the cells in which only three words may be said, and without a change.
 * @param chosen by question the cells of which something may be published
 */
export const coarseOf = async (
  tx: Tx,
  wave: Wave,
  cells: readonly WaveCell[],
  chosen: readonly ReadonlySet<string>[],
): Promise<ReadonlySet<string>[]> => {
  const nooks = chosen.flatMap((ids) => [...nooksOf(cells, ids).values()]).filter(({ people }) => people.length > 0);
  if (nooks.length === 0) return chosen.map(() => new Set());
  const silent = Math.min(...nooks.map((nook) => nook.silent));
  const waves = [...Map.groupBy(await closedCells(tx, wave, silent), ({ waveId }) => waveId).values()];
  return wave.questions.map(({ item }, index) =>
    coarseIn(
      cells,
      chosen[index] ?? new Set(),
      waves.map((rows) => publishedOf(rows, item)),
      wave.k,
    ),
  );
};
