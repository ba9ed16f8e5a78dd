import type { Core } from '../../src/app.ts';
import type { Db } from '../../src/db/client.ts';

/** Ends a transaction without keeping anything of it. */
class Undone extends Error {}

/**
 * The same core, but nothing that is done through it stays: each transaction is undone once it has given its answer. What somebody may
 * is tried for real, by many, one after the other, and everybody finds the same.
 */
export const undone = (core: Core): Core => {
  const db = new Proxy(core.db, {
    get: (target, name) => {
      if (name !== '$transaction') return Reflect.get(target, name);
      return async (work: (tx: unknown) => Promise<unknown>, limits: object) => {
        let result: unknown;
        try {
          await target.$transaction(async (tx) => {
            result = await work(tx);
            throw new Undone();
          }, limits);
        } catch (error) {
          if (!(error instanceof Undone)) throw error;
        }
        return result;
      };
    },
  }) as Db;
  return { ...core, db };
};

/** What of these statements writes, but for the bot's own notes of who asked for what: "insert into reading". */
export const writesIn = (statements: readonly string[]): string[] =>
  statements.flatMap((sql) => {
    const [, verb = '', table = ''] = /\b(insert into|update|delete from)\s+"?(?:public"?\.)?"?(\w+)/iu.exec(sql) ?? [];
    return table === '' || NOTES.includes(table) ? [] : [`${verb.toLowerCase()} ${table}`];
  });
const NOTES = ['inbound_event', 'attempt', 'of', 'skip'];
