import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { Problem } from './api-problem.ts';

/** What a request to the API asks for: read from its address and one header, once. Pure. */

/** Rows on a page, where nothing else is asked for, and at most. */
export const USUAL_ROWS = 1_000;
export const MOST_ROWS = 5_000;

/**
 * For how many hours a moment can be asked for again: as long as anybody takes to read all pages. What was known on an earlier day is in the
 * tables themselves; what somebody took back since, because it told too much, is not to be had by asking for the day before.
 */
const HOURS_BACK = 24;

/** The token that came with a request; undefined where none did. */
export const tokenOf = (authorization: string | undefined): string | undefined => {
  const [, way = '', given = ''] = /^(bearer|basic) +(\S+)$/iu.exec(authorization?.trim() ?? '') ?? [];
  if (way.toLowerCase() !== 'basic') return given || undefined;
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/su.exec(Buffer.from(given, 'base64').toString()) ?? [];
  return password || user || undefined;
};

const wholeNumber = `limit is a whole number from 1 to ${MOST_ROWS}.`;
const PARTS = {
  limit: z
    .string()
    .regex(/^\d{1,9}$/u, wholeNumber)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MOST_ROWS, wholeNumber)
    .optional(),
  after: z.string().max(2_000, 'after is what the link “next” of the page before has.').optional(),
  to: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/u, 'to is a moment like 2026-11-19T14:00:00Z.')
    .optional(),
  locality: z.string().max(20, 'locality is a prefix like WAK.').optional(),
};
export type Name = keyof typeof PARTS;
export type Asked = { limit?: number; after?: string; to?: string; locality?: string };

const ALL = z.object(PARTS);
const inWords = (names: readonly string[]) => names.join(', ').replace(/, (?=[^,]*$)/u, ' and ');

/**
 * What follows the question mark of an address.
 * @param known what this address understands
 * @throws Problem in words that repeat nothing of what was sent: a token may be in it
 */
export const readAsked = (address: string, known: readonly Name[]): Asked => {
  const sent = [...new URLSearchParams(address.split('?').slice(1).join('?'))];
  if (sent.some(([name]) => !known.includes(name as Name)))
    throw new Problem(
      400,
      known.length === 0
        ? 'Nothing may follow the question mark here. A token goes into the Authorization header, never into an address.'
        : `This address understands ${inWords(known)}. There is no other filter: one by organisation, person or value could single somebody out. A token goes into the Authorization header, never into an address.`,
    );
  if (new Set(sent.map(([name]) => name)).size < sent.length) throw new Problem(400, `Give each of ${inWords(known)} once.`);
  const read = ALL.safeParse(Object.fromEntries(sent));
  if (!read.success) throw new Problem(400, read.error.issues.map(({ message }) => message).join(' '));
  return read.data;
};

/**
 * The moment that is asked for.
 * @returns ISO 8601 in UTC, to the millisecond; undefined where none is
 * @throws Problem for one that has not come, is long past or is none
 */
export const momentOf = (to: string | undefined, now: Temporal.Instant): string | undefined => {
  if (to === undefined) return undefined;
  let moment: Temporal.Instant;
  try {
    moment = Temporal.Instant.from(to);
  } catch {
    throw new Problem(400, 'to is a moment like 2026-11-19T14:00:00Z.');
  }
  if (Temporal.Instant.compare(moment, now) > 0) throw new Problem(400, 'to has not come yet.');
  if (Temporal.Instant.compare(moment, now.subtract({ hours: HOURS_BACK })) < 0)
    throw new Problem(
      400,
      `to is more than ${HOURS_BACK} hours ago: begin again without it. What was known on an earlier day is in the tables: recorded_at says when each version was recorded.`,
    );
  return moment.toString({ smallestUnit: 'millisecond' });
};
