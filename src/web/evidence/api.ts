import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Core } from '../../app.ts';
import { inTransaction } from '../../db/transaction.ts';
import { DatabaseUnavailable } from '../../errors.ts';
import { csvLine } from '../../evidence/csv.ts';
import { settledBy } from '../../evidence/export/exports.ts';
import { TABLES } from '../../evidence/tables/index.ts';
import { BadCursor, type Extent, type Table, type Value } from '../../evidence/tables/table.ts';
import { faultOf } from '../../fault.ts';
import { networkOf } from '../network.ts';
import { momentOf, readAsked, tokenOf, USUAL_ROWS } from './api-asked.ts';
import { createCursors } from './api-cursor.ts';
import { describeApi } from './api-description.ts';
import { createRate, createTurns } from './api-pace.ts';
import {
  anotherReading,
  failed,
  noAddress,
  noLocality,
  noTable,
  noToken,
  onlyReading,
  Problem,
  sendProblem,
  tooOften,
} from './api-problem.ts';
import { type ApiReader, findReader, tablesFor } from './api-reader.ts';
import type { Routes } from './routes.ts';

/** The tables for machines: read with a personal token, and in no other way. No cookie is looked at or set; nothing can be written. */

const ADDRESS = '/api/v1';
/** Rows of a CSV that are read at once, in a transaction of their own: an embedded database makes everybody wait for one. */
const CSV_ROWS = 2_000;
/** Milliseconds after which a connection is ended that takes nothing of its answer. */
const PATIENCE = 120_000;

type Wanted = { to: string | undefined; locality: string | undefined; after: string | null; limit: number; isFirst: boolean };
type Page = { table: Table; to: string; rows: Value[][]; next: string | null };

const sendJson = (response: Response, body: unknown): void =>
  void response.set('Content-Type', 'application/json; charset=utf-8').end(JSON.stringify(body));

