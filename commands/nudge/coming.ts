import { Temporal } from 'temporal-polyfill';
import type { Turn } from '../../src/bot/contract.ts';
import { weekdayName } from '../../src/bot/grammar.ts';
import { formatDate, monthName } from '../../src/calendar/dates.ts';
import { dayIn } from '../../src/calendar/zone.ts';
import type { Card } from '../../src/cards/card.ts';
import { awayOf } from '../../src/nudges/away.ts';
import { hasNudgeOf, lastNudgeOf } from '../../src/nudges/delivered.ts';
import { goes } from '../../src/nudges/goes.ts';
import type { Line } from '../../src/nudges/line.ts';
import { isQuietAt, nudgeMoment, summaryMoment, weekName } from '../../src/nudges/moment.ts';
import { DEFAULT_TIME, DEFAULT_WEEKDAY, peopleFor } from '../../src/nudges/people.ts';
import type { Person } from '../../src/nudges/person.ts';
import { SOON } from '../../src/nudges/readers.ts';
import { NEVER } from '../../src/nudges/settings.ts';
import { toldTo } from '../../src/nudges/told.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import { entriesOf, nudgeCard } from '../../src/views/nudge.ts';
import { type Coming, nothingComesCard, previewNote, settingsCard } from '../../src/views/nudge-settings.ts';
import { countLines, shownOf } from '../../src/views/nudge-words.ts';
import { isAtSchool, returnSince, slashOf, toldOf, waitsAt } from './context.ts';

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

/** The next moments at which a message may come, at most so many; a week that has had one has no other. */
const nextMoments = async (turn: Turn, person: Person, most: number): Promise<Temporal.Instant[]> => {
  const moments: Temporal.Instant[] = [];
  for (const monday of weeksToCome(turn, person)) {
    if (moments.length === most) break;
    const moment = nudgeMoment(person, monday);
    if (!moment || Temporal.Instant.compare(moment, turn.now) <= 0 || isQuietAt(person, moment)) continue;
    if (await hasNudgeOf(turn.tx, person.id, weekName(monday))) continue;
    moments.push(moment);
  }
  return moments;
};

type Waits = Awaited<ReturnType<typeof waitsAt>>;

/** When the next summary comes that is sent to the person themselves. */
const nextSummary = async (turn: Turn, person: Person): Promise<Temporal.Instant | undefined> => {
  const receivers = await receiversIn(turn.tx, { day: turn.today.toString(), only: [person.id] });
  const theirs = receivers.filter(({ channel }) => channel === null);
  return weeksToCome(turn, person)
    .flatMap((monday) => theirs.flatMap(({ every }) => summaryMoment(person, monday, every) ?? []))
    .filter((moment) => Temporal.Instant.compare(moment, turn.now) > 0 && !isQuietAt(person, moment))
    .sort(Temporal.Instant.compare)[0];
};

/** What is left for a message of its own once a summary that comes before has said what waits by then. */
const leftAfter = async (turn: Turn, nudge: NonNullable<Waits>, moment: Temporal.Instant, summary: Temporal.Instant): Promise<Line[]> => {
  if (Temporal.Instant.compare(summary, moment) > 0) return [];
  const before = (await waitsAt(turn, summary))?.all ?? [];
  const { personId } = turn.actor;
  const told = (
    await toldTo(
      turn.tx,
      [...before, ...nudge.all].map(({ key }) => ({ personId, key })),
    )
  )(personId);
  const byThen = new Map(told);
  const on = dayIn(summary).toString();
  for (const { key } of shownOf(before, told)) byThen.set(key, [...(told.get(key) ?? []), on]);
  return goes(nudge.lines, byThen, dayIn(moment), { weeklySummary: nudge.weekly, messagesThisYear: 0, ownsOne: false });
};

/** Messages that are looked at for when something comes that makes none now: what is patient waits three weeks, and what was told two. */
const LATER_MESSAGES = 5;

/** How much of what waits was told, and when the rest of it makes a message, or it is told again. */
const patienceOf = async (turn: Turn, person: Person, { all }: NonNullable<Waits>): Promise<Pick<Coming, 'told' | 'later'>> => {
  const before = await toldOf(turn, all);
  const told = all.filter(({ key }) => before.has(key)).length;
  const keys = new Set(all.map(({ key }) => key));
  const [, ...moments] = await nextMoments(turn, person, LATER_MESSAGES);
  for (const moment of moments) {
    const then = await waitsAt(turn, moment);
    if (then?.lines.some(({ key }) => keys.has(key))) return { told, later: formatDate(dayIn(moment), turn.today) };
  }
  return { told, later: undefined };
};

const clock = (time: Temporal.PlainTime) => time.toString({ smallestUnit: 'minute' });

/** "Tuesday 24 November at 08:30", in their own zone. */
const whenWords = (moment: Temporal.Instant, zone: string): string => {
  const local = moment.toZonedDateTimeISO(zone);
  return `${weekdayName(local.dayOfWeek)} ${local.day} ${monthName(local.month)} at ${clock(local.toPlainTime())}`;
};

const comingFor = async (turn: Turn, person: Person | undefined): Promise<Coming> => {
  const [moment] = person ? await nextMoments(turn, person, 1) : [];
  const nudge = await waitsAt(turn, moment);
  const summary = person && (await nextSummary(turn, person));
  const weekly = summary && nudge?.weekly ? whenWords(summary, turn.actor.zone) : undefined;
  const coming = {
    quietUntil: person?.quietUntil ?? null,
    when: moment && whenWords(moment, turn.actor.zone),
    lines: moment ? (nudge?.lines ?? []) : [],
    waits: nudge?.all.length ?? 0,
    weekly,
    told: 0,
    later: undefined,
  };
  if (person && moment && nudge && !weekly && nudge.lines.length === 0) return { ...coming, ...(await patienceOf(turn, person, nudge)) };
  // What a summary says before it, or within a day after it, needs no message of its own.
  if (!moment || !nudge || !summary || Temporal.Instant.compare(summary, moment.add({ hours: SOON })) > 0) return coming;
  if ((await leftAfter(turn, nudge, moment, summary)).length > 0) return coming;
  return { ...coming, lines: [], waits: (await waitsAt(turn, summary))?.all.length ?? 0, weekly: whenWords(summary, turn.actor.zone) };
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
    atSchool: await isAtSchool(turn),
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
    back: shown.every(({ kind }) => kind === 'pulse')
      ? undefined
      : await returnSince(turn, await lastNudgeOf(turn.tx, turn.actor.personId)),
    atSchool: await isAtSchool(turn),
    today: turn.today,
    slash: slashOf(turn),
  });
  return { ...card, parts: [previewNote(when, quietUntil), ...card.parts] };
};
