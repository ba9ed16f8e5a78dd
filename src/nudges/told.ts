import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { STANDS, type Tx } from '../db/client.ts';
import { MOST_FOR_ONE, type Told } from './goes.ts';

/** What people were told, and how often they were written to. A message that left, or may have, counts as told. */

const NOBODY: Told = new Map();

/** On which days each of these people was told each of these lines, in one statement. */
export const toldTo = async (tx: Tx, asked: readonly { personId: string; key: string }[]): Promise<(personId: string) => Told> => {
  if (asked.length === 0) return () => NOBODY;
  const rows = await tx.$queryRaw<{ personId: string; key: string; days: string[] }[]>`
    select l.person_id as "personId", l.key, array_agg((d.send_at at time zone ${PROGRAMME_ZONE})::date::text order by d.send_at) as days
    from unnest(${asked.map(({ personId }) => personId)}::uuid[], ${asked.map(({ key }) => key)}::text[]) as w(person_id, key)
      join delivery_line l on l.person_id = w.person_id and l.key = w.key
      join delivery d on d.id = l.delivery_id
    where d.state in ('handed', 'sent', 'unconfirmed', 'done')
    group by l.person_id, l.key`;
  const told = new Map<string, Map<string, string[]>>();
  for (const { personId, key, days } of rows) told.set(personId, (told.get(personId) ?? new Map()).set(key, days));
  return (personId) => told.get(personId) ?? NOBODY;
};

/** Somebody who has had as many nudges as one who owns a single action gets in a school year; `ownsOne`: all that they own is one. */
export type Often = { messages: number; ownsOne: boolean };

/**
 * Of these people those who have had ten nudges or more since a day (YYYY-MM-DD, the first of the school year), and whether all that they
 * own is one action: one that is live, or several of which at most one is, and no KPI. In one statement.
 */
export const oftenTold = async (tx: Tx, people: readonly string[], from: string): Promise<Map<string, Often>> => {
  const rows = await tx.$queryRaw<(Often & { personId: string })[]>`
    with often as materialized (
      select person_id, count(*)::int as messages from delivery
      where person_id = any(${[...people]}::uuid[]) and kind = 'nudge' and state in ('handed', 'sent', 'unconfirmed', 'done') and send_at >= (${from}::date)::timestamp at time zone ${PROGRAMME_ZONE}
      group by person_id having count(*) >= ${MOST_FOR_ONE}
    )
    select o.person_id as "personId", o.messages,
      exists (select 1 from action_version v where v.owner_id = o.person_id and v.until > ${STANDS}::timestamptz)
      and (select count(*) from action_version v left join rating s on s.action_id = v.action_id and s.kind = 'self' and s.until > ${STANDS}::timestamptz
        where v.owner_id = o.person_id and v.until > ${STANDS}::timestamptz and coalesce(s.rating, 'not_started') not in ('complete', 'stopped')) <= 1
      and not exists (select 1 from kpi_owner k where k.owner_id = o.person_id and not exists (select 1 from kpi_owner later where later.kpi_id = k.kpi_id and later.version > k.version)) as "ownsOne"
    from often o`;
  return new Map(rows.map(({ personId, ...often }) => [personId, often]));
};