/** @param address where it is, as others see it: "https://cc.example.org/api/v1" */
export const createApi = (core: Core, tables: readonly Table[], address: string): Router => {
  const { db, log, newId, now, secret } = core;
  const rate = createRate();
  const inTurn = createTurns();
  const cursors = createCursors(secret);
  const description = describeApi(tables, address);

  /** Reads with the rights of this moment. @param isFirst whether it is what was asked for, not a later part of the same answer */
  const read = async <T>(request: Request, isFirst: boolean, work: (reader: ApiReader, tx: Extent['tx']) => Promise<T> | T): Promise<T> => {
    const token = tokenOf(request.headers.authorization);
    if (token === undefined) throw noToken();
    // Of one token one thing after the other, so that many queries refreshed at once are felt as one.
    const done = await inTurn(token, () =>
      inTransaction(db, async (tx): Promise<{ result: T } | Problem> => {
        const reader = await findReader(core, tx, { token, network: isFirst ? networkOf(request) : 'known' }, now());
        if (reader instanceof Problem) return reader;
        const wait = isFirst ? rate(reader.tokenId, now()) : 0;
        return wait > 0 ? tooOften(wait) : { result: await work(reader, tx) };
      }),
    );
    if (done instanceof Problem) throw done;
    return done.result;
  };

  const start: RequestHandler = async (request, response) => {
    readAsked(request.url, []);
    const { theirs, freeText } = await read(request, true, (reader) => reader);
    sendJson(response, {
      title: 'Common Cause API',
      demonstration: core.config.demo,
      freeText,
      localities: theirs.map(({ localityId, prefix, locality }) => ({ locality_id: localityId, prefix, name: locality })),
      tables: `${address}/tables`,
      description: `${address}/openapi.json`,
    });
  };

  const listTables: RequestHandler = async (request, response) => {
    readAsked(request.url, []);
    const shown = await read(request, true, (reader) => tablesFor(reader, tables));
    sendJson(response, {
      tables: shown.map(({ name, title, meaning, freeText = false, columns }) => {
        const json = `${address}/tables/${name}`;
        return { name, title, meaning, freeText, columns, json, csv: `${json}.csv` };
      }),
    });
  };

  /**
   * A page of the table that the address names; `after` and `next` are sealed. The first one settles up to when is read: what was recorded
   * later than that may still be under way; all others are as at the same moment.
   */
  const readPage = (request: Request, { to: asked, locality, after, limit, isFirst }: Wanted): Promise<Page> =>
    read(request, isFirst, async (reader, tx) => {
      const table = tablesFor(reader, tables).find(({ name }) => name === request.params.name);
      if (!table) throw noTable();
      const localityIds = reader.theirs
        .filter(({ prefix }) => locality === undefined || prefix.toLowerCase() === locality.toLowerCase())
        .map(({ localityId }) => localityId);
      if (localityIds.length === 0) throw noLocality();
      const settled = asked !== undefined && after !== null ? asked : await settledBy(tx, now());
      const to = asked !== undefined && asked < settled ? asked : settled;
      const bound = { table: table.name, to, localityIds };
      const from = after === null ? null : cursors.open(after, bound);
      if (from === undefined) throw anotherReading();
      const { rows, next } = await table.page({ tx, localityIds, to, secret, actor: reader.actor, places: reader.places }, from, limit);
      return { table, to, rows, next: next === null ? null : cursors.seal(next, bound) };
    });

  const onePage = async (request: Request, response: Response) => {
    const { limit = USUAL_ROWS, after = null, to: asked, locality } = readAsked(request.url, ['limit', 'after', 'to', 'locality']);
    const { table, to, rows, next } = await readPage(request, { to: momentOf(asked, now()), locality, after, limit, isFirst: true });
    const link = new URLSearchParams({ limit: String(limit), to, ...(locality !== undefined && { locality }) });
    if (next !== null) link.set('after', next);
    const { name, columns } = table;
    response.set('Recorded-To', to);
    sendJson(response, {
      table: name,
      recordedTo: to,
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null]))),
      next: next === null ? null : `${address}/tables/${name}?${link}`,
    });
  };

  const wholeTable = async (request: Request, response: Response) => {
    const { to: asked, locality } = readAsked(request.url, ['to', 'locality']);
    const part = (to: string | undefined, after: string | null) =>
      readPage(request, { to, locality, after, limit: CSV_ROWS, isFirst: after === null });
    const first = await part(momentOf(asked, now()), null);
    const { to, table } = first;
    const { name, columns } = table;
    response.set({
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${name}.csv"`,
      'Recorded-To': to,
    });
    if (request.method === 'HEAD') return void response.end();
    response.setTimeout(PATIENCE);
    const lines = async function* () {
      yield csvLine(columns.map((column) => column.name));
      for (let page: Page = first; ; page = await part(to, page.next)) {
        if (page.rows.length > 0) yield page.rows.map(csvLine).join('');
        if (page.next === null) return;
        await setImmediate(); // an embedded database works in this very thread: others get their turn
      }
    };
    // What is begun is not finished where something fails: a connection that breaks off tells the reader so.
    await pipeline(Readable.from(lines()), response);
  };

  /** A table and a table that is not for them cannot be told apart; the CSV of one is asked for by its name or by a header. */
  const showTable: RequestHandler = (request, response) => {
    response.vary('Accept');
    return request.accepts(['application/json', 'text/csv']) === 'text/csv' ? wholeTable(request, response) : onePage(request, response);
  };

  const failures: ErrorRequestHandler = (error, _request, response, _next) => {
    const reference = newId().replaceAll('-', '').slice(-6).toUpperCase();
    if (response.headersSent) {
      response.destroy();
      if (error?.code === 'ERR_STREAM_PREMATURE_CLOSE') log.info({ ref: reference }, 'whoever read a table over the API went away');
      else if (error instanceof Problem)
        log.info({ status: error.status, ref: reference }, 'an answer of the API was ended: its token may no longer');
      else log.error({ fault: faultOf(error), ref: reference }, 'an answer of the API broke off');
      return;
    }
    const known =
      error instanceof Problem
        ? error
        : error instanceof BadCursor
          ? anotherReading()
          : // An address that cannot be read, "%E0".
            error?.status === 400
            ? noAddress()
            : undefined;
    if (known) log.info({ status: known.status, ref: reference }, 'a request to the API was refused');
    else log.error({ fault: faultOf(error), ref: reference }, 'a request to the API failed');
    sendProblem(response, known ?? failed(error instanceof DatabaseUnavailable), reference);
  };

  const router = express.Router();
  const readOnly: RequestHandler = () => {
    throw onlyReading();
  };
  const add = (path: string, handler: RequestHandler) => router.get(path, handler).all(path, readOnly);
  add('/', start);
  add('/openapi.json', (request, response) => {
    readAsked(request.url, []);
    sendJson(response, description);
  });
  add('/tables', listTables);
  add('/tables/:name.csv', wholeTable);
  add('/tables/:name', showTable);
  router.use(() => {
    throw noAddress();
  });
  router.use(failures);
  return router;
};

export const apiRoutes = ({ router, site: { core } }: Routes): void => {
  router.use(ADDRESS, createApi(core, TABLES, `${core.config.publicUrl}${ADDRESS}`));
};
