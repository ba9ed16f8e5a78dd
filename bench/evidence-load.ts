import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { readingAt } from '../tests/support/world.ts';
import { connection, signedRequest, slashCommand } from './connection.ts';
import { FLOORS } from './evidence-floors.ts';
import type { SignedIn } from './evidence-work.ts';
import { type Phase, runEvery, runPhase } from './measure.ts';

/**
 * Readers of the dashboards, as a process of its own. `pages`: one page over and over, each time by the next reader, over kept-alive
 * connections; `bare`, as many bytes from a bare Express page; `floor`, what it shows by one hand-written statement over the raw driver.
 * `export`: one export is asked for and waited for, while readings are logged beside.
 */

export type PageKind = 'programme' | 'locality' | 'kpi';

type Pages = {
  part: 'pages';
  phases: Phase[];
  port: number;
  page: PageKind;
  readers: readonly SignedIn[];
  /** Where something is written the whole time, so that nothing that was worked out before still holds. */
  writing?: string;
};
type Bare = { part: 'bare'; phases: Phase[]; port: number; bytes: number };
type Floor = { part: 'floor'; phases: Phase[]; page: PageKind; databaseUrl: string; readers: readonly SignedIn[] };
type Exporting = {
  part: 'export';
  port: number;
  /** Slack's signing secret. */
  secret: string;
  /** Of the stub of Slack (`startSlackApi`). */
  hooks: string;
  leads: number;
  /** Milliseconds between two readings, and seconds in which they are logged before the export. */
  every: number;
  before: number;
};
export type EvidenceLoadJob = Pages | Bare | Floor | Exporting;

/** Of the last page; and of the export, as whoever asked for it sees. */
export type EvidenceLoadTold = { bytes?: number; exported?: { rows: number; seconds: number } };

const CONNECTIONS = 10;
/** Milliseconds between two writings: shorter than any page takes. */
const WRITES_EVERY = 2;

/** Takes a number from the count of all that write, as any change does, and changes nothing. */
const keepWriting = async (databaseUrl: string) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let isOn = true;
  const ended = (async () => {
    while (isOn) {
      await client.query('select pg_current_xact_id()');
      await delay(WRITES_EVERY);
    }
    await client.end();
  })();
  return () => {
    isOn = false;
    return ended;
  };
};

