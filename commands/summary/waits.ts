import type { Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Part } from '../../src/cards/card.ts';
import type { Line } from '../../src/nudges/line.ts';
import { nudgesFor, readingsWaitedFor } from '../../src/nudges/nudges.ts';
import { WHOLE_PLACES } from '../../src/nudges/people.ts';
import { newsFor } from '../../src/people/news.ts';
import { ANSWERING, may } from '../../src/people/permissions.ts';
import { openWavesFor } from '../../src/pulses/queries.ts';
import { type Due, keepTold, lastSummary, toldBefore } from '../../src/summaries/due.ts';
import { kpiHandsIn, type NoUpdate, noUpdates, reasonsIn, withoutSince } from '../../src/summaries/no-update.ts';
import type { Place } from '../../src/summaries/scopes.ts';
import { newsPart } from '../../src/views/news.ts';
import { asks } from '../../src/views/nudge-words.ts';
import { namedOf, noUpdatePart, waitingLinesParts } from '../../src/views/summary-due.ts';
import { pulsesPart } from './pulses.ts';
import type { Scope } from './scope.ts';

/** What a summary says to its reader alone, whether it came by itself or was asked for: what waits for them, and what they are told once. */

/** How the telling of it is remembered: it stands beside the line itself, which its owner is told. */
export const told = ({ key }: Pick<NoUpdate, 'key'>): string => `no_update:${key}`;

/** Key of a line of a reading → "week of 16 Nov". */
const periodOf = (key: string) => periodFromKey(key.split(':').slice(2).join(':'), nationalTerms).label;

/** What has waited past its grace, and why there is no update of what, but for what other summaries told; all of it where there was none. */
const withoutUpdate = async (turn: Turn, due: Due | undefined, places: readonly Place[]): Promise<NoUpdate[]> => {
  const only = await kpiHandsIn(
    turn.tx,
    places.map(({ localityId }) => localityId),
  );
  const waiting = await readingsWaitedFor(turn.tx, { now: turn.now, only });
  const ids = new Set(places.map(({ localityId }) => localityId));
  const at = (locality: string) => (ids.size > 1 ? `${locality}: ` : '');
  const waited = waiting.flatMap(({ person, readings }) =>
    readings.flatMap((line) => {
      if (!ids.has(line.kpi.localityId)) return [];
      const since = withoutSince(line.kpi, line.period, turn.today, person.terms);
      return since
        ? [{ key: `reading:${line.kpi.id}:${since.key}`, what: `${at(line.kpi.locality)}${line.kpi.name}, ${since.label}` }]
        : [];
    }),
  );
  const reasons = (await reasonsIn(turn.tx, [...ids], turn.now.toString())).map(({ key, locality, kind, name, reason }) => ({
    key,
    what: `${at(locality)}${name}${kind === 'kpi' ? `, ${periodOf(key)}` : ''}`,
    reason,
  }));
  const found = [...waited, ...reasons];
  const before = due ? await toldBefore(turn.tx, due, found.map(told)) : new Set<string>();
  return noUpdates(waited, reasons, new Set(found.filter((one) => before.has(told(one))).map(({ key }) => key)));
};

export type Waits = {
  /** Everything that waits for them, wherever it is, what matters first. */
  all: readonly Line[];
  /** What is without an update where they coordinate. @param due the summary that tells it: what others told is left out */
  without: (due: Due | undefined) => Promise<NoUpdate[]>;
};

/** @param places those of the summary */
export const waitsFor = async (turn: Turn, places: readonly Place[]): Promise<Waits> => {
  const { personId } = turn.actor;
  const coordinated = places.filter((place) => may(turn.actor, 'no_update.read', place));
  const { waveKeys } = turn.core;
  const [mine] = await nudgesFor(turn.tx, { now: turn.now, only: [personId], weeklySummary: new Set(), waveKeys });
  return {
    all: mine?.all ?? [],
    without: (due) => (coordinated.length > 0 ? withoutUpdate(turn, due, coordinated) : Promise.resolve([])),
  };
};

/** On a summary, for its reader alone: what waits, above everything else, and what they are told once, below the figures. */
export type ForReader = { first: readonly Part[]; last: readonly Part[] };

const isWithin = (line: Line, places: ReadonlySet<string>): boolean => {
  if ('action' in line) return places.has(line.action.localityId);
  if ('kpi' in line) return places.has(line.kpi.localityId);
  return !('localityId' in line) || places.has(line.localityId);
};

/** Nothing waits for whoever neither answers for something nor leads, coordinates or advises, and is invited to no pulse. */
const mayWait = async ({ tx, actor }: Turn): Promise<boolean> =>
  actor.roles.some(({ role }) => ANSWERING.includes(role) || WHOLE_PLACES.includes(role)) ||
  (await openWavesFor(tx, [actor.personId])).length > 0;

/**
 * For whoever asks. It is the last summary that came to them, read again or read at last where only an e-mail told of it: what is told once
 * stands there until the next one comes, and not in that.
 * @param own they named no place: whatever waits for them, wherever it is
 */
export const asked = async (turn: Turn, scope: Scope, own: boolean): Promise<ForReader> => {
  const { kind, places } = scope;
  const news = newsPart(await newsFor(turn.tx, turn.actor.personId));
  const pulses = await pulsesPart(turn, scope);
  if (!(await mayWait(turn))) return { first: news, last: pulses };
  const { all, without } = await waitsFor(turn, kind === 'group' || kind === 'project' ? [] : places);
  const here = new Set(places.map(({ localityId }) => localityId));
  const lines = all.filter((line) => asks(line) && (own || isWithin(line, here)));
  const due = await lastSummary(turn.tx, turn.actor.personId);
  const untold = await without(due);
  if (due) await keepTold(turn.tx, due, namedOf(untold).map(told));
  // What is asked for is kept: a pulse is in it for everybody who was invited, whoever has answered.
  const first = waitingLinesParts(lines, { today: turn.today, slash: SLASH[turn.platform] });
  return { first: [...news, ...first], last: [...noUpdatePart(untold), ...pulses] };
};
