import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import { periodFromKey } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { type Nudge, nudgesFor } from '../../src/nudges/nudges.ts';
import { may } from '../../src/people/permissions.ts';
import { type Due, dueSummary, keepTold, toldBefore } from '../../src/summaries/due.ts';
import { kpiHandsIn, type NoUpdate, noUpdates, reasonsIn, withoutSince } from '../../src/summaries/no-update.ts';
import { markSeen, type Place } from '../../src/summaries/scopes.ts';
import { asks } from '../../src/views/nudge-words.ts';
import { noUpdatePart, waitingLinesParts } from '../../src/views/summary-due.ts';
import { readersKnown } from '../sharing.ts';
import { frameOf } from './gather.ts';
import { drawFor, isOnePlace, placeSummary, placesSummary } from './say.ts';
import { type Scope, scopeOf } from './scope.ts';

/** The summary that comes by itself. Nobody types it: it is drawn when its moment has come, for whom it goes to. */

const State = z.object({ delivery: z.guid() });

/** How the telling of it is remembered: it stands beside the line itself, which its owner is told. */
const told = (key: string) => `no_update:${key}`;

/** Key of a line of a reading → "week of 16 Nov". */
const periodOf = (key: string) => periodFromKey(key.split(':').slice(2).join(':'), nationalTerms).label;

/** What a coordinator is told once: what has waited past its grace, and why there is no update of what. */
const withoutUpdate = async (turn: Turn, due: Due, places: readonly Place[], nudges: readonly Nudge[]): Promise<NoUpdate[]> => {
  const ids = new Set(places.map(({ localityId }) => localityId));
  const at = (locality: string) => (ids.size > 1 ? `${locality}: ` : '');
  const waited = nudges.flatMap(({ person, all }) =>
    all.flatMap((line) => {
      if (line.kind !== 'reading' || !ids.has(line.kpi.localityId)) return [];
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
  const keys = [...waited, ...reasons].map(({ key }) => told(key));
  const before = await toldBefore(turn.tx, due, keys);
  return noUpdates(waited, reasons, new Set([...before.keys()].map((key) => key.slice(told('').length))));
};

/** An e-mail has the titles of what waits and a link: what else there is to read, they read when they open it. */
const isMail = ({ where }: Turn) => where.kind === 'web';

/** For the person themselves: what waits for them, what is told once, and the summary as they would have asked for it. */
const forReader = async (turn: Turn, due: Due, scope: Scope): Promise<Card> => {
  const { personId } = turn.actor;
  const coordinated = scope.places.filter((place) => may(turn.actor, 'no_update.read', place));
  const hands = await kpiHandsIn(
    turn.tx,
    coordinated.map(({ localityId }) => localityId),
  );
  const nudges = await nudgesFor(turn.tx, { now: turn.now, only: [...new Set([personId, ...hands])], weeklySummary: new Set() });
  const all = nudges.find(({ person }) => person.id === personId)?.all ?? [];
  const before = await toldBefore(
    turn.tx,
    due,
    all.map(({ key }) => key),
  );
  // What is told once was, if another message told it; what waits is said by one summary of a week, though somebody may get two.
  const lines = all.filter(({ key, once }) => !(once ? before.has(key) : before.get(key)?.thisWeek));
  const without = await withoutUpdate(turn, due, coordinated, nudges);
  await keepTold(
    turn.tx,
    due,
    isMail(turn) ? lines.filter(asks).map(({ key }) => key) : [...lines.map(({ key }) => key), ...without.map(({ key }) => told(key))],
  );
  const frame = await frameOf(turn, scope, undefined);
  const unasked = { first: waitingLinesParts(lines, turn.today, SLASH[turn.platform]), last: noUpdatePart(without) };
  return isOnePlace(scope) ? placeSummary(turn, scope, frame, unasked) : placesSummary(turn, scope, frame, 0, unasked);
};

/** Where others read it: no buttons, nothing that waits for anybody, and names and reasons only if its preview had them and it is known who reads. */
const forChannel = async (turn: Turn, { scopeKind, scopeId }: Due, channel: NonNullable<Due['channel']>): Promise<Card> => {
  const { platform, conversation, reasons } = channel;
  const withReasons = reasons && (await readersKnown({ ...turn, platform, where: { ...turn.where, conversation } }));
  return drawFor(turn, { kind: scopeKind, scope: scopeId }, channel.subscriptionId)(withReasons);
};

export const due = cardVerb({
  state: State,
  run: async (turn, { state }) => {
    const found = state && (await dueSummary(turn.tx, state.delivery));
    if (!found || found.personId !== turn.actor.personId) throw new UserError('Type summary to see what there is.');
    const { scopeKind, scopeId, channel } = found;
    const scope = await scopeOf(turn, { kind: scopeKind, scope: scopeId });
    const card = channel ? await forChannel(turn, found, channel) : await forReader(turn, found, scope);
    const reader = channel?.subscriptionId ?? turn.actor.personId;
    if (!isMail(turn)) await markSeen(turn.tx, { personId: reader, scopeKind, scopeId, day: turn.today.toString() }, turn.now.toString());
    return card;
  },
});
