import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Db } from '../../src/db/client.ts';
import type { Place } from '../support/places.ts';

/**
 * Gates in the database, put there from outside: a statement of the product that comes to one stands still until the gate is opened, or
 * the process is dead. Each has a group of people, and lets everybody else through.
 */

type Gate = { point: string; group: number };

/** The statements that can be made to stand still: a trigger's moment, and whose it is. */
const OF_DELIVERY = 'new.person_id = g.person_id';
const OF_MESSAGE = 'position(g.account in new.payload::text) > 0';
const GATES: Record<string, { on: string; when: string; whose: string }> = {
  planning: { on: 'after insert on delivery', when: 'true', whose: OF_DELIVERY },
  delivering: { on: 'after update on delivery', when: `old.state = 'planned' and new.state = 'handed'`, whose: OF_DELIVERY },
  claiming: { on: 'before update on outbox', when: `new.state = 'sending'`, whose: OF_MESSAGE },
  settling: { on: 'before update on outbox', when: `old.state = 'sending' and new.state = 'sent'`, whose: OF_MESSAGE },
  following: { on: 'before update on delivery', when: `old.state = 'handed' and new.state <> 'handed'`, whose: OF_DELIVERY },
};
/** What is decided and put off for a while, so that nothing happens to it before the kill. */
const PUT_OFF: Record<string, { on: string; change: string; whose: string }> = {
  planned: { on: 'before insert on delivery', change: `send_at := new.send_at + interval '2 minutes'`, whose: OF_DELIVERY },
  handed: { on: 'before insert on outbox', change: `not_before := new.not_before + interval '2 minutes'`, whose: OF_MESSAGE },
};

/** The advisory locks of the gates, by number of the point. */
const LOCKS = 4_711;
const NAMES = Object.keys(GATES);
/** Seconds that a statement of the embedded engine stands still, and the whole process with it. */
const STANDS = 20;

/** On a server whoever holds the lock of a gate keeps it shut; the embedded engine says in a file that somebody has come, once. */
const reach = ({ databaseUrl }: Place) =>
  databaseUrl
    ? `perform pg_advisory_xact_lock_shared(${LOCKS}, number);`
    : `if (pg_stat_file('reached-' || number, true)).size is null then
         execute format('copy (select 1) to %L', current_setting('data_directory') || '/reached-' || number);
         perform pg_sleep(${STANDS});
       end if;`;

/** Puts them into a database that nobody uses. @param account what of somebody stands in every message to them */
export const putGates = async (db: Db, place: Place, people: { id: string; account: string; group: number }[], gates: Gate[]) => {
  const groupOf = (point: string) => gates.find((gate) => gate.point === point)?.group ?? 0;
  const statements = [
    'create schema kills',
    'create table kills.somebody (person_id uuid primary key, account text not null, "group" int not null)',
    `insert into kills.somebody select * from jsonb_to_recordset('${JSON.stringify(people.map(({ id, ...rest }) => ({ person_id: id, ...rest })))}') as x(person_id uuid, account text, "group" int)`,
    `create function kills.reach(number int) returns void language plpgsql as $$ begin ${reach(place)} end $$`,
    ...Object.entries(GATES).flatMap(([point, { on, when, whose }]) => [
      `create function kills.${point}() returns trigger language plpgsql as $$ begin
         if ${when} and exists (select from kills.somebody g where g."group" = ${groupOf(point)} and ${whose}) then perform kills.reach(${NAMES.indexOf(point)}); end if;
         return new;
       end $$`,
      `create trigger kills_${point} ${on} for each row execute function kills.${point}()`,
    ]),
    ...Object.entries(PUT_OFF).flatMap(([point, { on, change, whose }]) => [
      `create function kills.${point}() returns trigger language plpgsql as $$ begin
         if exists (select from kills.somebody g where g."group" = ${groupOf(point)} and ${whose}) then new.${change}; end if;
         return new;
       end $$`,
      `create trigger kills_${point} ${on} for each row execute function kills.${point}()`,
    ]),
  ];
  for (const statement of statements) await db.$executeRawUnsafe(statement);
};

export const isGate = (point: string): boolean => NAMES.includes(point);

/** Shuts the gates, and says who has come to one. */
export const keepGates = async ({ databaseUrl, dataDir }: Place) => {
  if (!databaseUrl)
    return {
      isReached: async (point: string) => existsSync(join(dataDir, 'postgresql', `reached-${NAMES.indexOf(point)}`)),
      open: async (_: string) => {},
      close: async () => {},
    };
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (const at of NAMES.keys()) await client.query('select pg_advisory_lock($1, $2)', [LOCKS, at]);
  return {
    isReached: async (point: string) => {
      const { rowCount } = await client.query(
        `select from pg_locks where locktype = 'advisory' and not granted and classid = $1 and objid = $2`,
        [LOCKS, NAMES.indexOf(point)],
      );
      return (rowCount ?? 0) > 0;
    },
    /** What stood there goes on; nobody is stopped there again. */
    open: async (point: string) => void (await client.query('select pg_advisory_unlock($1, $2)', [LOCKS, NAMES.indexOf(point)])),
    close: () => client.end(),
  };
};
