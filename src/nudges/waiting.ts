import { Temporal } from 'temporal-polyfill';
import { isLive, placeOfAction } from '../actions/action.ts';
import { type Age, agesAt, BEFORE_DUE, RED_WORKING_DAYS, redsWaitFrom } from '../actions/cadence.ts';
import { BEFORE_MEETING, invites, type Meeting, toScrutinise, withoutMeeting } from '../actions/scrutiny.ts';
import type { Worry } from '../actions/worries.ts';
import { DAYS_AHEAD } from '../calendar/assumed.ts';
import { bankHolidaysOfEngland } from '../calendar/bank-holidays.ts';
import { type Period, periodOf } from '../calendar/periods.ts';
import { nationalTerms, type Terms } from '../calendar/terms.ts';
import { addWorkingDays } from '../calendar/working-days.ts';
import { type Kpi, placeOf } from '../kpis/kpi.ts';
import { waitingOf } from '../kpis/period.ts';
import type { Place } from '../people/directory.ts';
import { answersFor, withoutOwnerSince } from '../people/ownership.ts';
import { may } from '../people/permissions.ts';
import type { OpenAction } from './gather.ts';
import { LINE_KINDS, type Line, pulseKey, type Unowned } from './line.ts';
import type { Person } from './person.ts';

/** What waits for one person on a day, in the order of what matters; nothing waits → nothing. Pure. */

/** A boundary of an area's school year that nobody gave and that begins soon. */
export type Assumed = Place & {
  areaId: string;
  area: string;
  year: number;
  gap: string;
  /** "spring half-term" */
  what: string;
  /** Its first day, YYYY-MM-DD. */
  begins: string;
  /** The locality has a coordinator of its own: nobody of its pilot or programme is asked. */
  ownCoordinator: boolean;
};

/** Those that may concern the person: what does not is left out here. */
export type Inputs = {
  person: Pick<Person, 'id' | 'roles' | 'terms'>;
  actions: readonly OpenAction[];
  kpis: readonly Kpi[];
  /** The localities that they may lead, coordinate or advise. */
  places: readonly Place[];
  worries: readonly Worry[];
  /** Their own, as an adviser. */
  meetings: readonly Meeting[];
  /** Localities of which they said that they do not meet in this month. */
  putOff: ReadonlySet<string>;
  news: readonly { id: string; text: string; on: string }[];
  /** Waves that are open and to which they are invited, whether or not they have answered: nobody knows that. */
  pulses: readonly { waveId: string; title: string; taps: number; openedOn: string; reopenedAt: string | null }[];
  assumed: readonly Assumed[];
  /** What they said is not theirs: "action ID", "kpi ID". */
  notMine: ReadonlySet<string>;
  /** Keys of lines of which it was said why there is no update, and on which day (YYYY-MM-DD). */
  noUpdate: ReadonlyMap<string, string>;
};

const day = (iso: string) => Temporal.PlainDate.from(iso);

type Rules = { today: Temporal.PlainDate; half: Period; ageOf: (action: OpenAction, terms: Terms) => Age };

const rules = (today: Temporal.PlainDate): Rules => {
  const ages = agesAt(today, nationalTerms);
  // Few calendars are kept by many people; the day is looked up only where there is a red.
  const known = new Map<Terms, string>();
  const redsFrom = (terms: Terms): string => {
    const found = known.get(terms) ?? redsWaitFrom(today, terms);
    known.set(terms, found);
    return found;
  };
  return {
    today,
    half: periodOf('half_term', today, nationalTerms),
    ageOf: (action, terms) => {
      const keeps = terms.closedInHolidays ? 'school' : 'all_year';
      return ages({ ...action, keeps }, action.self?.rating === 'red' ? redsFrom(terms) : undefined);
    },
  };
};

type Waiting = Pick<Line, 'key' | 'since'>;

/**
 * A waiting of which it was said why there is no update is over; once the reason does not hold any more, another one begins, with a key of
 * its own. Undefined while one holds.
 * @param from the day from which on it waits again after a reason of some day
 */
const unlessSaid = (waiting: Waiting, { today }: Rules, { noUpdate }: Inputs, from: (said: string) => string): Waiting | undefined => {
  let { key, since } = waiting;
  for (let said = noUpdate.get(key); said !== undefined; said = noUpdate.get(key)) {
    since = from(said);
    if (today.toString() < since) return undefined;
    key = `${waiting.key}:${said}`;
  }
  return { key, since };
};

