import { Prisma, type PrismaClient } from './generated/client.ts';

/** The database, on either engine. Only src/db and the features' query files use what is in it. */
export type Db = PrismaClient;
/** One transaction of it. */
export type Tx = Prisma.TransactionClient;
/** A part of a statement, with its values, to be put into several. */
export const { sql } = Prisma;
/** Parts of statements one after the other; never none. */
export const joined = (parts: readonly Sql[], between = ', '): Sql => Prisma.join([...parts], between);
export type Sql = Prisma.Sql;

/** Whether a text can be an id: the database fails where it is asked for anything else. */
export const isId = (text: string): boolean => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu.test(text);

/** A moment that every version of a chain which counts now holds. Not the turn's own: somebody else's may have been recorded since it began. */
export const STANDS = '9999-12-30T00:00:00Z';

/** A moment as text that `Temporal.Instant.from` reads. @param moment a timestamptz */
export const isoOf = (moment: Sql): Sql => sql`to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What is put over the payload of an outbox message of which the words are to be forgotten. @param kind of the message */
export const withoutWords = (kind: Sql): Sql =>
  sql`case ${kind} when 'email' then '{"subject": "", "text": ""}'::jsonb else '{"card": null}'::jsonb end`;
