import type { Rating, RatingWord } from '../../actions/action.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Change } from '../import.ts';
import { problemIn, type Row, saidText } from '../read.ts';
import { dayWords, differing, type Planning, stated } from './planning.ts';

/** Ratings of a sheet are the owner's own, as they were given before: red says what is in the way and what would put it right. */

const DETAILS = ['reason', 'remedy', 'remedyBy', 'decidedBy', 'decidedOn'] as const;
type Details = Record<(typeof DETAILS)[number], string | null>;

/** Whether all that this rating needs is said; what is not is a problem of its cell. */
const isWhole = (planning: Planning, row: Row, rating: RatingWord, { reason, remedy, decidedBy }: Details): boolean => {
  const { problems } = planning;
  const count = problems.count();
  // In a sheet that has no such column, the rating is where it can be seen what is lacking.
  const say = (key: string, problem: string) => problemIn(problems, row, key, problem, 'rag');
  const rests = rating === 'on_hold' || rating === 'stopped';
  if ((rating === 'amber' || rating === 'red') && !reason) say('reason', `${RATING_WORDS[rating]} needs its reason: what is in the way?`);
  if (rating === 'red' && !remedy) say('remedy', 'red needs what would put it right.');
  if (rests && !decidedBy) say('decidedBy', `${RATING_WORDS[rating]} needs who decided it.`);
  if (rests && !reason) say('reason', `${RATING_WORDS[rating]} needs its reason, or what was learned.`);
  return problems.count() === count;
};

/** Of a rating: what else is said of it, so that a red is seen whole before it is written. */
const EXTRA = {
  remedy: 'What would put it right',
  remedyBy: 'By when',
  decidedBy: 'Decided by',
  decidedOn: 'Decided on',
} as const;

const words = (rating: RatingWord | undefined, reason: string | null) =>
  rating ? `${RATING_WORDS[rating]}${reason ? `, “${reason}”` : ''}` : '';

/** When it was given: noon of the day that the sheet says, where that is after the rating before it; else now. */
const recordedAt = ({ now, today }: Planning, day: string | null | undefined, before: Rating | null): string =>
  day && day < today && (!before || day > before.on) ? `${day}T12:00:00Z` : now;

/** Adds the rating of a row where it is another than the one that stands. Returns what changes, in words. */
export const planRating = (planning: Planning, row: Row, { id, before }: { id: string; before: Rating | null }): Change['fields'] => {
  const { problems, writes, newId, current, today } = planning;
  const rating = saidText(row, 'rag') as RatingWord | null | undefined;
  if (!rating) return [];
  const isSameWord = (before?.rating ?? 'not_started') === rating;
  // What is not said of the rating that stands already stays said of it.
  const details = Object.fromEntries(
    DETAILS.map((key) => [key, saidText(row, key) ?? (isSameWord ? (before?.[key] ?? null) : null)]),
  ) as Details;
  const day = saidText(row, 'ratedOn');
  if (day && day > today) problemIn(problems, row, 'ratedOn', `${dayWords(day)} is still to come.`);
  if (details.decidedOn && details.decidedOn > today)
    problemIn(problems, row, 'decidedOn', `${dayWords(details.decidedOn)} is still to come.`);
  if (!isWhole(planning, row, rating, details)) return [];
  if (isSameWord && (before ? DETAILS.every((key) => before[key] === details[key]) : rating === 'not_started')) return [];
  const at = recordedAt(planning, day, before);
  writes.ratings.push({
    id: newId(),
    actionId: id,
    kind: 'self',
    version: (before?.version ?? 0) + 1,
    rating,
    ...details,
    evidence: null,
    also: null,
    definitionVersion: current.definitionVersion,
    recordedAt: at,
  });
  const since = before && day && day < before.on ? ` (rated since, on ${dayWords(before.on)}${before.by ? `, by ${before.by}` : ''})` : '';
  const [was, is] = [words(before?.rating, before?.reason ?? null), words(rating, details.reason)];
  return [
    ...(was === is ? [] : [{ name: 'RAG', from: `${was}${since}`, to: is }]),
    ...(before ? differing<Details>(before, details, EXTRA) : stated(details, EXTRA)),
    ...(at === planning.now ? [] : stated({ on: at.slice(0, 10) }, { on: 'Rated on' })),
  ];
};
