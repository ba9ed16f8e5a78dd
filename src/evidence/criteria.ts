import type { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import { type Period, periodOf } from '../calendar/periods.ts';
import { nationalTerms } from '../calendar/terms.ts';
import type { Tx } from '../db/client.ts';
import type { Actor } from '../people/actor.ts';
import { may, type Permission, type RoleName, type ScopePath } from '../people/permissions.ts';
import { type Chain, insertStep, type StepVersion, stepsIn, stepVersions } from './criteria-queries.ts';

/**
 * The four areas of locality working and their questions: at which of five steps a locality takes itself to be, and, apart from it, the
 * evaluators do. A step is a chain of versions for each round. No KPI is rated by them, and nothing is ever added up over them.
 */

/** What each of the five steps means. */
export const STEPS = [
  { step: 1, word: 'Not yet', means: 'Little of this is in place, or nobody can tell.' },
  { step: 2, word: 'Beginning', means: 'Some have begun, and it depends on them.' },
  { step: 3, word: 'Developing', means: 'It works in part of the locality, and what comes next is clear.' },
  { step: 4, word: 'Established', means: 'It works across the locality and hangs on no single person.' },
  { step: 5, word: 'Embedded', means: 'It is simply how the locality works, and it is looked at and made better.' },
] as const;
export type StepNumber = (typeof STEPS)[number]['step'];

/** The word of a step: "Developing". */
export const stepWord = (step: StepNumber): string => STEPS[step - 1]?.word as string;

export const LENSES = ['self', 'evaluator'] as const;
/** Whose view it is: the locality's own, or the evaluators'. */
export type Lens = (typeof LENSES)[number];

/** Who records which. */
export const RECORDS: Record<Lens, Permission> = { self: 'assessment.self', evaluator: 'assessment.evaluator' };

export type Question = { id: string; position: number; text: string };
/** One of the four areas. */
export type Area = { id: string; position: number; name: string; questions: Question[] };

/** What a step is of. */
export type About = { kind: 'criterion' | 'question'; id: string };

/** A step as it stands. */
export type RecordedStep = {
  localityId: string;
  pilotId: string;
  programmeId: string;
  lens: Lens;
  /** Key of a term or a school year: "2026/27-autumn", "2026/27". */
  round: string;
  aboutKind: About['kind'];
  aboutId: string;
  /** The area: its own id, or that of the question's. */
  criterionId: string;
  version: number;
  /** Null: it was taken back. */
  step: StepNumber | null;
  evidence: string | null;
  /** ISO 8601 */
  recordedAt: string;
  by: string | null;
  /** The role in which they may have recorded it, for those who see people as groups. */
  byRole: RoleName | null;
  /**
   * Of the evaluators' lens: a text of theirs about this area, or about the locality as a whole, in this round was answered since this
   * version was recorded.
   */
  answered: boolean;
};

/**
 * The round of a day: of an area its term, of a question its school year; by the national default, so that every locality has the same
 * rounds. Keys of one kind sort in time.
 */
export const roundOf = (kind: About['kind'], day: Temporal.PlainDate): Period =>
  periodOf(kind === 'criterion' ? 'term' : 'year', day, nationalTerms);

/**
 * Whether the actor may see a step. What the evaluators record is for them and for those who answer for the locality; for its other
 * readers only once what was written beside it was answered, by somebody who could see this step: what is recorded later waits for an
 * answer of its own.
 */
export const mayShowStep = (actor: Pick<Actor, 'roles'>, step: Pick<RecordedStep, 'lens' | 'answered'> & Required<ScopePath>): boolean =>
  may(actor, 'assessment.read', step) && (step.lens === 'self' || step.answered || may(actor, 'finding.draft', step));

/** The steps of some localities that the actor may see, those that were taken back among them. */
export const readableSteps = async (tx: Tx, actor: Pick<Actor, 'roles'>, localityIds: readonly string[]): Promise<RecordedStep[]> =>
  (await stepsIn(tx, localityIds)).filter((step) => mayShowStep(actor, step));

/** A step that stands, of one thing by one lens in one round. */
export type Standing = RecordedStep & { step: StepNumber };

/** Those of one thing by one lens that stand, earliest round first. */
export const roundsOf = (steps: readonly RecordedStep[], lens: Lens, aboutId: string): Standing[] =>
  steps
    .filter((step): step is Standing => step.lens === lens && step.aboutId === aboutId && step.step !== null)
    .sort((one, other) => (one.round < other.round ? -1 : 1));

export type Changed<S> = { now: S /** In the last round before in which one was recorded. */; before: S | undefined };

/** Each round of one thing with the one before it, earliest first. @param rounds earliest first */
export const changesBetween = <S extends Pick<Standing, 'round' | 'step'>>(rounds: readonly S[]): Changed<S>[] =>
  rounds.map((now, at) => ({ now, before: rounds[at - 1] }));

/** What somebody gives for one thing. */
export type Part = {
  about: About;
  /** The version they saw; 0 = none. */
  seen: number;
  /** Undefined: they chose none, what they saw stays. Null: they take it back. */
  step: StepNumber | null | undefined;
  evidence: string | null;
};

/** Somebody else was first: what they wrote, beside what was not saved. */
export type Clash = { part: Part; theirs: StepVersion };

export type SavedSteps = {
  saved: About[];
  /** Evidence for which no step was chosen: not saved. */
  wanting: About[];
  clashes: Clash[];
};

type Given = Pick<StepVersion, 'step' | 'evidence'>;
const NOTHING: Given = { step: null, evidence: null };
const same = (one: Given, other: Given) => one.step === other.step && one.evidence === other.evidence;

/**
 * Saves what differs from what was seen, each thing by itself: what somebody else wrote meanwhile is never written over, and what nobody
 * touched is left as it is. Who may is for the caller.
 */
export const saveSteps = async (writer: Writer, chain: Chain, parts: readonly Part[]): Promise<SavedSteps> => {
  const done: SavedSteps = { saved: [], wanting: [], clashes: [] };
  const known = await stepVersions(writer.tx, chain);
  for (const part of parts) {
    const { about, seen } = part;
    const versions = known.filter(({ aboutId }) => aboutId === about.id);
    const opened = versions.find(({ version }) => version === seen) ?? NOTHING;
    const current = versions.at(-1);
    const given: Given = { step: part.step === undefined ? opened.step : part.step, evidence: part.evidence };
    if (same(given, opened) || same(given, current ?? NOTHING)) continue;
    if (given.step === null && given.evidence !== null && part.step === undefined) done.wanting.push(about);
    else if (current && current.version !== seen) done.clashes.push({ part, theirs: current });
    else if (await insertStep(writer, chain, about, { ...given, version: (current?.version ?? 0) + 1 })) done.saved.push(about);
    else {
      const theirs = (await stepVersions(writer.tx, chain)).findLast(({ aboutId }) => aboutId === about.id);
      if (theirs) done.clashes.push({ part, theirs });
    }
  }
  return done;
};
