import type { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { dayIn } from '../../calendar/zone.ts';
import type { Db, Tx } from '../../db/client.ts';
import { inTransaction } from '../../db/transaction.ts';
import { type Actor, findActor } from '../../people/actor.ts';
import { allPlaces, type Place } from '../../summaries/scopes.ts';
import { writeArchive } from './archive.ts';
import { noteAsked, type Scope, scopeMeant, scopesFor, settledBy } from './exports.ts';
import { keyFile, noteKey } from './key.ts';
import { rowsOf } from './manifest.ts';
import { insertWritten, isDemonstration, personIdOf, previousOf } from './queries.ts';
import type { Sink } from './zip.ts';

/** What the script asks of whoever holds the database. */
export const ExportRequest = z.object({
  /** Where to, as an absolute path. */
  out: z.string().min(1),
  /** A locality, its prefix, a pilot or the programme; the whole programme where none is said. */
  scope: z.string().optional(),
  /** With whose rights, by their address; the operator's own where none is said: those of an evaluator of the programme. */
  as: z.string().optional(),
  freeText: z.boolean(),
  xlsx: z.boolean(),
  /** Instead of the tables: which organisation each code stands for. */
  key: z.boolean(),
});
export type ExportRequest = z.infer<typeof ExportRequest>;

type Around = { db: Db; now: () => Temporal.Instant; newId: () => string; secret: Uint8Array };

/** Whose exports those of the operator are, one after the other: nobody's id. */
const OPERATOR = '00000000-0000-0000-0000-000000000000';

const operator = ([first]: readonly Place[]): Actor => ({
  personId: OPERATOR,
  post: '',
  email: null,
  zone: 'UTC',
  organisationId: null,
  roles: (['evaluator', 'administrator'] as const).map((role) => ({ role, scopeKind: 'programme', scopeId: first?.programmeId ?? '' })),
});

const actorFor = async (tx: Tx, as: string | undefined, places: readonly Place[], now: Temporal.Instant): Promise<Actor> => {
  if (as === undefined) return operator(places);
  const user = await personIdOf(tx, as);
  const actor = user && (await findActor(tx, { platform: 'web', tenant: 'web', user }, dayIn(now).toString()));
  if (!actor) throw new Error(`Nobody here has the address ${as}.`);
  return actor;
};

const scopeFor = (actor: Actor, places: readonly Place[], { scope, key, as }: ExportRequest): Scope => {
  const scopes = scopesFor(actor, places, key ? 'export.key' : 'export');
  const found = scope === undefined ? scopes[0] : scopeMeant(scopes, places, scope);
  if (found) return found;
  const known = scopes.map(({ name }) => name).join(', ');
  throw new Error(
    scopes.length === 0
      ? `${as ?? 'The operator'} may not make ${key ? 'the key' : 'exports'}.`
      : `There is no place “${scope}” to be exported. Say one of: ${known}`,
  );
};

/** @param sink of the file @returns what is to be printed */
export const exportByScript = async (
  { db, now, newId, secret }: Around,
  request: ExportRequest,
  sink: Sink,
  say: (line: string) => void,
): Promise<string> => {
  const at = now();
  const id = newId();
  const { places, actor, scope, key, ...asked } = await inTransaction(db, async (tx) => {
    const all = await allPlaces(tx);
    const who = await actorFor(tx, request.as, all, at);
    const of = scopeFor(who, all, request);
    const writer = { tx, now: at, newId, personId: request.as === undefined ? null : who.personId };
    if (request.key) await noteKey(writer, of);
    else await noteAsked(writer, { scope: of, freeText: request.freeText, id });
    return {
      places: all,
      actor: who,
      scope: of,
      key: request.key ? await keyFile(tx, secret, of.localityIds) : undefined,
      demonstration: await isDemonstration(tx),
      to: await settledBy(tx, at),
      previous: await previousOf(tx, { personId: who.personId, scopeKind: of.kind, scopeId: of.id }),
    };
  });
  if (key !== undefined) {
    await sink(Buffer.from(key));
    return `Wrote ${request.out}: which organisation each code stands for, ${scope.name}. Keep it apart from the tables.`;
  }
  const { freeText, xlsx } = request;
  let told = 0;
  const manifest = await writeArchive({ db, secret, actor, places, scope, freeText, xlsx, ...asked }, sink, (rows) => {
    if (rows - told < 50_000) return;
    told = rows;
    say(`${rows.toLocaleString('en-GB')} rows written`);
  });
  await inTransaction(db, (tx) =>
    insertWritten(
      tx,
      {
        id,
        personId: actor.personId,
        scopeKind: scope.kind,
        scopeId: scope.id,
        recordedTo: asked.to,
        createdAt: at.toString(),
        freeText,
        xlsx,
      },
      manifest,
    ),
  );
  return `Wrote ${request.out}: ${scope.name}, ${manifest.tables.length} tables, ${rowsOf(manifest).toLocaleString('en-GB')} rows, ${Math.ceil(manifest.bytes / 1024).toLocaleString('en-GB')} kB. README.txt in it says how to read them.`;
};
