import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, isUniqueViolation } from '../../src/db/transaction.ts';
import { DatabaseUnavailable } from '../../src/errors.ts';
import { testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
const newId = testIds();
const programmes = () => database.db.programme.findMany({ orderBy: { name: 'asc' } }).then((rows) => rows.map(({ name }) => name));

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  await database.db.programme.deleteMany();
  database.forget();
});
afterAll(() => database.close());

describe('one transaction', () => {
  it('saves all of it, and can be counted', async () => {
    await inTransaction(database.db, async (tx) => {
      await tx.programme.createMany({ data: [{ id: newId(), name: 'LocalEd' }] });
    });
    expect(database.statements.map((sql) => sql.split(' ')[0])).toEqual(['BEGIN', 'INSERT', 'COMMIT']);
    expect(await programmes()).toEqual(['LocalEd']);
  });

  it('saves nothing when something in it goes wrong', async () => {
    await expect(
      inTransaction(database.db, async (tx) => {
        await tx.programme.createMany({ data: [{ id: newId(), name: 'LocalEd' }] });
        throw new Error('a bug');
      }),
    ).rejects.toThrow('a bug');
    expect(await programmes()).toEqual([]);
  });

  it('says that somebody was there first, and saves nothing of the rest', async () => {
    await database.db.programme.create({ data: { id: newId(), name: 'LocalEd' } });
    const second = inTransaction(database.db, async (tx) => {
      await tx.programme.create({ data: { id: newId(), name: 'Another' } });
      await tx.programme.create({ data: { id: newId(), name: 'LocalEd' } });
    });
    expect(isUniqueViolation(await second.catch((error) => error))).toBe(true);
    expect(await programmes()).toEqual(['LocalEd']);
  });

  it('is refused as a whole when an error in it was caught: nothing is called saved that was not', async () => {
    await database.db.programme.create({ data: { id: newId(), name: 'LocalEd' } });
    const second = inTransaction(database.db, async (tx) => {
      await tx.programme.create({ data: { id: newId(), name: 'Another' } });
      await tx.programme.create({ data: { id: newId(), name: 'LocalEd' } }).catch(() => {});
      return 'saved';
    });
    await expect(second).rejects.toThrow();
    expect(await programmes()).toEqual(['LocalEd']);
  });

  it('goes on after a row that was already there, with skipDuplicates', async () => {
    await database.db.programme.create({ data: { id: newId(), name: 'LocalEd' } });
    const count = await inTransaction(database.db, async (tx) => {
      const made = await tx.programme.createMany({ data: [{ id: newId(), name: 'LocalEd' }], skipDuplicates: true });
      await tx.programme.create({ data: { id: newId(), name: 'Another' } });
      return made.count;
    });
    expect(count).toBe(0);
    expect(await programmes()).toEqual(['Another', 'LocalEd']);
  });

  it('reads back the moment that was written, whatever zone the server keeps', async () => {
    const at = new Date('2026-07-01T09:30:00.123Z');
    await database.db.attempt.create({ data: { id: newId(), kind: 'join', by: 'somebody', at } });
    expect((await database.db.attempt.findFirst({ where: { by: 'somebody' } }))?.at).toEqual(at);
    const [row] = await database.db.$queryRaw<{ seconds: number }[]>`SELECT extract(epoch FROM at)::float8 AS seconds FROM attempt`;
    expect(row?.seconds).toBe(at.getTime() / 1000);
  });
});

describe('a database that is away', () => {
  it('is told apart from a bug', async () => {
    const gone = await testDatabase();
    await gone.close();
    await expect(inTransaction(gone.db, (tx) => tx.programme.findMany())).rejects.toThrow(DatabaseUnavailable);
    await expect(gone.ping()).rejects.toThrow(DatabaseUnavailable);
  });

  it('is not what a mistake of ours is called', async () => {
    const wrong = inTransaction(database.db, (tx) => tx.$queryRaw`SELECT * FROM nowhere`);
    await expect(wrong).rejects.not.toThrow(DatabaseUnavailable);
  });
});
