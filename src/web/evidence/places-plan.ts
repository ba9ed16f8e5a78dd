import { Temporal } from 'temporal-polyfill';
import { type Action, declared, isClosed, RATINGS } from '../../actions/action.ts';
import { type Age, agesAt, countedAs } from '../../actions/cadence.ts';
import type { Criterion } from '../../actions/criteria.ts';
import { differencesOf, type KpiWord, RATING_WORDS } from '../../actions/differences.ts';
import type { Project } from '../../actions/projects.ts';
import { actionStatus } from '../../actions/status.ts';
import { formatDate } from '../../calendar/dates.ts';
import { nationalTerms } from '../../calendar/terms.ts';
import { capital } from '../../cards/format.ts';
import { count, dated, ratingWords, reasonWords } from '../../views/actions/parts.ts';
import { differenceLine } from '../../views/actions/show.ts';
import { ownerWords } from '../../views/ownership.ts';
import { choiceOf } from './overview-view.ts';
import type { Asked, Reader } from './page.ts';

/** The plan as a page of its locality or of a project shows it: what its owner says, what its adviser says, and what the data say. */

type Day = Temporal.PlainDate;

const NO_UPDATE = 'no_update';
/** What an action can be counted as, in the order of a list to choose from. */
const RATED = [...RATINGS, NO_UPDATE] as const;
const wordOf = (rating: (typeof RATED)[number]) => (rating === NO_UPDATE ? 'No update in time' : RATING_WORDS[rating]);

type Known = { projects: readonly Pick<Project, 'id' | 'name'>[]; criteria: readonly Criterion[] };

export type PlanFilter = {
  rating: (typeof RATED)[number] | undefined;
  project: Pick<Project, 'id' | 'name'> | undefined;
  /** Its place among the criteria, from 1. */
  criterion: { id: string; position: string } | undefined;
  /** What the address asks for and there is not: it is left out, and said. */
  said: string[];
};

/** What the address asks of the plan: `?rating=red&project=ID&criterion=2`. */
export const planFilter = (asked: Pick<Asked, 'query'>, { projects, criteria }: Known): PlanFilter => {
  const said: string[] = [];
  const one = <T>(name: string, find: (text: string) => T | undefined, what: string, instead: string): T | undefined => {
    const text = asked.query(name).trim();
    const found = text === '' ? undefined : find(text);
    if (text !== '' && found === undefined) said.push(`There is no ${what} “${text}” here: ${instead} are shown.`);
    return found;
  };
  return {
    rating: one('rating', (text) => RATED.find((rating) => rating === text.toLowerCase()), 'rating', 'all ratings'),
    project: one('project', (text) => projects.find(({ id }) => id === text.toLowerCase()), 'project', 'all projects'),
    criterion: one(
      'criterion',
      (text) => {
        const found = criteria[Number(text) - 1];
        return found && { id: found.id, position: text };
      },
      'criterion',
      'all criteria',
    ),
    said,
  };
};

/** The filter as a form shows it. */
export const filterChoices = ({ rating, project, criterion }: PlanFilter, { projects, criteria }: Known) => [
  choiceOf(
    'rating',
    'Owner’s rating',
    rating ?? '',
    'All ratings',
    RATED.map((value) => ({ value, text: wordOf(value) })),
  ),
  choiceOf(
    'project',
    'Project',
    project?.id ?? '',
    'All projects',
    projects.map(({ id, name }) => ({ value: id, text: name })),
  ),
  choiceOf(
    'criterion',
    'Criterion',
    criterion?.position ?? '',
    'All criteria',
    criteria.map(({ name }, at) => ({ value: String(at + 1), text: name })),
  ),
];

/** What the address carries of a filter, for links that keep it. */
export const filterQuery = ({ rating, project, criterion }: PlanFilter): Record<string, string | undefined> => ({
  rating,
  project: project?.id,
  criterion: criterion?.position,
});

const weeksOld = (on: string, today: Day) => Math.floor((Date.parse(today.toString()) - Date.parse(on)) / (7 * 86_400_000));

