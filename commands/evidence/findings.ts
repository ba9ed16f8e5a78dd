import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { givenBack } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import {
  ANSWER_KINDS,
  type AnswerKind,
  answerFinding,
  type Finding,
  latest,
  readableFindings,
  stateOf,
} from '../../src/evidence/findings.ts';
import { may } from '../../src/people/permissions.ts';
import { answerProblem } from '../../src/views/evidence/finding-words.ts';
import { answerForm, type FindingPresses, findingCard, findingsCard } from '../../src/views/evidence/findings.ts';
import { writerOf } from '../kpi/context.ts';
import { placesFor } from '../rag/places.ts';
import { pageAt } from './pages.ts';

/** What the evaluators wrote: those who lead in the locality answer it here; writing it is for the web. */

const Which = z.object({ id: z.guid() });
const Said = Which.extend({ version: z.number().int(), kind: z.enum(ANSWER_KINDS) });

const findingsHere = async (turn: Turn): Promise<Finding[]> => {
  const places = await placesFor(turn, 'assessment.read');
  if (places.length === 0)
    throw new UserError('What the evaluators write is read by those who lead, coordinate, advise or evaluate a locality.');
  return readableFindings(
    turn.tx,
    turn.actor,
    places.map(({ localityId }) => localityId),
  );
};

const findHere = async (turn: Turn, id: string): Promise<Finding> => {
  const found = (await findingsHere(turn)).find((finding) => finding.id === id);
  if (!found) throw new UserError('I cannot find this text. Type evidence findings to see what there is.');
  return found;
};

const mayAnswer = (turn: Turn, finding: Finding): boolean => may(turn.actor, 'finding.answer', finding);
const waitsFor = (turn: Turn) => (finding: Finding) => stateOf(finding) === 'draft' && mayAnswer(turn, finding);

const pressesOf = (finding: Finding): FindingPresses => ({
  // Whoever agrees has one press; whoever has more to say is asked for it.
  answer: (kind) => ({
    verb: kind === 'agree' ? 'evidence.agree' : 'evidence.answer',
    state: { id: finding.id, version: latest(finding).version, kind },
  }),
  read: ({ id }) => ({ verb: 'evidence.findings', state: { id } }),
});

const oneCard = (turn: Turn, finding: Finding, all: readonly Finding[], saved?: string): Card =>
  findingCard({
    finding,
    answers: mayAnswer(turn, finding),
    names: may(turn.actor, 'names.read', finding),
    page: pageAt(turn, `/findings/${finding.id}`),
    others: all.filter(waitsFor(turn)).filter(({ id }) => id !== finding.id),
    presses: pressesOf(finding),
    saved,
  });

/** The first that waits for the actor; else what there is. */
const listCard = async (turn: Turn, saved?: string): Promise<Card> => {
  const all = await findingsHere(turn);
  const first = all.find(waitsFor(turn));
  if (first) return oneCard(turn, first, all, saved);
  return findingsCard({
    findings: all,
    writes: turn.actor.roles.some(({ role }) => role === 'evaluator'),
    pageOf: ({ id }) => pageAt(turn, `/findings/${id}`),
    page: pageAt(turn, '/criteria'),
    saved,
  });
};

export const findings = cardVerb({
  state: Which,
  run: async (turn, { state }) => {
    if (!state) return listCard(turn);
    const finding = await findHere(turn, state.id);
    return oneCard(turn, finding, await findingsHere(turn));
  },
});

/** @throws UserError for whoever may read it, but not answer */
const findToAnswer = async (turn: Turn, id: string): Promise<Finding> => {
  const finding = await findHere(turn, id);
  if (!mayAnswer(turn, finding)) throw new UserError(`Nothing was saved. This is answered by the pilot leads of ${finding.locality}.`);
  return finding;
};

const save = async (turn: Turn, state: z.infer<typeof Said>, text: string): Promise<Card> => {
  const finding = await findToAnswer(turn, state.id);
  const done = await answerFinding(writerOf(turn), finding, state.version, { kind: state.kind, text: text === '' ? null : text });
  if (done === 'changed') {
    const card = oneCard(turn, finding, await findingsHere(turn), 'Not saved: the evaluators wrote a new version. Read it first.');
    const back = givenBack(text);
    return back ? { ...card, parts: [...card.parts, back] } : card;
  }
  return listCard(turn, done === 'again' ? 'This was answered already.' : 'Saved: the evaluators read it with their next message.');
};

export const agree = cardVerb({
  state: Said,
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Type evidence findings first, then answer a text.');
    return save(turn, { ...state, kind: 'agree' }, '');
  },
});

/** Correcting a fact, or adding context. */
export const answer = formVerb({
  state: Said,
  form: async (turn, { state }) => {
    if (!state) throw new UserError('Type evidence findings first, then answer a text.');
    const finding = await findToAnswer(turn, state.id);
    const kind: AnswerKind = state.kind;
    return answerForm(finding, kind, { verb: 'evidence.answer', state: { id: finding.id, version: state.version, kind } });
  },
  submit: async (turn, { values, state }) => {
    if (!state) throw new UserError('Nothing was saved. Type evidence findings first, then answer a text.');
    const text = (values.text ?? '').replaceAll('\r\n', '\n').trim();
    const problem = answerProblem(state.kind, text);
    return problem ? { fields: { text: problem } } : save(turn, state, text);
  },
});
