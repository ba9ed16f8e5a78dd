import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conversationsOf, hasOutsiders } from '../../src/people/conversations.ts';
import { testClock, testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** Whether people from outside read along somewhere: what is learnt, how long it counts, and how often a platform is asked. */

let database: TestDatabase;
let clock: ReturnType<typeof testClock>;
const newId = testIds();
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const here = { tenant: 'T1', conversation: 'C1', kind: 'channel' as const };
let conversations: ReturnType<typeof conversationsOf>;
let asked: number;
const aProcess = () => conversationsOf({ db: database.db, now: clock.now, newId }, 'slack');
const says = (answer: boolean | undefined) => async () => {
  asked += 1;
  return answer;
};
const outsidersRead = () => hasOutsiders(database.db, 'slack', 'C1', clock.now());

beforeEach(async () => {
  await database.db.conversationReference.deleteMany();
  clock = testClock();
  conversations = aProcess();
  asked = 0;
});

describe('people from outside', () => {
  test('are taken to read where nothing is known', async () => {
    expect(await outsidersRead()).toBe(true);
  });
  test.each([
    [false, false],
    [true, true],
    [undefined, true],
  ])('where the platform says %s are taken to read: %s', async (answer, read) => {
    await conversations.learnOutsiders(here, says(answer));
    expect(await outsidersRead()).toBe(read);
  });

  test('are looked for once a day, by whichever process', async () => {
    await conversations.learnOutsiders(here, says(false));
    await conversations.learnOutsiders(here, says(true));
    await aProcess().learnOutsiders(here, says(true));
    clock.advance({ hours: 23 });
    await conversations.learnOutsiders(here, says(true));
    await aProcess().learnOutsiders(here, says(true));
    expect(asked).toBe(1);
    expect(await outsidersRead()).toBe(false);
    clock.advance({ hours: 1 });
    await conversations.learnOutsiders(here, says(true));
    expect(asked).toBe(2);
    expect(await outsidersRead()).toBe(true);
  });

  test('are looked for once where two ask at the same moment', async () => {
    await Promise.all([conversations.learnOutsiders(here, says(false)), conversations.learnOutsiders(here, says(false))]);
    expect(asked).toBe(1);
  });

  test('are looked for again within the hour where the platform could not say', async () => {
    await conversations.learnOutsiders(here, says(undefined));
    await conversations.learnOutsiders(here, says(false));
    expect(asked).toBe(1);
    clock.advance({ hours: 1 });
    await conversations.learnOutsiders(here, says(false));
    expect(await outsidersRead()).toBe(false);
  });

  test('are taken to read again once it was learnt too long ago', async () => {
    await conversations.learnOutsiders(here, says(false));
    clock.advance({ hours: 24, minutes: 59 });
    expect(await outsidersRead()).toBe(false);
    clock.advance({ minutes: 1 });
    expect(await outsidersRead()).toBe(true);
  });

  test('are taken to read where the next look fails', async () => {
    await conversations.learnOutsiders(here, says(false));
    clock.advance({ hours: 24 });
    const fails = () => Promise.reject(new Error('no answer'));
    await expect(conversations.learnOutsiders(here, fails)).rejects.toThrow('no answer');
    expect(await outsidersRead()).toBe(true);
  });

  test('who are met there count at once, and also against a look that is under way', async () => {
    await conversations.learnOutsiders(here, says(false));
    await conversations.foundOutsiders(here);
    expect(await outsidersRead()).toBe(true);
    clock.advance({ hours: 24 });
    await conversations.learnOutsiders(here, async () => {
      await conversations.foundOutsiders(here);
      return false;
    });
    expect(await outsidersRead()).toBe(true);
  });

  test('are looked for anew when something has changed there', async () => {
    await conversations.learnOutsiders(here, says(false));
    await conversations.remember(here, undefined);
    expect(await outsidersRead()).toBe(true);
    await conversations.learnOutsiders(here, says(false));
    expect(await outsidersRead()).toBe(false);
  });

  test('who are looked for while we are taken out do not open the conversation again', async () => {
    const closedAt = async () => (await database.db.conversationReference.findFirstOrThrow()).closedAt;
    await conversations.remember(here, undefined);
    expect(await closedAt()).toBeNull();
    await conversations.learnOutsiders(here, async () => {
      await conversations.close(here, 'removed');
      return undefined;
    });
    expect(await closedAt()).not.toBeNull();
  });
});
