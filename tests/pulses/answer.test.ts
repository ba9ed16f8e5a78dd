import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../src/app.ts';
import type { Db } from '../../src/db/client.ts';
import { type Database, openServer } from '../../src/db/open.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { KeysUnavailable, UserError } from '../../src/errors.ts';
import { addAnswers, contentsOf, openBox, sealBox } from '../../src/pulses/box.ts';
import { hasAnswered, linkToken, seatByLink } from '../../src/pulses/seat.ts';
import { everythingIn } from '../support/dump.ts';
import { answer, answersOf, openTestWave, type PulseServer, pulseServer, QUESTIONS, tally } from './rows.ts';

/** Somebody answers a pulse: counted once, or not at all, and nothing else is written. */

let server: PulseServer;
beforeAll(async () => {
  server = await pulseServer();
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-11-19T14:00:00Z'));

type Wave = Awaited<ReturnType<typeof openTestWave>>;
const open = (asked: Parameters<typeof openTestWave>[1] = {}) => openTestWave(server.core, asked);
const whoIs = ({ invited }: Wave, nth: number) => (invited[nth] as Wave['invited'][number]).personId;

/** What is in the boxes of a wave, by its key. */
const boxesOf = async ({ waveId, key, questions }: Wave) => {
  const boxes = await server.database.db.pulseBox.findMany({ where: { waveId } });
  return boxes.map(({ id, sealed }) => contentsOf(openBox(key, id, sealed), questions));
};
const answeredIn = ({ waveId }: Wave) => server.database.db.pulseSeat.count({ where: { waveId, answered: true } });

describe('somebody who was asked', () => {
  it('is counted, with their comment', async () => {
    const wave = await open();
    const answers = answersOf([1, 7, 0, 2], 'More time together.');
    expect(await answer(server.core, wave.waveId, whoIs(wave, 3), answers)).toBe('counted');
    expect(await boxesOf(wave)).toEqual([{ counts: tally([answers]), comments: ['More time together.'] }]);
    expect(await answeredIn(wave)).toBe(1);
  });

  it('may skip what they do not want to answer, and say only a comment', async () => {
    const wave = await open();
    const some = answersOf([null, 10, null, null]);
    const none = answersOf([], '  Thank you.\n');
    expect(await answer(server.core, wave.waveId, whoIs(wave, 0), some)).toBe('counted');
    expect(await answer(server.core, wave.waveId, whoIs(wave, 1), none)).toBe('counted');
    expect(await boxesOf(wave)).toEqual([{ counts: tally([some]), comments: ['Thank you.'] }]);
  });

  it('is counted once, whatever they send the second time', async () => {
    const wave = await open();
    const first = answersOf([0, 0, 0, 0]);
    await answer(server.core, wave.waveId, whoIs(wave, 0), first);
    const before = await everythingIn(server.database.db);
    for (const again of [answersOf([4, 10, 1, 2], 'Something else'), answersOf([]), first])
      expect(await answer(server.core, wave.waveId, whoIs(wave, 0), again)).toBe('already');
    expect(await everythingIn(server.database.db)).toBe(before);
    expect(await boxesOf(wave)).toEqual([{ counts: tally([first]), comments: [] }]);
  });

  it('changes nothing in the database but a seat and the bytes of a box, whose length stays', async () => {
    const wave = await open();
    const ofTable = async () => {
      const text = await everythingIn(server.database.db);
      return text.split('\n').filter((row) => !/^pulse_(seat|box)/u.test(row));
    };
    const lengths = () => server.database.db.$queryRaw`select length(sealed) as length from pulse_box order by id`;
    const isSeatOrBox = (row: string) => row.includes(wave.waveId);
    const [before, lengthBefore] = [(await ofTable()).filter((row) => !isSeatOrBox(row)), await lengths()];
    await answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([2, 3, 1, 1], 'A comment of mine'));
    expect((await ofTable()).filter((row) => !isSeatOrBox(row))).toEqual(before);
    expect(await lengths()).toEqual(lengthBefore);
    const rows = (await ofTable()).filter(isSeatOrBox).join('\n');
    expect(rows).not.toContain('A comment of mine');
    expect(rows).not.toContain(Buffer.from('A comment of mine').toString('hex'));
  });

  it('costs four statements', async () => {
    const wave = await open();
    await answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1]));
    server.database.forget();
    await answer(server.core, wave.waveId, whoIs(wave, 1), answersOf([1]));
    expect(server.database.statements.filter((sql) => !/^(BEGIN|COMMIT)/u.test(sql))).toHaveLength(4);
  });

  it('waits for their own seat before they hold the box, so that nobody else of it waits with them', async () => {
    const wave = await open();
    server.database.forget();
    await answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1]));
    const held = server.database.statements.flatMap((sql) => /(?:update|from) (pulse_seat|pulse_box)/u.exec(sql)?.[1] ?? []);
    expect(held).toEqual(['pulse_seat', 'pulse_box', 'pulse_box']);
  });
});

