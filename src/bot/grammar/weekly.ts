import { capital } from '../../cards/format.ts';
import { WEEKDAY, WEEKDAYS, weekdayOf } from './days.ts';
import { typed } from './typed.ts';

/** A day of the week and a time, as people write them: `tuesday 9:00`, `wednesdays at 10`, `8.45am`. */

export type ParsedWeekly =
  | { /** 1 = Monday … 7 = Sunday; none was said. */ weekday?: number /** "09:00"; none was said. */; time?: string }
  | { problem: string };

export const WEEKLY_EXPECTED = 'a day and an hour, as in `tuesday 9:00` or `wednesdays at 10`';

/** No day and hour takes more to say; what is longer is not looked through. */
const LONGEST = 60;
const DAY = new RegExp(`(?<![\\p{L}\\p{N}])(?:every |each |on )?(${WEEKDAY})s?(?![\\p{L}\\p{N}])`, 'giu');
const TIME = /(?<![\p{L}\p{N}:.])(\d{1,2})(?:[:.h](\d{2}))?(?: ?(am|pm|a\.m\.|p\.m\.|o'?clock))?(?![\p{L}\p{N}:])/giu;
const WORDS = /(?<!\p{L})(?:at|on|by|around|about|from|and|then|please|every|each|week|instead|half past|noon|midday)(?!\p{L})/giu;
const NOON = /(?<!\p{L})(?:noon|midday)(?!\p{L})/iu;
const HALF_PAST = /(?<!\p{L})half past(?!\p{L})/iu;

const timeOf = ([, hours, minutes, half]: RegExpMatchArray, isHalfPast: boolean): string | undefined => {
  const said = Number(hours);
  const hour = /^p/iu.test(half ?? '') && said < 12 ? said + 12 : /^a/iu.test(half ?? '') && said === 12 ? 0 : said;
  const minute = Number(minutes ?? (isHalfPast ? 30 : 0));
  return hour < 24 && minute < 60 ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : undefined;
};

/** Nothing but a day, a time or both, in either order; what else was said is not understood. */
export const parseWeekly = (input: string): ParsedWeekly => {
  if (input.length > LONGEST) return { problem: WEEKLY_EXPECTED };
  const text = typed(input.replace(/\s+/gu, ' ')).clean;
  const days = [...text.matchAll(DAY)];
  const rest = text.replaceAll(DAY, ' ');
  const times = [...rest.matchAll(TIME)];
  const isNoon = NOON.test(rest);
  const left = rest
    .replaceAll(TIME, ' ')
    .replaceAll(WORDS, ' ')
    .replaceAll(/[\s,.;!]/gu, '');
  if (left !== '' || days.length > 1 || times.length + (isNoon ? 1 : 0) > 1) return { problem: WEEKLY_EXPECTED };
  if (days.length + times.length === 0 && !isNoon) return { problem: WEEKLY_EXPECTED };
  const time = isNoon ? '12:00' : times[0] && timeOf(times[0], HALF_PAST.test(rest));
  if (times.length > 0 && !time) return { problem: `a time that exists: there is no ${times[0]?.[0].trim()}` };
  return { ...(days[0] ? { weekday: weekdayOf(days[0][1] as string) } : {}), ...(time ? { time } : {}) };
};

/** "Tuesday" for 2. */
export const weekdayName = (weekday: number): string => capital(WEEKDAYS[weekday - 1] as string);
