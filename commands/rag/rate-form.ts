import { Temporal } from 'temporal-polyfill';
import type { Action, RatingKind } from '../../src/actions/action.ts';
import { definitionsFor } from '../../src/actions/definitions.ts';
import { dueDay } from '../../src/actions/due.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { type DueContext, parseDue, parseRating, splitBy } from '../../src/bot/grammar.ts';
import { fullDay } from '../../src/calendar/dates.ts';
import type { Field, Form } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { textProblem } from '../../src/people/notes.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { theirTerms } from './calendar.ts';
import { readableAction } from './context.ts';
import { RateState, rate } from './rate.ts';
import { checkMayRate } from './rights.ts';
import { askedAction } from './which.ts';

/** The form of an amber and a red: they are saved once their reason is given. */

const SMALL_PRINT = 'Others in the partnership read this, and a council may have to release it: say what is in the way, not who.';
const BY_EXPECTED = 'Say by when, too, at its end, as in: a joint post, by January. If nobody knows yet, end with: by when is not known';
const NOT_KNOWN = /[\s,;:(-]*\b(?:by )?(?:when|date)?\s*(?:is )?(?:not (?:yet )?known|unknown|nobody knows)(?: yet)?[\s.)]*$/iu;

const before = (action: Action, kind: RatingKind) => (kind === 'self' ? action.self : action.independent);

/** What a field opens with: what was typed, else what was said before of the same colour. */
const remedyBefore = (action: Action, kind: RatingKind) => {
  const said = before(action, kind);
  if (said?.rating !== 'red' || !said.remedy) return undefined;
  return said.remedyBy ? `${said.remedy}, by ${fullDay(Temporal.PlainDate.from(said.remedyBy)).replace(/^\S+ /u, '')}` : said.remedy;
};

const reasonField = (value: string | undefined, hint?: string): Field => ({
  kind: 'longtext',
  name: 'reason',
  label: 'What is in the way?',
  maxLength: 1_000,
  ...(hint ? { hint } : {}),
  ...(value ? { value } : {}),
});

const formFor = async (
  turn: Turn,
  action: Action,
  kind: RatingKind,
  rating: 'amber' | 'red',
  reason: string,
  state: RateState,
): Promise<Form> => {
  const { definitions } = await definitionsFor(turn.tx, turn.actor.personId);
  const said = before(action, kind);
  const kept = reason || (said?.rating === rating ? (said.reason ?? '') : '');
  const red = rating === 'red';
  return {
    title: `${action.code}: ${red ? 'Red' : 'Amber'}`,
    intro: `${shortened(action.title, 100)}: ${red ? `Red, ${definitions.red}` : `Amber, ${definitions.amber}`}.`,
    fields: red
      ? [
          reasonField(kept),
          {
            kind: 'longtext',
            name: 'remedy',
            label: 'What would put it right, and by when?',
            hint: `As in: a joint post, by January. ${SMALL_PRINT}`,
            maxLength: 1_000,
            ...(kind === 'independent' ? { optional: true } : {}),
            ...(remedyBefore(action, kind) ? { value: remedyBefore(action, kind) as string } : {}),
          },
        ]
      : [reasonField(kept, SMALL_PRINT)],
    submit: {
      label: 'Save',
      press: {
        verb: 'rag.rate',
        state: {
          action: action.id,
          kind,
          rating,
          ...(state.flow ? { flow: state.flow } : {}),
          version: state.version ?? said?.version ?? 0,
        },
      },
    },
  };
};

/** "a joint post, 1 March" → its last part, where that is a day and nothing else. */
const dayAtEnd = (text: string, context: DueContext) => {
  const { what, day } = /^(?<what>.*\S)\s*[,;:–—-]\s*(?<day>[^,;:]+)$/su.exec(text)?.groups ?? {};
  const parsed = day === undefined ? undefined : parseDue(day, context);
  return what !== undefined && parsed && 'date' in parsed ? { words: what, by: parsed.date } : undefined;
};

/** `moved`: why it is not the day that was said. */
type ReadRemedy = { remedy?: string; remedyBy?: string; moved?: string };

