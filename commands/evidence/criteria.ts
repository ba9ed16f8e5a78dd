import { z } from 'zod';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { matchName } from '../../src/bot/grammar.ts';
import { quoted } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import {
  type Area,
  type Clash,
  type RecordedStep,
  roundOf,
  roundsOf,
  type SavedSteps,
  STEPS,
  type StepNumber,
  saveSteps,
} from '../../src/evidence/criteria.ts';
import { criteriaOf, stepsIn } from '../../src/evidence/criteria-queries.ts';
import type { Place } from '../../src/people/directory.ts';
import { textProblem } from '../../src/people/notes.ts';
import { may } from '../../src/people/permissions.ts';
import {
  type AreaNow,
  areaCard,
  areasCard,
  clashCard,
  criteriaPageCard,
  evidenceForm,
  type Presses,
  whichLocality,
} from '../../src/views/evidence/criteria.ts';
import { stepName } from '../../src/views/evidence/criteria-words.ts';
import { writerOf } from '../kpi/context.ts';
import { placesFor } from '../rag/places.ts';
import { pageAt } from './pages.ts';

/** The locality's own view of the four areas: one after the other, saved at each press. Evaluators record theirs on the web. */

const State = z.object({ place: z.guid(), /** Position of an area; none: all of them. */ area: z.number().int().optional() });

/** What a step or evidence is given for, as it was seen. */
const Given = z.object({
  place: z.guid(),
  area: z.number().int(),
  /** Key of the term. */
  round: z.string(),
  /** The version that was seen; 0 = none. */
  seen: z.number().int(),
});

type Here = { place: Place; areas: Area[]; steps: RecordedStep[]; round: string };

const hereAt = async (turn: Turn, place: Place): Promise<Here> => ({
  place,
  areas: await criteriaOf(turn.tx),
  steps: (await stepsIn(turn.tx, [place.localityId])).filter(({ lens }) => lens === 'self'),
  round: roundOf('criterion', turn.today).key,
});

/** A locality of which the actor records the view. @throws UserError where they do not */
const placeHere = async (turn: Turn, id: string): Promise<Place> => {
  const place = (await placesFor(turn, 'assessment.self')).find(({ localityId }) => localityId === id);
  if (!place) throw new UserError('Nothing was saved. The criteria of a locality are recorded by those who lead or coordinate there.');
  return place;
};

const stepNow = ({ steps, round }: Here, area: Area) => steps.find((step) => step.aboutId === area.id && step.round === round);

const nowOf = (here: Here, area: Area): AreaNow => {
  const step = stepNow(here, area);
  const before = roundsOf(here.steps, 'self', area.id).findLast(({ round }) => round < here.round);
  return { position: area.position, name: area.name, step: step?.step ?? null, evidence: step?.evidence ?? null, before };
};

const pressesOf = (here: Here): Presses => {
  const given = (position: number) => {
    const area = here.areas.find((one) => one.position === position);
    return { place: here.place.localityId, area: position, round: here.round, seen: (area && stepNow(here, area)?.version) ?? 0 };
  };
  return {
    choose: (position, step) => ({ verb: 'evidence.step', state: { ...given(position), step } }),
    evidence: (position) => ({ verb: 'evidence.shows', state: given(position) }),
    show: (position) => ({ verb: 'evidence.criteria', state: { place: here.place.localityId, ...(position ? { area: position } : {}) } }),
  };
};

/** The area that was asked for, else the first that is not recorded yet; all four where none is left. @param done the one just saved */
const goOn = (turn: Turn, here: Here, { at, done, saved }: { at?: number | undefined; done?: Area; saved?: string } = {}): Card => {
  const areas = here.areas.map((area) => nowOf(here, area));
  const about = {
    locality: here.place.locality,
    round: here.round,
    areas,
    page: pageAt(turn, `/criteria/${here.place.prefix}`),
    saved,
  };
  const next = areas.find(({ position, step }) => (at === undefined ? step === null : position === at));
  const last = areas.find(({ position }) => position === (done?.position ?? (next?.step === null ? undefined : next?.position)));
  return next ? areaCard(about, next, pressesOf(here), last) : areasCard(about, pressesOf(here));
};

/** The locality that words name, or the only one there is. */
const named = (places: readonly Place[], words: string): Place | undefined => {
  if (words === '') return places.length === 1 ? places[0] : undefined;
  const found = matchName(
    words,
    places.map(({ localityId, locality, prefix }) => ({ id: localityId, name: locality, aliases: [prefix] })),
  );
  if (found.kind !== 'one') throw new UserError(`I do not know the locality ${quoted(words)}. Type evidence criteria to see yours.`);
  return places.find(({ localityId }) => localityId === found.id);
};

