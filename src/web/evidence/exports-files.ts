import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import type { Core } from '../../app.ts';
import { dayIn } from '../../calendar/zone.ts';
import { isId, type Tx } from '../../db/client.ts';
import { inTransaction } from '../../db/transaction.ts';
import { fileNameOf, largestOf, mayStillRead, scopesFor, standingOf } from '../../evidence/export/exports.ts';
import { keyFile, noteKey } from '../../evidence/export/key.ts';
import { findExport, pieceOf } from '../../evidence/export/queries.ts';
import { type Actor, findActor } from '../../people/actor.ts';
import { allPlaces, type Place } from '../../summaries/scopes.ts';
import { visitorOf } from '../visitor.ts';
import type { Routes } from './routes.ts';

/** The files of exports: given out to who asked for them, as long as they may, piece by piece as fast as they are taken. */

type Reader = { tx: Tx; actor: Actor; places: readonly Place[] };

const attached = (response: Response, type: string, name: string) =>
  response.set({ 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"`, 'X-Content-Type-Options': 'nosniff' });

/** The pieces of a file, each read when the one before is on its way. */
async function* piecesOf({ db }: Pick<Core, 'db'>, id: string) {
  for (let position = 0; ; position += 1) {
    const at = position;
    const bytes = await inTransaction(db, (tx) => pieceOf(tx, id, at));
    if (!bytes) return;
    yield bytes;
  }
}

export const exportFiles = ({ site, notFound }: Pick<Routes, 'site' | 'notFound'>) => {
  const { core } = site;

  /** Undefined where there is no such thing for them. */
  const readBy = <T>(personId: string, work: (reader: Reader) => Promise<T | undefined>): Promise<T | undefined> =>
    inTransaction(core.db, async (tx) => {
      const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, dayIn(core.now()).toString());
      return actor && work({ tx, actor, places: await allPlaces(tx) });
    });

  const download: RequestHandler = async (request, response, next) => {
    const visitor = await visitorOf(site, request, response);
    if (!visitor) return;
    const id = String(request.params.id);
    const made = await readBy(visitor.personId, async (reader) => {
      const found = isId(id) ? await findExport(reader.tx, id, visitor.personId) : undefined;
      return found &&
        standingOf(found, core.now()) === 'done' &&
        found.manifest &&
        mayStillRead(reader.actor, reader.places, found.manifest)
        ? found.manifest
        : undefined;
    });
    if (!made) return notFound(request, response, next);
    attached(response, 'application/zip', made.file).set('Content-Length', String(made.bytes));
    if (request.method === 'HEAD') return void response.end();
    try {
      await pipeline(Readable.from(piecesOf(core, id), { highWaterMark: 1 }), response);
    } catch (error) {
      // Who took it has gone away: nobody is left to be told.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  };

  const key: RequestHandler = async (request, response, next) => {
    const visitor = await visitorOf(site, request, response);
    if (!visitor) return;
    const now = core.now();
    const made = await readBy(visitor.personId, async ({ tx, actor, places }) => {
      const scopes = largestOf(scopesFor(actor, places, 'export.key'));
      if (scopes.length === 0) return undefined;
      for (const scope of scopes) await noteKey({ tx, now, newId: core.newId, personId: actor.personId }, scope);
      const name = `${fileNameOf({ name: scopes.map((scope) => scope.name).join(' ') }, now.toString(), '-key')}.csv`;
      const localityIds = scopes.flatMap((scope) => scope.localityIds);
      return { name, text: await keyFile(tx, core.secret, localityIds) };
    });
    if (!made) return notFound(request, response, next);
    attached(response, 'text/csv; charset=utf-8', made.name);
    response.send(made.text);
  };

  return { download, key };
};
