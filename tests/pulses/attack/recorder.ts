import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '../../../src/db/client.ts';
import type { Haystack, Seen } from './attacker.ts';

/**
 * What somebody gets hold of who copies everything after each answer: all rows with their place on the disk and the transaction that wrote
 * them, the files, the log, /metrics, and what was sent to platforms. Each step is what is new since the one before, as numbers and as bytes.
 * Moments are left out: the clock stands still.
 */

export type Sources = {
  db: Db;
  /** The folders of the database's files, if they can be read; those of its log are searched, and their growth is known anyway. */
  folders: readonly string[];
  /** Lines of JSON, each array one log. */
  logs: readonly (readonly string[])[];
  /** The text of /metrics. */
  metrics: () => Promise<string>;
  /** What was sent to platforms and browsers, as text. */
  traffic: readonly string[];
};

export type Step = { seen: Seen; bytes: Haystack };

const PAGE = 8192;

/** A number for a text, so that equal texts are seen to be equal. */
const numberOf = (text: string): number => {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
};

/** Every value in some JSON: a number for itself, a text by its length and for being the same as another. */
const tell = (seen: Map<string, number>, name: string, value: unknown): void => {
  if (typeof value === 'number') seen.set(name, value);
  else if (typeof value === 'boolean') seen.set(name, value ? 1 : 0);
  else if (typeof value === 'string') {
    seen.set(`${name} length`, value.length);
    seen.set(`${name} words`, numberOf(value));
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) tell(seen, `${name}.${key}`, inner);
};

type Row = { place: string; by: string; row: Record<string, unknown> };
type Table = { digest: string; rows: Map<string, Row> };