/** The rating of one of their own actions. A reason holds as long as a red does; one of before the action's date until it has passed. */
const ratingLines = (at: Rules, inputs: Inputs): Line[] =>
  inputs.actions.flatMap((action): Line[] => {
    const { person } = inputs;
    if (answersFor(action)?.id !== person.id || !may(person, 'rating.write', placeOfAction(action), true)) return [];
    const { waits } = at.ageOf(action, person.terms);
    const base = { action, once: false };
    const { due } = action;
    const twoWeeksAfter = (on: string) => addWorkingDays(day(on), RED_WORKING_DAYS, person.terms, bankHolidaysOfEngland).toString();
    if (waits === 'red' && action.self) {
      const red = { key: `red:${action.id}:${action.self.id}`, since: twoWeeksAfter(action.self.on) };
      const waiting = unlessSaid(red, at, inputs, twoWeeksAfter);
      return waiting ? [{ ...base, kind: 'red', ...waiting, patient: false }] : [];
    }
    if (waits === 'due' && due !== null) {
      const near = { key: `due:${action.id}:${due}`, since: day(due).subtract({ days: BEFORE_DUE }).toString() };
      const past = day(due).add({ days: 1 }).toString();
      const waiting = unlessSaid(near, at, inputs, (said) => (said < due ? past : twoWeeksAfter(said)));
      return waiting ? [{ ...base, kind: 'due', ...waiting, patient: false }] : [];
    }
    if (waits === 'half_term')
      return [{ ...base, kind: 'half_term', key: `half_term:${action.id}:${at.half.key}`, since: at.half.start.toString(), patient: true }];
    return [];
  });

/** Their adviser rates otherwise. @param asked ids of the actions whose rating is asked for: one line of an action is enough. */
const answerLines = ({ person, actions }: Inputs, asked: ReadonlySet<string>): Line[] =>
  actions.flatMap((action): Line[] => {
    if (asked.has(action.id)) return [];
    if (answersFor(action)?.id !== person.id || !may(person, 'rating.write', placeOfAction(action), true)) return [];
    if (!action.independent || !invites(action, { has: () => action.answered })) return [];
    const { id: ratingId, on } = action.independent;
    // It differs from the later of the two on.
    const since = action.self && action.self.on > on ? action.self.on : on;
    return [{ kind: 'answer', key: `answer:${ratingId}`, since, patient: true, once: true, action, ratingId }];
  });

const readingLines = ({ today }: Rules, { person, kpis }: Inputs): Line[] =>
  kpis.flatMap((kpi): Line[] => {
    if (answersFor(kpi)?.id !== person.id || !may(person, 'reading.write', placeOf(kpi), true)) return [];
    const waits = waitingOf(kpi, today, nationalTerms, person.terms);
    if (waits.kind !== 'waiting') return [];
    const { period, since, long } = waits;
    return [
      { kind: 'reading', key: `reading:${kpi.id}:${period.key}`, since: since.toString(), patient: false, once: false, kpi, period, long },
    ];
  });

const worryLines = ({ person, worries }: Inputs): Line[] =>
  worries
    .filter((worry) => may(person, 'worry.answer', worry))
    .map(({ id, localityId, locality, text, on }) => ({
      kind: 'worry',
      key: `worry:${id}`,
      since: on,
      patient: false,
      once: false,
      worryId: id,
      localityId,
      locality,
      text,
    }));

/** Before each of their meetings, and the asking for the next one. */
const adviserLines = ({ today }: Rules, { person, actions, meetings, places, putOff }: Inputs): Line[] => {
  const advised = places.filter((place) => may(person, 'rating.independent', place));
  if (advised.length === 0) return [];
  const theirs = actions.filter((action) => may(person, 'rating.independent', placeOfAction(action)));
  const counted = new Map<string, Extract<Line, { kind: 'meeting' }>>();
  for (const { action, meeting } of toScrutinise(theirs, meetings, today)) {
    const { localityId, locality } = action;
    const line = counted.get(localityId);
    const since = day(meeting).subtract({ days: BEFORE_MEETING }).toString();
    counted.set(localityId, {
      kind: 'meeting',
      key: `meeting:${localityId}:${meeting}`,
      since,
      patient: false,
      once: false,
      localityId,
      locality,
      meeting,
      count: (line?.count ?? 0) + 1,
    });
  }
  const month = today.with({ day: 1 }).toString();
  const asked = withoutMeeting(advised, meetings, today).filter(({ localityId }) => !putOff.has(localityId));
  return [
    ...counted.values(),
    ...asked.map(
      ({ localityId, locality }): Line => ({
        kind: 'ask_meeting',
        key: `ask_meeting:${localityId}:${month.slice(0, 7)}`,
        since: month,
        patient: true,
        once: false,
        localityId,
        locality,
      }),
    ),
  ];
};

type Unanswered = Unowned & {
  code: string;
  /** The day from which on it is so. */
  from: string;
};

/**
 * What nobody answers for, one line for each place. Its key is the last that came to it: another one is told, and finding somebody for one
 * of them tells nothing anew.
 */
