import { randomBytes } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { parseConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/open.ts';
import { createPlanner } from '../src/jobs/planner.ts';
import { nudgesFor } from '../src/nudges/nudges.ts';
import { peopleFor } from '../src/nudges/people.ts';
import { loadDemonstration } from '../src/programme/demo.ts';
import { receiversIn } from '../src/summaries/receivers.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { buildCrowd, type Crowd } from './people-world.ts';
import { type Step, stepOf } from './step.ts';

/**
 * Planning a week for everybody, as a process of its own: `build` fills a database with people; `plan` is the product's planner, after
 * down-time, so that everybody's moment has come; `floor` finds those moments and inserts the rows in one hand-written statement.
 */

export type PlanningJob = { part: 'build' | 'plan' | 'floor'; databaseUrl: string; crowd: Crowd };
export type Planning = Omit<Step, 'cpu'> & { /** Messages that were planned. */ planned: number };

/** A week in term: everybody's nudge and the weekly summaries. */
const [FROM, TO] = ['2026-11-23T00:00:00Z', '2026-11-27T14:00:00Z'];

/** Whose moment has come, and who has an action soon due or a KPI to read: all that is looked at is their own. */
const FLOOR = `
  with plan as (insert into run (id, "from", "to", looked_at, planned, created_at) values (gen_random_uuid(), $1, $2, 0, 0, $2) returning id),
  hands as (
    select v.owner_id as id from action_version v join action a on a.id = v.action_id left join rating r on r.action_id = a.id and r.kind = 'self' and r.until > '9999-12-30T00:00:00Z'
      where v.until > '9999-12-30T00:00:00Z' and v.due <= $2::date + 14 and coalesce(r.rating, 'not_started') not in ('complete', 'on_hold', 'stopped') and coalesce(r.recorded_at, 'epoch') < $2::date - 14
    union
    select o.owner_id from (select distinct on (kpi_id) kpi_id, owner_id from kpi_owner order by kpi_id, version desc) o
      where not exists (select from reading x where x.kpi_id = o.kpi_id and x.period_start >= date_trunc('week', $2)::date - 7)
  ), moments as (
    select p.id, ((date_trunc('week', $2)::date + coalesce(s.weekday, 2) - 1) + coalesce(s.time, '08:30')::time) at time zone coalesce(p.zone, 'Europe/London') as moment
    from hands h join person p on p.id = h.id left join nudge_setting s on s.person_id = p.id
    where p.left_on is null and exists (select from role r where r.person_id = p.id and r."from" <= $2::date and (r."to" is null or r."to" >= $2::date))
      and not exists (select from away_days a where a.person_id = p.id and $2::date between a."from" and a."to")
      and (s.quiet_until is null or s.quiet_until <= $2::date)
  )
  insert into delivery (id, run_id, key, kind, person_id, week, moment, send_at, changed_at)
  select gen_random_uuid(), plan.id, 'nudge ' || m.id || ' ' || to_char(m.moment, 'IYYY"-W"IW'), 'nudge', m.id, to_char(m.moment, 'IYYY"-W"IW'), m.moment, $2, $2
  from moments m, plan where m.moment > $1 and m.moment <= $2`;

const forget = [
  'truncate delivery, delivery_line, run',
  'delete from planner',
  `insert into planner (id, planned_to) values (1, '${FROM}')`,
];

const plan = async ({ databaseUrl }: PlanningJob): Promise<Planning> => {
  let statements = 0;
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' }, () => {
    statements += 1;
  });
  const now = () => Temporal.Instant.from(TO);
  const planner = createPlanner(
    { db, now, newId: () => v7(), log: pino({ level: 'silent' }), waveKeys: createWaveKeys(parseConfig({}), randomBytes) },
    { people: peopleFor, nudges: nudgesFor, receivers: receiversIn },
  );
  for (const statement of forget) await db.$executeRawUnsafe(statement);
  const { result, seconds, growth, statements: sent } = await stepOf(() => statements, planner);
  await close();
  return { seconds, planned: result?.planned ?? 0, statements: sent, growth };
};

const floor = async ({ databaseUrl }: PlanningJob): Promise<Planning> => {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c TimeZone=UTC -c jit=off' });
  await client.connect();
  for (const statement of forget) await client.query(statement);
  const from = performance.now();
  const { rowCount } = await client.query(FLOOR, [FROM, TO]);
  const planning = { seconds: (performance.now() - from) / 1000, planned: rowCount ?? 0, statements: 1, growth: 0 };
  await client.end();
  return planning;
};

const build = async ({ databaseUrl, crowd }: PlanningJob) => {
  const { db, migrate, close } = await openDatabase({ databaseUrl, dataDir: '' });
  await migrate();
  await loadDemonstration({ db, now: () => Temporal.Instant.from(TO), newId: () => v7(), log: pino({ level: 'silent' }) });
  await buildCrowd(db, crowd, TO);
  await close();
};

process.once('message', async (job: PlanningJob) => {
  if (job.part === 'build') await build(job);
  else process.send?.({ planning: await (job.part === 'plan' ? plan : floor)(job) });
  process.send?.({ done: true });
  process.disconnect();
});
