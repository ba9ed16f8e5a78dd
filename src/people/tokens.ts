import { randomBytes } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import type { Core, Writer } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import { isId, sql, type Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import type { Actor, ScopeKind } from './actor.ts';
import { countTry, dateOf, isHere, keyedHash, MOST_FROM_NETWORK, triesOf } from './credentials.ts';
import { textProblem } from './notes.ts';
import { may, type ScopePath } from './permissions.ts';
import { scopeNamed } from './scope-name.ts';

/**
 * Personal tokens of the API: whoever has one reads the tables of its scope as the person whose it is, while that person may.
 * A token is shown once; only a keyed hash of it is kept, so a copy of the database reads nothing.
 */

/** Tokens of one person that work at the same time. */
export const MOST_TOKENS = 10;
/** How long a token works at most, in days. */
export const MOST_DAYS = 365;
/** How long the name of a token may be, in characters. */
export const LONGEST_NAME = 60;

/** 192 random bits. The letters before them let a scanner of published files know it for what it is. */
const newToken = () => `cc_${randomBytes(24).toString('base64url')}`;
const TOKEN = /^cc_[\w-]{32}$/u;

const hash = (secret: Uint8Array, token: string) => keyedHash(secret, 'common-cause api token v1', token);

/** Where a scope is in the programme; undefined where there is none such. */
const pathOf = async (tx: Tx, kind: ScopeKind, id: string): Promise<ScopePath | undefined> => {
  if (!isId(id)) return undefined;
  const [row] = await tx.$queryRaw<{ programmeId: string; pilotId: string | null; localityId: string | null }[]>`
    select g.id::text as "programmeId", null::text as "pilotId", null::text as "localityId"
      from programme g where ${kind}::text = 'programme' and g.id = ${id}::uuid
    union all select p.programme_id::text, p.id::text, null from pilot p where ${kind}::text = 'pilot' and p.id = ${id}::uuid
    union all select p.programme_id::text, p.id::text, l.id::text from locality l join pilot p on p.id = l.pilot_id
      where ${kind}::text = 'locality' and l.id = ${id}::uuid`;
  return (
    row && {
      programmeId: row.programmeId,
      ...(row.pilotId && { pilotId: row.pilotId }),
      ...(row.localityId && { localityId: row.localityId }),
    }
  );
};

/** What is wrong with the name of a token, or undefined. */
export const tokenNameProblem = (name: string): string | undefined => {
  if (name.trim() === '') return 'Enter a name, like Power BI at the office';
  if ([...name.trim()].length > LONGEST_NAME) return `The name must be ${LONGEST_NAME} characters or fewer`;
  return textProblem(name, 'The name')?.replace(/\.$/u, '');
};

export type Asked = {
  /** Its id, where the same may be asked for twice; none: a new one. */
  id?: string;
  /** What its owner knows it by: "Power BI at the office". */
  name: string;
  scopeKind: ScopeKind;
  scopeId: string;
  /** Whether the tables that may identify somebody are among what it reads. */
  freeText: boolean;
  /** How long it works, in days: 1 to 365. */
  days: number;
};

/**
 * Makes a token for somebody who may export its scope today.
 * @returns the token, of which nothing but a keyed hash is kept
 * @throws UserError where something is not as it must be; nothing was written
 */
export const createToken = async (
  { tx, now, newId, personId }: Writer,
  { secret }: Pick<Core, 'secret'>,
  actor: Pick<Actor, 'roles'>,
  { id = newId(), name, scopeKind, scopeId, freeText, days }: Asked,
): Promise<string> => {
  const problem = tokenNameProblem(name);
  if (problem) throw new UserError(`${problem}.`);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) throw new UserError(`A token works for 1 to ${MOST_DAYS} days.`);
  const path = await pathOf(tx, scopeKind, scopeId);
  if (!path || !may(actor, 'export', path)) throw new UserError('Choose what the token reads: something whose tables you may export.');
  // One after the other, so that two of them together cannot pass the limit.
  await tx.$queryRaw`select 1 from person where id = ${personId}::uuid for update`;
  const live = await tx.apiToken.count({ where: { personId, revokedAt: null, expiresAt: { gt: dateOf(now) } } });
  if (live >= MOST_TOKENS) throw new UserError(`You have ${MOST_TOKENS} tokens, the most there can be. End one that you no longer use.`);
  // A form that was sent twice.
  if (await tx.apiToken.findUnique({ where: { id }, select: { id: true } }))
    throw new UserError('This token was made already, and shown that once. If you did not copy it, end it and make another.');
  const token = newToken();
  await tx.apiToken.create({
    data: {
      id,
      personId,
      name: name.trim(),
      tokenHash: hash(secret, token),
      scopeKind,
      scopeId,
      freeText,
      createdAt: dateOf(now),
      expiresAt: dateOf(now.add({ hours: days * 24 })),
    },
  });
  const detail = { scopeKind, scopeId, freeText, days };
  await tx.auditEvent.create({
    data: { id: newId(), at: dateOf(now), personId, what: 'token.created', subjectKind: 'api_token', subjectId: id, detail },
  });
  return token;
};

