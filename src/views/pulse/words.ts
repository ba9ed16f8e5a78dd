import { Temporal } from 'temporal-polyfill';
import { monthName } from '../../calendar/dates.ts';
import type { Item, Turnout } from '../../pulses/pulse.ts';
import type { Before } from '../../pulses/results.ts';
import { FEWEST_ORGANISATIONS } from '../../statistics/disclosure/rule.ts';
import { ENDS, type Scale, type Shown } from '../../statistics/disclosure.ts';
import { listed } from '../actions/parts.ts';

/** What was published of one question, in words; symbols come last, so that whoever listens hears the words first. */

/** How many have answered an open wave, as it is said to those who run it. */
export const TURNOUT_WORDS: Record<Turnout, string> = {
  up_to_half: 'up to half have answered',
  over_half: 'over half have answered',
  most: '85 % or more have answered',
};

type Asked = Pick<Item, 'scale' | 'options'>;
type Words = Extract<Shown, { as: 'words' }>;
type Shares = Extract<Shown, { as: 'tens' | 'whole' }>;

/** Of the groups that answers fall into, in the order of `shares`: how two thirds of the answers are told, and how a share of them is. */
const GROUPS: Record<Exclude<Scale, 'choice'>, { mostly: string; share: string }[]> = {
  agree: [
    { mostly: 'mostly agree', share: 'agree' },
    { mostly: 'mostly neither', share: 'neither' },
    { mostly: 'mostly disagree', share: 'disagree' },
  ],
  ten: [
    { mostly: 'mostly 7 or more', share: 'gave 7 or more' },
    { mostly: 'mostly 4 to 6', share: 'gave 4 to 6' },
    { mostly: 'mostly 3 or less', share: 'gave 3 or less' },
  ],
  yes_no: [
    { mostly: 'mostly yes', share: 'yes' },
    { mostly: 'mostly no', share: 'no' },
  ],
};

const groupsOf = ({ scale, options }: Asked) =>
  scale === 'choice' ? options.map((option) => ({ mostly: `most chose “${option}”`, share: `“${option}”` })) : GROUPS[scale];

/** Words know only the two ends of a scale: 0 and 1. */
const placeOf = ({ scale }: Asked, most: number) => (scale === 'agree' || scale === 'ten' ? most * 2 : most);

const MIXED = 'mixed';

const mostlyWords = (asked: Asked, { most }: Words): string =>
  most === null ? MIXED : (groupsOf(asked)[placeOf(asked, most)]?.mostly ?? MIXED);

/** A share that is said as an end of what can be said: nobody is to see that all agreed. */
const isEnd = (as: Shares['as'], share: number) => share <= ENDS[as].least || share >= ENDS[as].most;

const shareWords = (as: Shares['as'], share: number) =>
  `${share >= ENDS[as].most ? 'at least ' : share <= ENDS[as].least ? 'at most ' : ''}${share} %`;

const sharesWords = (asked: Asked, { as, shares }: Shares): string => {
  const about = as === 'tens' && !isEnd(as, shares[0] ?? 0) ? 'about ' : '';
  return about + shares.map((share, at) => `${shareWords(as, share)} ${groupsOf(asked)[at]?.share ?? ''}`.trim()).join(', ');
};

/** The share that a change is told of: of those who agree, say yes, give 7 or more; of a choice, of those who chose what most choose now. */
const leading = ({ scale }: Asked, { shares }: Shares): number => (scale === 'choice' ? shares.indexOf(Math.max(...shares)) : 0);

/** Months from which on a month is named with its year. */
const LATELY = 11;
/** "June", as it is said later; "June 2025" when that is a year or more. @param on, from YYYY-MM-DD */
export const monthWords = (on: string, from: string): string => {
  const [day, later] = [Temporal.PlainDate.from(on), Temporal.PlainDate.from(from)];
  const isLately = Temporal.PlainDate.compare(day.add({ months: LATELY }), later) > 0;
  return `${monthName(day.month)}${isLately ? '' : ` ${day.year}`}`;
};

/** "June 2026" */
export const monthInFull = (on: string): string => {
  const day = Temporal.PlainDate.from(on);
  return `${monthName(day.month)} ${day.year}`;
};

/** Of places in which too few were asked. */
export const countedWords = (places: readonly string[], larger: string): string =>
  `${listed(places)} ${places.length === 1 ? 'is' : 'are'} counted in ${larger}: too few people were asked there for results of their own.`;