describe('nothing is counted, and nothing written', () => {
  const refused = async (wave: Wave, work: () => Promise<unknown>) => {
    const before = await everythingIn(server.database.db);
    const outcome = await work();
    expect(await everythingIn(server.database.db)).toBe(before);
    expect((await boxesOf(wave)).every(({ counts, comments }) => counts.flat().every((n) => n === 0) && comments.length === 0)).toBe(true);
    return outcome;
  };

  it('of somebody who was not asked', async () => {
    const wave = await open();
    expect(await refused(wave, () => answer(server.core, wave.waveId, randomUUID(), answersOf([1])))).toBe('not_invited');
  });

  it.each([
    ['a second before it closes', '2026-11-27T17:29:59Z', 'counted'],
    ['at the moment it closes, though nobody has closed it yet', '2026-11-27T17:30:00Z', 'closed'],
  ])('%s', async (_when, at, outcome) => {
    const wave = await open();
    server.clock.set(at);
    expect(await answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1]))).toBe(outcome);
  });

  it.each(['draft', 'scheduled', 'closed'])('in a wave that is %s', async (state) => {
    const wave = await open();
    const closedAt = state === 'closed' ? new Date('2026-11-19T00:00:00Z') : null;
    await server.database.db.pulseWave.update({ where: { id: wave.waveId }, data: { state, keyFingerprint: null, closedAt } });
    expect(await refused(wave, () => answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1])))).toBe('closed');
  });

  it('in a wave that there is none of', async () => {
    expect(await answer(server.core, randomUUID(), randomUUID(), answersOf([1]))).toBe('closed');
  });

  it('when its key is lost, is another one, or cannot be read', async () => {
    const wave = await open();
    const keys = (read: Core['waveKeys']['read']) => ({ ...server.core, waveKeys: { ...server.core.waveKeys, read } });
    const unreadable = () => Promise.reject(new KeysUnavailable('the folder of the keys cannot be used (EACCES)'));
    for (const core of [
      keys(async () => undefined),
      keys(async () => ({ key: new Uint8Array(32), fingerprint: 'other' })),
      keys(unreadable),
    ])
      expect(await refused(wave, () => answer(core, wave.waveId, whoIs(wave, 0), answersOf([1])))).toBe('no_key');
    expect(await answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1]))).toBe('counted');
  });

  const other = { ...QUESTIONS[0], item: 'unheard-of' } as (typeof QUESTIONS)[number];
  it.each([
    ['a form in which nothing was chosen', answersOf([], '  '), 'Nothing was sent: choose an answer or write a comment.'],
    ['an answer to another question', answersOf([1], null, [other]), 'this pulse asks something else'],
    ['a sixth option of five and “don’t know”', answersOf([6]), 'none of those that can be chosen'],
    ['an option before the first', answersOf([-1]), 'none of those that can be chosen'],
    ['half an option', answersOf([0.5]), 'none of those that can be chosen'],
    ['a fourth of three choices', answersOf([null, null, null, 3]), 'none of those that can be chosen'],
    ['a comment of 1,001 characters', answersOf([1], 'a'.repeat(1_001)), '1,001 characters; 1,000 fit'],
    ['a comment of more bytes than its room', answersOf([1], '€'.repeat(401)), '1,203 bytes, 1,200 fit'],
    ['a comment with a pupil’s number', answersOf([1], 'Ask about 943 476 5919'), 'a pupil'],
  ])('of %s', async (_what, answers, why) => {
    const wave = await open();
    const refusal = refused(wave, () => answer(server.core, wave.waveId, whoIs(wave, 0), answers).catch((error: unknown) => error));
    expect(await refusal).toBeInstanceOf(UserError);
    expect(((await refusal) as Error).message).toContain(why);
    expect(((await refusal) as Error).message).not.toContain('943');
  });

  it('of a comment where none is asked for', async () => {
    const wave = await open({ comment: false });
    await expect(answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1], 'Hello'))).rejects.toThrow('no room for a comment');
    expect(await answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1]))).toBe('counted');
    const [box] = await server.database.db.pulseBox.findMany({ where: { waveId: wave.waveId } });
    expect(box?.sealed).toHaveLength(12 + 44 + 16);
  });

  it('when the box does not open: the seat is free afterwards', async () => {
    const wave = await open();
    await server.database.db.pulseBox.updateMany({ where: { waveId: wave.waveId }, data: { sealed: new Uint8Array(100) } });
    await expect(answer(server.core, wave.waveId, whoIs(wave, 0), answersOf([1]))).rejects.toThrow('does not open');
    expect(await answeredIn(wave)).toBe(0);
  });
});

