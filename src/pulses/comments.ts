import { randomUUID } from 'node:crypto';
import type { Tx } from '../db/client.ts';
import { FEWEST_COMMENTS, isMixed } from '../statistics/disclosure/rule.ts';
import { type Known, marking } from './marks.ts';
import { shuffled } from './shuffled.ts';

/** Comments when a wave closes (point 9 of the rule): in which cells they are read, each with what it looks as if it named. */

/** A post that so many hold, or fewer, tells who is meant. */
const FEW_HOLD = 2;

/** A cell with what there is of those who are in it and in none of its children. */
export type CommentedCell = {
  id: string;
  parentId: string | null;
  /** Who answered at all, by organisation. */
  answered: ReadonlyMap<string, number>;
  comments: readonly string[];
};

type Pool = { answered: Map<string, number>; comments: string[] };

const mayBeRead = ({ answered, comments }: Pool, fewest: number): boolean => comments.length >= fewest && isMixed(answered);

/**
 * The comments of each cell that are read there: ten or more, from those of it that are read in none of its parts. What is left at the top is
 * read by nobody. Pure.
 * @param cells each parent before its children
 * @param k the smallest base of the wave: where it was raised beyond ten, it holds for comments too
 */
export const readIn = (cells: readonly CommentedCell[], k: number): Map<string, string[]> => {
  const pools = new Map<string, Pool>(
    cells.map(({ id, answered, comments }) => [
      id,
      { answered: new Map([...answered].filter(([, some]) => some > 0)), comments: [...comments] },
    ]),
  );
  const read = new Map<string, string[]>();
  for (const { id, parentId } of cells.toReversed()) {
    const pool = pools.get(id) as Pool;
    const above = parentId === null ? undefined : pools.get(parentId);
    if (mayBeRead(pool, Math.max(FEWEST_COMMENTS, k))) read.set(id, pool.comments);
    else if (above) {
      above.comments.push(...pool.comments);
      for (const [organisation, some] of pool.answered) above.answered.set(organisation, (above.answered.get(organisation) ?? 0) + some);
    }
  }
  return read;
};

/** What can be named in the localities of those whom a wave asked: a post that more than a few hold tells nobody. */
const knownIn = async (tx: Tx, cellIds: readonly string[]): Promise<Known> => {
  const [known] = await tx.$queryRaw<Known[]>`
    with asked as (select distinct i.person_id, o.locality_id from pulse_invited i left join organisation o on o.id = i.organisation_id
        where i.cell_id = any(${cellIds}::uuid[])),
      here as (select distinct locality_id as id from asked where locality_id is not null),
      organisations as (select o.id, o.name from organisation o join here on here.id = o.locality_id),
      people as (select p.id, p.post from person p where p.organisation_id in (select id from organisations) or p.id in (select person_id from asked)
        or exists (select 1 from role r join here on here.id = r.scope_id where r.person_id = p.id)),
      posts as (select words from people p cross join lateral (select distinct words from (values (p.post), (split_part(p.post, ',', 1))) v (words)) v
        where words <> '' group by words having count(*) <= ${FEW_HOLD})
    select (select coalesce(json_agg(name), '[]') from organisations) as organisations,
      (select coalesce(json_agg(words), '[]') from posts) as posts,
      (select coalesce(json_agg(name), '[]') from (select name from programme union select name from pilot union select name from locality
        union select name from council_area union select g.name from "group" g join here on here.id = g.locality_id
        union select p.name from project p join here on here.id = p.locality_id) x) as places`;
  return known as Known;
};

/** Keeps what is read of a wave's comments: in no order, from nobody, with ids that say nothing of when. */
export const keepComments = async (tx: Tx, cells: readonly CommentedCell[], k: number): Promise<void> => {
  const read = readIn(cells, k);
  if (read.size === 0) return;
  const cellIds = cells.map(({ id }) => id);
  const marksOf = marking(await knownIn(tx, cellIds));
  const rows = [...read].flatMap(([cellId, comments]) =>
    comments.map((text) => ({ id: randomUUID() as string, cellId, text, marks: marksOf(text) })),
  );
  await tx.$executeRaw`
    insert into pulse_comment (id, cell_id, text, marks)
    select id, "cellId", text, array(select jsonb_array_elements_text(marks)) from jsonb_to_recordset(${JSON.stringify(shuffled(rows))}::jsonb)
      as r (id uuid, "cellId" uuid, text text, marks jsonb)`;
};
