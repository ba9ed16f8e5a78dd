import { type Action, declared } from '../../src/actions/action.ts';
import { changeAction, rateAction } from '../../src/actions/change.ts';
import { currentDefinitions } from '../../src/actions/definitions.ts';
import { RATING_WORDS } from '../../src/actions/differences.ts';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Field } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { changedCard, unchangedCard } from '../../src/views/actions/changed.ts';
import { count, dated } from '../../src/views/actions/parts.ts';
import { evidenceProblem } from '../kpi/evidence.ts';
import { kpiWordsOf, mayRate, readableAction, writerOf } from './context.ts';
import { textProblem } from './form-read.ts';
import { goOn } from './next.ts';
import { notTheOwner } from './places.ts';
import { RateState } from './rate.ts';
import { kindFor } from './rights.ts';
import { show } from './show.ts';
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

export const done = formVerb({
  state: RateState,
  form: async (turn, { words, state }) => {
    const asked = await askedAction(turn, 'rag.done', { words, state });
    if (!('action' in asked)) return asked;
    const { action, rest } = asked;
    // An adviser confirms it on their own card.
    if (kindFor(turn, action) === 'independent') return show(turn, action);
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
    if (declared(action) === 'complete') return unchangedCard(action, already(turn, action));
    const shows = values.shows?.trim() ?? '';
    const evidence = values.evidence?.trim() ?? '';
    const open = openSteps(action);
    const fields: Record<string, string> = {};
    const problem = textProblem(shows);
    if (shows === '') fields.shows = 'Say in a sentence what shows that it is done.';
    else if (problem) fields.shows = problem;
    const wrongLink = evidence === '' ? undefined : evidenceProblem(evidence);
    if (wrongLink) fields.evidence = wrongLink;
    if (open.length > 0 && values.steps !== 'done' && values.steps !== 'open') fields.steps = 'Choose what of the steps that are open.';
    if (Object.keys(fields).length > 0) return { fields };

    const writer = writerOf(turn);
    const { version } = await currentDefinitions(turn.tx);
    await rateAction(writer, action, 'self', { rating: 'complete', reason: shows, ...(evidence ? { evidence } : {}) }, version);
    const closes = open.length > 0 && values.steps === 'done';
    if (closes) {
      const today = turn.today.toString();
      await changeAction(writer, action, 'step', { steps: action.steps.map((step) => ({ ...step, done: step.done ?? today })) });
    }
    await tellRaisers(turn, action);
    if (state.flow)
      return goOn(
        turn,
        { ...state.flow, did: [...state.flow.did.filter((code) => code !== action.code), action.code] },
        `Saved: ${action.code} ${RATING_WORDS[declared(action)]} → Complete (you).`,
      );
    const off = (await kpiWordsOf(turn, [action]))(action).filter(({ status }) => status === 'off_track');
    const { self } = action;
    return changedCard({
      action,
      says: `${RATING_WORDS[declared(action)]} → Complete (you)`,
      notes: [
        `What shows it: ${shows}`,
        ...(closes ? [`${open.length === 1 ? 'The open step is' : `The ${open.length} open steps are`} done too.`] : []),
        ...(!closes && open.length > 0 ? [`${count(open.length, 'step')} left open.`] : []),
        ...(self && self.version > (state.version ?? 0) && self.byId !== turn.actor.personId
          ? [`Meanwhile ${self.by ?? 'somebody else'} said ${RATING_WORDS[self.rating].toLowerCase()}. Both are kept.`]
          : []),
        ...off.map(({ name }) => `${name}, which it should move, is off track.`),
      ],
      buttons: evidence ? [{ label: 'Evidence', url: evidence }] : [],
    });
  },
});
