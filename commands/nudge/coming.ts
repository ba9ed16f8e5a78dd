import { Temporal } from 'temporal-polyfill';
import type { Turn } from '../../src/bot/contract.ts';
import { weekdayName } from '../../src/bot/grammar.ts';
import { monthName } from '../../src/calendar/dates.ts';
import type { Card } from '../../src/cards/card.ts';
import { awayOf } from '../../src/nudges/away.ts';
import { hasNudgeOf, lastNudgeOf } from '../../src/nudges/delivered.ts';
import { isQuietAt, nudgeMoment, summaryMoment, weekName } from '../../src/nudges/moment.ts';
import { DEFAULT_TIME, DEFAULT_WEEKDAY, peopleFor } from '../../src/nudges/people.ts';
import type { Person } from '../../src/nudges/person.ts';
import { NEVER } from '../../src/nudges/settings.ts';
import { entriesOf, nudgeCard } from '../../src/views/nudge.ts';
import { type Coming, nothingComesCard, previewNote, settingsCard } from '../../src/views/nudge-settings.ts';
import { countLines, shownOf } from '../../src/views/nudge-words.ts';
import { returnSince, slashOf, toldOf, waitsAt } from './context.ts';

/** When the actor is written to next, and what it would say: as the planner will reckon it, as things stand now. */

/** How many weeks are looked at: longer than any holiday. */
const WEEKS_AHEAD = 12;

const self = async (turn: Turn): Promise<Person | undefined> =>
  (await peopleFor(turn.tx, { day: turn.today.toString(), only: [turn.actor.personId] }))[0];

/** The Mondays of the weeks that are looked at: from this one on, or from the end of their quiet. */
const weeksToCome = (turn: Turn, { quietUntil }: Person): Temporal.PlainDate[] => {
  if (quietUntil === NEVER) return [];
  const first = quietUntil === null ? turn.today : Temporal.PlainDate.from(quietUntil);
  const monday = first.subtract({ days: first.dayOfWeek - 1 });
  return Array.from({ length: WEEKS_AHEAD }, (_, ahead) => monday.add({ weeks: ahead }));
};

/** The next moment at which a message may come; a week that has had one has no other. */
const nextMoment = async (turn: Turn, person: Person): Promise<Temporal.Instant | undefined> => {
  for (const monday of weeksToCome(turn, person)) {
    const moment = nudgeMoment(person, monday);
    if (!moment || Temporal.Instant.compare(moment, turn.now) <= 0 || isQuietAt(person, moment)) continue;
    if (await hasNudgeOf(turn.tx, person.id, weekName(monday))) continue;
    return moment;
  }
  return undefined;
};

/** When the next weekly summary comes. */
const nextSummary = (turn: Turn, person: Person): Temporal.Instant | undefined =>
  weeksToCome(turn, person)
    .map((monday) => summaryMoment(person, monday, 'week'))
    .find((moment) => moment && Temporal.Instant.compare(moment, turn.now) > 0 && !isQuietAt(person, moment));

const clock = (time: Temporal.PlainTime) => time.toString({ smallestUnit: 'minute' });

/** "Tuesday 24 November at 08:30", in their own zone. */
const whenWords = (moment: Temporal.Instant, zone: string): string => {
  const local = moment.toZonedDateTimeISO(zone);
  return `${weekdayName(local.dayOfWeek)} ${local.day} ${monthName(local.month)} at ${clock(local.toPlainTime())}`;
};

const comingFor = async (turn: Turn, person: Person | undefined): Promise<Coming> => {
  const moment = person && (await nextMoment(turn, person));
  const nudge = await waitsAt(turn, moment);
  const summary = nudge?.weekly && person ? nextSummary(turn, person) : undefined;
  return {
    quietUntil: person?.quietUntil ?? null,
    when: moment && whenWords(moment, turn.actor.zone),
    lines: moment ? (nudge?.lines ?? []) : [],
    waits: nudge?.all.length ?? 0,
    weekly: summary && whenWords(summary, turn.actor.zone),
  };
};

/** @param saved what was just changed */
export const settings = async (turn: Turn, saved?: string): Promise<Card> => {
  const person = await self(turn);
  const weekday = person?.weekday ?? DEFAULT_WEEKDAY;
  const time = person?.time ?? Temporal.PlainTime.from(DEFAULT_TIME);
  return settingsCard({
    coming: await comingFor(turn, person),
    waiting: (await waitsAt(turn))?.all ?? [],
    day: `${weekdayName(weekday)}s at ${clock(time)}`,
    zone: turn.actor.zone,
    away: await awayOf(turn.tx, turn.actor.personId, turn.today.toString()),
    today: turn.today,
    slash: slashOf(turn),
    saved,
  });
};

/** The day and the hour that count now. */
export const timeOf = async (turn: Turn): Promise<{ weekday: number; time: string }> => {
  const person = await self(turn);
  return { weekday: person?.weekday ?? DEFAULT_WEEKDAY, time: person ? clock(person.time) : DEFAULT_TIME };
};

/** The very card that would go. */
export const preview = async (turn: Turn): Promise<Card> => {
  const coming = await comingFor(turn, await self(turn));
  const { when, lines, quietUntil } = coming;
  if (when === undefined || lines.length === 0) return nothingComesCard(coming, turn.today);
  const shown = shownOf(lines, await toldOf(turn, lines));
  const card = nudgeCard({
    entries: entriesOf(shown),
    more: countLines(lines.filter((line) => !shown.includes(line))),
    back: await returnSince(turn, await lastNudgeOf(turn.tx, turn.actor.personId)),
    today: turn.today,
    slash: slashOf(turn),
  });
  return { ...card, parts: [previewNote(when, quietUntil), ...card.parts] };
};
