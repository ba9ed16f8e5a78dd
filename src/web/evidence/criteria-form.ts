import type { Temporal } from 'temporal-polyfill';
import type { Writer } from '../../app.ts';
import { type About, type Area, type Lens, type Part, roundOf, STEPS, type StepNumber, saveSteps } from '../../evidence/criteria.ts';
import { withoutNumbers } from '../../people/identifiers.ts';
import { noteProblem, showable } from '../../people/notes.ts';
import { stepName } from '../../views/evidence/criteria-words.ts';
import type { Asked } from './page.ts';

/** The form in which steps are recorded: the four areas, or the questions of one. What cannot be saved is given back as it was written. */

/** What the form asks about. */
export type Subject = { about: About; name: string };

/** Which part of the criteria one form is for: the areas, or the questions of the area at that position. */
export const subjectsOf = (areas: readonly Area[], questions: number | undefined): Subject[] =>
  questions === undefined
    ? areas.map(({ id, name }) => ({ about: { kind: 'criterion', id }, name }))
    : (areas.find(({ position }) => position === questions)?.questions ?? []).map(({ id, text }) => ({
        about: { kind: 'question', id },
        name: text,
      }));

/** What somebody gave for one thing. */
export type Given = {
  /** "1" to "5", "none" to take it back, "" where they chose nothing. */
  step: string;
  evidence: string;
  /** The version that they saw. */
  seen: number;
};

/** Why something was not saved, beside the field it is about. */
export type Problem = {
  aboutId: string;
  field: 'step' | 'evidence';
  text: string;
  /** What somebody else wrote meanwhile, to be read beside one's own. */
  theirs?: string | undefined;
};

export type Outcome =
  | { kind: 'saved'; saved: number }
  /** What was not saved, with what was given; the rest was. */
  | { kind: 'again'; saved: number; problems: Problem[]; given: Map<string, Given> };

const TAKEN_BACK = 'none';
const STEP = new Map<string, StepNumber>(STEPS.map(({ step }) => [String(step), step]));

const read = (asked: Asked, { id }: About): Given => {
  const seen = asked.posted(`seen.${id}`);
  return {
    step: asked.posted(`step.${id}`),
    evidence: asked.posted(`evidence.${id}`).replaceAll('\r\n', '\n').trim(),
    seen: /^\d{1,6}$/u.test(seen) ? Number(seen) : 0,
  };
};

const partOf = (about: About, { step, evidence, seen }: Given): Part =>
  step === TAKEN_BACK
    ? { about, seen, step: null, evidence: null }
    : { about, seen, step: STEP.get(step), evidence: evidence === '' ? null : evidence };

const evidenceProblem = (aboutId: string, evidence: string): Problem[] => {
  const problem = noteProblem(evidence);
  return problem ? [{ aboutId, field: 'evidence', text: problem.why.replace(/^The note/u, 'What you wrote') }] : [];
};

type Sent = {
  localityId: string;
  lens: Lens;
  today: Temporal.PlainDate /** Whether the reader sees people by their posts. */;
  names: boolean;
};

/** Saves what was sent, each thing by itself, and says what could not be. */
export const saveSent = async (writer: Writer, asked: Asked, subjects: readonly Subject[], sent: Sent): Promise<Outcome> => {
  const kind = subjects[0]?.about.kind ?? 'criterion';
  const round = roundOf(kind, sent.today);
  const given = new Map(subjects.map(({ about }) => [about.id, read(asked, about)]));
  const all = subjects.map(({ about }) => ({ about, given: given.get(about.id) as Given }));
  const back = (saved: number, problems: Problem[], newer: readonly { aboutId: string; version: number }[] = []): Outcome => {
    for (const { aboutId, version } of newer) given.set(aboutId, { ...(given.get(aboutId) as Given), seen: version });
    const kept = [...given].map(([id, one]) => [id, { ...one, evidence: withoutNumbers(showable(one.evidence)) ?? '' }] as const);
    return { kind: 'again', saved, problems, given: new Map(kept) };
  };

  if (asked.posted('round') !== round.key) {
    const text = `A new ${kind === 'criterion' ? 'term' : 'school year'} has begun since you opened this page. Save again, and this is recorded for the ${round.label}.`;
    const first = all[0]?.about.id;
    for (const [id, one] of given) given.set(id, { ...one, seen: 0 });
    return back(0, first === undefined ? [] : [{ aboutId: first, field: 'step', text }]);
  }

  const wrong = all.flatMap(({ about: { id: aboutId }, given: { step, evidence } }): Problem[] => [
    ...(step === '' || step === TAKEN_BACK || STEP.has(step)
      ? []
      : [{ aboutId, field: 'step' as const, text: 'Choose one of the five steps.' }]),
    ...evidenceProblem(aboutId, evidence),
  ]);
  const parts = all.filter(({ about }) => !wrong.some(({ aboutId }) => aboutId === about.id)).map((one) => partOf(one.about, one.given));
  const done = await saveSteps(writer, { localityId: sent.localityId, lens: sent.lens, round: round.key }, parts);
  const problems: Problem[] = [
    ...wrong,
    ...done.wanting.map(({ id }): Problem => ({ aboutId: id, field: 'step', text: 'Choose a step for what you wrote.' })),
    ...done.clashes.map(({ part, theirs }): Problem => {
      const who = (sent.names && theirs.by) || 'Somebody else';
      const did = theirs.step === null ? 'took the step back' : `saved ${stepName(theirs.step)}`;
      return {
        aboutId: part.about.id,
        field: 'step',
        text: `${who} ${did} while you wrote. Yours is below and not saved yet: save again to put it in place of theirs.`,
        theirs: theirs.evidence ?? undefined,
      };
    }),
  ];
  if (problems.length === 0) return { kind: 'saved', saved: done.saved.length };
  const order = subjects.map(({ about }) => about.id);
  problems.sort((one, other) => order.indexOf(one.aboutId) - order.indexOf(other.aboutId));
  return back(
    done.saved.length,
    problems,
    done.clashes.map(({ part, theirs }) => ({ aboutId: part.about.id, version: theirs.version })),
  );
};

/** The choices of one thing. @param means whether each step is explained; @param back whether there is one to take back */
export const stepItems = (chosen: string, { means, back }: { means: boolean; back: boolean }) => [
  ...STEPS.map(({ step, means: explained }) => ({
    value: String(step),
    text: stepName(step),
    checked: chosen === String(step),
    ...(means ? { hint: { text: explained } } : {}),
  })),
  ...(back ? [{ value: TAKEN_BACK, text: 'No step: take it back', checked: chosen === TAKEN_BACK }] : []),
];
