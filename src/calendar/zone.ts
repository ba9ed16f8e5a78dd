import type { Temporal } from 'temporal-polyfill';

/** The programme's zone (IANA): the week is its week and today its today, whoever asks from wherever. */
export const PROGRAMME_ZONE = 'Europe/London';

/** The day that a moment falls on, in the programme's zone or in somebody's own (IANA). Throws RangeError for a zone that there is none of. */
export const dayIn = (moment: Temporal.Instant, zone = PROGRAMME_ZONE): Temporal.PlainDate => moment.toZonedDateTimeISO(zone).toPlainDate();
