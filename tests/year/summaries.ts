import { addDays, isOpen, mondayOf, wall, weekdayOf } from './days.ts';
import type { DeliveryRow, Evidence, Known } from './judge.ts';
import type { YearPerson } from './people.ts';

/** Summaries that should have come and did not: every week to coordinators, on the first working Thursday of a month to pilot leads. */

const THURSDAY = 4;

export const missingSummaries = ({ people, events, from, to }: Evidence, known: readonly Known[], deliveries: readonly DeliveryRow[]) => {
  const isThere = (person: YearPerson, day: string) =>
    isOpen(person.place, day) &&
    !events.some((event) => event.person === person.id && event.what !== 'blocked' && event.from <= day && day <= event.to);
  const dayOf = (at: number) => wall(at, 'Europe/London').day;
  const came = Map.groupBy(
    known.filter(({ delivery, person }) => delivery?.kind === 'summary' && person),
    ({ person, at }) => `${person?.id} ${mondayOf(dayOf(at))}`,
  );
  const marked = new Set(
    deliveries
      .filter(({ kind, state }) => kind === 'summary' && (state === 'unconfirmed' || state === 'failed'))
      .map(({ personId, sendAt }) => `${personId} ${mondayOf(dayOf(sendAt.getTime()))}`),
  );
  const broken: string[] = [];
  let asked = 0;
  const held = (person: YearPerson, wanted: string) => person.roles.filter(({ role }) => role === wanted).length;
  for (const person of people)
    for (let monday = mondayOf(addDays(from, 6)); addDays(monday, THURSDAY) <= to; monday = addDays(monday, 7)) {
      const thursday = addDays(monday, THURSDAY - 1);
      const isFirst = isThere(person, thursday) && !earlierInMonth(thursday).some((day) => isThere(person, day));
      const weekly = isThere(person, thursday) || isThere(person, addDays(thursday, 1)) ? held(person, 'coordinator') : 0;
      const wanted = weekly + (isFirst ? held(person, 'lead') : 0);
      asked += wanted;
      const key = `${person.id} ${monday}`;
      if ((came.get(key)?.length ?? 0) < wanted && !marked.has(key)) broken.push(`no summary in the week of ${monday}: ${person.key}`);
    }
  return { broken, asked };
};

/** The Thursdays before a Thursday in its month. */
const earlierInMonth = (thursday: string): string[] => {
  const days: string[] = [];
  for (let day = addDays(thursday, -7); day.slice(0, 7) === thursday.slice(0, 7) && weekdayOf(day) === THURSDAY; day = addDays(day, -7))
    days.push(day);
  return days;
};
