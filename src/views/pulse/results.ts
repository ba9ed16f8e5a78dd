import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import type { Item, Wave } from '../../pulses/pulse.ts';
import type { Before, Released, Went } from '../../pulses/results.ts';
import { TENS_FROM } from '../../statistics/disclosure/rule.ts';
import type { Shown } from '../../statistics/disclosure.ts';
import { type Day, dated, LONGEST_TITLE, listed, shortened, small } from '../actions/parts.ts';
import { wentWords } from './comments.ts';
import { answerWords, brieflyWords, countedWords, monthInFull, withheldWords } from './words.ts';

/** What was released of a wave in one place → card: each question in the words or figures that it was published in. */

export type Answered = {
  item: Item;
  /** None: it was not asked here. */
  shown: Shown | undefined;
  before: Before | undefined;
  /** Where it is withheld: what it is counted in. */
  pooled: { name: string; parts: readonly string[]; shown: Shown } | undefined;
};

export type Results = {
  wave: Pick<Wave, 'title' | 'opensOn' | 'closesOn' | 'k' | 'origin'>;
  name: string;
  /** What is in it, of a cell of several places. */
  parts: readonly string[];
  /** The reader's places that are counted in it and have no results of their own. */
  instead: readonly string[];
  /** None: nothing could be opened. */
  answered: readonly Answered[] | undefined;
  replies: readonly { text: string; on: string }[];
  /** The last day of an open one of this title, for who may know of it and asked by the title. */
  openUntil?: string | undefined;
  /** Where the comments went, of a place that has none to read, for who might read them. */
  went?: (Went & { of: readonly string[] }) | undefined;
};

const isShown = (shown: Shown | undefined) => shown !== undefined && shown.as !== 'c';

/** Whether there is anything to read, here or in what it is counted in. */
export const isAnythingShown = (answered: Results['answered']): boolean =>
  answered?.some(({ shown, pooled }) => isShown(shown) || isShown(pooled?.shown)) ?? false;

const day = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

/** "Vulnerable children (Coventry, Rochdale, Wakefield and Wiltshire)" */
const pooledName = (name: string, parts: readonly string[]) => (parts.length > 1 ? `${name} (${listed(parts)})` : name);

/** So many kinds of answers are told apart in the first line. */
const MOST_KINDS = 3;

/** ", 5 questions: 3 mixed, 1 mostly agree, 1 not shown": what was said and not whether it is good, because not every question is praise. */
const headline = (answered: readonly Answered[] | undefined): string => {
  if (!answered) return ': nothing could be opened';
  const said = answered.map(({ item, shown }) => brieflyWords(item, shown)).filter((words) => words !== undefined);
  const [only] = said;
  if (only === undefined) return ': no answer can be shown';
  if (answered.length === 1) return `, 1 question: ${only}`;
  const kinds = [...Map.groupBy(said, (words) => words)]
    .map(([words, { length }]) => ({ words, many: length }))
    .toSorted((one, other) => other.many - one.many);
  const others = kinds.slice(MOST_KINDS).reduce((sum, { many }) => sum + many, 0);
  const withheld = answered.length - said.length;
  return `, ${answered.length} questions: ${[
    ...kinds.slice(0, MOST_KINDS).map(({ words, many }) => `${many} ${words}`),
    ...(others > 0 ? [`${others} other`] : []),
    ...(withheld > 0 ? [`${withheld} not shown`] : []),
  ].join(', ')}`;
};

const titleOf = ({ wave, name, answered }: Results): string => {
  const rest = `, ${shortened(name, 40)}, ${monthInFull(wave.closesOn)}${headline(answered)}`;
  return `${shortened(wave.title, LONGEST_TITLE - rest.length)}${rest}`;
};

const roundedWords = (tens: boolean, whole: boolean): string =>
  `Figures are ${!tens ? 'rounded' : whole ? 'rounded, some to the nearest 10' : 'to the nearest 10'}, so they need not make 100.`;

/** What the symbols and words above mean, once each. */
const footWords = (answered: readonly Answered[]): string => {
  const all = answered.flatMap(({ shown, pooled }) => [shown, pooled?.shown]).filter((shown) => shown !== undefined);
  const has = (as: Shown['as']) => all.some((shown) => shown.as === as);
  return [
    ...(has('words') ? [`Words without figures: fewer than ${TENS_FROM} answers, or figures could tell what somebody said.`] : []),
    ...(has('words') || has('tens') || has('whole') ? ['Mostly: at least two thirds.'] : []),
    ...(has('tens') || has('whole') ? [roundedWords(has('tens'), has('whole'))] : []),
    ...(all.some(isShown) ? ['“Don’t know” is left out.'] : []),
    ...(answered.some(({ before }) => before) ? ['A small change may be chance.'] : []),
    ...(has('c') ? ['[c] confidential.'] : []),
    ...(answered.some(({ shown }) => !shown) ? ['[x] not available.'] : []),
    ...(answered.some(({ item, before }) => before && before.version !== item.version) ? ['[b] break in the series.'] : []),
  ].join(' ');
};

const NOT_OPENED =
  'Not available [x]: the key of this pulse was lost before it closed, so nobody could open its answers, and they were destroyed. Nothing is known of them.';

