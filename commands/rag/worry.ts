import { z } from 'zod';
import type { Action } from '../../src/actions/action.ts';
import { isToldAtOnce, settleWorry, type Worry, worriesIn, worryById } from '../../src/actions/worries.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Part } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { leaveNews, newsFor } from '../../src/people/news.ts';
import { textProblem } from '../../src/people/notes.ts';
import { tell } from '../../src/people/notices.ts';
import { may } from '../../src/people/permissions.ts';
import { shortened } from '../../src/views/actions/parts.ts';
import { outcomeWords, settledCard, worriesPart } from '../../src/views/actions/worry.ts';
import { newsPart } from '../../src/views/news.ts';
import { writerOf } from './context.ts';
import { scopesOf } from './places.ts';

/** What a coordinator makes of a worry: an action (create.ts), an answer, or "heard, not now". Whoever raised it is told which. */

/** The worries that wait for this person to answer, oldest first. */
export const worriesFor = async (turn: Turn): Promise<Worry[]> => {
  const coordinated = turn.actor.roles.filter(({ role }) => role === 'coordinator').map(({ scopeId }) => scopeId);
  return (await worriesIn(turn.tx, coordinated)).filter((worry) => may(turn.actor, 'worry.answer', worry));
};

/** What comes before everything else that somebody asked for: news for them, and the worries that wait for their answer. */
export const firstFor = async (turn: Turn): Promise<{ worries: number; parts: Part[] }> => {
  const worries = await worriesFor(turn);
  const news = await newsFor(turn.tx, turn.actor.personId);
  return { worries: worries.length, parts: [...newsPart(news), ...worriesPart(worries, turn.today)] };
};

/** A worry that is theirs to answer and has no outcome yet. Throws a refusal that says what became of it. */
export const openWorry = async (turn: Turn, id: string): Promise<Worry> => {
  const worry = z.guid().safeParse(id).success ? await worryById(turn.tx, scopesOf(turn), id) : undefined;
  if (!worry || !may(turn.actor, 'worry.answer', worry))
    throw new UserError('I cannot find this worry. Type rag to see what waits for you.');
  if (worry.outcome)
    throw new UserError(`Nothing was saved: this worry has its answer already. ${outcomeWords(worry.outcome, turn.today)}`);
  return worry;
};

type Told =
  | { outcome: 'action'; action: Pick<Action, 'code' | 'title'> }
  | { outcome: 'answered'; text: string }
  | { outcome: 'not_now'; text: string | null };

const SHORT = 200;

const newsOf = (turn: Turn, worry: Worry, told: Told): string => {
  const raised = `What you raised, “${shortened(worry.text, SHORT)}”`;
  const by = turn.actor.post;
  if (told.outcome === 'action') return `${raised}, is an action now: ${told.action.code} ${told.action.title}.`;
  if (told.outcome === 'answered') return `${raised}, was answered by ${by}: ${told.text}`;
  return `${raised}, was heard by ${by}, and nothing is done about it now${told.text ? `: ${told.text}` : '.'}`;
};

const FIRST_LINE = {
  action: 'What you raised is an action now.',
  answered: 'What you raised has an answer.',
  not_now: 'What you raised was heard; nothing is done about it now.',
} as const;

/** Tells whoever raised it with the next thing they read, and at once where they raised it within the hour. */
export const tellOutcome = async (turn: Turn, worry: Worry, told: Told): Promise<'at_once' | 'later' | 'self'> => {
  if (worry.byId === turn.actor.personId) return 'self';
  const text = newsOf(turn, worry, told);
  await leaveNews(writerOf(turn), { personId: worry.byId, text, aboutKind: 'worry', aboutId: worry.id });
  if (!isToldAtOnce(worry, turn.now)) return 'later';
  await tell(
    turn.core,
    turn.tx,
    { id: worry.byId, email: worry.byEmail },
    { title: FIRST_LINE[told.outcome], parts: [{ type: 'text', text }] },
  );
  return 'at_once';
};

const State = z.object({ worry: z.string() });

const HOW = {
  at_once: 'They are told now, because they raised it within the hour.',
  later: 'They are told with the next thing they read here.',
  self: 'You raised it yourself.',
} as const;

const settling = (outcome: 'answered' | 'not_now') => {
  const verb = outcome === 'answered' ? 'rag.reply' : 'rag.heard';
  return formVerb({
    state: State,
    form: async (turn, { state }) => {
      if (!state) throw new UserError('Type rag to see what waits for you.');
      const worry = await openWorry(turn, state.worry);
      return {
        title: outcome === 'answered' ? 'Answer' : 'Heard, not now',
        intro: `${worry.by}: “${worry.text}”`,
        fields: [
          {
            kind: 'longtext',
            name: 'text',
            label: outcome === 'answered' ? 'Your answer' : 'Would you like to say why?',
            hint: `Only ${worry.by} reads it, with your post beside it`,
            optional: outcome === 'not_now',
            maxLength: 1_000,
          },
        ],
        submit: { label: outcome === 'answered' ? 'Send the answer' : 'Tell them', press: { verb, state } },
      };
    },
    submit: async (turn, { values, state }) => {
      if (!state) throw new UserError('Type rag to see what waits for you.');
      const worry = await openWorry(turn, state.worry);
      const text = values.text?.trim() ?? '';
      const problem = textProblem(text);
      if (problem) return { fields: { text: problem } };
      if (outcome === 'answered' && text === '') return { fields: { text: 'Write your answer, in a sentence or two.' } };
      await settleWorry(writerOf(turn), worry.id, { outcome, text: text || null });
      const how = await tellOutcome(turn, worry, outcome === 'answered' ? { outcome, text } : { outcome, text: text || null });
      return settledCard(worry, outcome, text || null, HOW[how]);
    },
  });
};

export const reply = settling('answered');
export const heard = settling('not_now');
