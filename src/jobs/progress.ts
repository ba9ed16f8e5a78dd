import type { Core } from '../app.ts';

/**
 * How far each run is, in the log: one line when it has begun, and one whenever its counts are others, until none of its messages waits.
 * Each process says what it saw; a run that is sent again later is followed again.
 */

/** These add up to `planned`. */
type Counts = { run: string; planned: number; sent: number; waiting: number; left: number; failed: number; unconfirmed: number };

export const createProgress = ({ db, log }: Pick<Core, 'db' | 'log'>): (() => Promise<void>) => {
  /** What was said last of the runs that had not ended. */
  let said = new Map<string, string>();
  return async () => {
    const runs = await db.$queryRaw<Counts[]>`
      select run_id as run, count(*)::int as planned, (count(*) filter (where state in ('sent', 'done')))::int as sent,
        (count(*) filter (where state in ('planned', 'handed')))::int as waiting, (count(*) filter (where state = 'left'))::int as "left",
        (count(*) filter (where state = 'failed'))::int as failed, (count(*) filter (where state = 'unconfirmed'))::int as unconfirmed
      from delivery
      where run_id = any(${[...said.keys()]}::uuid[]) or run_id in (select run_id from delivery where state in ('planned', 'handed'))
      group by run_id order by run_id`;
    const now = new Map(runs.map((run) => [run.run, JSON.stringify(run)]));
    for (const run of runs)
      if (now.get(run.run) !== said.get(run.run)) log.info(run, run.waiting > 0 ? 'a run is under way' : 'a run has ended');
    said = new Map(runs.filter(({ waiting }) => waiting > 0).map(({ run }) => [run, now.get(run) as string]));
  };
};
