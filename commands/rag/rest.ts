import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type Action, declared, isLive } from '../../src/actions/action.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { UserError } from '../../src/errors.ts';
import { textProblem } from '../../src/people/notes.ts';
import { ratingButtons } from '../../src/views/actions/buttons.ts';
import { changedCard, unchangedCard } from '../../src/views/actions/changed.ts';
import { dated, headline, small } from '../../src/views/actions/parts.ts';
import { declaredWords, meanwhileWords } from '../../src/views/actions/rated.ts';
import { mayChange, mayRate, readableAction } from './context.ts';
import { decide, saidAlready } from './decided.ts';
import { dayWords } from './form.ts';
import { notTheirs, notTheOwner } from './places.ts';
import { RateState } from './rate.ts';
import { askedAction } from './which.ts';

/** On hold and stopped: by decision, so who decided, when, and what was learned are kept. And opening an action again. */

/** Characters of who decided. */
const MOST_WHO = 100;

type Rest = 'on_hold' | 'stopped';
const WORDS = {
  on_hold: {
    verb: 'rag.hold',
    title: 'On hold',
    what: 'put on hold',
    learned: 'Why does it rest, and what was learned?',
    submit: 'Put it on hold',
  },
  stopped: {
    verb: 'rag.stop',
    title: 'Stop an action',
    what: 'stopped',
    learned: 'Why does it end, and what was learned?',
    submit: 'Stop it',
  },
} as const;

const already = (turn: Turn, { self }: Action) =>
  `${RATING_WORDS[self?.rating as Rest].toLowerCase()} already, since ${dated(self?.on as string, turn.today)}`;

const decisionDay = (text: string, today: Temporal.PlainDate): { day: string } | { problem: string } => {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text) || !z.iso.date().safeParse(text).success) return { problem: 'Say on which day it was decided.' };
  if (Temporal.PlainDate.compare(text, today) > 0)
    return { problem: `${dayWords(text)} is still to come: a decision is of today or before.` };
  return { day: text };
};

const restVerb = (rating: Rest) => {
  const { verb, title, what, learned, submit } = WORDS[rating];
  return formVerb({
    state: RateState,
    form: async (turn, { words, state }) => {
      const asked = await askedAction(turn, verb, { words, state });
      if (!('action' in asked)) return asked;
      const { action, rest } = asked;
      if (!mayChange(turn, action)) throw notTheirs(turn, action, `${action.code} is ${what}`);
      if (declared(action) === rating) return unchangedCard(action, already(turn, action));
      return {
        title,
        intro: `${action.code} ${action.title}. Nothing is expected of it then, until it is opened again.`,
        fields: [
          { kind: 'text', name: 'decidedBy', label: 'Who decided it?', hint: 'As in: the board', maxLength: MOST_WHO },
          { kind: 'date', name: 'decidedOn', label: 'When?', value: turn.today.toString() },
          { kind: 'longtext', name: 'learned', label: learned, maxLength: 1_000, ...(rest ? { value: rest } : {}) },
        ],
        submit: { label: submit, press: { verb, state: { action: action.id, version: action.self?.version ?? 0 } } },
      };
    },
    submit: async (turn, { values, state }) => {
      if (!state?.action) throw new UserError(`Nothing was changed. Name an action first, as in: rag 12 ${verb.replace('rag.', '')}`);
      const action = await readableAction(turn, state.action);
      if (!mayChange(turn, action)) throw notTheirs(turn, action, `${action.code} is ${what}`);
      const decidedBy = values.decidedBy?.trim().replaceAll(/\s+/gu, ' ') ?? '';
      const reason = values.learned?.trim() ?? '';
      const on = decisionDay(values.decidedOn?.trim() ?? '', turn.today);
      const fields: Record<string, string> = {};
      const wrongWho = [...decidedBy].length > MOST_WHO ? `At most ${MOST_WHO} characters fit.` : textProblem(decidedBy);
      if (decidedBy === '') fields.decidedBy = 'Say who decided it: a board, a meeting, a post.';
      else if (wrongWho) fields.decidedBy = wrongWho;
      if ('problem' in on) fields.decidedOn = on.problem;
      const problem = textProblem(reason);
      if (reason === '') fields.learned = 'Say in a sentence what was learned, so that others can use it.';
      else if (problem) fields.learned = problem;
      if (Object.keys(fields).length > 0 || 'problem' in on) return { fields };
      const wish = { rating, reason, decidedBy, decidedOn: on.day };
      if (saidAlready(turn, action, wish)) return unchangedCard(action, already(turn, action));
      const { meanwhile, definitions } = await decide(turn, action, wish, state.version);
      return changedCard({
        action,
        says: declaredWords(action, rating),
        notes: [
          `Decided by ${decidedBy} on ${dayWords(on.day)}. What was learned: ${reason}`,
          ...(meanwhile ? [meanwhileWords(meanwhile, turn.today, turn.actor.zone)] : []),
        ],
        definitions,
        buttons: [{ label: 'Open it again', press: { verb: 'rag.reopen', state: { action: action.id } } }],
      });
    },
  });
};

export const hold = restVerb('on_hold');
export const stop = restVerb('stopped');

/** To rate an action is to open it again. */
export const reopen = cardVerb({
  state: z.object({ action: z.string().optional() }),
  run: async (turn, { words, state }) => {
    const asked = await askedAction(turn, 'rag.reopen', { words, state });
    if (!('action' in asked)) return asked;
    const { action } = asked;
    if (!mayRate(turn, action)) throw notTheOwner(turn, action);
    return {
      title: headline(action, `${RATING_WORDS[declared(action)].toLowerCase()}; what is it now?`),
      parts: [
        small(isLive(action) ? 'It is open already: a press rates it.' : 'One press opens it again.'),
        { type: 'buttons', buttons: ratingButtons({ action, kind: 'self', today: turn.today }) },
      ],
    };
  },
});
