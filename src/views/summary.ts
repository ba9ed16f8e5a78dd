import { type Action, answersFor, declared, type Rating } from '../actions/action.ts';
import { adviserSays, RATING_WORDS } from '../actions/differences.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import { isWithoutOwner } from '../people/ownership.ts';
import type { Line } from '../summaries/line.ts';
import type { Done } from '../summaries/others.ts';
import type { Summary } from '../summaries/summary.ts';
import { dated, shortened, small } from './actions/parts.ts';
import { withoutOwnerNote } from './ownership.ts';
import { changesWords, counted, type Day, figuresOf, firstLine, kpiWords, listed, whenWords } from './summary-words.ts';

/** The summary of one place's plan → card: reds first, then what changed, then what wants a look. */

/** Reds shown at once; the others are one press away. */
const MOST_REDS = 5;
const LONGEST_REMEDY = 120;
const MOST_TITLES = 10;

export type PlaceSummary = {
  /** "Wakefield", "Hub East, Wakefield" */
  name: string;
  summary: Summary;
  /** The actions themselves, for those who may read them; none for those who may know only the counts. */
  actions: readonly Action[] | undefined;
  /** Titles of those that went from red to green: all that may be told of a plan that may not be read. */
  redToGreen: readonly string[];
  kpiChanges: readonly { name: string; from: string; to: string }[];
  /** Of the KPIs whose last reading chance hardly explains: which, and what it is a sign of. */
  kpiSigns: readonly string[];
  showsKpis: boolean;
  others: readonly Done[];
  since: Day;
  /** They have not read it before. */
  first: boolean;
  today: Day;
  /** It is of that day, not of today. */
  asAt: boolean;
  /** For others to read. */
  shared: boolean;
  /** What is in the way, what would put it right and who stands in may be shown. */
  withReasons: boolean;
};

/** "since 30 Oct", "Headteacher 2 stands in" */
const ownerNote = (action: Action, { today, withReasons }: Pick<PlaceSummary, 'today' | 'withReasons'>) =>
  withReasons || !answersFor(action) ? withoutOwnerNote(action, today) : 'somebody stands in';

const remedyWords = ({ remedy, remedyBy }: Pick<Rating, 'remedy' | 'remedyBy'>, today: Day): string[] =>
  remedy ? [`${shortened(remedy, LONGEST_REMEDY)}${remedyBy ? `, by ${dated(remedyBy, today)}` : ''}`] : [];

/** The reds, new ones first: each with what would put it right, and what else is to be known of it. */
export const redItems = (place: PlaceSummary) => {
  const { summary, actions = [], today, withReasons } = place;
  const isNew = new Set(summary.newlyRed);
  const byNumber = new Map(actions.map((action) => [action.number, action]));
  const advised = new Map(summary.adviserDiffers.map(({ line, rating }) => [line, rating]));
  return [...summary.reds]
    .sort((one, other) => Number(isNew.has(other)) - Number(isNew.has(one)))
    .flatMap((line) => {
      const action = byNumber.get(line.number);
      if (!action) return [];
      const adviser = advised.get(line);
      const details = [
        ...(withReasons && action.self ? remedyWords(action.self, today) : []),
        ...(adviser ? [`${adviserSays({ rating: adviser, also: action.independent?.also ?? null })}: worth a talk`] : []),
        ...(isWithoutOwner(action) ? [`no owner${answersFor(action) ? `, ${ownerNote(action, place)}` : ''}`] : []),
        ...(isNew.has(line) ? ['NEW'] : []),
      ];
      return [{ text: `${action.code} ${action.title}`, ...(details.length > 0 ? { detail: details.join('; ') } : {}) }];
    });
};

const numbers = (lines: readonly Line[]) => listed(lines.map(({ number }) => String(number)));

