import { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { graceEnds, type Period, periodAfter, periodFromKey } from '../calendar/periods.ts';
import { nationalTerms, type Terms } from '../calendar/terms.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { given, type Kpi } from '../kpis/kpi.ts';

/**
 * What is without an update and is told to a coordinator, once: a reading that has waited past its grace, and what somebody said why
 * there is none of. Ratings past their cadence are counted by every summary already. Never about a pulse: who has answered is nobody's business.
 */

/** A reading that has waited past its grace: of whom is not said. */
export type Waited = { /** The line's own. */ key: string; what: string };
/** Somebody said why there is no update, and there has been none since. */
export type Said = Waited & { reason: string };
export type NoUpdate = Waited & { reason: string | null };

/**
 * The period from which on a KPI has had no reading, once its grace is over; undefined until then. A reading that comes every week is asked
 * for anew every week: what counts is how long there has been none. Pure.
 * @param waits the period that is asked for
 * @param theirs the calendar of whoever gives the reading
 */
export const withoutSince = (kpi: Pick<Kpi, 'readings'>, waits: Period, today: Temporal.PlainDate, theirs: Terms): Period | undefined => {
  const last = given(kpi).at(-1);
  const next = last && periodAfter(periodFromKey(last.period, nationalTerms), nationalTerms);
  const isEarlier = next?.cadence === waits.cadence && Temporal.PlainDate.compare(next.start, waits.start) < 0;
  const first = isEarlier ? next : waits;
  const ends = graceEnds(first, nationalTerms, bankHolidaysOfEngland, theirs);
  return Temporal.PlainDate.compare(today, ends) > 0 ? first : undefined;
};

/** Of readings the KPI, whichever period was asked for when somebody said why. */
const about = ({ key }: Waited) => (key.startsWith('reading:') ? key.split(':', 2).join(':') : key);

const isPulse = ({ key }: Waited) => key.startsWith('pulse:');
const byName = new Intl.Collator('en-GB', { numeric: true });

/** What a coordinator has not been told yet, by name and never by how long. @param told keys that they were told. Pure. */
export const noUpdates = (waited: readonly Waited[], said: readonly Said[], told: ReadonlySet<string>): NoUpdate[] => {
  const explained = new Set(said.map(about));
  const silent = waited.filter((one) => !explained.has(about(one)));
  const found = new Map<string, NoUpdate>(silent.map(({ key, what }) => [key, { key, what, reason: null }]));
  for (const { key, what, reason } of said) found.set(key, { key, what, reason });
  return [...found.values()]
    .filter((one) => !isPulse(one) && !told.has(one.key))
    .sort((one, other) => byName.compare(one.what, other.what) || byName.compare(one.key, other.key));
};

/** Weeks for which a reason is worth telling: whoever coordinates from today is not told of last year. */
const WEEKS = 8;

/** As it was kept: `key` is of the line that it is the answer to. */
export type Reason = { key: string; localityId: string; locality: string; kind: 'action' | 'kpi'; name: string; reason: string };

/** Why there is no update of what in some localities, as long as there has been none since. @param now ISO 8601 */
export const reasonsIn = async (tx: Tx, localityIds: readonly string[], now: string): Promise<Reason[]> =>
  localityIds.length === 0
    ? []
    : tx.$queryRaw<Reason[]>`
        select n.key, l.id as "localityId", l.name as locality, n.about_kind as kind, n.reason,
          case n.about_kind
            when 'kpi' then (select d.name from kpi_definition d where d.kpi_id = n.about_id order by d.version desc limit 1)
            else (select l.prefix || '-' || a.number || ' ' || v.title from action a join action_version v on v.action_id = a.id
              where a.id = n.about_id order by v.version desc limit 1)
          end as name
        from no_update n join locality l on l.id = n.locality_id
        where n.locality_id = any(${[...localityIds]}::uuid[])
          and (n.recorded_at at time zone ${PROGRAMME_ZONE}) > ((${now}::timestamptz) at time zone ${PROGRAMME_ZONE}) - make_interval(weeks => ${WEEKS}::int)
          and not exists (select 1 from rating r where n.about_kind = 'action' and r.action_id = n.about_id and r.kind = 'self' and r.recorded_at > n.recorded_at)
          and (select r.value from reading r where n.about_kind = 'kpi' and r.kpi_id = n.about_id and r.period = split_part(n.key, ':', 3)
            order by r.version desc limit 1) is null
        order by n.key`;

/** Who owns or stands in for a KPI of some localities. */
export const kpiHandsIn = async (tx: Tx, localityIds: readonly string[]): Promise<string[]> => {
  if (localityIds.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    with hands as (
      select distinct on (o.kpi_id) o.owner_id, o.deputy_id from kpi_owner o join kpi k on k.id = o.kpi_id
      where k.locality_id = any(${[...localityIds]}::uuid[]) order by o.kpi_id, o.version desc
    )
    select owner_id as id from hands where owner_id is not null union select deputy_id from hands where deputy_id is not null order by 1`;
  return rows.map(({ id }) => id);
};
