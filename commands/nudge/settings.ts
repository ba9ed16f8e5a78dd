import type { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type FieldErrors, formVerb, type Turn } from '../../src/bot/contract.ts';
import { type NamedDays, parseDue, parseNamedDays, parseWeekly, weekdayName } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import { weekdayAfter } from '../../src/calendar/school-year.ts';
import type { Card } from '../../src/cards/card.ts';
import { type Offer, UserError } from '../../src/errors.ts';
import { NEVER, quietUntil, setQuiet, setTime } from '../../src/nudges/settings.ts';
import { calendarsOfPeople } from '../../src/people/calendars.ts';
import { small } from '../../src/views/actions/parts.ts';
import { quietCard } from '../../src/views/nudge-said.ts';
import { settings, timeOf } from './coming.ts';
import { inPlace, theirs, writerOf } from './context.ts';

/** My day and hour, and quiet: typed, or by a button. */

// ── Day and hour ──────────────────────────────────────────────────────────────────────────────

const FRIDAY = 5;
const EARLIEST = '08:00';
/** Half an hour before working hours end: messages are spread over some minutes. */
const LATEST = '17:00';
const LATEST_ON_FRIDAY = '15:00';
/** "at 3" is rather the afternoon. */
const AFTERNOON = ['01', '02', '03', '04', '05'];

type Time = { weekday: number; time: string };

/** Why nothing can come then, with what may be meant instead; undefined: it can. */
const problemOf = ({ weekday, time }: Time): { why: string; meant?: Time } | undefined => {
  if (weekday > FRIDAY) return { why: `A ${weekdayName(weekday)} is no working day: choose one from Monday to Friday.` };
  if (time < EARLIEST || time > LATEST) {
    const hours = `Messages come in working hours, from ${EARLIEST} to ${LATEST}: ${time} is outside them.`;
    const [hour = '', minute = ''] = time.split(':');
    return AFTERNOON.includes(hour) && `${Number(hour) + 12}:${minute}` <= LATEST
      ? { why: hours, meant: { weekday, time: `${Number(hour) + 12}:${minute}` } }
      : { why: hours };
  }
  if (weekday === FRIDAY && time > LATEST_ON_FRIDAY)
    return { why: `On a Friday messages come until ${LATEST_ON_FRIDAY}, so that nothing waits over the weekend.` };
  return undefined;
};

const timeWords = ({ weekday, time }: Time) => `${weekdayName(weekday)}s at ${time}`;

const saveTime = async (turn: Turn, wished: Partial<Time>): Promise<Card> => {
  const time = { ...(await timeOf(turn)), ...wished };
  const problem = problemOf(time);
  if (problem) {
    const offer: Offer | undefined = problem.meant && {
      label: timeWords(problem.meant),
      press: { verb: 'nudge.at', state: problem.meant },
    };
    throw new UserError(`Nothing was changed. ${problem.why}`, offer);
  }
  await setTime(writerOf(turn), time);
  return settings(turn, `Saved: from now on ${timeWords(time)}.`);
};

/** `/nudge` alone, or with a day and an hour behind it. */
export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    if (words === '') return settings(turn);
    const said = parseWeekly(words);
    if ('problem' in said)
      throw new UserError(
        `Nothing was changed. I do not understand ${quoted(words)}: write ${said.problem}. Also: quiet until 1 March · quiet always · on again · away 20 Dec to 3 Jan · preview.`,
      );
    return saveTime(turn, said);
  },
});

/** A day and an hour that were offered. */
export const at = cardVerb({
  state: z.object({ weekday: z.number().int().min(1).max(7), time: z.string().regex(/^\d\d:\d\d$/u) }),
  run: (turn, { state }) => saveTime(turn, state ?? {}),
});

export const when = formVerb({
  state: z.undefined(),
  form: async (turn) => {
    const { weekday, time } = await timeOf(turn);
    return {
      title: 'Another day or hour',
      fields: [
        {
          kind: 'choice',
          name: 'weekday',
          label: 'Day',
          options: [1, 2, 3, 4, 5].map((day) => ({ value: String(day), label: weekdayName(day) })),
          value: String(weekday),
        },
        { kind: 'text', name: 'time', label: 'Hour', hint: `From ${EARLIEST} to ${LATEST}, as in 9:00`, value: time },
      ],
      submit: { label: 'Save', press: { verb: 'nudge.when' } },
    };
  },
  submit: async (turn, { values }): Promise<Card | FieldErrors> => {
    const said = parseWeekly(values.time ?? '');
    const weekday = Number(values.weekday);
    if (!Number.isInteger(weekday) || weekday < 1 || weekday > FRIDAY)
      return { fields: { weekday: 'Choose a day from Monday to Friday.' } };
    if ('problem' in said || !said.time || said.weekday) return { fields: { time: 'Write an hour, as in 9:00.' } };
    const problem = problemOf({ weekday, time: said.time });
    if (problem) return { fields: { time: `${problem.why}${problem.meant ? ` Did you mean ${problem.meant.time}?` : ''}` } };
    return saveTime(turn, { weekday, time: said.time });
  },
});

// ── Quiet ─────────────────────────────────────────────────────────────────────────────────────

/** Days of an inspection and of drawing breath after it. */
const OFSTED_DAYS = 14;
const MOST_QUIET = { years: 1 };

/** `why`: which days they are that it was said by, where that is not plain. */
type Until = { day: Temporal.PlainDate; why?: string };

const spanOf = ({ from, to }: NamedDays) => `${dayWords(from)} to ${dayWords(to)}`;

