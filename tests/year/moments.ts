import { addDays, inLondon, weekdayOf } from './days.ts';

/**
 * The moments of the simulated clock at which something could happen, in milliseconds since 1970. A real server looks every five minutes;
 * most of a year's hundred thousand looks find what the one before found.
 */

/** London's wall clock on a working day: the beginning of working hours, when most is sent, when people answer, after the end. */
const EVERY_DAY = ['08:00', '08:30', '08:35', '10:05', '17:40'];
/** Besides, from Monday on: two nights; the default of nudges and summaries, here and two hours east of here; people's own hours. */
const BY_WEEKDAY = [
  ['03:10', '10:00', '23:50'],
  ['06:30', '06:35', '08:40', '09:05', '17:25'],
  ['14:30', '14:35'],
  ['06:30', '06:35', '08:40', '09:05', '17:25'],
  ['15:00', '15:05'],
];
const WEEKEND = ['10:00'];
/** Round the hour that comes twice and the one that does not come at all. */
const CLOCKS_CHANGE = ['00:30', '01:30', '02:30', '03:30'];
const CHANGES = new Set(['2026-10-25', '2027-03-28']);
const HOUR = 3_600_000;

const timesOf = (day: string): string[] => {
  const weekday = weekdayOf(day);
  if (CHANGES.has(day)) return [...CLOCKS_CHANGE, ...WEEKEND];
  if (weekday > 5) return WEEKEND;
  return [...EVERY_DAY, ...(BY_WEEKDAY[weekday - 1] ?? [])];
};

/**
 * In order; both days are in it.
 * @param only the times of working days that count; none: all
 */
export const momentsOf = (from: string, to: string, only?: readonly string[]): number[] => {
  const moments = new Set<number>();
  for (let day = from; day <= to; day = addDays(day, 1)) {
    for (const time of timesOf(day)) if (!only || only.includes(time)) moments.add(inLondon(day, time));
    if (day === '2026-10-25') moments.add(inLondon(day, '01:30') + HOUR); // the second time
  }
  return [...moments].sort((one, other) => one - other);
};