export const criteria = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    if (state) {
      const here = await hereAt(turn, await placeHere(turn, state.place));
      if (state.area !== undefined) return goOn(turn, here, { at: state.area });
      const areas = here.areas.map((area) => nowOf(here, area));
      const page = pageAt(turn, `/criteria/${here.place.prefix}`);
      return areasCard({ locality: here.place.locality, round: here.round, areas, page }, pressesOf(here));
    }
    const readable = await placesFor(turn, 'assessment.read');
    if (readable.length === 0) throw new UserError('The criteria are read by those who lead, coordinate, advise or evaluate a locality.');
    const places = await placesFor(turn, 'assessment.self');
    const page = pageAt(turn, '/criteria');
    if (places.length === 0)
      return criteriaPageCard(
        readable,
        readable.some((place) => may(turn.actor, 'assessment.evaluator', place)),
        page,
      );
    const place = named(places, words);
    if (!place) return whichLocality(places, (id) => ({ verb: 'evidence.criteria', state: { place: id } }), page);
    return goOn(turn, await hereAt(turn, place));
  },
});

const findArea = (here: Here, { area: position, round }: z.infer<typeof Given>): Area => {
  const area = here.areas.find((one) => one.position === position);
  if (!area || round !== here.round) throw new UserError('Nothing was saved: a new term has begun since. Type evidence criteria to go on.');
  return area;
};

const clash = (here: Here, area: Area, { theirs }: Clash, mine: Parameters<typeof clashCard>[2]): Card =>
  clashCard(area, theirs, mine, pressesOf(here).show(area.position));

const save = (
  turn: Turn,
  here: Here,
  area: Area,
  part: { seen: number; step?: StepNumber; evidence: string | null },
): Promise<SavedSteps> =>
  saveSteps(writerOf(turn), { localityId: here.place.localityId, lens: 'self', round: here.round }, [
    { about: { kind: 'criterion', id: area.id }, seen: part.seen, step: part.step, evidence: part.evidence },
  ]);

export const step = cardVerb({
  state: Given.extend({ step: z.literal(STEPS.map((one) => one.step)) }),
  run: async (turn, { state }) => {
    if (!state) throw new UserError('Type evidence criteria first, then choose a step.');
    const here = await hereAt(turn, await placeHere(turn, state.place));
    const area = findArea(here, state);
    const current = stepNow(here, area);
    // The evidence stays beside another step. Whoever chooses what stands already has chosen it too.
    if (current?.step !== state.step) {
      const evidence = current?.version === state.seen ? current.evidence : null;
      const { clashes } = await save(turn, here, area, { seen: state.seen, step: state.step, evidence });
      const [first] = clashes;
      if (first)
        return clash(here, area, first, {
          label: `Save mine: ${stepName(state.step)}`,
          press: { verb: 'evidence.step', state: { ...state, seen: first.theirs.version } },
        });
    }
    const saved = `Saved: ${stepName(state.step)} for “${area.name}”.`;
    return goOn(turn, await hereAt(turn, here.place), { done: area, saved });
  },
});

const Words = Given.extend({ text: z.string() });

/** Saves what shows it, and goes on. */
const saveEvidence = async (turn: Turn, state: z.infer<typeof Words>): Promise<Card> => {
  const here = await hereAt(turn, await placeHere(turn, state.place));
  const area = findArea(here, state);
  const { clashes, wanting } = await save(turn, here, area, { seen: state.seen, evidence: state.text === '' ? null : state.text });
  if (wanting.length > 0) throw new UserError('Not saved. Choose a step for this area first, then say what shows it.');
  const [first] = clashes;
  if (first)
    return clash(here, area, first, {
      label: 'Save my words',
      words: state.text,
      press: { verb: 'evidence.shown', state: { ...state, seen: first.theirs.version } },
    });
  return goOn(turn, await hereAt(turn, here.place), { done: area, saved: `Saved: what shows it for “${area.name}”.` });
};

export const shows = formVerb({
  state: Given,
  form: async (turn, { state }) => {
    if (!state) throw new UserError('Type evidence criteria first, then choose a step.');
    const here = await hereAt(turn, await placeHere(turn, state.place));
    const area = findArea(here, state);
    return evidenceForm(here.place.locality, nowOf(here, area), {
      verb: 'evidence.shows',
      state: { ...state, seen: stepNow(here, area)?.version ?? 0 },
    });
  },
  submit: async (turn, { values, state }) => {
    if (!state) throw new UserError('Nothing was saved. Type evidence criteria first, then choose a step.');
    const text = (values.evidence ?? '').replaceAll('\r\n', '\n').trim();
    const problem = textProblem(text, 'What you wrote');
    return problem ? { fields: { evidence: problem } } : saveEvidence(turn, { ...state, text });
  },
});

/** Words that are to be put in the place of what somebody else wrote. */
export const shown = cardVerb({
  state: Words,
  run: async (turn, { state }) => {
    const problem = state && textProblem(state.text, 'What you wrote');
    if (!state || problem) throw new UserError(`Nothing was saved. ${problem ?? 'Type evidence criteria first.'}`);
    return saveEvidence(turn, state);
  },
});
