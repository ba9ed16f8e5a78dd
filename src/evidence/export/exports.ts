import type { Temporal } from 'temporal-polyfill';
import type { Writer } from '../../app.ts';
import type { Tx } from '../../db/client.ts';
import type { Actor } from '../../people/actor.ts';
import { may, PERMISSIONS, type Permission } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { type ExportScope, exportScopes } from '../export-scopes.ts';
import type { Manifest } from './manifest.ts';
import { type Export, exportsOf, holdExportsOf, insertExport, underWay } from './queries.ts';

/** Asking for an export: of what, by whom, as at when. */

const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

/** What an export can be of. */
export type Scope = ExportScope & { localityIds: string[] };

/** Those that somebody may make exports of, or keys, the largest first: the whole of each. */
export const scopesFor = (actor: Pick<Actor, 'roles'>, places: readonly Place[], permission: Permission = 'export'): Scope[] =>
  exportScopes(actor, places, permission).map((scope) => ({
    ...scope,
    localityIds: places
      .filter(({ programmeId, pilotId, localityId }) => [programmeId, pilotId, localityId].includes(scope.id))
      .map(({ localityId }) => localityId),
  }));

/** Those that are not part of another: together all that there is. */
export const largestOf = (scopes: readonly Scope[]): Scope[] =>
  scopes.filter(({ localityIds }, at) => !scopes.slice(0, at).some((one) => localityIds.every((id) => one.localityIds.includes(id))));

/** The one that people mean by a name, a prefix or an id. */
export const scopeMeant = (scopes: readonly Scope[], places: readonly Place[], words: string): Scope | undefined => {
  const said = words.trim().toLowerCase();
  const prefixed = places.find(({ prefix }) => prefix.toLowerCase() === said)?.localityId;
  return scopes.find(({ id, name }) => name.toLowerCase() === said || id === said || id === prefixed);
};

/** Seconds: whoever writes takes their moment at most so long before their transaction begins, the time that it waits for a connection. */
const SETTLED = 10;

/**
 * The moment as at which tables are read, ISO 8601: before any that a transaction which is still under way may have taken, however long it
 * lasts. What was recorded by then is there for every page that is read, so that no table knows of what another does not.
 */
export const settledBy = async (tx: Tx, now: Temporal.Instant): Promise<string> => {
  const milliseconds = Math.ceil((SETTLED + (await underWay(tx))) * 1_000);
  return now.subtract({ milliseconds }).toString({ fractionalSecondDigits: 3 });
};

/** Whether somebody may still read all that one of their exports holds: what the roles let them that it was made with. */
export const mayStillRead = (actor: Pick<Actor, 'roles'>, places: readonly Place[], { localityIds, roles }: Manifest): boolean =>
  roles !== undefined &&
  localityIds.every((id) => {
    const place = places.find(({ localityId }) => localityId === id);
    return (
      place &&
      may(actor, 'export', place) &&
      ALL_PERMISSIONS.every((permission) => !may({ roles }, permission, place) || may(actor, permission, place))
    );
  });

/** Hours that the file of an export is kept. */
export const KEPT_HOURS = 24;
/** Minutes after which an export that has not come on is taken to have stopped: the server that made it did. */
const STOPPED_AFTER = 3;

/** How it stands. `gone`: its file was forgotten. */
export type Standing = 'running' | 'done' | 'gone' | 'failed';

export const standingOf = ({ state, endedAt }: Pick<Export, 'state' | 'endedAt'>, now: Temporal.Instant): Standing => {
  const age = now.epochMilliseconds - Date.parse(endedAt);
  if (state === 'done') return age < KEPT_HOURS * 3_600_000 ? 'done' : 'gone';
  return state === 'running' && age < STOPPED_AFTER * 60_000 ? 'running' : 'failed';
};

export type Wish = { scope: Scope; freeText: boolean; xlsx: boolean };

/** Asks for one; who has one under way is given that. `begun`: it is a new one, that somebody has to make. */
export const askExport = async (
  { tx, now, newId, personId }: Writer,
  { scope, freeText, xlsx }: Wish,
): Promise<{ id: string; begun: boolean }> => {
  await holdExportsOf(tx, personId);
  const [last] = await exportsOf(tx, personId, 1);
  if (last && standingOf(last, now) === 'running') return { id: last.id, begun: false };
  const id = newId();
  await insertExport(tx, {
    id,
    personId,
    scopeKind: scope.kind,
    scopeId: scope.id,
    recordedTo: await settledBy(tx, now),
    createdAt: now.toString(),
    freeText,
    xlsx,
  });
  await noteAsked({ tx, now, newId, personId }, { scope, freeText, id });
  return { id, begun: true };
};

/** That somebody asked for one. @param writer `personId` null: who runs the server */
export const noteAsked = async (
  { tx, now, newId, personId }: Writer<string | null>,
  { scope, freeText, id }: Pick<Wish, 'scope' | 'freeText'> & { id: string },
): Promise<void> => {
  await tx.auditEvent.create({
    data: {
      id: newId(),
      at: new Date(now.epochMilliseconds),
      personId,
      what: 'export.asked',
      subjectKind: scope.kind,
      subjectId: scope.id,
      detail: { export: id, freeText },
    },
  });
};

/** "common-cause-wakefield-2026-11-19" @param recordedTo ISO 8601 */
export const fileNameOf = ({ name }: Pick<Scope, 'name'>, recordedTo: string, what = ''): string => {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '');
  return `common-cause-${slug || 'tables'}${what}-${recordedTo.slice(0, 10)}`;
};