export type Found = { id: string; personId: string; scopeKind: ScopeKind; scopeId: string; freeText: boolean };

/**
 * The token that somebody sent, if it works: not ended, not too old, and its person still here. What that person may do now is for the caller
 * to ask (`findActor`, `may`). It is marked at most once a day, so that reading the tables writes hardly anything.
 */
export const findToken = async (tx: Tx, secret: Uint8Array, token: string, now: Temporal.Instant): Promise<Found | undefined> => {
  if (!TOKEN.test(token)) return undefined;
  const found = await tx.apiToken.findUnique({
    where: { tokenHash: hash(secret, token) },
    include: { person: { select: { leftOn: true } } },
  });
  if (!found || found.revokedAt || found.expiresAt <= dateOf(now) || !isHere(found.person, now)) return undefined;
  const today = dayIn(now).toString();
  await tx.$executeRaw`
    update api_token set last_used_on = ${today}::date
    where id = ${found.id}::uuid and (last_used_on is null or last_used_on < ${today}::date)`;
  const { id, personId, scopeId, freeText } = found;
  return { id, personId, scopeKind: found.scopeKind as ScopeKind, scopeId, freeText };
};

/**
 * The same for a request from the network, where tries that lead to nothing are counted.
 * The caller commits whatever it returns: a try that is rolled back was none.
 * @param network where it comes from; undefined where that says nothing about who asks
 */
export const useToken = async (
  core: Pick<Core, 'secret' | 'newId'>,
  tx: Tx,
  { token, network }: { token: string; network: string | undefined },
  now: Temporal.Instant,
): Promise<Found | 'unusable' | 'tooMany'> => {
  const tried =
    network === undefined
      ? undefined
      : ({ kind: 'token', by: keyedHash(core.secret, 'common-cause api token network v1', network) } as const);
  if (tried && (await triesOf(tx, tried, now)) >= MOST_FROM_NETWORK) return 'tooMany';
  const found = await findToken(tx, core.secret, token, now);
  if (found) return found;
  if (tried) await countTry(core, tx, tried, now);
  return 'unusable';
};

/** Ends a token of the writer's at once; one that has ended stays so. @returns whether it is theirs */
export const revokeToken = async ({ tx, now, newId, personId }: Writer, id: string): Promise<boolean> => {
  if (!isId(id) || (await tx.apiToken.count({ where: { id, personId } })) === 0) return false;
  const { count } = await tx.apiToken.updateMany({ where: { id, personId, revokedAt: null }, data: { revokedAt: dateOf(now) } });
  if (count > 0)
    await tx.auditEvent.create({
      data: { id: newId(), at: dateOf(now), personId, what: 'token.revoked', subjectKind: 'api_token', subjectId: id },
    });
  return true;
};

export type Token = {
  id: string;
  name: string;
  scopeKind: ScopeKind;
  scopeId: string;
  /** What people call its scope: "Wakefield". */
  scope: string | null;
  freeText: boolean;
  createdAt: Date;
  expiresAt: Date;
  /** YYYY-MM-DD */
  lastUsedOn: string | null;
};

/** Those of a person that have neither ended nor run out, the newest first. */
export const tokensOf = (tx: Tx, personId: string, now: Temporal.Instant): Promise<Token[]> => tx.$queryRaw<Token[]>`
  select t.id, t.name, t.scope_kind as "scopeKind", t.scope_id as "scopeId", ${scopeNamed(sql`t.scope_kind`, sql`t.scope_id`)} as scope,
    t.free_text as "freeText", t.created_at as "createdAt", t.expires_at as "expiresAt", t.last_used_on::text as "lastUsedOn"
  from api_token t
  where t.person_id = ${personId}::uuid and t.revoked_at is null and t.expires_at > ${now.toString()}::timestamptz
  order by t.created_at desc, t.id desc`;
