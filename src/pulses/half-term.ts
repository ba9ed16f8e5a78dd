import type { Temporal } from 'temporal-polyfill';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { type Period, periodAfter, periodOf } from '../calendar/periods.ts';
import { nationalTerms, type Terms } from '../calendar/terms.ts';
import { isWorkingDay } from '../calendar/working-days.ts';
import type { Tx } from '../db/client.ts';
import { areasOfSchools, calendarsFor } from '../people/calendars.ts';
import type { Audience, Plan } from './pulse.ts';
import { placesNamed } from './queries.ts';

/** When a wave may open and how long it is open, by the calendars of whom it asks. */

/** Working days for which a wave is open unless somebody says otherwise. */
const OPEN_FOR = 10;
/** Days after which a wave has closed at the latest: a slip of the pen cannot keep one open for years. */
export const LONGEST = 60;

/** The half-term of a day: the same everywhere, so that one asking per half-term means the same to everybody. */
export const halfTermOf = (day: Temporal.PlainDate): Period => periodOf('half_term', day, nationalTerms);
export const halfTermAfter = (period: Period): Period => periodAfter(period, nationalTerms);

/** The days on which those whom a wave asks are at work. */
export type AskingDays = {
  /** Only at schools: it opens in term alone. */
  isOfSchools: boolean;
  isDay: (day: Temporal.PlainDate) => boolean;
  /** The first such day on or after a day. */
  from: (day: Temporal.PlainDate) => Temporal.PlainDate;
  /** Its last day unless somebody says otherwise: ten working days after the first. */
  closesOn: (opensOn: Temporal.PlainDate) => Temporal.PlainDate;
};

/** Leads and council services work all year; everybody else is counted by the terms of schools. */
const KEEPS_TERMS: Record<Audience, boolean> = { schools: true, partners: true, leads: false, everybody: true };

/** Days on which each of some calendars has people at work. */
export const daysOf = (calendars: readonly Terms[], isOfSchools: boolean): AskingDays => {
  const isDay = (day: Temporal.PlainDate) => calendars.every((terms) => isWorkingDay(day, terms, bankHolidaysOfEngland));
  const from = (day: Temporal.PlainDate): Temporal.PlainDate => {
    let at = day;
    while (!isDay(at)) at = at.add({ days: 1 });
    return at;
  };
  const closesOn = (opensOn: Temporal.PlainDate) => {
    let at = opensOn;
    for (let left = OPEN_FOR; left > 0; left -= 1) at = from(at.add({ days: 1 }));
    return at;
  };
  return { isOfSchools, isDay, from, closesOn };
};

/** By the term dates of every council area in which the places have schools; the national ones where none has. */
export const askingDays = async (tx: Tx, { audience, places }: Pick<Plan, 'audience' | 'places'>): Promise<AskingDays> => {
  if (!KEEPS_TERMS[audience]) return daysOf([nationalTerms], false);
  const paths = (await placesNamed(tx, places)).map(({ path }) => path);
  const ids = paths.map(({ localityId, pilotId, programmeId }) => localityId ?? pilotId ?? programmeId);
  const localities = await tx.$queryRaw<{ id: string }[]>`
    select l.id from locality l join pilot p on p.id = l.pilot_id
    where l.id = any(${ids}::uuid[]) or p.id = any(${ids}::uuid[]) or p.programme_id = any(${ids}::uuid[])`;
  const areas = await areasOfSchools(
    tx,
    localities.map(({ id }) => id),
  );
  const { ofArea } = await calendarsFor(tx, []);
  const calendars = new Set([...new Set(areas.map(({ areaId }) => areaId))].map(ofArea));
  const schools: Terms = { ...nationalTerms, closedInHolidays: true };
  return daysOf(calendars.size > 0 ? [...calendars] : [schools], audience === 'schools');
};