describe('at the same moment', () => {
  let second: Database | undefined;
  /** Another process's connection, where a database can have two. */
  const others = (): Db => {
    if (!server.database.url) return server.database.db;
    second ??= openServer(server.database.url);
    return second.db;
  };
  afterAll(() => second?.close());

  it('one person sends it twice, by two processes: it is counted once', async () => {
    const wave = await open();
    const [one, other] = [answersOf([0, 1, 0, 0]), answersOf([4, 9, 1, 2])];
    const outcomes = await Promise.all(
      [one, other, one, other].map((answers, n) =>
        answer({ ...server.core, db: n % 2 ? others() : server.database.db }, wave.waveId, whoIs(wave, 0), answers),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['already', 'already', 'already', 'counted']);
    const kept = (await boxesOf(wave))[0];
    expect([tally([one]), tally([other])]).toContainEqual(kept?.counts);
  });

  it('everybody of a box sends theirs, by two processes: nobody’s is lost', async () => {
    const wave = await open();
    const all = wave.invited.map((_, n) => answersOf([n % 6, n % 11, n % 2, n % 3], `Comment ${n}`));
    const outcomes = await Promise.all(
      all.map((answers, n) => answer({ ...server.core, db: n % 2 ? others() : server.database.db }, wave.waveId, whoIs(wave, n), answers)),
    );
    expect(new Set(outcomes)).toEqual(new Set(['counted']));
    const [kept] = await boxesOf(wave);
    expect(kept?.counts).toEqual(tally(all));
    expect(kept?.comments.toSorted()).toEqual(all.map(({ comment }) => comment).toSorted());
  });

  it('control: adding without waiting for one another loses some', async () => {
    const wave = await open();
    const { boxId } = wave.invited[0] as Wave['invited'][number];
    const { sealed } = await server.database.db.pulseBox.findUniqueOrThrow({ where: { id: boxId } });
    const all = wave.invited.map((_, n) => answersOf([n % 6]));
    // Each opens the box as it found it.
    for (const answers of all) {
      const fuller = sealBox(wave.key, boxId, addAnswers(openBox(wave.key, boxId, sealed), QUESTIONS, answers));
      await server.database.db.pulseBox.update({ where: { id: boxId }, data: { sealed: fuller } });
    }
    expect((await boxesOf(wave))[0]?.counts).not.toEqual(tally(all));
  });
});

describe('a personal link', () => {
  it('is made again the same, leads to the seat, and stands nowhere', async () => {
    const wave = await open();
    const person = whoIs(wave, 4);
    const token = linkToken(server.core.secret, wave.waveId, person);
    expect(token).toMatch(/^[\w-]{22}$/u);
    expect(linkToken(server.core.secret, wave.waveId, person)).toBe(token);
    expect(await everythingIn(server.database.db)).not.toContain(token);
    const seat = () => inTransaction(server.database.db, (tx) => seatByLink(tx, token));
    expect(await seat()).toEqual({ waveId: wave.waveId, personId: person, answered: false });
    await answer(server.core, wave.waveId, person, answersOf([1]));
    expect(await seat()).toEqual({ waveId: wave.waveId, personId: person, answered: true });
  });

  it('is another one for each person, each wave and each server', () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const secret = new Uint8Array(32).fill(8);
    const { secret: ours } = server.core;
    const tokens = [linkToken(ours, one, one), linkToken(ours, one, other), linkToken(ours, other, one), linkToken(secret, one, one)];
    expect(new Set(tokens).size).toBe(4);
  });

  it('that nobody was given leads nowhere', async () => {
    for (const token of ['', 'a'.repeat(22), 'é'])
      expect(await inTransaction(server.database.db, (tx) => seatByLink(tx, token))).toBeUndefined();
  });
});

it('who has answered is known at sending, of those who were asked about', async () => {
  const wave = await open();
  const [one, two, three] = [whoIs(wave, 0), whoIs(wave, 1), whoIs(wave, 2)];
  for (const person of [one, two]) await answer(server.core, wave.waveId, person, answersOf([1]));
  const asked = await inTransaction(server.database.db, (tx) =>
    Promise.all([two, three].map((person) => hasAnswered(tx, wave.waveId, person))),
  );
  expect(asked).toEqual([true, false]);
});
