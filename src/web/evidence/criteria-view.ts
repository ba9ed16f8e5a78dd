import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import { dayIn } from '../../calendar/zone.ts';
import { capital } from '../../cards/format.ts';
import {
  type About,
  type Area,
  changesBetween,
  LENSES,
  type Lens,
  type RecordedStep,
  roundOf,
  roundsOf,
  STEPS,
  type Standing,
} from '../../evidence/criteria.ts';
import { type Finding, latest, stateOf, subjectOf } from '../../evidence/findings.ts';
import type { Place } from '../../summaries/scopes.ts';
import { changeWords, lensName, personWords, roundWords, stepName } from '../../views/evidence/criteria-words.ts';
import { type Given, type Problem, type Subject, stepItems } from './criteria-form.ts';

/** The criteria as their pages show them: each lens by itself, in words, and nothing added up. */

type To = (path: string, query?: Record<string, string | undefined>) => string;

export const localityPath = (prefix: string): string => `/criteria/${prefix}`;
export const findingPath = (id: string): string => `/findings/${id}`;

/** "19 November 2026" in the reader's zone. */
const dayOf = (moment: string, zone: string): string => dayWords(dayIn(Temporal.Instant.from(moment), zone));

// ── Several localities ──────────────────────────────────────────────────────────────────────────

type Overview = {
  /** Those whose criteria the reader may see, in their fixed order. */
  places: readonly Place[];
  areas: readonly Area[];
  steps: readonly RecordedStep[];
  findings: readonly Finding[];
  /** Whether the reader sees there what the evaluators have written and nobody has answered yet. */
  drafts: (place: Place) => boolean;
  today: Temporal.PlainDate;
  to: To;
};

/** Said of what may be there, and is not for the reader to see yet. */
const UNSEEN = 'Nothing to see yet';
const ofAll = (done: number, all: number, none: string): string => (done === 0 ? none : `${done} of ${all} areas`);
const waiting = (findings: readonly Finding[], none: string): string => {
  const drafts = findings.filter((finding) => stateOf(finding) === 'draft').length;
  const answered = findings.filter((finding) => stateOf(finding) === 'answered').length;
  const said = [...(drafts ? [`${drafts} waiting for an answer`] : []), ...(answered ? [`${answered} answered`] : [])];
  return said.length === 0 ? none : said.join(', ');
};

