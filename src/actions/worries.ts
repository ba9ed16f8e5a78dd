import { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import { isoOf, sql, type Tx } from '../db/client.ts';

/** Worries: one sentence to the coordinator from whoever has one, and what became of it. */

/** What a worry is about, where it was raised from a card. */
export type About = { kind: 'action' | 'kpi'; id: string };

export type OutcomeKind = 'action' | 'answered' | 'not_now';
export type Outcome = {
  outcome: OutcomeKind;
  text: string | null;
  /** "WAK-31", where it became an action. */
  code: string | null;
  /** The post of whoever settled it, and the day. */
  by: string | null;
  on: string; // YYYY-MM-DD
};

export type Worry = {
  id: string;
  localityId: string;
  locality: string;
  pilotId: string;
  programmeId: string;
  text: string;
  aboutKind: About['kind'] | null;
  aboutId: string | null;
  /** "WAK-12 Share early-help data", "Attendance". */
  about: string | null;
  /** The moment, as ISO 8601, and its day in the programme's zone. */
  at: string;
  on: string; // YYYY-MM-DD
  byId: string;
  by: string;
  byEmail: string | null;
  /** None: it waits for the coordinator. */
  outcome: Outcome | null;
};

const worries = (tx: Tx, scopeIds: readonly string[], { only = null, open }: { only?: string | null; open: boolean }) => tx.$queryRaw<
  Worry[]
>`
  select w.id, l.id as "localityId", l.name as locality, l.pilot_id as "pilotId", pi.programme_id as "programmeId", w.text,
    w.about_kind as "aboutKind", w.about_id as "aboutId",
    case w.about_kind
      when 'action' then (select l2.prefix || '-' || a.number || ' ' || v.title from action a join locality l2 on l2.id = a.locality_id
        join action_version v on v.action_id = a.id where a.id = w.about_id order by v.version desc limit 1)
      when 'kpi' then (select d.name from kpi_definition d where d.kpi_id = w.about_id order by d.version desc limit 1)
    end as about,
    ${isoOf(sql`w.recorded_at`)} as at, (w.recorded_at at time zone ${PROGRAMME_ZONE})::date::text as "on",
    p.id as "byId", p.post as by, p.email as "byEmail",
    (select json_build_object('outcome', o.outcome, 'text', o.text, 'by', q.post, 'on', (o.recorded_at at time zone ${PROGRAMME_ZONE})::date,
        'code', (select l3.prefix || '-' || b.number from action b join locality l3 on l3.id = b.locality_id where b.id = o.action_id))
      from worry_outcome o left join person q on q.id = o.recorded_by_id where o.worry_id = w.id) as outcome
  from worry w
    join locality l on l.id = w.locality_id
    join pilot pi on pi.id = l.pilot_id
    join person p on p.id = w.recorded_by_id
  where (l.id = any(${[...scopeIds]}::uuid[]) or pi.id = any(${[...scopeIds]}::uuid[]) or pi.programme_id = any(${[...scopeIds]}::uuid[]))
    and (${only}::uuid is null or w.id = ${only}::uuid)
    and (not ${open} or not exists (select 1 from worry_outcome o where o.worry_id = w.id))
  order by w.recorded_at, w.id`;

/** The worries that wait for a coordinator, oldest first, in one statement. @param scopeIds localities, pilots or programmes, in any mixture */
export const worriesIn = async (tx: Tx, scopeIds: readonly string[]): Promise<Worry[]> =>
  scopeIds.length === 0 ? [] : worries(tx, scopeIds, { open: true });

/** One worry of some scopes, whatever became of it. */
export const worryById = async (tx: Tx, scopeIds: readonly string[], id: string): Promise<Worry | undefined> =>
  (await worries(tx, scopeIds, { only: id, open: false }))[0];

/** Saves a worry; `again`: the same person raised it in the same words already, and it still waits. */
export const raiseWorry = async (
  writer: Writer,
  localityId: string,
  text: string,
  about: About | undefined,
): Promise<{ id: string; again: boolean }> => {
  const [before] = await writer.tx.$queryRaw<{ id: string }[]>`
    select w.id from worry w where w.locality_id = ${localityId}::uuid and w.recorded_by_id = ${writer.personId}::uuid and w.text = ${text}
      and w.about_id is not distinct from ${about?.id ?? null}::uuid and not exists (select 1 from worry_outcome o where o.worry_id = w.id) limit 1`;
  if (before) return { id: before.id, again: true };
  const id = writer.newId();
  await writer.tx.$executeRaw`
    insert into worry (id, locality_id, text, about_kind, about_id, recorded_at, recorded_by_id)
    values (${id}::uuid, ${localityId}::uuid, ${text}, ${about?.kind ?? null}, ${about?.id ?? null}::uuid, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid)`;
  return { id, again: false };
};

/** Writes what became of a worry. The key throws when somebody else was first: the turn is run again and reads what they did. */
export const settleWorry = async (
  writer: Writer,
  worryId: string,
  { outcome, text = null, actionId = null }: { outcome: OutcomeKind; text?: string | null; actionId?: string | null },
): Promise<void> => {
  await writer.tx.$executeRaw`
    insert into worry_outcome (worry_id, outcome, text, action_id, recorded_at, recorded_by_id)
    values (${worryId}::uuid, ${outcome}, ${text}, ${actionId}::uuid, ${writer.now.toString()}::timestamptz, ${writer.personId}::uuid)`;
};

/** An answer within this many minutes is told at once: whoever raised it may still be there. */
const AT_ONCE_MINUTES = 60;
export const isToldAtOnce = (worry: Pick<Worry, 'at'>, now: Temporal.Instant): boolean =>
  now.since(Temporal.Instant.from(worry.at)).total('minutes') <= AT_ONCE_MINUTES;

/** Whose worries became this action. */
export const raisersOf = async (tx: Tx, actionId: string): Promise<string[]> => {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select distinct w.recorded_by_id as id from worry_outcome o join worry w on w.id = o.worry_id where o.action_id = ${actionId}::uuid`;
  return rows.map(({ id }) => id);
};
