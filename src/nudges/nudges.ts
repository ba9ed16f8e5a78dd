import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { schoolYearOf } from '../calendar/terms.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Tx } from '../db/client.ts';
import { answersFor } from '../people/ownership.ts';
import { type Gathered, gather, kpisWaiting, saidOf } from './gather.ts';
import { decide } from './goes.ts';
import type { Line } from './line.ts';
import { saidNotMine } from './not-mine.ts';
import { peopleWithCalendars, WHOLE_PLACES } from './people.ts';
import type { Person } from './person.ts';
import { pausedOf } from './pulses.ts';
import { oftenTold, toldTo } from './told.ts';
import { type Inputs, waitingOn } from './waiting.ts';

/** What waits for whom, and what of it is worth a message now: the one answer for the planner, the delivery, the dry run and the preview. */

export type Nudge = {
  person: Person;
  /** Everything that waits for them, what matters first. */
  all: Line[];
  /** What a message of now says; empty: none goes. */
  lines: Line[];
  /** Why a message goes, or none does: for the dry run, in words for whoever runs this. */
  why: string;
};

const grouped = <T>(things: readonly T[], by: (thing: T) => string | undefined): ((key: string) => readonly T[]) => {
  const groups = Map.groupBy(things, by);
  return (key) => groups.get(key) ?? [];
};

/** What of everything may concern one person: most have a thing or two of their own; others answer for whole places too. */
const sorter = (found: Gathered): ((person: Person) => Inputs) => {
  const ownActions = grouped(found.actions, (action) => answersFor(action)?.id);
  const ownKpis = grouped(found.kpis, (kpi) => answersFor(kpi)?.id);
  const actionsIn = grouped(found.actions, ({ localityId }) => localityId);
  const kpisIn = grouped(found.kpis, ({ localityId }) => localityId);
  const worriesIn = grouped(found.worries, ({ localityId }) => localityId);
  const assumedIn = grouped(found.assumed, ({ localityId }) => localityId);
  const meetingsOf = grouped(found.meetings, ({ adviserId }) => adviserId);
  const putOffOf = grouped(found.putOff, ({ adviserId }) => adviserId);
  const newsOf = grouped(found.news, ({ personId }) => personId);
  const pulsesOf = grouped(found.pulses, ({ personId }) => personId);
  const notMineOf = grouped(found.notMine, ({ personId }) => personId);
  return (person) => {
    const scopes = new Set(person.roles.filter(({ role }) => WHOLE_PLACES.includes(role)).map(({ scopeId }) => scopeId));
    const places =
      scopes.size === 0
        ? []
        : found.places.filter((place) => scopes.has(place.localityId) || scopes.has(place.pilotId) || scopes.has(place.programmeId));
    const theirs = new Set(places.map(({ localityId }) => localityId));
    const elsewhere = ({ localityId }: { localityId: string }) => !theirs.has(localityId);
    const inPlaces = <T>(of: (localityId: string) => readonly T[]): T[] => places.flatMap(({ localityId }) => of(localityId));
    return {
      person,
      actions: [...inPlaces(actionsIn), ...ownActions(person.id).filter(elsewhere)],
      kpis: [...inPlaces(kpisIn), ...ownKpis(person.id).filter(elsewhere)],
      places,
      worries: inPlaces(worriesIn),
      meetings: meetingsOf(person.id),
      putOff: new Set(putOffOf(person.id).map(({ localityId }) => localityId)),
      news: newsOf(person.id),
      pulses: pulsesOf(person.id),
      assumed: inPlaces(assumedIn),
      notMine: new Set(notMineOf(person.id).map(({ kind, id }) => `${kind} ${id}`)),
      noUpdate: found.noUpdate,
    };
  };
};

const NOTHING: Gathered = {
  actions: [],
  kpis: [],
  places: [],
  worries: [],
  meetings: [],
  putOff: [],
  news: [],
  pulses: [],
  assumed: [],
  notMine: [],
  noUpdate: new Map(),
};