const MINUS = '\u2212';
const signed = (points: number) => `${points > 0 ? '+' : MINUS}${Math.abs(points)} ${Math.abs(points) === 1 ? 'point' : 'points'}`;

const isNumbers = (shown: Shown): shown is Shares => shown.as === 'tens' || shown.as === 'whole';

const TEN = 10;

const pointsWords = (asked: Asked, now: Shares, before: Shares, month: string): string => {
  const at = leading(asked, now);
  const [share, was] = [now.shares[at] ?? 0, before.shares[at] ?? 0];
  if (isEnd(now.as, share) || isEnd(before.as, was))
    return share === was ? `about as in ${month}` : `in ${month} ${sharesWords(asked, before)}`;
  if (now.as === 'whole' && before.as === 'whole') return share === was ? `as in ${month}` : `${signed(share - was)} since ${month}`;
  // One of them is known to the nearest ten only, so the change is too.
  const points = Math.round(share / TEN) * TEN - Math.round(was / TEN) * TEN;
  return points === 0 ? `about as in ${month}` : `about ${signed(points)} since ${month}`;
};

/** What may be said of the change since the wave before; nothing where either was withheld. @param month of the wave before */
const changeWords = (asked: Asked & Pick<Item, 'version'>, now: Shown, before: Before, month: string): string | undefined => {
  const then = before.shown;
  if (now.as === 'c' || then.as === 'c') return undefined;
  if (before.version !== asked.version) return `the wording changed: not comparable with ${month} [b]`;
  if ((now.as === 'words' && now.coarse) || (then.as === 'words' && then.coarse))
    return `no change is shown: nearly the same people were asked in ${month}`;
  if (isNumbers(now) && isNumbers(then)) return pointsWords(asked, now, then, month);
  const [is, was] = [now, then].map((shown) => (isNumbers(shown) ? sharesWords(asked, shown) : mostlyWords(asked, shown)));
  return is === was ? `as in ${month}` : `in ${month} ${was}`;
};

const sentences = (said: readonly (string | undefined)[]): string =>
  said
    .filter((words) => words !== undefined)
    .map((words) => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`)
    .join('. ');

/** "Mixed", "About 70 % agree, 20 % neither, at most 10 % disagree. About 35 answers" */
const publishedWords = (asked: Asked, shown: Words | Shares): string[] =>
  isNumbers(shown) ? [sharesWords(asked, shown), `about ${shown.base} answers`] : [mostlyWords(asked, shown)];

/**
 * What is said of what is withheld. One sentence for every reason: which it is would tell whether few answered.
 * @param countedIn a larger group that is shown, by name
 */
export const withheldWords = (k: number, countedIn: string | undefined): string =>
  `Fewer than ${k} people or ${FEWEST_ORGANISATIONS} organisations, or somebody’s answer could be worked out: not shown to anyone. ${countedIn ? `It is counted in ${countedIn}.` : 'No larger group that it is in is shown either.'} [c]`;

/**
 * What is said of a question where it was asked.
 * @param in where it is counted if it is withheld, by name; @param k of the wave; @param closesOn of the wave
 */
export const answerWords = (
  item: Item,
  shown: Shown | undefined,
  { before, countedIn, k, closesOn }: { before?: Before | undefined; countedIn?: string | undefined; k: number; closesOn: string },
): string => {
  if (!shown) return 'Not asked [x]';
  if (shown.as === 'c') return withheldWords(k, countedIn);
  return `${sentences([...publishedWords(item, shown), before && changeWords(item, shown, before, monthWords(before.closesOn, closesOn))])}.`;
};

/** At least two thirds, in per cent. */
const TWO_THIRDS = 200 / 3;

/** What was mostly said, as briefly as can be: "mostly agree", "mixed"; nothing of what is withheld. */
export const brieflyWords = (asked: Asked, shown: Shown | undefined): string | undefined => {
  if (!shown || shown.as === 'c') return undefined;
  const mostly = isNumbers(shown)
    ? groupsOf(asked)[shown.shares.findIndex((share) => share >= TWO_THIRDS)]?.mostly
    : mostlyWords(asked, shown);
  if (mostly === undefined || mostly === MIXED) return MIXED;
  return asked.scale === 'choice' ? 'mostly one choice' : mostly;
};