const request = (port: number, path: string, session?: string) =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/html\r\n${session ? `Cookie: common_cause_session=${session}\r\n` : ''}\r\n`,
  );

type Asked = { request: Buffer; holds: string };

/** What the nth asks for, and what its answer must hold. */
const askedBy = ({ port, page, readers }: Pages, index: number): Asked => {
  const { session, prefix, locality, kpis } = readers[index % readers.length] as SignedIn;
  if (page === 'programme') return { request: request(port, '/programme', session), holds: readers.at(-1)?.locality as string };
  const path = page === 'kpi' ? `/kpis/${kpis[index % kpis.length]}` : `/localities/${prefix}`;
  return { request: request(port, path, session), holds: locality };
};

/** Asks over and over, so many at a time, and sees that each answer holds what it must. */
const ask = async (port: number, phases: readonly Phase[], asked: (index: number) => Asked): Promise<number> => {
  let [next, bytes] = [0, 0];
  for (const phase of phases) {
    const connections = await Promise.all(Array.from({ length: phase.concurrency }, () => connection(port)));
    await runPhase(phase, async (worker) => {
      const one = asked(next++);
      const answer = await (connections[worker] as (typeof connections)[number]).ask(one.request);
      const fine = answer.startsWith('HTTP/1.1 200') && answer.includes(one.holds);
      if (!fine) process.send?.({ complaint: `“${one.holds}” is not in\n${answer.slice(0, 1_500)}` });
      bytes = answer.length;
      return fine;
    });
    for (const { close } of connections) close();
  }
  return bytes;
};

const pages = async (job: Pages) => {
  const stop = job.writing === undefined ? undefined : await keepWriting(job.writing);
  const bytes = await ask(job.port, job.phases, (index) => askedBy(job, index));
  await stop?.();
  process.send?.({ loaded: { bytes } satisfies EvidenceLoadTold });
};

const bare = ({ port, phases, bytes }: Bare) => ask(port, phases, () => ({ request: request(port, `/bytes/${bytes}`), holds: 'nothing' }));

const floor = async ({ page, databaseUrl, phases, readers }: Floor) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS, options: '-c TimeZone=UTC -c jit=off' });
  let next = 0;
  for (const phase of phases)
    await runPhase(phase, async () => {
      const { prefix, kpis } = readers[next % readers.length] as SignedIn;
      const values = page === 'programme' ? [] : [page === 'kpi' ? kpis[next % kpis.length] : prefix];
      next += 1;
      const { rows } = await pool.query({ name: page, text: FLOORS[page], values });
      return page === 'programme' ? rows.length > readers.length : rows.length === 1;
    });
  await pool.end();
};

/** Milliseconds after which a connection is not used again: the server closes those that were idle for five seconds. */
const FRESH = 3_000;
/** Milliseconds between two looks at how far the export has come. */
const LOOKS = 1_000;
const ASKER = 'programme.coordinator@example.org';

/** Asks for the tables of the whole programme as a browser does, in the demonstration, and looks at their page until they are ready. */
const exportAll = async (port: number): Promise<NonNullable<EvidenceLoadTold['exported']>> => {
  const origin = `http://localhost:${port}`;
  const form = await fetch(`${origin}/exports?as=${ASKER}`);
  const page = await form.text();
  const [, csrf] = /name="csrf" value="([^"]+)"/u.exec(page) ?? [];
  const [, scope] = /value="(programme [^"]+)"/u.exec(page) ?? [];
  const from = performance.now();
  const begun = await fetch(`${origin}/exports?as=${ASKER}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: form.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; '),
    },
    body: new URLSearchParams({ csrf: csrf ?? '', scope: scope ?? '' }),
  });
  const made = new URL(begun.headers.get('location') ?? '', origin);
  for (;;) {
    await delay(LOOKS);
    const text = await (await fetch(made)).text();
    const [, rows] = /It is ready: ([\d,]+) rows/u.exec(text) ?? [];
    if (rows) return { rows: Number(rows.replaceAll(',', '')), seconds: (performance.now() - from) / 1000 };
    if (!text.includes('Being made')) throw new Error(`the export came to\n${text.slice(0, 4_000)}`);
  }
};

/** Readings logged in Slack at a steady pace: alone, then while the export is made. */
const exporting = async ({ port, secret, hooks, leads, every, before }: Exporting) => {
  const idle: { wire: Awaited<ReturnType<typeof connection>>; since: number }[] = [];
  let next = 0;
  const reading = async (): Promise<boolean> => {
    const index = next++;
    const { user, kpi, value } = readingAt(index, leads);
    let found = idle.pop();
    while (found && performance.now() - found.since > FRESH) {
      found.wire.close();
      found = idle.pop();
    }
    const wire = found?.wire ?? (await connection(port));
    const command = slashCommand({ hooks, user, text: `${kpi.toLowerCase()} ${value}`, trigger: `reading.${index}` });
    const answer = await wire.ask(signedRequest({ port, secret }, command));
    idle.push({ wire, since: performance.now() });
    const fine = answer.startsWith('HTTP/1.1 200') && answer.includes('→');
    if (!fine) process.send?.({ complaint: answer.slice(0, 1_500) });
    return fine;
  };
  await runEvery('readings before', every, delay(before * 1000), reading);
  const made = exportAll(port);
  await runEvery('readings meanwhile', every, made, reading);
  for (const { wire } of idle) wire.close();
  process.send?.({ loaded: { exported: await made } satisfies EvidenceLoadTold });
};

const perform = (job: EvidenceLoadJob): Promise<unknown> => {
  switch (job.part) {
    case 'pages':
      return pages(job);
    case 'bare':
      return bare(job);
    case 'floor':
      return floor(job);
    case 'export':
      return exporting(job);
  }
};

process.once('message', async (job: EvidenceLoadJob) => {
  await perform(job);
  process.send?.({ done: true }, () => process.disconnect());
});
