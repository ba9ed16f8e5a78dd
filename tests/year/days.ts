/**
 * The judge's own calendar of 2026/27, written out by hand from what is published; it shares nothing with src/.
 * Days are YYYY-MM-DD, so that they compare as text.
 */

/** Bank holidays of England, gov.uk/bank-holidays. */
export const BANK_HOLIDAYS: ReadonlySet<string> = new Set([
  '2026-08-31',
  '2026-12-25',
  '2026-12-28',
  '2027-01-01',
  '2027-03-26',
  '2027-03-29',
  '2027-05-03',
  '2027-05-31',
  '2027-08-30',
]);

type Span = readonly [first: string, last: string];
type Year = { halves: readonly Span[] };

/** First and last day of school of each half of a term, by council area; those that have published none take England's. */
const ENGLAND: Year = {
  halves: [
    ['2026-09-02', '2026-10-23'],
    ['2026-11-02', '2026-12-18'],
    ['2027-01-04', '2027-02-12'],
    ['2027-02-22', '2027-03-25'],
    ['2027-04-12', '2027-05-28'],
    ['2027-06-07', '2027-07-22'],
  ],
};
const PUBLISHED: Record<string, Year> = {
  Ealing: {
    halves: [
      ['2026-09-02', '2026-10-23'],
      ['2026-11-02', '2026-12-18'],
      ['2027-01-04', '2027-02-12'],
      ['2027-02-22', '2027-03-25'],
      ['2027-04-12', '2027-05-28'],
      ['2027-06-07', '2027-07-27'],
    ],
  },
  Surrey: {
    halves: [
      ['2026-09-01', '2026-10-16'],
      ['2026-11-02', '2026-12-18'],
      ['2027-01-04', '2027-02-12'],
      ['2027-02-22', '2027-03-25'],
      ['2027-04-12', '2027-05-28'],
      ['2027-06-07', '2027-07-28'],
    ],
  },
};

/**
 * What some schools of the demonstration do otherwise in this simulation: INSET and other closed days (Tuesdays, when nudges go), and one
 * with an autumn half-term of two weeks.
 */
export const OWN_CLOSED_DAYS: Record<string, readonly string[]> = {
  'Primary school 1, Wakefield': ['2026-11-10', '2027-03-02'],
  'Secondary school 1, Rochdale': ['2026-11-03', '2027-06-15'],
  'Primary school 1, North Tyneside': ['2026-11-24'],
  'Primary school 2, Coventry': ['2027-01-05', '2027-01-12', '2027-01-13', '2027-01-14', '2027-01-15'],
};
export const OWN_AUTUMN_HALF_TERM: Record<string, Span> = { 'Secondary school 1, Coventry': ['2026-10-19', '2026-10-30'] };

export type Workplace = { name: string; isSchool: boolean; area: string | null };

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: string): number => ((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7) + 1;
/** The Monday of a day's week: names the week. */
export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));

/** Whether somebody who works there is at work on a day. */
export const isOpen = (place: Workplace, day: string): boolean => {
  if (weekdayOf(day) > 5 || BANK_HOLIDAYS.has(day)) return false;
  if (!place.isSchool) return true;
  if (OWN_CLOSED_DAYS[place.name]?.includes(day)) return false;
  const own = OWN_AUTUMN_HALF_TERM[place.name];
  if (own && own[0] <= day && day <= own[1]) return false;
  const { halves } = PUBLISHED[place.area ?? ''] ?? ENGLAND;
  return halves.some(([first, last]) => first <= day && day <= last);
};

const clocks = new Map<string, Intl.DateTimeFormat>();
/** Day and time ("08:30") on the wall in a zone. */
export const wall = (at: number, zone: string): { day: string; time: string } => {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  clocks.set(zone, clock);
  const [day = '', time = ''] = clock.format(at).split(' ');
  return { day, time };
};

/** The moment of a wall clock in London; of an hour that comes twice the first. */
export const inLondon = (day: string, time: string): number => {
  const utc = Date.parse(`${day}T${time}:00Z`);
  for (const ahead of [3_600_000, 0]) {
    const { day: seenDay, time: seen } = wall(utc - ahead, 'Europe/London');
    if (seenDay === day && seen === time) return utc - ahead;
  }
  return utc; // an hour that does not come
};
