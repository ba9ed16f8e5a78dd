import { Temporal } from 'temporal-polyfill';
import { dayIn, PROGRAMME_ZONE } from '../calendar/zone.ts';

/** When a pulse opens and closes, and when it is looked at how many have answered: in the programme's zone, whoever is asked wherever. */

/** The hour of its first day at which a pulse opens by itself. */
const OPENS = Temporal.PlainTime.from('08:00');
/** The hour of the last day at which a pulse closes. */
export const CLOSES = Temporal.PlainTime.from('17:30');
const COUNTED = Temporal.PlainTime.from('06:00');

const momentOn = (day: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
  day.toZonedDateTime({ timeZone: PROGRAMME_ZONE, plainTime }).toInstant();

/** The last day on which an hour has come: today, or yesterday where it is still to come. */
const lastDayAt = (now: Temporal.Instant, hour: Temporal.PlainTime): Temporal.PlainDate => {
  const today = dayIn(now);
  return Temporal.Instant.compare(now, momentOn(today, hour)) >= 0 ? today : today.subtract({ days: 1 });
};

/** The last day whose morning has come: what was to open on it, or before, opens. */
export const lastOpening = (now: Temporal.Instant): Temporal.PlainDate => lastDayAt(now, OPENS);

/** From this moment on a wave takes no answers, and is closed. @param closesOn its last day, YYYY-MM-DD */
export const closingMoment = (closesOn: string): Temporal.Instant => momentOn(Temporal.PlainDate.from(closesOn), CLOSES);

/** When it was last time to look at how many have answered: the moment, and its day (YYYY-MM-DD). */
export const lastCounted = (now: Temporal.Instant): { day: string; moment: Temporal.Instant } => {
  const day = lastDayAt(now, COUNTED);
  return { day: day.toString(), moment: momentOn(day, COUNTED) };
};