const answersParts = ({ wave, answered, instead, name, parts }: Results): Part[] => {
  if (!answered) return [{ type: 'text', text: NOT_OPENED }];
  const said = (one: Answered) =>
    answerWords(one.item, one.shown, { before: one.before, countedIn: one.pooled?.name, k: wave.k, closesOn: wave.closesOn });
  const numbered = answered.map((one, at) => ({ one, text: `${at + 1}  ${one.item.text}` }));
  const pooled = Map.groupBy(
    numbered.filter(({ one }) => one.pooled),
    ({ one }) => one.pooled?.name ?? '',
  );
  // What holds of all of them is said once.
  const [alike, ...unlike] = new Set(answered.map(({ shown, pooled }) => (shown?.as === 'c' ? withheldWords(wave.k, pooled?.name) : '')));
  const withheld = unlike.length === 0 ? alike : undefined;
  const isPooled = instead.length > 0 || parts.length > 1;
  return [
    ...(isPooled ? [{ type: 'text' as const, style: 'heading' as const, text: `Pooled: ${pooledName(name, parts)}` }] : []),
    ...(withheld ? [{ type: 'text' as const, text: withheld }] : []),
    ...(withheld && pooled.size > 0
      ? []
      : [{ type: 'list' as const, items: numbered.map(({ one, text }) => (withheld ? { text } : { text, detail: said(one) })) }]),
    ...[...pooled].flatMap(([larger, some]): Part[] => [
      { type: 'text', style: 'heading', text: `Pooled: ${pooledName(larger, some[0]?.one.pooled?.parts ?? [])}` },
      {
        type: 'list',
        items: some.map(({ one, text }) => ({
          text,
          detail: answerWords(one.item, one.pooled?.shown, { k: wave.k, closesOn: wave.closesOn }),
        })),
      },
    ]),
  ];
};

/** So many answers to a wave are shown. */
const MOST_REPLIES = 5;

/** @param others buttons that open the reader's other places; @param more so many have none, for want of room */
export const resultsCard = (
  results: Results,
  { others, more, buttons }: { others: readonly { text: string; button: Button }[]; more: number; buttons: readonly Button[] },
): Card => {
  const { wave, instead, name, answered, replies } = results;
  return {
    title: titleOf(results),
    parts: [
      ...(wave.origin === 'demonstration' ? [small('Demonstration data: nobody gave these answers.')] : []),
      ...(results.openUntil ? [small(`Open again until ${day(results.openUntil)}: nobody sees results of that before.`)] : []),
      ...(instead.length > 0 ? [{ type: 'text' as const, text: countedWords(instead, name) }] : []),
      ...answersParts(results),
      ...(results.went ? [{ type: 'text' as const, text: wentWords(listed(results.went.of), results.went) }] : []),
      ...(replies.length > 0
        ? [
            { type: 'text' as const, style: 'heading' as const, text: 'You said, we did' },
            { type: 'list' as const, items: replies.slice(0, MOST_REPLIES).map(({ text, on }) => ({ text, detail: day(on) })) },
          ]
        : []),
      ...(others.length > 0
        ? [
            { type: 'text' as const, style: 'heading' as const, text: 'Other places' },
            { type: 'list' as const, items: [...others] },
            ...(more > 0 ? [small(`and ${more} more: type pulse results and the name of the place.`)] : []),
          ]
        : []),
      small(`Asked from ${day(wave.opensOn)} to ${day(wave.closesOn)}, counted and not kept.${answered ? ` ${footWords(answered)}` : ''}`),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons: [...buttons] }] : []),
    ],
  };
};

/** What there is of a pulse before it closes. @param today its day */
export const stillOpenCard = ({ title, closesOn }: Pick<Released, 'title' | 'closesOn'>, today: Day): Card => ({
  title: `Open until ${dated(closesOn, today)}: nobody sees results before.`,
  parts: [small(title)],
});

/** Of several pulses that words may mean, those that have closed and those that are open, each with what can be done with it. @param title asks which */
export const whichResultsCard = (
  title: string,
  open: readonly (Pick<Released, 'title' | 'closesOn'> & { button: Button | undefined })[],
  released: readonly (Released & { button: Button })[],
  today: Day,
): Card => ({
  title,
  parts: [
    {
      type: 'list',
      items: [
        ...open.map(({ title: text, closesOn, button }) => ({
          text,
          detail: `open until ${dated(closesOn, today)}: nobody sees results before`,
          ...(button ? { button } : {}),
        })),
        ...released.map(({ title: text, closesOn, button }) => ({ text, detail: monthInFull(closesOn), button })),
      ],
    },
  ],
});

/** The pulses whose results somebody may read, latest first. */
export const releasedCard = (released: readonly Released[], open: (wave: Released) => Button, more: readonly Button[]): Card => ({
  title: 'Results of pulses, latest first',
  parts: [
    { type: 'list', items: released.map((wave) => ({ text: wave.title, detail: monthInFull(wave.closesOn), button: open(wave) })) },
    ...(more.length > 0 ? [{ type: 'buttons' as const, buttons: [...more] }] : []),
  ],
});
