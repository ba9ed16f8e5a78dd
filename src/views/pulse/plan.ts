import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../../calendar/dates.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import type { Audience, Item, Plan, Split, TreeCell } from '../../pulses/pulse.ts';
import type { Merged, Unparted } from '../../pulses/tree.ts';
import { count, type Day, LONGEST_TITLE, listed, shortened, small } from '../actions/parts.ts';
import { figure } from '../summary-words.ts';
import { forecastParts } from './forecast.ts';
import { mergedParts } from './merged.ts';

/** A pulse before it opens → cards. */

export const AUDIENCE_WORDS: Record<Audience, string> = {
  schools: 'Schools: headteachers and others there',
  partners: 'Partners: schools, services and charities',
  leads: 'Pilot leads',
  everybody: 'Everybody with a role there, but for administrators',
};

export const SPLIT_WORDS: Record<Split, string> = {
  none: 'No: each locality is one group',
  phase: 'By phase: primary, secondary, special schools',
  group: 'By group: hubs, districts, trusts',
};

/** The usual smallest base. */
export const USUAL_K = 5;

const LONGEST_NAME = 50;
const LONGEST_PLACES = 30;
const MOST_PLACES = 3;

/** "Wakefield" · "Coventry and Rochdale" · "Coventry, Rochdale and 4 more" */
export const placesWords = (names: readonly string[]): string =>
  names.length <= MOST_PLACES ? listed(names) : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;

/** "4 Dec" */
const date = (iso: string, today: Day) => formatDate(Temporal.PlainDate.from(iso), today);

/** "23 Nov to 4 Dec" */
export const daysWords = ({ opensOn, closesOn }: Pick<Plan, 'opensOn' | 'closesOn'>, today: Day): string =>
  `${date(opensOn, today)} to ${date(closesOn, today)}`;

/** "131 people at 131 schools"; people without an organisation count as one together. */
export const peopleWords = (tree: readonly TreeCell[], audience: Audience): string => {
  const people = tree.flatMap(({ own }) => own);
  const organisations = new Set(people.map(({ organisationId }) => organisationId)).size;
  const who = `${figure(people.length)} ${people.length === 1 ? 'person' : 'people'}`;
  return audience === 'schools' ? `${who} at ${count(organisations, 'school')}` : `${who} of ${count(organisations, 'organisation')}`;
};

/** How a question is answered. */
export const scaleWords = ({ scale, options }: Pick<Item, 'scale' | 'options'>): string => {
  if (scale === 'agree') return 'agree or disagree';
  if (scale === 'ten') return '0 to 10';
  if (scale === 'yes_no') return 'yes or no';
  return `one of: ${options.join(' · ')}`;
};

/** The questions as a list, in their order; and the comment. */
export const questionsPart = (questions: readonly Item[], comment: boolean): Part => ({
  type: 'list',
  items: [
    ...questions.map((question, at) => ({ text: `${at + 1}  ${question.text}`, detail: scaleWords(question) })),
    ...(comment ? [{ text: `${questions.length + 1}  Anything else?`, detail: 'a comment' }] : []),
  ],
});

const LONGEST_QUESTION = 110;
const said = ({ text }: Pick<Item, 'text'>) => `“${shortened(text, LONGEST_QUESTION)}”`;

/** Of a pulse that is planned again: that it is the same, and which of its questions are worded otherwise than the last time. */
export const againWords = (before: readonly Item[], now: readonly Item[]): string => {
  const reworded = now.flatMap((question) => {
    const was = before.find(({ item }) => item === question.item);
    return was && was.version !== question.version ? [`${said(question)} was ${said(was)}`] : [];
  });
  const same = 'It asks the same people and places as the last time.';
  return reworded.length === 0
    ? `${same} Its questions are the same too.`
    : `${same} Worded anew since, and not compared with results of before: ${reworded.join('; ')}.`;
};

/** What a card about a pulse before it opens says. */
export type PlanView = {
  plan: Plan;
  questions: readonly Item[];
  /** Names of its places. */
  places: readonly string[];
  tree: readonly TreeCell[];
  merged: readonly Merged[];
  unparted: Unparted | undefined;
  /** Keys of the cells that half turnout would show. */
  shown: ReadonlySet<string>;
  /** Waits for its day, with nothing left to decide. */
  scheduled: boolean;
  /** What stands in its way, as a sentence. */
  hindrance: string | undefined;
  /** What can be done about it; first. */
  first: readonly Button[];
  rest: readonly Button[];
  /** Joins its parts again; undefined: it has none. */
  join: Button | undefined;
  /** What has just been done. */
  done?: string;
};

const statesWords = ({ scheduled, plan }: PlanView, today: Day) =>
  scheduled ? `It opens by itself on ${date(plan.opensOn, today)}.` : 'Not open yet.';

/** The draft: its first line says it all. */
export const planCard = (view: PlanView, today: Day): Card => {
  const { plan, questions, places, tree, shown } = view;
  const who = `${peopleWords(tree, plan.audience)} in ${shortened(placesWords(places), LONGEST_PLACES)}`;
  const rest = `: ${who}, ${daysWords(plan, today)}. ${statesWords(view, today)}`;
  return {
    title: `${shortened(plan.title, LONGEST_TITLE - [...rest].length)}${rest}`,
    parts: [
      ...(view.done ? [{ type: 'text', text: view.done } satisfies Part] : []),
      ...(view.hindrance ? [{ type: 'text', style: 'strong', text: view.hindrance } satisfies Part] : []),
      questionsPart(questions, plan.comment),
      ...forecastParts(tree, shown, view.join),
      ...mergedParts(plan.split, view.merged, view.unparted),
      ...(plan.k === USUAL_K
        ? []
        : [small(`A group is shown from ${plan.k} answers to a question on; usually from ${USUAL_K}. Comments: from 10 on.`)]),
      { type: 'buttons', buttons: [...view.first, ...view.rest] },
    ],
  };
};

type Confirm = Pick<PlanView, 'plan' | 'questions' | 'places' | 'tree'> & {
  /** Not on its first day. */
  now: boolean;
  /** It was asked before, and is not what it was then. */
  changed: boolean;
};

/** Before it is opened: what cannot be changed any more. */
export const confirmCard = (
  { plan, questions, places, tree, now, changed }: Confirm,
  operator: string,
  buttons: readonly Button[],
  today: Day,
): Card => {
  const later = !now && plan.opensOn > today.toString();
  const when = later ? `on ${date(plan.opensOn, today)} at 08:00` : 'now';
  return {
    title: `Open “${shortened(plan.title, LONGEST_NAME)}” ${when}? ${peopleWords(tree, plan.audience)} will be asked until ${date(plan.closesOn, today)}.`,
    parts: [
      ...(changed
        ? [
            {
              type: 'text',
              style: 'strong',
              text: 'It was not opened: something of it has changed since you were asked. This is how it is now.',
            } satisfies Part,
          ]
        : []),
      {
        type: 'text',
        text: `Asked: ${AUDIENCE_WORDS[plan.audience]}, in ${placesWords(places)}.`,
      },
      questionsPart(questions, plan.comment),
      {
        type: 'text',
        text: 'Once it is open, its questions, whom it asks and its groups cannot be changed any more. Its closing day can, to a later one. It closes by itself, and then its results come.',
      },
      small(`It will say: This server is run by ${operator}.`),
      { type: 'buttons', buttons: [...buttons] },
    ],
  };
};