const unownedLines = ({ person, actions, kpis, places }: Inputs): Line[] => {
  const led = places.filter((place) => may(person, 'action.write', place));
  if (led.length === 0) return [];
  const found = new Map<string, Unanswered[]>(led.map(({ localityId }) => [localityId, []]));
  const add = (thing: OpenAction | Kpi, { code, name, kind }: { code: string; name: string; kind: Unowned['kind'] }) => {
    const since = withoutOwnerSince(thing);
    if (since !== undefined) found.get(thing.localityId)?.push({ kind, id: thing.id, code, name, since, from: since ?? thing.since });
  };
  for (const action of actions)
    if (isLive(action)) add(action, { kind: 'action', code: action.code, name: `${action.code} ${action.title}` });
  for (const kpi of kpis) if (!kpi.coverage) add(kpi, { kind: 'kpi', code: kpi.name, name: kpi.name });
  return led.flatMap(({ localityId, locality }): Line[] => {
    const all = found.get(localityId) ?? [];
    const byDay = all.toSorted((one, other) => one.from.localeCompare(other.from) || one.id.localeCompare(other.id));
    const [first, last] = [byDay[0], byDay.at(-1)];
    if (!first || !last) return [];
    return [
      {
        kind: 'without_owner',
        key: `without_owner:${localityId}:${last.from}:${last.id}`,
        since: first.from,
        patient: true,
        once: false,
        localityId,
        locality,
        codes: all.flatMap(({ kind, code }) => (kind === 'action' ? [code] : [])),
        kpis: all.flatMap(({ kind, code }) => (kind === 'kpi' ? [code] : [])),
        things: all.map(({ kind, id, name, since }) => ({ kind, id, name, since })),
      },
    ];
  });
};

/** One line for all areas of a locality whose dates are still assumed; an area that two localities share is in the line of the first. */
const assumedLines = ({ person, assumed }: Inputs): Line[] => {
  const asked = assumed.filter(({ localityId, pilotId, programmeId, ownCoordinator }) => {
    const scopes = ownCoordinator ? [localityId] : [localityId, pilotId, programmeId];
    return person.roles.some(({ role, scopeId }) => role === 'coordinator' && scopes.includes(scopeId));
  });
  const ofArea = new Map(asked.toReversed().map((one) => [one.areaId, one]));
  const eachArea = asked.filter((one) => ofArea.get(one.areaId) === one);
  const together = Map.groupBy(eachArea, ({ localityId, year, gap, begins }) => `terms:${localityId}:${year}:${gap}:${begins}`);
  return [...together].flatMap(([key, [first, ...others]]): Line[] => {
    if (!first) return [];
    const { localityId, year, what, begins } = first;
    const areas = [first, ...others].map(({ areaId, area }) => ({ id: areaId, name: area }));
    const since = day(begins).subtract({ days: DAYS_AHEAD }).toString();
    return [{ kind: 'terms', key, since, patient: true, once: true, localityId, areas, year, what, begins }];
  });
};

const pulseLines = ({ pulses }: Inputs): Line[] =>
  pulses.map(({ waveId, reopenedAt, title, taps, openedOn }) => ({
    kind: 'pulse',
    key: pulseKey({ waveId, reopenedAt }),
    since: openedOn,
    patient: false,
    once: false,
    waveId,
    title,
    taps,
    reopenedAt,
  }));

const newsLines = ({ news }: Inputs): Line[] =>
  news.map(({ id, text, on }) => ({ kind: 'news', key: `news:${id}`, since: on, patient: true, once: true, newsId: id, text }));

const about = (line: Line): string | undefined =>
  'action' in line ? `action ${line.action.id}` : line.kind === 'reading' ? `kpi ${line.kpi.id}` : undefined;

const RANK = new Map(LINE_KINDS.map((kind, index) => [kind, index]));
const rank = ({ kind }: Line) => RANK.get(kind) ?? LINE_KINDS.length;

/** Prepares the rules for one day, so that they can be asked of thousands of people. */
export const waitingOn = (today: Temporal.PlainDate): ((inputs: Inputs) => Line[]) => {
  const at = rules(today);
  return (inputs) => {
    const open = (line: Line) => !inputs.noUpdate.has(line.key) && !inputs.notMine.has(about(line) ?? '');
    const ratings = ratingLines(at, inputs).filter(open);
    const asked = new Set(ratings.flatMap((line) => ('action' in line ? [line.action.id] : [])));
    return [
      ...ratings,
      ...worryLines(inputs),
      ...adviserLines(at, inputs),
      ...readingLines(at, inputs),
      ...pulseLines(inputs),
      ...unownedLines(inputs),
      ...answerLines(inputs, asked),
      ...assumedLines(inputs),
      ...newsLines(inputs),
    ]
      .filter(open)
      .sort((one, other) => rank(one) - rank(other) || one.since.localeCompare(other.since));
  };
};
