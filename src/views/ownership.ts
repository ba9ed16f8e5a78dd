import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import { answersFor, isWithoutOwner, type Ownership, withoutOwnerSince } from '../people/ownership.ts';

/** Who answers for a thing, in the words that every card and list says it in. */

/** "since 30 Oct": the last day on which somebody answered for it. */
const since = (last: string | null, today: Temporal.PlainDate) =>
  last === null ? '' : ` since ${formatDate(Temporal.PlainDate.from(last), today)}`;

/** Why nobody owns it, "without an owner since 30 Oct"; undefined while its owner holds a role there. */
export const ownerless = (thing: Ownership, today: Temporal.PlainDate): string | undefined => {
  if (!isWithoutOwner(thing)) return undefined;
  return `without an owner${since(thing.ownerLeft ?? withoutOwnerSince(thing) ?? null, today)}`;
};

/** What is to be known of a thing without an owner: "Headteacher 2 stands in", else "since 30 Oct"; empty where it never had one. */
export const withoutOwnerNote = (thing: Ownership, today: Temporal.PlainDate): string => {
  const instead = answersFor(thing);
  return instead ? `${instead.post} stands in` : since(thing.ownerLeft ?? withoutOwnerSince(thing) ?? null, today).trim();
};

/** "Wakefield pilot lead; stands in: Wakefield coordinator" · "without an owner since 30 Oct; Wakefield coordinator stands in" */
export const ownerWords = (thing: Ownership, today: Temporal.PlainDate): string => {
  const without = ownerless(thing, today);
  const deputy = thing.deputyId && !thing.deputyLeft ? thing.deputy : null;
  if (without) return answersFor(thing) ? `${without}; ${deputy} stands in` : without;
  return [thing.owner, deputy && `stands in: ${deputy}`].filter(Boolean).join('; ');
};
