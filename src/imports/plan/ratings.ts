import type { Rating, RatingWord } from '../../actions/action.ts';
import { RATING_WORDS } from '../../actions/differences.ts';
import type { Change } from '../import.ts';
import { problemIn, type Row, saidText } from '../read.ts';
import { dayWords, type Planning } from './planning.ts';

/** Ratings of a sheet are the owner's own, as they were given before: red says what is in the way and what would put it right. */

const DETAILS = ['reason', 'remedy', 'remedyBy', 'decidedBy', 'decidedOn'] as const;
type Details = Record<(typeof DETAILS)[number], string | null>;

/** Whether all that this rating needs is said; what is not is a problem of its cell. */
const isWhole = (planning: Planning, row: Row, rating: RatingWord, { reason, remedy, decidedBy }: Details): boolean => {
  const { problems } = planning;
  const count = problems.count();
  const rests = rating === 'on_hold' || rating === 'stopped';
  if ((rating === 'amber' || rating === 'red') && !reason)
    problemIn(problems, row, 'reason', `${RATING_WORDS[rating]} needs its reason: what is in the way?`);
  if (rating === 'red' && !remedy) problemIn(problems, row, 'remedy', 'red needs what would put it right.');
  if (rests && !decidedBy) problemIn(problems, row, 'decidedBy', `${RATING_WORDS[rating]} needs who decided it.`);
  if (rests && !reason) problemIn(problems, row, 'reason', `${RATING_WORDS[rating]} needs its reason, or what was learned.`);
  return problems.count() === count;
};

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
    recordedAt: recordedAt(planning, day, before),
  });
  const since = before && day && day < before.on ? ` (rated since, on ${dayWords(before.on)}${before.by ? `, by ${before.by}` : ''})` : '';
  return [{ name: 'RAG', from: `${words(before?.rating, before?.reason ?? null)}${since}`, to: words(rating, details.reason) }];
};
