import { Temporal } from 'temporal-polyfill';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';

/** When a pulse closes, and when it is looked at how many have answered: in the programme's zone, whoever is asked wherever. */

/** The hour of the last day at which a pulse closes. */
export const CLOSES = Temporal.PlainTime.from('17:30');
const COUNTED = Temporal.PlainTime.from('06:00');

const momentOn = (day: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
  day.toZonedDateTime({ timeZone: PROGRAMME_ZONE, plainTime }).toInstant();

/** From this moment on a wave takes no answers, and is closed. @param closesOn its last day, YYYY-MM-DD */
export const closingMoment = (closesOn: string): Temporal.Instant => momentOn(Temporal.PlainDate.from(closesOn), CLOSES);

/** When it was last time to look at how many have answered: the moment, and its day (YYYY-MM-DD). */
export const lastCounted = (now: Temporal.Instant): { day: string; moment: Temporal.Instant } => {
  const today = now.toZonedDateTimeISO(PROGRAMME_ZONE).toPlainDate();
  const isDue = Temporal.Instant.compare(now, momentOn(today, COUNTED)) >= 0;
  const day = isDue ? today : today.subtract({ days: 1 });
  return { day: day.toString(), moment: momentOn(day, COUNTED) };
};
