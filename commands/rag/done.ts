import { type Action, declared } from '../../src/actions/action.ts';
import { changeAction, type RatingWish } from '../../src/actions/change.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Button, Card, Field } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { linkProblem } from '../../src/people/links.ts';
import { textProblem } from '../../src/people/notes.ts';
import { changedCard, unchangedCard } from '../../src/views/actions/changed.ts';
import { count, dated } from '../../src/views/actions/parts.ts';
import { againstComplete, askRatingCard, declaredWords, meanwhileWords } from '../../src/views/actions/rated.ts';
import { kpiWordsOf, mayRate, readableAction, writerOf } from './context.ts';
import { decide, saidAlready } from './decided.ts';
import { goOn } from './next.ts';
import { notTheOwner } from './places.ts';
import { RateState } from './rate.ts';
import { kindFor } from './rights.ts';
import { tellRaisers } from './told.ts';
import { askedAction } from './which.ts';

/** Complete: saved once somebody has said what shows it, and what of the steps that are open. */

const openSteps = (action: Action) => action.steps.filter(({ done }) => done === null);

const stepsField = (action: Action): Field[] => {
  const open = openSteps(action);
  if (open.length === 0) return [];
  return [
    {
      kind: 'choice',
      name: 'steps',
      label: open.length === 1 ? 'One step is open. What of it?' : `${open.length} steps are open. What of them?`,
      hint: open
        .map(({ text }) => text)
        .join(' · ')
        .slice(0, 300),
      options: [
        { value: 'done', label: open.length === 1 ? 'It is done too' : 'They are done too' },
        { value: 'open', label: open.length === 1 ? 'It was not needed: leave it open' : 'They were not needed: leave them open' },
      ],
    },
  ];
};

const already = (turn: Turn, { self }: Action) =>
  `complete already, since ${dated(self?.on as string, turn.today)}${self?.by && self.byId !== turn.actor.personId ? ` (${self.by})` : ''}`;

/** An adviser's complete stands beside the owner's: one press, and what they typed goes with it. */
const confirmCard = (turn: Turn, action: Action, reason: string): Card =>
  noteRefusal(turn.platform, reason) ??
  askRatingCard(
    action,
    'independent',
    declared(action) === 'complete'
      ? 'its owner says complete. What do you say?'
      : 'its owner has not said that it is complete. How do you see it?',
    turn.today,
    { ...(reason ? { reason } : {}), repeats: action.independent?.byId === turn.actor.personId },
  );

const stepsNote = (open: number, closes: boolean): string[] => {
  if (open === 0) return [];
  return [closes ? `${open === 1 ? 'The open step is' : `The ${open} open steps are`} done too.` : `${count(open, 'step')} left open.`];
};

/** Saved at once, as green is, and asked about where the figures say something else. */
const askButtons = ({ id, self }: Action, flow: RateState['flow']): Button[] => {
  const state = { action: id, ...(flow ? { flow } : {}) };
  return [
    { label: 'Say why', press: { verb: 'rag.remark', state }, style: 'primary' },
    {
      label: 'Make it amber',
      press: { verb: 'rag.rate', state: { ...state, kind: 'self', rating: 'amber', version: (self?.version ?? 0) + 1 } },
    },
  ];
};

export const done = formVerb({
  state: RateState,
  form: async (turn, { words, state }) => {
    const asked = await askedAction(turn, 'rag.done', { words, state });
    if (!('action' in asked)) return asked;
    const { action, rest } = asked;
    if (kindFor(turn, action) === 'independent') return confirmCard(turn, action, rest);
    if (!mayRate(turn, action)) throw notTheOwner(turn, action);
    if (declared(action) === 'complete') return unchangedCard(action, already(turn, action));
    return {
      title: 'Complete',
      intro: `${action.code} ${action.title}. ${action.successMeasure ? `It is done when: ${action.successMeasure}` : 'No success measure was written down.'}`,
      fields: [
        {
          kind: 'longtext',
          name: 'shows',
          label: 'What shows it?',
          hint: 'In a sentence or two, for others in the partnership',
          maxLength: 1_000,
          ...(rest ? { value: rest } : {}),
        },
        { kind: 'text', name: 'evidence', label: 'Link to evidence', hint: 'As in https://example.org/minutes', optional: true },
        ...stepsField(action),
      ],
      submit: {
        label: 'It is complete',
        press: {
          verb: 'rag.done',
          state: { action: action.id, version: state?.version ?? action.self?.version ?? 0, ...(state?.flow ? { flow: state.flow } : {}) },
        },
      },
    };
  },
  submit: async (turn, { values, state }) => {
    if (!state?.action) throw new UserError('Nothing was changed. Name an action first, as in: rag 12 done');
    const action = await readableAction(turn, state.action);
    if (!mayRate(turn, action)) throw notTheOwner(turn, action);
    const shows = values.shows?.trim() ?? '';
    const evidence = values.evidence?.trim() ?? '';
    const open = openSteps(action);
    const fields: Record<string, string> = {};
    const problem = textProblem(shows);
    if (shows === '') fields.shows = 'Say in a sentence what shows that it is done.';
    else if (problem) fields.shows = problem;
    const wrongLink = evidence === '' ? undefined : linkProblem(evidence);
    if (wrongLink) fields.evidence = wrongLink;
    if (open.length > 0 && values.steps !== 'done' && values.steps !== 'open') fields.steps = 'Choose what of the steps that are open.';
    if (Object.keys(fields).length > 0) return { fields };

    const wish: RatingWish = { rating: 'complete', reason: shows, ...(evidence ? { evidence } : {}) };
    if (saidAlready(turn, action, wish)) return unchangedCard(action, already(turn, action));
    const { meanwhile, definitions } = await decide(turn, action, wish, state.version);
    const closes = open.length > 0 && values.steps === 'done';
    if (closes) {
      const today = turn.today.toString();
      await changeAction(writerOf(turn), action, 'step', { steps: action.steps.map((step) => ({ ...step, done: step.done ?? today })) });
    }
    await tellRaisers(turn, action);
    const flow = state.flow && { ...state.flow, did: [...state.flow.did.filter((code) => code !== action.code), action.code] };
    const says = declaredWords(action, 'complete');
    const steps = stepsNote(open.length, closes);
    const asked = againstComplete((await kpiWordsOf(turn, [action]))(action));
    // What somebody should read or answer first is shown before the next one.
    if (flow && !meanwhile && asked === '') return goOn(turn, flow, [`Saved: ${action.code} ${says}.`, ...steps].join(' '));
    return changedCard({
      action,
      says,
      notes: [
        `What shows it: ${shows}`,
        ...steps,
        ...(meanwhile ? [meanwhileWords(meanwhile, turn.today, turn.actor.zone)] : []),
        ...(asked ? [asked] : []),
      ],
      definitions: flow ? undefined : definitions,
      buttons: [
        ...(asked ? askButtons(action, flow) : []),
        ...(flow ? [{ label: 'Go on', press: { verb: 'rag.next', state: flow } }] : []),
        ...(evidence ? [{ label: 'Evidence', url: evidence }] : []),
      ],
    });
  },
});