/** "Amber, 7 weeks old": what was said last, and how long ago. */
const adviserWords = (action: Action, today: Day): string => {
  if (!action.independent) return 'Not rated yet';
  const weeks = weeksOld(action.independent.on, today);
  return `${RATING_WORDS[action.independent.rating]}${weeks > 0 && !isClosed(action) ? `, ${count(weeks, 'week')} old` : ''}`;
};

const decisionWords = ({ decidedBy, decidedOn }: { decidedBy: string | null; decidedOn: string | null }, today: Day) =>
  decidedBy ? `Decided by: ${decidedBy}${decidedOn ? `, ${dated(decidedOn, today)}` : ''}.` : '';

const saidWords = (rating: Action['self'], today: Day): string | undefined =>
  rating ? [reasonWords(rating), decisionWords(rating, today)].filter(Boolean).join(' ') || undefined : undefined;

/** "1 Mar 2027": the year stands there where it is not this one, also within one school year. */
const dueWords = (due: string, today: Day): string => {
  const day = Temporal.PlainDate.from(due);
  const words = formatDate(day, today);
  return day.year === today.year || words.endsWith(String(day.year)) ? words : `${words} ${day.year}`;
};

const toneOf = (word: string) => word.replaceAll('_', '-');

type Looked = Pick<Reader, 'today' | 'to'> & { words: ReadonlyMap<string, KpiWord> };

const lineOf = (action: Action, age: Age, { today, to, words }: Looked) => {
  const status = actionStatus(action, today);
  const kpis = action.kpiIds.flatMap((id) => {
    const word = words.get(id);
    return word ? [{ id, ...word }] : [];
  });
  const { independent } = action;
  return {
    code: action.code,
    title: action.title,
    owner: ownerWords(action, today),
    project: action.project,
    projectHref: action.projectId ? to(`/projects/${action.projectId}`) : undefined,
    measure: action.successMeasure,
    self: { word: ratingWords(action, age, true), tone: toneOf(declared(action)), why: saidWords(action.self, today) },
    adviser: {
      word: adviserWords(action, today),
      tone: independent ? toneOf(independent.rating) : 'none',
      why: independent?.also ? `Also: ${independent.also}. ${saidWords(independent, today) ?? ''}`.trim() : saidWords(independent, today),
    },
    status: status.word === '' ? 'Nothing is expected' : capital(status.word),
    due: action.due ? dueWords(action.due, today) : 'No date',
    difference: differenceLine(differencesOf(action, status, kpis)),
    kpis: kpis.map(({ id, name, word }) => ({ name, word, href: to(`/kpis/${id}`) })),
  };
};

type Aged = { action: Action; age: Age };

/** How many actions are rated what by their owners, the first being what needs somebody most. */
const countsOf = (aged: readonly Aged[]) => {
  const by = Map.groupBy(aged, ({ action, age }) => countedAs(action, age));
  const ORDER = ['red', 'amber', 'green', 'complete', 'not_started', 'on_hold', 'stopped', NO_UPDATE] as const;
  return ORDER.flatMap((what) => {
    const many = by.get(what)?.length ?? 0;
    return many > 0 || what === 'red' ? [{ word: wordOf(what), many: String(many), tone: toneOf(what), moved: undefined }] : [];
  });
};

/** The actions that a filter leaves, in the plan's own order, and how many of all are rated what. */
export const planView = (actions: readonly Action[], filter: Omit<PlanFilter, 'said'>, looked: Looked) => {
  const ageOf = agesAt(looked.today, nationalTerms);
  const aged = actions.map((action): Aged => ({ action, age: ageOf(action) }));
  const { rating, project, criterion } = filter;
  const kept = aged.filter(
    ({ action, age }) =>
      (rating === undefined || (rating === NO_UPDATE ? countedAs(action, age) === NO_UPDATE : declared(action) === rating)) &&
      (project === undefined || action.projectId === project.id) &&
      (criterion === undefined || action.criterionId === criterion.id),
  );
  const all = count(actions.length, 'action');
  return {
    says: kept.length === actions.length ? `${all}.` : `${kept.length} of ${all}.`,
    lines: kept.map(({ action, age }) => lineOf(action, age, looked)),
    filtered: kept.length !== actions.length,
    counts: countsOf(aged),
  };
};
