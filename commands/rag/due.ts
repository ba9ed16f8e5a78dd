import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type Action, declared, isClosed } from '../../src/actions/action.ts';
import { changeAction } from '../../src/actions/change.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { dueDay } from '../../src/actions/due.ts';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { parseDue } from '../../src/bot/grammar.ts';
import { noteRefusal, quoted } from '../../src/bot/replies.ts';
import { fullDay } from '../../src/calendar/dates.ts';
import type { Terms } from '../../src/calendar/terms.ts';
import type { Button, Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { changedCard, showButton, unchangedCard } from '../../src/views/actions/changed.ts';
import { headline } from '../../src/views/actions/parts.ts';
import { theirTerms } from './calendar.ts';
import { mayChange, readableAction, writerOf } from './context.ts';
import { dayWords } from './form.ts';
import { notTheirs } from './places.ts';
import { askedAction } from './which.ts';

/** By when: a day as people say it, said back in full, and moved to a day on which whoever must act is at work. */

const State = z.object({
  action: z.string().optional(),
  /** A day that was offered, YYYY-MM-DD. */
  due: z.iso.date().optional(),
});

const NO_DATE = /^(?:none|no date|nothing|never|without)[.!]?$/iu;

const check = (turn: Turn, action: Action) => {
  if (!mayChange(turn, action)) throw notTheirs(turn, action, `The date of ${action.code} is changed`);
  if (isClosed(action))
    throw new UserError(
      `Nothing was changed. ${action.code} is ${RATING_WORDS[declared(action)].toLowerCase()}, so its date stays as it was. To change it, open the action again.`,
      { label: 'Open it again', press: { verb: 'rag.reopen', state: { action: action.id } } },
    );
};

const offer = (action: Action, day: Temporal.PlainDate): Button => ({
  label: fullDay(day),
  press: { verb: 'rag.due', state: { action: action.id, due: day.toString() } },
  style: 'primary',
  says: `${action.code} is due on ${fullDay(day)}`,
});

const save = async (turn: Turn, action: Action, said: Temporal.PlainDate, theirs: Terms): Promise<Card> => {
  const due = dueDay(said, turn.today, theirs);
  if (due.kind === 'past')
    throw new UserError(`Nothing was changed. ${fullDay(said)} is past. Give a later date or, if it is done, mark it complete.`, {
      label: 'It is complete',
      press: { verb: 'rag.done', state: { action: action.id } },
    });
  if (due.kind === 'far')
    throw new UserError(`Nothing was changed. ${fullDay(said)} is more than ten years away. Give an earlier date, as in: 1 March`);
  const notes = due.moved ? [`${due.moved}.`] : [];
  const day = due.day.toString();
  if (action.due === day)
    return {
      ...unchangedCard(action, `due ${fullDay(due.day)} already`),
      parts: [...notes.map((text) => ({ type: 'text' as const, text })), { type: 'buttons', buttons: [showButton(action)] }],
    };
  await changeAction(writerOf(turn), action, 'due', { due: day });
  return changedCard({
    action,
    says: `due ${fullDay(due.day)}`,
    notes: [...notes, action.due ? `It was due on ${dayWords(action.due)}.` : 'It had no date.'],
  });
};

export const due = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    const asked = await askedAction(turn, 'rag.due', { words, state });
    if (!('action' in asked)) return asked;
    const { action, rest } = asked;
    check(turn, action);
    if (state?.due) return save(turn, action, Temporal.PlainDate.from(state.due), await theirTerms(turn, action));
    if (rest === '')
      return {
        title: headline(action, action.due ? `due ${dayWords(action.due)}` : 'no date yet'),
        parts: [
          { type: 'text', text: `To change it, type the day, as in: rag ${action.number} due 1 March · next Friday · end of term · none` },
          { type: 'buttons', buttons: [showButton(action)] },
        ],
      };
    if (NO_DATE.test(rest)) {
      if (action.due === null) return unchangedCard(action, 'it has no date');
      await changeAction(writerOf(turn), action, 'due', { due: null });
      return changedCard({
        action: await readableAction(turn, action.id),
        says: 'no date',
        notes: [`It was due on ${dayWords(action.due)}.`],
      });
    }
    const refused = noteRefusal(turn.platform, rest);
    if (refused) return refused;
    const theirs = await theirTerms(turn, action);
    const parsed = parseDue(rest, { today: turn.today, terms: theirs });
    if ('date' in parsed) return save(turn, action, parsed.date, theirs);
    return {
      title: `Not saved. ${quoted(rest)} is not clear as a day.${parsed.meant ? ' Did you mean this one?' : ''}`,
      parts: [
        { type: 'text', text: `Write ${parsed.problem.replaceAll('`', '')}.` },
        { type: 'buttons', buttons: [...(parsed.meant ? [offer(action, parsed.meant)] : []), showButton(action)] },
      ],
    };
  },
});
