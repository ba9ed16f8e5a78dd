import type pg from 'pg';
import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDemonstration } from '../../src/programme/demo.ts';
import { testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addDays } from './days.ts';
import { type Evidence, judge } from './judge.ts';
import { findPeople, type YearPerson } from './people.ts';
import type { Received, Stubs } from './stubs.ts';

/**
 * Controls of the judge of the simulated year, for what no broken product shows in a few weeks: it is handed a list of what was received,
 * in a year in which nobody did anything.
 */

const [FROM, TO] = ['2026-11-02', '2027-07-31'];
const now = () => Temporal.Instant.from(`${FROM}T06:45:00Z`);
const newId = testIds(3);

let database: TestDatabase;
let reads: pg.Client;
let people: YearPerson[];
beforeAll(async () => {
  database = await testDatabase({
    name: 'year',
    fill: ({ db }) => loadDemonstration({ db, now, newId: testIds(2), log: pino({ level: 'silent' }) }),
  });
  const query = async (text: string) => ({ rows: await database.db.$queryRawUnsafe(text) });
  reads = { query } as unknown as pg.Client;
  people = (await findPeople(reads)).map((person) => ({ ...person, platform: 'email' }));
});
afterAll(() => database.close());

const judged = (received: readonly Received[]) => {
  const stubs = { slack: { directChannel: (user: string) => user } } as unknown as Stubs;
  const nobody: Omit<Evidence, 'database' | 'people' | 'received' | 'from' | 'to' | 'stubs'> = {
    acts: [],
    events: [],
    weekdays: new Map(),
    subscribers: new Map(),
    channels: new Map(),
    outage: undefined,
  };
  return judge({ ...nobody, database: reads, people, received, from: FROM, to: TO, stubs });
};

describe('the judge of the year', () => {
  test('finds out a product that tells nobody anything: all that waited, of every kind, and every summary', async () => {
    const head = people.find(({ key }) => key === 'wakefield.head.1') as YearPerson;
    const news = {
      personId: head.id,
      text: 'You said the hall is small.',
      aboutKind: 'action',
      aboutId: newId(),
      at: new Date(now().toString()),
    };
    await database.db.news.create({ data: { id: newId(), ...news } });
    const { id: localityId } = await database.db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    const worry = { localityId, text: 'The hall is too small.', recordedAt: news.at, recordedById: head.id };
    await database.db.worry.create({ data: { id: newId(), ...worry } });

    const { broken, asked } = await judged([]);
    expect(Object.keys(asked).sort()).toEqual(['due', 'half_term', 'news', 'reading', 'red', 'summary', 'worry']);
    const { summary: _, ...lines } = asked as Record<string, number>;
    for (const [kind, count] of Object.entries(lines)) {
      expect(count).toBeGreaterThan(0);
      expect(broken.filter((each) => new RegExp(`^not told by \\S+: \\S+, ${kind} `, 'u').test(each))).toHaveLength(count);
    }
    expect(broken).toContainEqual(expect.stringMatching(/^no summary in the week of 2026-11-09: wakefield\.coordinator$/u));
  });

  test('finds out an eleventh message to a headteacher who owns one action, and lets ten pass', async () => {
    const { db } = database;
    const { ownsOne } = await judged([]);
    const head = people.find(({ key }) => key === ownsOne[0]?.key) as YearPerson;
    const runId = newId();
    const begun = new Date(now().toString());
    await db.run.create({ data: { id: runId, from: begun, to: begun, lookedAt: 1, planned: 1, createdAt: begun } });
    /** A nudge of the week of a Tuesday, sent and received. */
    const nudge = async (tuesday: string): Promise<Received> => {
      const [id, outboxId, at] = [newId(), newId(), new Date(`${tuesday}T08:30:00Z`)];
      const message = { kind: 'email', payload: { to: head.email, subject: 'A minute for you' }, result: { messageId: outboxId } };
      await db.outbox.create({
        data: { id: outboxId, ...message, state: 'sent', notBefore: at, createdAt: at, claimedAt: at, doneAt: at },
      });
      const sent = { runId, outboxId, key: `nudge ${tuesday}`, week: tuesday, moment: at, sendAt: at, changedAt: at };
      await db.delivery.create({ data: { id, kind: 'nudge', personId: head.id, state: 'sent', ...sent } });
      return { at: at.getTime(), platform: 'email', place: head.email, id: outboxId, text: 'A minute for you' };
    };
    const received: Received[] = [];
    for (let week = 0; week < 10; week += 1) received.push(await nudge(addDays('2026-11-03', 7 * week)));
    const tooMany = async () => (await judged(received)).broken.filter((each) => each.includes('who owns one action'));
    expect(await tooMany()).toEqual([]);

    received.push(await nudge('2027-01-12'));
    expect(await tooMany()).toEqual([`11 messages to ${head.key}, who owns one action`]);
  });
});