/** Nothing can wait for them but what they own: they answer for no whole place, and for nothing as a deputy. */
const ownsOnly = ({ person, actions, kpis }: Inputs): boolean =>
  !person.roles.some(({ role }) => WHOLE_PLACES.includes(role)) && ![...actions, ...kpis].some((thing) => answersFor(thing)?.standsIn);

/** The pulses that can be answered. */
const unpaused = async (tx: Tx, waveKeys: Core['waveKeys'], pulses: Gathered['pulses']): Promise<Gathered['pulses']> => {
  const paused = await pausedOf(tx, waveKeys, [...new Set(pulses.map(({ waveId }) => waveId))]);
  return pulses.filter(({ waveId }) => !paused.has(waveId));
};

type Asked = {
  now: Temporal.Instant;
  /** Ids of people; none: everybody. */
  only?: readonly string[];
  /** Ids of those who get a summary every week in which what waits is told. */
  weeklySummary: ReadonlySet<string>;
  /** Pulses whose key is not there wait for nobody: they could not be answered. None: they wait all the same, as on a card that was sent. */
  waveKeys?: Core['waveKeys'];
  /** Told of whoever's own data the rules cannot be asked of: they are left out, and nobody else is. None: it is thrown. */
  onFault?: (personId: string, error: unknown) => void;
};

/**
 * The readings that have waited past their grace for some people, and perhaps some more that wait, in a fixed number of statements however
 * many they are. @param only ids of people
 */
export const readingsWaitedFor = async (
  tx: Tx,
  { now, only }: { now: Temporal.Instant; only: readonly string[] },
): Promise<{ person: Person; readings: Extract<Line, { kind: 'reading' }>[] }[]> => {
  const today = dayIn(now);
  const { people, calendars } = await peopleWithCalendars(tx, { day: today.toString(), only });
  if (people.length === 0) return [];
  const kpis = await kpisWaiting(tx, people, { calendars, today, pastGrace: true });
  const noUpdate = await saidOf(
    tx,
    kpis.map(({ id }) => id),
  );
  const notMine = await saidNotMine(
    tx,
    people.map(({ id }) => id),
  );
  const inputsOf = sorter({ ...NOTHING, kpis, noUpdate, notMine });
  const waiting = waitingOn(today);
  return people.map((person) => ({ person, readings: waiting(inputsOf(person)).filter((line) => line.kind === 'reading') }));
};

/** What waits for each person for whom anything does, in a fixed number of statements however many they are. */
export const nudgesFor = async (tx: Tx, { now, only, weeklySummary, waveKeys, onFault }: Asked): Promise<Nudge[]> => {
  const today = dayIn(now);
  const { people, calendars } = await peopleWithCalendars(tx, { day: today.toString(), ...(only ? { only } : {}) });
  if (people.length === 0) return [];
  const gathered = await gather(tx, people, calendars, today);
  const pulses = waveKeys ? await unpaused(tx, waveKeys, gathered.pulses) : gathered.pulses;
  const inputsOf = sorter({ ...gathered, pulses });
  const waiting = waitingOn(today);
  const waitsFor = (person: Person) => {
    const inputs = inputsOf(person);
    const all = waiting(inputs);
    return all.length > 0 ? [{ person, all, alone: ownsOnly(inputs) }] : [];
  };
  const found = people.flatMap((person) => {
    if (!onFault) return waitsFor(person);
    try {
      return waitsFor(person);
    } catch (error) {
      onFault(person.id, error);
      return [];
    }
  });
  const told = await toldTo(
    tx,
    found.flatMap(({ person, all }) => all.map(({ key }) => ({ personId: person.id, key }))),
  );
  const often = await oftenTold(
    tx,
    found.map(({ person }) => person.id),
    `${schoolYearOf(today)}-09-01`,
  );
  return found.map(({ person, all, alone }) => {
    const { messages = 0, ownsOne = false } = often.get(person.id) ?? {};
    const going = { weeklySummary: weeklySummary.has(person.id), messagesThisYear: messages, ownsOne: ownsOne && alone };
    return { person, all, ...decide(all, told(person.id), today, going) };
  });
};
