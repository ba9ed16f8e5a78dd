import type { Temporal } from 'temporal-polyfill';
import type { Turn } from '../../src/bot/contract.ts';
import { parseDue } from '../../src/bot/grammar.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { UserError } from '../../src/errors.ts';

/** Days on which roles begin and end, as people write them. */

const YEAR = /\b20\d{2}\b/u;

/**
 * The day that is meant, and nothing else; the whole date is said before anything is done.
 * @param near of the days that fit one said without a year: the nearer one, past or to come, because somebody's leaving is entered
 * shortly before or after; else the next to come
 * @throws UserError that says what is expected
 */
export const readDay = (turn: Turn, said: string, { near = false } = {}): Temporal.PlainDate => {
  if (/^\s*(?:on\s+)?yesterday\s*$/iu.test(said)) return turn.today.subtract({ days: 1 });
  const parsed = parseDue(said, { today: turn.today, terms: nationalTerms });
  if (!('date' in parsed)) {
    const meant = parsed.meant ? ` Did you mean ${parsed.meant.day} ${parsed.meant.toString().slice(0, 4)}?` : '';
    throw new UserError(`Nothing was changed. “${said.trim()}” is not clear: write ${parsed.problem}.${meant}`);
  }
  if (!near) return parsed.date;
  const before = parsed.date.subtract({ years: 1 });
  const isNearer = turn.today.since(before).total({ unit: 'days' }) < turn.today.until(parsed.date).total({ unit: 'days' });
  return !YEAR.test(said) && isNearer && /\d/u.test(said) ? before : parsed.date;
};

/** "… on 31 Dec": the words without their day, and the day; of several readings the one that leaves the most words. */
export const dayAtEnd = (words: string, word: string): { words: string; said: string } | undefined => {
  const found = [...words.matchAll(new RegExp(`(?:^|(?<=\\s))(?:${word})\\s+`, 'giu'))].at(-1);
  return found && { words: words.slice(0, found.index).trim(), said: words.slice(found.index + found[0].length) };
};