/** Who has recorded what this term: which steps they chose is for each locality's own page. */
export const overviewView = ({ places, areas, steps, findings, drafts, today, to }: Overview) => {
  const round = roundOf('criterion', today);
  const counted = new Map<string, number>();
  for (const step of steps.filter((one) => one.aboutKind === 'criterion' && one.step !== null && one.round === round.key)) {
    const key = `${step.lens} ${step.localityId}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  const recorded = ({ localityId }: Place, lens: Lens, none: string) =>
    ofAll(counted.get(`${lens} ${localityId}`) ?? 0, areas.length, none);
  const pilots = [...new Set(places.map(({ pilotId }) => pilotId))];
  return {
    round: round.label,
    pilots: pilots.map((pilotId) => {
      const here = places.filter((place) => place.pilotId === pilotId);
      return {
        name: here[0]?.pilot ?? '',
        rows: here.map((place) => ({
          name: place.locality,
          href: to(localityPath(place.prefix)),
          self: recorded(place, 'self', 'Not yet'),
          evaluator: recorded(place, 'evaluator', drafts(place) ? 'Not yet' : UNSEEN),
          findings: waiting(
            findings.filter(({ localityId }) => localityId === place.localityId),
            drafts(place) ? 'None' : UNSEEN,
          ),
        })),
      };
    }),
  };
};

// ── One locality ────────────────────────────────────────────────────────────────────────────────

type Shows = {
  place: Place;
  areas: readonly Area[];
  /** Those of the locality that the reader may see. */
  steps: readonly RecordedStep[];
  findings: readonly Finding[];
  /** The lenses that the reader may record. */
  records: readonly Lens[];
  names: boolean;
  zone: string;
  today: Temporal.PlainDate;
  to: To;
};

const WHAT: Record<Lens, (locality: string) => string> = {
  self: (locality) => `What those who lead in ${locality} recorded, best in a meeting with the partners.`,
  evaluator: () =>
    'What the evaluators recorded from interviews, workshops, surveys and documents. It stands beside the other and replaces nothing.',
};

const NOTHING: Record<Lens, string> = {
  self: 'Nothing has been recorded yet.',
  evaluator: 'There is nothing here to see yet.',
};

/** One area or question: its latest step, what changed, and every round. */
const lineOf = ({ names, zone }: Pick<Shows, 'names' | 'zone'>, name: string, rounds: readonly Standing[]) => {
  const last = changesBetween(rounds).at(-1);
  return {
    name,
    latest: last && {
      step: stepName(last.now.step),
      round: capital(roundWords(last.now.round)),
      change: changeWords(last),
      evidence: last.now.evidence,
      by: `Recorded by ${personWords(last.now, names)}, ${dayOf(last.now.recordedAt, zone)}`,
      demonstration: last.now.by === null,
    },
  };
};

/** Every round in which one of some things was recorded, earliest first, as the columns of a table. */
const tableOf = (lens: Lens, steps: readonly RecordedStep[], things: readonly { id: string; name: string }[]) => {
  const rounds = things.map(({ id }) => roundsOf(steps, lens, id));
  const keys = [...new Set(rounds.flatMap((some) => some.map(({ round }) => round)))].sort();
  return {
    columns: keys.map((key) => capital(roundWords(key))),
    rows: things.map(({ name }, at) => ({
      name,
      cells: keys.map((key) => {
        const found = rounds[at]?.find(({ round }) => round === key);
        return found ? stepName(found.step) : '–';
      }),
    })),
  };
};

const lensInFull = (shows: Shows, lens: Lens) => {
  const { place, areas, steps, records, today, to } = shows;
  const mine = steps.filter((step) => step.lens === lens && step.step !== null);
  const record = records.includes(lens);
  const year = roundOf('question', today);
  const at = (query: Record<string, string>) => to(localityPath(place.prefix), { record: lens, ...query });
  return {
    lens,
    heading: lensName(lens, place.locality),
    what: WHAT[lens](place.locality),
    nothing: mine.length === 0 ? NOTHING[lens] : undefined,
    record: record ? { href: at({}), text: `Record the ${roundOf('criterion', today).label}` } : undefined,
    areas: areas.map(({ id, name, position, questions }) => {
      const asked = questions.map((question) => ({ id: question.id, name: question.text }));
      const thisYear = asked.filter((question) => roundsOf(steps, lens, question.id).some(({ round }) => round === year.key)).length;
      return {
        ...lineOf(shows, name, roundsOf(steps, lens, id)),
        questions: {
          summary: `Its ${questions.length} questions: ${thisYear === 0 ? 'none' : thisYear} recorded for the ${year.label}`,
          href: record ? at({ questions: String(position) }) : undefined,
          lines: asked.map((question) => lineOf(shows, question.name, roundsOf(steps, lens, question.id))),
          table: tableOf(lens, mine, asked),
          says: `Record these for ${name}`,
        },
      };
    }),
    table: tableOf(lens, mine, areas),
    tableName: `Term by term: ${lens === 'self' ? `how ${place.locality} sees itself` : `how the evaluators see ${place.locality}`}`,
  };
};

const STATES = { draft: 'Draft', answered: 'Answered', withdrawn: 'Taken back' } as const;
const COLOURS = { draft: 'govuk-tag--yellow', answered: 'govuk-tag--green', withdrawn: 'govuk-tag--grey' } as const;
/** How a text stands, as a tag. */
export const stateTag = (finding: Finding) => ({ text: STATES[stateOf(finding)], classes: COLOURS[stateOf(finding)] });

export const criteriaView = (shows: Shows) => ({
  lenses: LENSES.map((lens) => lensInFull(shows, lens)),
  steps: STEPS.map(({ step, means }) => ({ name: stepName(step), means })),
  findings: shows.findings.map((finding) => ({
    href: shows.to(findingPath(finding.id)),
    name: capital(subjectOf(finding)),
    round: capital(roundWords(finding.round)),
    state: stateTag(finding),
    on: `${stateOf(finding) === 'draft' ? 'Waits for an answer since' : 'Written on'} ${dayOf(latest(finding).recordedAt, shows.zone)}`,
    demonstration: finding.versions[0]?.by === null,
  })),
});

// ── Recording ───────────────────────────────────────────────────────────────────────────────────

type Records = Pick<Shows, 'place' | 'areas' | 'names' | 'zone' | 'today' | 'to'> & {
  lens: Lens;
  /** The position of the area whose questions these are; undefined: the areas themselves. */
  questions: number | undefined;
  subjects: readonly Subject[];
  /** Of this locality and lens. */
  steps: readonly RecordedStep[];
  /** After something could not be saved. */
  again?: { given: ReadonlyMap<string, Given>; problems: readonly Problem[]; saved: number } | undefined;
};

export const recordView = ({ place, areas, names, zone, today, to, lens, questions, subjects, steps, again }: Records) => {
  const kind: About['kind'] = questions === undefined ? 'criterion' : 'question';
  const round = roundOf(kind, today);
  const own = steps.filter((step) => step.lens === lens);
  return {
    action: to(localityPath(place.prefix)),
    lens,
    questions: questions === undefined ? '' : String(questions),
    round: round.key,
    roundLabel: round.label,
    area: areas.find(({ position }) => position === questions)?.name,
    steps: STEPS.map(({ step, means }) => ({ name: stepName(step), means })),
    errors: again?.problems.map(({ aboutId, field, text }) => ({ text, href: `#${field}-${aboutId}` })) ?? [],
    rest: again && again.saved > 0 ? 'The rest was saved.' : undefined,
    others: areas
      .filter(({ position }) => questions !== undefined && position !== questions)
      .map(({ name, position }) => ({ name, href: to(localityPath(place.prefix), { record: lens, questions: String(position) }) })),
    back: to(localityPath(place.prefix)),
    parts: subjects.map(({ about: { id }, name }, at) => {
      const now = own.find((step) => step.aboutId === id && step.round === round.key);
      const before = roundsOf(own, lens, id).findLast((step) => step.round < round.key);
      const given = again?.given.get(id) ?? {
        step: now?.step ? String(now.step) : '',
        evidence: now?.evidence ?? '',
        seen: now?.version ?? 0,
      };
      const problems = again?.problems.filter(({ aboutId }) => aboutId === id) ?? [];
      const error = (field: Problem['field']) => problems.find((problem) => problem.field === field);
      const first = stepItems(given.step, { means: kind === 'criterion', back: Boolean(now?.step) });
      return {
        id,
        anchor: `part-${at + 1}`,
        place: String(at + 1),
        name,
        before: before && `${capital(roundWords(before.round))}: ${stepName(before.step)}${before.evidence ? `. ${before.evidence}` : ''}`,
        recorded: now?.step
          ? `Recorded: ${stepName(now.step)}, by ${personWords(now, names)}, ${dayOf(now.recordedAt, zone)}.`
          : 'Not recorded yet.',
        prompts: kind === 'criterion' ? (areas.find((area) => area.id === id)?.questions.map(({ text }) => text) ?? []) : [],
        items: first,
        evidence: given.evidence,
        seen: given.seen,
        stepError: error('step')?.text,
        theirs: error('step')?.theirs,
        evidenceError: error('evidence')?.text,
      };
    }),
  };
};