/**
 * The day until which somebody wants to be quiet, or what is wrong with it. Until Easter is until its holiday is over, by their own
 * calendar; until next week is until it begins. Quiet next week would be quiet from now on, which may not be what they want.
 */
const readUntil = async (turn: Turn, words: string, isUntil: boolean): Promise<Until | { problem: string }> => {
  const { personId } = turn.actor;
  const context = { today: turn.today, terms: (await calendarsOfPeople(turn.tx, [personId]))(personId) };
  const said = words.replace(THROUGH, '');
  const named = parseNamedDays(said, context);
  if (named) {
    const hasBegun = turn.today.until(named.from).sign <= 0;
    if (!isUntil && !hasBegun)
      return { problem: `Quiet begins at once. For ${spanOf(named)} alone, type: nudge away ${said}. Else write quiet until a day.` };
    if (!named.isHoliday && !hasBegun) return checked(turn, named.from);
    return checked(turn, weekdayAfter(named.to), `The day after ${named.name} (${spanOf(named)}).`);
  }
  const parsed = parseDue(said, context);
  if (!('date' in parsed)) return { problem: `Write ${parsed.problem}.${parsed.meant ? ` Did you mean ${dayWords(parsed.meant)}?` : ''}` };
  return checked(turn, parsed.date);
};

const checked = ({ today }: Turn, day: Temporal.PlainDate, why?: string): Until | { problem: string } => {
  const ahead = today.until(day).days;
  if (ahead <= 0) return { problem: `${dayWords(day)} ${ahead === 0 ? 'is today' : 'has passed'}: write a later day.` };
  if (today.add(MOST_QUIET).until(day).sign > 0)
    return { problem: `${dayWords(day)} is more than a year away: write an earlier day, or always.` };
  return { day, ...(why === undefined ? {} : { why }) };
};

/** What `quiet` has behind it, or its form. */
const quietFor = async (turn: Turn, words: string, isUntil: boolean): Promise<Card | { problem: string }> => {
  const said = words.replace(UNTIL, '');
  if (ALWAYS.test(said)) return quietUntilDay(turn, NEVER);
  const read = await readUntil(turn, said, isUntil || said !== words);
  if ('problem' in read) return read;
  const card = await quietUntilDay(turn, read.day.toString());
  return read.why === undefined ? card : { ...card, parts: [small(read.why), ...card.parts] };
};

const quietUntilDay = async (turn: Turn, until: string, delivery?: string): Promise<Card> => {
  await setQuiet(writerOf(turn), until);
  return quietCard(until, delivery);
};

/** An end of quiet: everything comes again as it did. */
const again = async (turn: Turn): Promise<Card> => {
  const before = await quietUntil(writerOf(turn), turn.today);
  if (before) await setQuiet(writerOf(turn), null);
  return settings(turn, before ? 'Saved: you are written to again.' : 'You were not quiet: nothing was changed.');
};

const ALWAYS = /^(?:always|for ?ever|never again|for good)[.!]?$/iu;
const OFF = /^(?:off|no|end|over|stop|none|not any more)[.!]?$/iu;
const UNTIL = /^(?:until|till?|to|up to|before)\s+/iu;
/** "After Easter" and "the end of the Easter holidays" are when they are over; "for next week" is next week. */
const THROUGH = /^(?:after|for|over|during|(?:the )?end of(?= .*holidays?$))\s+/iu;

const EXPECTED: Card = {
  title: 'Quiet until when? Nothing was changed yet.',
  parts: [
    {
      type: 'buttons',
      buttons: [
        { label: 'Until a day…', press: { verb: 'nudge.until' } },
        { label: 'Always', press: { verb: 'nudge.always' } },
        { label: 'Write to me again', press: { verb: 'nudge.on' } },
      ],
    },
  ],
};

/** `quiet until 1 March` · `quiet always` · `quiet off` */
export const quiet = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    if (words === '') return EXPECTED;
    if (OFF.test(words)) return again(turn);
    const said = await quietFor(turn, words, false);
    if ('problem' in said) throw new UserError(`Nothing was changed. ${quoted(words)}: ${said.problem}`);
    return said;
  },
});

/** `never`, which may be meant for ever or only for now: always is one press. */
export const never = cardVerb({ state: z.undefined(), run: async () => EXPECTED });

export const always = cardVerb({ state: z.undefined(), run: (turn) => quietUntilDay(turn, NEVER) });

/** `on again` */
export const on = cardVerb({ state: z.undefined(), run: again });

/** Two weeks from today, or longer where that is what they had asked for. Why is kept nowhere. */
export const ofsted = cardVerb({
  state: z.object({ /** The message that it was pressed in, whose place the answer takes. */ delivery: z.string().optional() }),
  run: async (turn, { state }) => {
    const until = turn.today.add({ days: OFSTED_DAYS }).toString();
    const before = await quietUntil(writerOf(turn), turn.today);
    const delivered = state?.delivery === undefined ? undefined : await theirs(turn, state.delivery);
    const said = before && before > until ? quietCard(before, delivered?.id) : await quietUntilDay(turn, until, delivered?.id);
    return delivered ? inPlace(turn, delivered, said) : said;
  },
});

export const until = formVerb({
  state: z.undefined(),
  form: async () => ({
    title: 'Quiet until…',
    intro: 'Nothing comes unasked before that day. Nobody is told.',
    fields: [{ kind: 'text', name: 'until', label: 'Until which day?', hint: 'As in: 1 March, end of term, always' }],
    submit: { label: 'Save', press: { verb: 'nudge.until' } },
  }),
  submit: async (turn, { values }) => {
    const said = await quietFor(turn, values.until?.trim() ?? '', true);
    return 'problem' in said ? { fields: { until: said.problem } } : said;
  },
});
