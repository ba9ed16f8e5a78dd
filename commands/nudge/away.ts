import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { parseSpan, type Span } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import type { Card } from '../../src/cards/card.ts';
import { type Offer, UserError } from '../../src/errors.ts';
import { awayOf, noteAway, withdrawAway } from '../../src/nudges/away.ts';
import { calendarsOfPeople } from '../../src/people/calendars.ts';
import { awayCard, spanWords } from '../../src/views/nudge-settings.ts';
import { writerOf } from './context.ts';

/** A person's own days away: noted, listed, taken back. */

const MOST_AHEAD = { years: 2 };
/** Longer is rather a slip: the last day said first. */
const MOST_LONG = { months: 6 };

type Refused = { problem: string; meant?: Span };

/** What is wrong with days that somebody means. */
const problemOf = ({ from, to }: Span, today: Temporal.PlainDate): string | undefined => {
  if (from.until(to).sign < 0) return `${dayWords(to)} is before ${dayWords(from)}: write the first day first.`;
  if (today.until(to).sign < 0) return `${dayWords(to)} has passed.`;
  if (today.add(MOST_AHEAD).until(from).sign > 0) return `${dayWords(from)} is more than two years away.`;
  if (from.add(MOST_LONG).until(to).sign > 0)
    return 'That is longer than half a year. Is the first day first? For so long, write quiet until the last day, or quiet always.';
  return undefined;
};

/** The days that are meant, holidays by the person's own calendar; or what is wrong with them. */
const readDays = async (turn: Turn, said: string): Promise<Span | Refused> => {
  const { personId } = turn.actor;
  const terms = (await calendarsOfPeople(turn.tx, [personId]))(personId);
  const parsed = parseSpan(said, { today: turn.today, terms });
  if ('problem' in parsed) {
    const { meant } = parsed;
    return { problem: `Write ${parsed.problem}.`, ...(meant && !problemOf(meant, turn.today) ? { meant } : {}) };
  }
  const problem = problemOf(parsed, turn.today);
  return problem === undefined ? parsed : { problem };
};

const isoDays = ({ from, to }: Span) => ({ from: from.toString(), to: to.toString() });

const listCard = async (turn: Turn, saved?: string): Promise<Card> =>
  awayCard(await awayOf(turn.tx, turn.actor.personId, turn.today.toString()), turn.today, saved);

const save = async (turn: Turn, days: Span): Promise<Card> => {
  const asked = isoDays(days);
  const { again, joined, ...noted } = await noteAway(writerOf(turn), asked);
  const words = spanWords(noted, turn.today);
  const called = days.name && noted.from === asked.from && noted.to === asked.to ? ` (${days.name})` : '';
  const joins = joined.map((before) => spanWords(before, turn.today)).join(' and ');
  const said = `${again ? 'Noted already' : 'Noted'}: away ${words}${called}${joins ? `, joined with ${joins}` : ''}.`;
  return listCard(turn, `${said} Nothing comes unasked on ${noted.from === noted.to ? 'that day' : 'those days'}.`);
};

const Days = z.object({ from: z.iso.date(), to: z.iso.date() });

const offerOf = (turn: Turn, meant: Span | undefined): Offer | undefined =>
  meant && { label: spanWords(isoDays(meant), turn.today), press: { verb: 'nudge.away', state: isoDays(meant) } };

/** `away 20 Dec to 3 Jan`, `away next week`, `away easter`; alone it lists what is noted. With state: days that were offered. */
export const away = cardVerb({
  state: Days,
  run: async (turn, { words, state }) => {
    if (words === '' && !state) return listCard(turn);
    const offered = state && { from: Temporal.PlainDate.from(state.from), to: Temporal.PlainDate.from(state.to) };
    const passed = offered && problemOf(offered, turn.today);
    if (passed) throw new UserError(`Nothing was changed. ${passed}`);
    const days = offered ?? (await readDays(turn, words));
    if ('problem' in days) throw new UserError(`Nothing was changed. ${quoted(words)}: ${days.problem}`, offerOf(turn, days.meant));
    return save(turn, days);
  },
});

export const days = formVerb({
  state: z.undefined(),
  form: async () => ({
    title: 'Days away',
    intro: 'Nothing comes unasked on these days. Nobody is told.',
    fields: [{ kind: 'text', name: 'days', label: 'From when to when?', hint: 'As in: 20 Dec to 3 Jan, next week, Easter' }],
    submit: { label: 'Note them', press: { verb: 'nudge.days' } },
  }),
  submit: async (turn, { values }) => {
    const read = await readDays(turn, values.days ?? '');
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