const tablesIn = async (db: Db, before: ReadonlyMap<string, Table>): Promise<Map<string, Table>> => {
  const names = await db.$queryRaw<{ name: string }[]>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`;
  // A row's place and the transaction that wrote it pin its content: what has the same ones as before is not read again.
  const digests = await db.$queryRawUnsafe<{ name: string; digest: string }[]>(
    names
      .map(
        ({ name }) =>
          `select '${name}' as name, md5(coalesce(string_agg(ctid::text || xmin::text, ',' order by ctid), '')) as digest from "${name}"`,
      )
      .join(' union all '),
  );
  const tables = new Map<string, Table>();
  for (const { name, digest } of digests) {
    const known = before.get(name);
    if (known?.digest === digest) tables.set(name, known);
    else {
      const rows = await db.$queryRawUnsafe<Row[]>(
        `select ctid::text as place, xmin::text as by, to_jsonb(t) as row from "${name}" t order by ctid`,
      );
      tables.set(name, { digest, rows: new Map(rows.map((row) => [`${row.place} ${row.by}`, row])) });
    }
  }
  return tables;
};

/** Longest value that says which row it is. */
const NAMING = 40;

/** Which rows they are that changed, by what stands in them alone and by twos. */
const tellWhich = (seen: Map<string, number>, table: string, row: Readonly<Record<string, unknown>>) => {
  const named = Object.entries(row).filter(([, value]) => String(value ?? '').length <= NAMING);
  const values = named.map(([column, value]) => `${column} ${String(value)}`);
  for (const value of values) seen.set(`${table} has ${value}`, 1);
  if (values.length > 6) return;
  for (const [at, value] of values.entries()) for (const other of values.slice(at + 1)) seen.set(`${table} has ${value} and ${other}`, 1);
};

/** Bytes of a sealed box that are looked at one by one: its nonce, its counters, the beginning of its comments; and its tag. */
const HEAD = 12 + 80;
const TAG = 16;

const bytesOf = (sealed: unknown): Buffer => Buffer.from(String(sealed).replace(/^\\x/u, ''), 'hex');

/** What a sealed box shows, and what it shows beside the one that was there before. */
const tellSealed = (seen: Map<string, number>, now: Buffer, before: Buffer | undefined) => {
  seen.set('length of a box', now.length);
  seen.set('sealed mean', now.reduce((sum, byte) => sum + byte, 0) / now.length);
  for (const at of [...Array(Math.min(HEAD, now.length)).keys(), ...Array.from({ length: TAG }, (_, back) => now.length - TAG + back)]) {
    seen.set(`sealed byte ${at}`, now[at] as number);
    if (before) seen.set(`sealed change ${at}`, (now[at] as number) ^ (before[at] ?? 0));
  }
  if (before)
    seen.set(
      'sealed unchanged',
      now.reduce((sum, byte, at) => sum + (byte === before[at] ? 1 : 0), 0),
    );
};

type Files = Map<string, { modified: number; bytes: Buffer }>;

const filesIn = (folders: readonly string[], before: Files): Files => {
  const files: Files = new Map();
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      try {
        const { mtimeMs, size } = statSync(path);
        const known = before.get(path);
        files.set(
          path,
          known?.modified === mtimeMs && known.bytes.length === size ? known : { modified: mtimeMs, bytes: readFileSync(path) },
        );
      } catch {
        // A server took it away meanwhile.
      }
    }
  }
  return files;
};

/** The pages of a file that are not as they were, runs of them together. */
const changesIn = (now: Buffer, before: Buffer | undefined): { pages: number[]; runs: Buffer[] } => {
  const pages: number[] = [];
  const runs: Buffer[] = [];
  let from = -1;
  for (let at = 0; at <= now.length; at += PAGE) {
    const page = now.subarray(at, at + PAGE);
    const old = before?.subarray(at, at + PAGE);
    const changed = page.length > 0 && !(old && page.equals(old));
    if (changed) {
      pages.push(at / PAGE);
      if (from < 0) from = at;
    } else if (from >= 0) {
      runs.push(now.subarray(from, at));
      from = -1;
    }
  }
  return { pages, runs };
};

const otherBytes = (pages: readonly number[], now: Buffer, before: Buffer | undefined): number => {
  let many = 0;
  for (const page of pages)
    for (let at = page * PAGE; at < Math.min((page + 1) * PAGE, now.length); at += 1) if (now[at] !== before?.[at]) many += 1;
  return many;
};

/** Of the process itself: they move with the machine's load. */
const OF_THE_PROCESS = /^(?:process|nodejs)_/u;

export const createRecorder = async ({ db, folders, logs, metrics, traffic }: Sources) => {
  let tables = await tablesIn(db, new Map());
  let files: Files = new Map();
  let end = '0/0';
  let lines = logs.map(({ length }) => length);
  let sent = traffic.length;

  /** What the files are of, by their names. */
  const relations = async () => {
    const rows = await db.$queryRaw<{ file: string; name: string }[]>`
      select pg_relation_filenode(c.oid)::text as file, c.relname as name from pg_class c where pg_relation_filenode(c.oid) is not null`;
    const toast = await db.$queryRaw<{ toast: string; name: string }[]>`
      select 'pg_toast_' || c.oid as toast, c.relname as name from pg_class c where c.reltoastrelid <> 0`;
    const readable = new Map(toast.map((row) => [row.toast, `${row.name}, kept aside`]));
    return new Map(rows.map(({ file, name }) => [file, readable.get(name) ?? name]));
  };

  const look = async (seen: Map<string, number>, bytes: Map<string, Uint8Array>) => {
    const rowsNow = await tablesIn(db, tables);
    for (const [name, { rows }] of rowsNow) {
      const old = tables.get(name)?.rows ?? new Map<string, Row>();
      if (old === rows) continue;
      const changed = [...rows].filter(([key]) => !old.has(key)).map(([, row]) => row);
      seen.set(`rows of ${name}`, rows.size);
      seen.set(`new rows of ${name}`, changed.length);
      for (const { row } of changed) tellWhich(seen, name, row);
      seen.set(`rows gone of ${name}`, [...old.keys()].filter((key) => !rows.has(key)).length);
      bytes.set(`rows of ${name}`, Buffer.from(JSON.stringify(changed.map(({ row }) => row))));
      for (const [nth, { place, by, row }] of changed.entries()) {
        const of = `${name}[${nth}]`;
        const [page, slot] = (/\d+,\d+/u.exec(place)?.[0] ?? '0,0').split(',').map(Number) as [number, number];
        seen.set(`page of ${of}`, page);
        seen.set(`slot of ${of}`, slot);
        seen.set(`transaction of ${of}`, Number(by));
        const { sealed, ...others } = row;
        tell(seen, of, others);
        seen.set(`length of ${of}`, JSON.stringify(row).length);
        if (sealed === undefined) continue;
        const before = [...old.values()].find((one) => one.row.id === row.id)?.row.sealed;
        tellSealed(seen, bytesOf(sealed), before === undefined ? undefined : bytesOf(before));
      }
    }
    tables = rowsNow;

    await db.$executeRawUnsafe('checkpoint');
    const [log] = await db.$queryRaw<{ now: string; grown: number }[]>`
      select pg_current_wal_insert_lsn()::text as now, (pg_current_wal_insert_lsn() - ${end}::pg_lsn)::float8 as grown`;
    seen.set("growth of the database's log", log?.grown ?? 0);
    end = log?.now ?? end;
    const filesNow = filesIn(folders, files);
    for (const [path, { bytes: now }] of filesNow) {
      const old = files.get(path)?.bytes;
      if (now === old) continue;
      const { pages, runs } = changesIn(now, old);
      if (pages.length === 0) continue;
      const file = path.split('/').at(-1) ?? '';
      const isLog = path.includes('/pg_wal/');
      const ending = /[._].*$/u.exec(file)?.[0] ?? '';
      const of = names.get(file.slice(0, file.length - ending.length));
      const name = isLog ? "the database's log" : `${of ?? file}${of ? ending : ''}`;
      bytes.set(`file of ${name} (${file})`, Buffer.concat(runs));
      if (isLog) continue; // written on from where it ended: its growth is known
      seen.set(`size of file ${name}`, now.length);
      seen.set(`changed pages of file ${name}`, pages.length);
      seen.set(`first changed page of file ${name}`, pages[0] as number);
      seen.set(`last changed page of file ${name}`, pages.at(-1) as number);
      seen.set(`changed bytes of file ${name}`, otherBytes(pages, now, old));
    }
    files = filesNow;

    for (const [nth, log] of logs.entries()) {
      const fresh = log.slice(lines[nth]);
      seen.set(`lines of log ${nth}`, fresh.length);
      for (const [at, line] of fresh.entries()) {
        const { time: _time, ...said } = JSON.parse(line) as Record<string, unknown>;
        seen.set(`length of line ${at} of log ${nth}`, JSON.stringify(said).length);
        tell(seen, `line ${at} of log ${nth}`, said);
      }
      bytes.set(`log ${nth}`, Buffer.from(fresh.join('\n')));
    }
    lines = logs.map(({ length }) => length);

    const text = await metrics();
    for (const line of text.split('\n')) {
      const [, name, value] = /^([^#\s][^\s{]*(?:\{[^}]*\})?) (\S+)/u.exec(line) ?? [];
      if (!name || OF_THE_PROCESS.test(name)) continue;
      seen.set(`metric ${name}`, Number(value));
    }
    bytes.set('metrics', Buffer.from(text));

    const said = traffic.slice(sent);
    sent = traffic.length;
    seen.set('sent to platforms', said.length);
    for (const [at, one] of said.entries()) seen.set(`length of what was sent ${at}`, one.length);
    bytes.set('what was sent to platforms', Buffer.from(said.join('\n')));
  };

  const names = await relations();
  await look(new Map(), new Map());

  return {
    /** What is new since the last look. */
    step: async (): Promise<Step> => {
      const [seen, bytes] = [new Map<string, number>(), new Map<string, Uint8Array>()];
      await look(seen, bytes);
      return { seen, bytes };
    },
    /** The rows of each table at the last look, as text. */
    rows: () => new Map([...tables].map(([name, { rows }]) => [name, [...rows.values()].map(({ row }) => JSON.stringify(row))] as const)),
    /** Everything there was at the last look, whole. */
    everything: (): Haystack =>
      new Map<string, Uint8Array>([
        ...[...files].map(([path, { bytes }]) => [path, bytes] as const),
        ...[...tables].map(([name, { rows }]) => [name, Buffer.from(JSON.stringify([...rows.values()].map(({ row }) => row)))] as const),
        ...logs.map((log, nth) => [`log ${nth}`, Buffer.from(log.join('\n'))] as const),
        ['what was sent to platforms', Buffer.from(traffic.join('\n'))],
      ]),
  };
};
