import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Actor } from '../people/actor.ts';
import { leaveNewsFor } from '../people/news.ts';
import type { Wave } from './pulse.ts';
import type { Reach } from './results.ts';

/** "You said, we did": what coordinators answer to those who were asked, whoever of them answered. */

/**
 * Those who were invited to a wave where its answer comes from, are still here and hold a role; whoever answers them is not among them.
 * @param today YYYY-MM-DD
 */
export const toBeAnswered = async (
  tx: Tx,
  waveId: string,
  { localities, pilots, programme }: Reach,
  { today, except }: { today: string; except: string },
): Promise<string[]> => {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select i.person_id as id from pulse_invited i
      join pulse_cell c on c.id = i.cell_id
      join person p on p.id = i.person_id
      left join organisation o on o.id = i.organisation_id
      left join "group" g on c.kind = 'group' and g.id = c.scope_id
      left join project j on c.kind = 'project' and j.id = c.scope_id
    where i.wave_id = ${waveId}::uuid and i.person_id <> ${except}::uuid and (p.left_on is null or p.left_on > ${today}::date)
      and exists (select 1 from role r where r.person_id = p.id and r."from" <= ${today}::date and (r."to" is null or r."to" >= ${today}::date))
      and (${programme}
        or coalesce(case when c.kind in ('locality', 'phase') then c.scope_id end, g.locality_id, j.locality_id, o.locality_id)
          = any(${localities.map(({ localityId }) => localityId)}::uuid[])
        or (c.kind = 'pilot' and c.scope_id = any(${[...pilots]}::uuid[])))
    order by 1`;
  return rows.map(({ id }) => id);
};

type NewReply = {
  id: string;
  wave: Pick<Wave, 'id'>;
  text: string /** Whom it is told. */;
  to: readonly string[] /** As they read it. */;
  news: string;
};

/** Keeps an answer once, however often its button is pressed, and leaves it for everybody with the next thing they read. @returns whether it is new */
export const saveReply = async (writer: Writer, { id, wave, text, to, news }: NewReply): Promise<boolean> => {
  const { tx, now, personId } = writer;
  const kept = await tx.$executeRaw`
    insert into pulse_reply (id, wave_id, text, recorded_at, recorded_by_id)
    values (${id}::uuid, ${wave.id}::uuid, ${text}, ${now.toString()}::timestamptz, ${personId}::uuid) on conflict do nothing`;
  if (kept === 0) return false;
  await leaveNewsFor(writer, to, { text: news, aboutKind: 'pulse', aboutId: id });
  return true;
};

export type Reply = {
  text: string;
  /** YYYY-MM-DD, in the given zone. */
  on: string;
  /** What whoever answered was on that day: where the answer comes from. */
  roles: Actor['roles'];
};

/** What was answered to a wave, latest first. */
export const repliesTo = (tx: Tx, waveId: string, zone: string): Promise<Reply[]> => tx.$queryRaw<Reply[]>`
  select y.text, y."on"::text as "on",
    coalesce((select json_agg(json_build_object('role', r.role, 'scopeKind', r.scope_kind, 'scopeId', r.scope_id))
      from role r where r.person_id = y.by and r."from" <= y."on" and (r."to" is null or r."to" >= y."on")), '[]') as roles
  from (select id, text, recorded_at, recorded_by_id as by, (recorded_at at time zone ${zone})::date as "on"
    from pulse_reply where wave_id = ${waveId}::uuid) y
  order by y.recorded_at desc, y.id desc`;