/** "a joint post, by January" → what, and the day in full: one on which whoever must do it is at work. */
const readRemedy = async (turn: Turn, text: string, action: Action, optional: boolean): Promise<ReadRemedy | { problem: string }> => {
  if (text === '')
    return optional
      ? {}
      : { problem: `Say what would put it right, and by when. ${BY_EXPECTED.replace('Say by when, too, at its end, a', 'A')}` };
  // Kept as it was said: whoever reads it is told that nobody knows by when.
  if (NOT_KNOWN.test(text))
    return text.replace(NOT_KNOWN, '').trim() === ''
      ? { problem: 'Say what would put it right, even if nobody knows by when.' }
      : { remedy: text };
  const theirs = await theirTerms(turn, action);
  const context = { today: turn.today, terms: theirs };
  const split = splitBy(text, context);
  const { words, by } = split.by ? split : (dayAtEnd(text, context) ?? split);
  if (by) {
    if (words === '') return { problem: 'Say what would put it right, too.' };
    const due = dueDay(by, turn.today, theirs);
    if (due.kind === 'past') return { problem: `${fullDay(by)} has passed. By when will it be put right?` };
    if (due.kind === 'far') return { problem: `${fullDay(by)} is more than ten years away. Give an earlier date.` };
    return { remedy: words, remedyBy: due.day.toString(), ...(due.moved ? { moved: `${due.moved}.` } : {}) };
  }
  const said = /.*\bby\s+(.+)$/isu.exec(text)?.[1];
  const parsed = said === undefined ? undefined : parseDue(said, context);
  if (parsed && 'meant' in parsed && parsed.meant)
    return { problem: `By when? Did you mean ${fullDay(parsed.meant)}? Write it so, at the end.` };
  return optional ? { remedy: text } : { problem: BY_EXPECTED };
};

const trimmed = (values: Record<string, string>, name: string) => values[name]?.trim() ?? '';

export const rateForm = formVerb({
  state: RateState,
  form: async (turn, { words, state = {} }) => {
    const found = await askedAction(turn, 'rag.rate', { words, state });
    if (!('action' in found)) return found;
    const { action, rest } = found;
    const kind = checkMayRate(turn, action, state.kind);
    const typed = parseRating(rest);
    const said = typed && 'rating' in typed ? typed : undefined;
    const rating = (state.rating ?? said?.rating) === 'red' ? 'red' : 'amber';
    return formFor(turn, action, kind, rating, said?.rest || state.reason || '', state);
  },
  submit: async (turn, { values, state }) => {
    if (!state?.action || !state.rating) throw new UserError('Name an action first, as in: rag 12 red');
    const action = await readableAction(turn, state.action);
    const kind = checkMayRate(turn, action, state.kind);
    const fields: Record<string, string> = {};
    const reason = trimmed(values, 'reason');
    if (reason === '') fields.reason = 'Say what is in the way.';
    for (const name of ['reason', 'remedy']) {
      const problem = textProblem(trimmed(values, name));
      if (problem) fields[name] = problem;
    }
    const remedy = state.rating === 'red' ? await readRemedy(turn, trimmed(values, 'remedy'), action, kind === 'independent') : {};
    if ('problem' in remedy) fields.remedy ??= remedy.problem;
    if (Object.keys(fields).length > 0 || 'problem' in remedy) return { fields };
    const { moved, ...wish } = remedy;
    const card = await rate(turn, action, { kind, rating: state.rating, reason, ...wish, seen: state.version, flow: state.flow });
    return moved ? { ...card, parts: [{ type: 'text', text: moved }, ...card.parts] } : card;
  },
});

/** "What makes it green?": the same rating once more, with its reason. */
export const explain = formVerb({
  state: RateState,
  form: async (turn, { words, state = {} }) => {
    const found = await askedAction(turn, 'rag.explain', { words, state });
    if (!('action' in found)) return found;
    const { action } = found;
    const kind = checkMayRate(turn, action, state.kind);
    return {
      title: `${action.code}: why green`,
      intro: `${shortened(action.title, 100)}. ${kind === 'self' ? 'The figures say something else: what do you know that they do not?' : 'The owner sees it otherwise: what do you see that they do not?'}`,
      fields: [
        {
          ...reasonField(before(action, kind)?.reason ?? undefined, 'Others in the partnership read this. Do not name anybody.'),
          label: 'What makes it green?',
        },
      ],
      submit: {
        label: 'Save',
        press: {
          verb: 'rag.explain',
          state: { action: action.id, kind, ...(state.flow ? { flow: state.flow } : {}), version: before(action, kind)?.version ?? 0 },
        },
      },
    };
  },
  submit: async (turn, { values, state }) => {
    if (!state?.action) throw new UserError('Name an action first, as in: rag 12 green');
    const action = await readableAction(turn, state.action);
    const kind = checkMayRate(turn, action, state.kind);
    const reason = trimmed(values, 'reason');
    const problem = reason === '' ? 'Say what makes it green.' : textProblem(reason);
    if (problem) return { fields: { reason: problem } };
    return rate(turn, action, { kind, rating: 'green', reason, seen: state.version, flow: state.flow });
  },
});