const factsPart = (place: PlaceSummary): Part[] => {
  const { summary, actions, today } = place;
  const kpis = place.showsKpis ? kpiWords(summary.kpis) : '';
  const byNumber = new Map((actions ?? []).map((action) => [action.number, action]));
  const atOnce = (actions ?? []).filter((action) => action.atOnce).map(({ number }) => String(number));
  const plan = [
    { label: 'Newly red', value: numbers(summary.newlyRed) },
    { label: 'Moved to green', value: numbers(summary.movedToGreen) },
    { label: 'Past its date', value: listed(summary.pastDate.map(({ line, days }) => `${line.number} (${counted(days, 'day')})`)) },
    {
      label: 'No update',
      value: listed(
        summary.noUpdate.map(({ line, weeks }) => `${line.number} (${counted(weeks, 'week')}${declared(line) === 'red' ? ', red' : ''})`),
      ),
    },
    { label: 'Rating and figures differ', value: numbers(summary.figuresDiffer) },
    {
      label: 'Adviser sees it otherwise',
      value: listed(
        summary.adviserDiffers.map(({ line, rating }) => {
          const also = byNumber.get(line.number)?.independent?.also;
          const says = also ? adviserSays({ rating, also }) : RATING_WORDS[rating].toLowerCase();
          return `${line.number} (${says})`;
        }),
      ),
    },
    { label: 'Two ratings on one day', value: listed(atOnce) },
    {
      label: 'Without an owner',
      value: listed(
        summary.withoutOwner.map(({ number }) => {
          const action = byNumber.get(number);
          const note = action ? ownerNote(action, place) : '';
          return note ? `${number} (${note})` : String(number);
        }),
      ),
    },
    { label: 'Due in two weeks', value: listed(summary.dueSoon.map(({ number, due }) => `${number} (${dated(due ?? '', today)})`)) },
  ];
  const facts = [
    ...(actions ? plan : []),
    { label: 'KPIs', value: kpis },
    { label: 'More than chance', value: place.kpiSigns.join('; ') },
    { label: 'KPIs that changed', value: place.kpiChanges.map(({ name, from, to }) => `${name}, from ${from} to ${to}`).join('; ') },
  ].filter(({ value }) => value !== '');
  return facts.length > 0 ? [{ type: 'facts', facts }] : [];
};

/** What stands on a summary besides the plan's figures. */
export type Besides = {
  /** What waits for its reader, above everything else. */
  first?: readonly Part[];
  /** What they are told once, below the figures. */
  last?: readonly Part[];
  /** What its reader can do; none on a card for others. */
  buttons?: readonly Button[];
};

/** One place's plan. */
export const placeCard = (place: PlaceSummary, { first = [], last = [], buttons = [] }: Besides): Card => {
  const { name, summary, actions, today, asAt, others } = place;
  const { title, counts } = firstLine(name, whenWords(today, asAt), figuresOf(summary));
  const reds = actions ? redItems(place) : [];
  return {
    title,
    parts: [
      ...(counts ? [{ type: 'text' as const, text: counts }] : []),
      ...first,
      ...(reds.length > 0
        ? [
            {
              type: 'text' as const,
              style: 'heading' as const,
              text: reds.length > MOST_REDS ? `Red, ${MOST_REDS} of ${reds.length}` : 'Red',
            },
            { type: 'list' as const, items: reds.slice(0, MOST_REDS) },
          ]
        : []),
      ...factsPart(place),
      ...(place.redToGreen.length > 0
        ? [
            { type: 'text' as const, style: 'heading' as const, text: 'From red to green' },
            { type: 'list' as const, items: place.redToGreen.slice(0, MOST_TITLES).map((text) => ({ text })) },
            ...(place.redToGreen.length > MOST_TITLES ? [small(`${place.redToGreen.length - MOST_TITLES} more.`)] : []),
          ]
        : []),
      ...(others.length > 0
        ? [
            { type: 'text' as const, style: 'heading' as const, text: 'What others on this theme did: from red to green' },
            { type: 'list' as const, items: others.map(({ locality, title: text }) => ({ text, detail: locality })) },
          ]
        : []),
      ...last,
      small(changesWords(place)),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons: [...buttons] }] : []),
    ],
  };
};

/** Whether some reds stand behind a button. */
export const hasMoreReds = ({ reds }: Summary) => reds.length > MOST_REDS;

const MOST_IN_LIST = 40;

/** All the reds of one place, and which others were red before they went without an update. */
export const redsCard = (place: PlaceSummary, buttons: readonly Button[]): Card => {
  const reds = redItems(place);
  const old = place.summary.noUpdate.filter(({ line }) => declared(line) === 'red').map(({ line }) => line);
  return {
    title: `${place.name}, ${whenWords(place.today, place.asAt)}: ${counted(reds.length, 'red action')}`,
    parts: [
      ...(reds.length > 0 ? [{ type: 'list' as const, items: reds.slice(0, MOST_IN_LIST) }] : []),
      ...(reds.length > MOST_IN_LIST ? [small(`${reds.length - MOST_IN_LIST} more: type rag red to go through all of them.`)] : []),
      ...(old.length > 0 ? [small(`Red, but with no update for too long to count as red: ${numbers(old)}.`)] : []),
      { type: 'buttons', buttons: [...buttons] },
    ],
  };
};
