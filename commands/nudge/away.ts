import type { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { parseSpan } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { awayOf, noteAway, withdrawAway } from '../../src/nudges/away.ts';
import { awayCard, spanWords } from '../../src/views/nudge-settings.ts';
import { writerOf } from './context.ts';

/** A person's own days away: noted, listed, taken back. */

const MOST_AHEAD = { years: 2 };
/** Longer is rather a slip: the last day said first. */
const MOST_LONG = { months: 6 };

type Days = { from: Temporal.PlainDate; to: Temporal.PlainDate };

/** The days that are meant, or what is wrong with them. */
const readDays = (turn: Turn, said: string): Days | { problem: string } => {
  const parsed = parseSpan(said, { today: turn.today, terms: nationalTerms });
  if ('problem' in parsed) return { problem: `Write ${parsed.problem}.` };
  const { from, to } = parsed;
  if (from.until(to).sign < 0) return { problem: `${dayWords(to)} is before ${dayWords(from)}: write the first day first.` };
  if (turn.today.until(to).sign < 0) return { problem: `${dayWords(to)} has passed.` };
  if (turn.today.add(MOST_AHEAD).until(from).sign > 0) return { problem: `${dayWords(from)} is more than two years away.` };
  if (from.add(MOST_LONG).until(to).sign > 0)
    return {
      problem: 'That is longer than half a year. Is the first day first? For so long, write quiet until the last day, or quiet always.',
    };
  return { from, to };
};

const listCard = async (turn: Turn, saved?: string): Promise<Card> =>
  awayCard(await awayOf(turn.tx, turn.actor.personId, turn.today.toString()), turn.today, saved);

const save = async (turn: Turn, days: Days): Promise<Card> => {
  const noted = { from: days.from.toString(), to: days.to.toString() };
  const { again } = await noteAway(writerOf(turn), noted);
  return listCard(turn, `${again ? 'Noted already' : 'Noted'}: away ${spanWords(noted, turn.today)}. Nothing comes unasked on those days.`);
};

/** `away 20 Dec to 3 Jan`; alone it lists what is noted. */
export const away = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    if (words === '') return listCard(turn);
    const days = readDays(turn, words);
    if ('problem' in days) throw new UserError(`Nothing was changed. ${quoted(words)}: ${days.problem}`);
    return save(turn, days);
  },
});

export const days = formVerb({
  state: z.undefined(),
  form: async () => ({
    title: 'Days away',
    intro: 'Nothing comes unasked on these days. Nobody is told.',
    fields: [{ kind: 'text', name: 'days', label: 'From when to when?', hint: 'As in: 20 Dec to 3 Jan' }],
    submit: { label: 'Note them', press: { verb: 'nudge.days' } },
  }),
  submit: async (turn, { values }) => {
    const read = readDays(turn, values.days ?? '');
    return 'problem' in read ? { fields: { days: read.problem } } : save(turn, read);
  },
});

/** Days that are not to count any more. */
export const back = cardVerb({
  state: z.object({ away: z.guid() }),
  run: async (turn, { state }) => {
    if (!state) return listCard(turn);
    const gone = await withdrawAway(writerOf(turn), state.away);
    if (!gone) throw new UserError('Nothing was changed. I cannot find these days among yours.');
    return listCard(turn, `Taken back: ${spanWords(gone, turn.today)}.`);
  },
});
