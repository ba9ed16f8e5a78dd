import type { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';

/** When somebody wants to be written to, and until when not at all. */

/** Until when somebody is quiet who asked never to be written to. */
export const NEVER = '9999-12-31';

/** @param time "08:30", in the person's zone */
export const setTime = async ({ tx, now, personId }: Writer, { weekday, time }: { weekday: number; time: string }): Promise<void> => {
  await tx.$executeRaw`
    insert into nudge_setting (person_id, weekday, time, changed_at)
    values (${personId}::uuid, ${weekday}::smallint, ${time}, ${now.toString()}::timestamptz)
    on conflict (person_id) do update set weekday = excluded.weekday, time = excluded.time, changed_at = excluded.changed_at`;
};

/** @param until first day on which they may be written to again, YYYY-MM-DD; null: from now on */
export const setQuiet = async ({ tx, now, personId }: Writer, until: string | null): Promise<void> => {
  await tx.$executeRaw`
    insert into nudge_setting (person_id, quiet_until, changed_at) values (${personId}::uuid, ${until}::date, ${now.toString()}::timestamptz)
    on conflict (person_id) do update set quiet_until = excluded.quiet_until, changed_at = excluded.changed_at`;
};

/** The first day on which they may be written to again; undefined: today. @param today YYYY-MM-DD */
export const quietUntil = async ({ tx, personId }: Writer, today: Temporal.PlainDate): Promise<string | undefined> => {
  const [row] = await tx.$queryRaw<{ until: string }[]>`
    select quiet_until::text as until from nudge_setting where person_id = ${personId}::uuid and quiet_until > ${today.toString()}::date`;
  return row?.until;
};
