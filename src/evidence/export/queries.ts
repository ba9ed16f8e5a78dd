import { isoOf, sql, type Tx } from '../../db/client.ts';
import type { ScopeKind } from '../../people/actor.ts';
import { type Manifest, type Previous, rowsOf } from './manifest.ts';

/** Exports that people asked for: how far each has come, and its file in pieces until it is forgotten (src/jobs/tidy.ts). */

export type Export = {
  id: string;
  personId: string;
  scopeKind: ScopeKind;
  scopeId: string;
  /** ISO 8601, all three. */
  recordedTo: string;
  createdAt: string;
  /** While it runs: when it last came on. */
  endedAt: string;
  freeText: boolean;
  xlsx: boolean;
  state: 'running' | 'done' | 'failed';
  /** Rows written so far. */
  done: number;
  manifest: Manifest | null;
};

const EXPORT = sql`e.id, e.person_id as "personId", e.scope_kind as "scopeKind", e.scope_id as "scopeId", ${isoOf(sql`e.recorded_to`)} as "recordedTo",
  ${isoOf(sql`e.created_at`)} as "createdAt", ${isoOf(sql`coalesce(e.ended_at, e.created_at)`)} as "endedAt", e.free_text as "freeText", e.xlsx, e.state, e.done, e.manifest`;

/** Those asked for on the web, of which the file is here; of what the script wrote only what it held is. */
const ON_WEB = sql`(e.manifest is null or e.manifest -> 'roles' is not null)`;

type New = Pick<Export, 'id' | 'personId' | 'scopeKind' | 'scopeId' | 'recordedTo' | 'createdAt' | 'freeText' | 'xlsx'>;

export const insertExport = async (tx: Tx, row: New): Promise<void> => {
  await tx.$executeRaw`
    insert into export (id, person_id, scope_kind, scope_id, recorded_to, free_text, xlsx, created_at)
    values (${row.id}::uuid, ${row.personId}::uuid, ${row.scopeKind}, ${row.scopeId}::uuid, ${row.recordedTo}::timestamptz, ${row.freeText}, ${row.xlsx},
      ${row.createdAt}::timestamptz)`;
};

/** Lets nobody else ask for an export of the same person until the transaction ends: two presses make one. */
export const holdExportsOf = async (tx: Tx, personId: string): Promise<void> => {
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${`exports ${personId}`}, 0))::text`;
};

/** What somebody asked for on the web, latest first. @param most so many of them */
export const exportsOf = (tx: Tx, personId: string, most: number): Promise<Export[]> =>
  tx.$queryRaw<
    Export[]
  >`select ${EXPORT} from export e where e.person_id = ${personId}::uuid and ${ON_WEB} order by e.created_at desc, e.id desc limit ${most}`;

/** One of that person's own; nobody else's is there. */
export const findExport = async (tx: Tx, id: string, personId: string): Promise<Export | undefined> => {
  const [row] = await tx.$queryRaw<
    Export[]
  >`select ${EXPORT} from export e where e.id = ${id}::uuid and e.person_id = ${personId}::uuid and ${ON_WEB}`;
  return row;
};

/** The last one of the same person and scope that was made. */
export const previousOf = async (
  tx: Tx,
  { personId, scopeKind, scopeId }: Pick<Export, 'personId' | 'scopeKind' | 'scopeId'>,
): Promise<Previous | undefined> => {
  const [row] = await tx.$queryRaw<{ recordedTo: string; manifest: Manifest }[]>`
    select ${isoOf(sql`e.recorded_to`)} as "recordedTo", e.manifest from export e
    where e.person_id = ${personId}::uuid and e.scope_kind = ${scopeKind} and e.scope_id = ${scopeId}::uuid and e.state = 'done'
    order by e.created_at desc, e.id desc limit 1`;
  return row && { recordedTo: row.recordedTo, tables: row.manifest.tables };
};

/** Hours after which a transaction is none of ours: the longest of them, an import, is given up after ten minutes. */
const OURS = sql`interval '1 hour'`;

/**
 * For how many seconds the oldest transaction has been under way, of all processes with this role; 0 where there is none besides this one. An
 * embedded database has one connection, so there never is.
 */
export const underWay = async (tx: Tx): Promise<number> => {
  const [row] = await tx.$queryRaw<{ seconds: number }[]>`
    select coalesce(max(extract(epoch from clock_timestamp() - a.xact_start)), 0)::float8 as seconds from pg_stat_activity a
    where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start > clock_timestamp() - ${OURS}`;
  return row?.seconds ?? 0;
};

/** @param at when, ISO 8601 @returns false when somebody else has ended it */
export const noteRows = async (tx: Tx, id: string, done: number, at: string): Promise<boolean> =>
  (await tx.$executeRaw`update export set done = ${done}, ended_at = ${at}::timestamptz where id = ${id}::uuid and state = 'running'`) ===
  1;

export const finishExport = async (tx: Tx, id: string, manifest: Manifest, at: string): Promise<void> => {
  await tx.$executeRaw`
    update export set state = 'done', manifest = ${JSON.stringify(manifest)}::jsonb, ended_at = ${at}::timestamptz where id = ${id}::uuid and state = 'running'`;
};

/** Keeps what an export held that the script wrote, to a file that is not here. @param manifest without roles */
export const insertWritten = async (tx: Tx, row: New, manifest: Manifest): Promise<void> => {
  await insertExport(tx, row);
  await tx.$executeRaw`
    update export set state = 'done', manifest = ${JSON.stringify(manifest)}::jsonb, done = ${rowsOf(manifest)}, ended_at = created_at where id = ${row.id}::uuid`;
};

/** Its pieces are of no use to anybody. */
export const failExport = async (tx: Tx, id: string, at: string): Promise<void> => {
  await tx.exportChunk.deleteMany({ where: { exportId: id } });
  await tx.$executeRaw`update export set state = 'failed', ended_at = ${at}::timestamptz where id = ${id}::uuid and state = 'running'`;
};

export const addPiece = async (tx: Tx, exportId: string, position: number, bytes: Uint8Array): Promise<void> => {
  await tx.exportChunk.create({ data: { exportId, position, bytes: new Uint8Array(bytes) }, select: { position: true } });
};

/** A piece of its file, from 0; undefined where there is none such, or no longer. */
export const pieceOf = async (tx: Tx, exportId: string, position: number): Promise<Uint8Array | undefined> =>
  (await tx.exportChunk.findUnique({ where: { exportId_position: { exportId, position } } }))?.bytes;

/** Whether the database holds the demonstration. */
export const isDemonstration = async (tx: Tx): Promise<boolean> => {
  const [row] = await tx.$queryRaw<{ kind: string }[]>`select kind from stamp`;
  return row?.kind === 'demo';
};

export const personIdOf = async (tx: Tx, email: string): Promise<string | undefined> =>
  (await tx.person.findUnique({ where: { email: email.toLowerCase() }, select: { id: true } }))?.id;
