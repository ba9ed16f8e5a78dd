import type { Temporal } from 'temporal-polyfill';
import { KEPT_HOURS, type Scope, standingOf } from '../../evidence/export/exports.ts';
import type { Export } from '../../evidence/export/queries.ts';

/** Exports as their pages show them. Pure. */

/** A scope as it travels in a form. */
export const scopeValue = ({ kind, id }: Pick<Scope, 'kind' | 'id'>): string => `${kind} ${id}`;

const KINDS: Record<Scope['kind'], string> = { programme: 'the programme', pilot: 'pilot', locality: 'locality' };

export const choices = (scopes: readonly Scope[]) =>
  scopes.map((scope) => ({
    value: scopeValue(scope),
    text: scope.kind === 'locality' ? scope.name : `${scope.name} (${KINDS[scope.kind]})`,
  }));

const counted = (many: number, one: string, more: string) => `${many.toLocaleString('en-GB')} ${many === 1 ? one : more}`;

const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1024).toLocaleString('en-GB')} kB`;

const SAID = {
  running: 'Being made',
  done: 'Ready',
  gone: 'Made; its file is kept for a day',
  failed: 'Stopped: nothing was made',
} as const;

/** @param name of its scope; @param isTheirs whether they may still read all that it holds; @param to addresses of its page and its file */
export const exportView = (
  one: Export,
  {
    now,
    zone,
    name,
    isTheirs,
    to,
  }: { now: Temporal.Instant; zone: string; name: string | undefined; isTheirs: boolean; to: (path: string) => string },
) => {
  const moment = (iso: string) => new Date(iso).toLocaleString('en-GB', { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  const standing = standingOf(one, now);
  const until = new Date(Date.parse(one.endedAt) + KEPT_HOURS * 3_600_000).toISOString();
  return {
    name: name ?? 'A place that you cannot export any more',
    asked: moment(one.createdAt),
    recordedTo: moment(one.recordedTo),
    until: moment(until),
    standing,
    said: SAID[standing],
    rows: counted(one.done, 'row', 'rows'),
    size: one.manifest ? kilobytes(one.manifest.bytes) : undefined,
    file: one.manifest?.file,
    freeText: one.freeText,
    tables: one.manifest?.tables.map((table) => ({ name: table.name, rows: table.rows.toLocaleString('en-GB') })) ?? [],
    href: to(`/exports/${one.id}`),
    /** They may make another one of that place, though this one holds more than they may read now. */
    again: name !== undefined,
    download: standing === 'done' && name !== undefined && isTheirs ? to(`/exports/${one.id}/file`) : undefined,
  };
};
