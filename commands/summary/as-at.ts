import type { Temporal } from 'temporal-polyfill';
import { parseWhen, type When } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import { CADENCES, periodFromKey } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { UserError } from '../../src/errors.ts';

/** "wakefield as at 1 October", "as at end of last term": the words that say whose plan, and the day. */

const MARK = /(?:^|\s)(?:as\s+(?:at|of|on)|at|on)\s+(?:the\s+)?(?:end\s+of\s+)?(?=\S)/iu;

const dayOf = (when: When): Temporal.PlainDate => (when.kind === 'date' ? when.date : periodFromKey(when.key, nationalTerms).end);

/** A day, or the last day of a week, month or term; what it most likely means where it is not clear. */
const readDay = (said: string, today: Temporal.PlainDate): { day: Temporal.PlainDate } | { meant?: Temporal.PlainDate } => {
  let meant: Temporal.PlainDate | undefined;
  for (const cadence of CADENCES) {
    const parsed = parseWhen(said, { today, cadence, terms: nationalTerms });
    if ('when' in parsed) return { day: dayOf(parsed.when) };
    if (parsed.meant) meant ??= dayOf(parsed.meant);
  }
  return meant ? { meant } : {};
};

/**
 * Splits what was typed after the command.
 * @throws UserError for a day that is none, or that is still to come
 */
export const splitAsAt = (words: string, today: Temporal.PlainDate): { scope: string; asAt?: Temporal.PlainDate } => {
  const mark = MARK.exec(words);
  if (!mark) return { scope: words.trim() };
  const before = words.slice(0, mark.index).trim();
  const behind = words
    .slice(mark.index + mark[0].length)
    .trim()
    .split(/\s+/u);
  for (let count = behind.length; count > 0; count -= 1) {
    const read = readDay(behind.slice(0, count).join(' '), today);
    if (!('day' in read)) continue;
    if (read.day.since(today).sign > 0)
      throw new UserError(`${dayWords(read.day)} is still to come. Name a day that has passed, as in: summary as at 1 October.`);
    return { scope: `${before} ${behind.slice(count).join(' ')}`.trim(), asAt: read.day };
  }
  // "on" and "at" are words of names too ("Learning at home"): only "as at" must be followed by a day.
  if (!/\bas\s/iu.test(mark[0])) return { scope: words.trim() };
  const said = behind.join(' ');
  const read = readDay(said, today);
  const near = 'meant' in read && read.meant ? ` Did you mean ${dayWords(read.meant)}?` : '';
  throw new UserError(
    `I do not know the day ${quoted(said)}.${near} Write it as in: summary as at 1 October, or: summary as at last Friday.`,
  );
};
