import { randomBytes, randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openServer } from '../../src/db/open.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { createPulses } from '../../src/jobs/pulses.ts';
import { contentsOf, openBox, sealBox } from '../../src/pulses/box.ts';
import { reopenWave } from '../../src/pulses/keys-check.ts';
import { createWaveKeys } from '../../src/wave-keys.ts';
import { everythingIn } from '../support/dump.ts';
import { answer, answersOf, openTestWave, type PulseServer, pulseServer, tally } from './rows.ts';

/** What happens to an open pulse when its key is lost, when another lies there, and when the database is put back to an earlier state. */

let server: PulseServer;
const role = (personId: string, name: string, scopeKind: string, scopeId: string) =>
  server.database.db.role.create({ data: { id: randomUUID(), personId, role: name, scopeKind, scopeId, from: new Date('2026-09-01') } });
const PROGRAMME = randomUUID();
const PILOT = randomUUID();
const LOCALITY = randomUUID();
const [coordinator, runner, lead] = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  server = await pulseServer();
  const { db } = server.database;
  await db.programme.create({ data: { id: PROGRAMME, name: 'Programme' } });
  await db.pilot.create({ data: { id: PILOT, programmeId: PROGRAMME, name: 'Pilot', theme: 'Transition', position: 1 } });
  await db.locality.create({ data: { id: LOCALITY, pilotId: PILOT, name: 'Wakefield', prefix: 'WAK', ledBy: 'council', position: 1 } });
  await db.person.createMany({ data: [coordinator, runner, lead].map((id) => ({ id, post: 'Somebody' })) });
  await role(coordinator, 'coordinator', 'pilot', PILOT);
  await role(runner, 'evaluator', 'programme', PROGRAMME);
  await role(lead, 'lead', 'locality', LOCALITY);
});
afterAll(() => server.close());
beforeEach(async () => {
  server.clock.set('2026-11-19T14:00:00Z');
  server.logged.length = 0;
  const { db } = server.database;
  await db.$executeRaw`truncate pulse_wave, pulse_cell, pulse_invited, pulse_seat, pulse_box, pulse_result, pulse_comment, news, planner cascade`;
  for (const id of await server.core.waveKeys.list()) await server.core.waveKeys.destroy(id);
  for (const home of ['live', 'copy']) await rm(`${server.keysDir}/pulses-${home}`, { recursive: true, force: true });
  await plan('2026-11-19T14:00:00Z');
  await server.core.waveKeys.note(PROGRAMME, { moment: '2026-11-19T14:00:00Z', open: [] });
});

/** What the planner leaves behind. */
const plan = async (moment: string) => {
  const plannedTo = new Date(moment);
  await server.database.db.planner.upsert({ where: { id: 1 }, create: { id: 1, plannedTo }, update: { plannedTo } });
};
/** A tick of the server, at a moment. */
const tick = async (moment: string, core = server.core) => {
  server.clock.set(moment);
  const pulses = createPulses(core);
  await pulses.once();
  await plan(moment);
  await pulses.note();
};

type Wave = Awaited<ReturnType<typeof openTestWave>>;
const open = (localities = [LOCALITY]) =>
  openTestWave(server.core, { places: localities.map((id) => ({ kind: 'locality', id })), runById: runner });
const waveRow = ({ waveId }: Wave) => server.database.db.pulseWave.findUniqueOrThrow({ where: { id: waveId } });
const answered = ({ waveId }: Wave) => server.database.db.pulseSeat.count({ where: { waveId, answered: true } });
const say = (wave: Wave, nth: number, option = 1) =>
  answer(server.core, wave.waveId, (wave.invited[nth] as Wave['invited'][number]).personId, answersOf([option], `Comment ${nth}`));
/** What is in the boxes of a wave, with the key that is there. */
const counted = async ({ waveId, questions }: Wave) => {
  const key = (await server.core.waveKeys.read(waveId))?.key as Uint8Array;
  const boxes = await server.database.db.pulseBox.findMany({ where: { waveId } });
  return boxes.map(({ id, sealed }) => contentsOf(openBox(key, id, sealed), questions).counts);
};
const newsOf = async () => {
  const rows = await server.database.db.news.findMany({ orderBy: [{ at: 'asc' }, { id: 'asc' }] });
  return rows.map(({ personId, text }) => ({ personId, text }));
};
const errors = () => server.logged.flatMap((line) => (JSON.parse(line).level >= 50 ? [JSON.parse(line).msg as string] : []));

/** The open wave as a copy of the database has it, and how to put that copy back. */
const copyOf = async ({ waveId }: Wave) => {
  const { db } = server.database;
  const [wave, seats, boxes, planner] = [
    await db.pulseWave.findUniqueOrThrow({ where: { id: waveId } }),
    await db.pulseSeat.findMany({ where: { waveId } }),
    await db.pulseBox.findMany({ where: { waveId } }),
    await db.planner.findMany(),
  ];
  return async () => {
    await db.pulseWave.update({
      where: { id: waveId },
      data: { ...wave, places: wave.places as object, items: wave.items as object, audit: {} },
    });
    await db.pulseSeat.deleteMany({ where: { waveId } });
    await db.pulseSeat.createMany({ data: seats });
    await db.pulseBox.deleteMany({ where: { waveId } });
    await db.pulseBox.createMany({ data: boxes });
    await db.planner.deleteMany();
    await db.planner.createMany({ data: planner });
  };
};

describe('a pulse whose key is not there', () => {
  /** Takes the file of the key away, and gives it back. */
  const without = async ({ waveId }: Wave) => {
    const file = `${server.keysDir}/wave-${waveId}.key`;
    await rename(file, `${file}.away`);
    return () => rename(`${file}.away`, file);
  };

  it('takes no answers, and whoever runs it is told once', async () => {
    const wave = await open();
    await say(wave, 0);
    await without(wave);
    for (const at of ['2026-11-19T14:05:00Z', '2026-11-19T14:10:00Z', '2026-11-20T09:00:00Z']) await tick(at);
    expect(await say(wave, 1)).toBe('no_key');
    expect(await newsOf()).toEqual(
      [runner, coordinator].map((personId) => ({
        personId,
        text: expect.stringMatching(/^The pulse “Trust and working together” is paused/u),
      })),
    );
    expect(errors()).toHaveLength(3);
    expect(await waveRow(wave)).toMatchObject({ state: 'open', reopenedAt: null });
  });

  it('is told of once more of those who have read it, to nobody', async () => {
    const wave = await open();
    await without(wave);
    await tick('2026-11-19T14:05:00Z');
    await server.database.db.news.updateMany({ data: { seenAt: new Date('2026-11-19T15:00:00Z') } });
    await tick('2026-11-19T16:00:00Z');
    expect(await newsOf()).toHaveLength(2);
  });

  it('goes on once the key is back, with every answer that was given; who was not told yet is not told', async () => {
    const wave = await open();
    await say(wave, 0);
    const putBack = await without(wave);
    await tick('2026-11-19T14:05:00Z');
    await putBack();
    await tick('2026-11-19T14:10:00Z');
    expect(await newsOf()).toEqual([]);
    expect(await say(wave, 1, 2)).toBe('counted');
    expect(await counted(wave)).toEqual([tally([answersOf([1]), answersOf([2])])]);
  });

  it('that goes on, and then loses its key again, is told of again to those who have read it', async () => {
    const wave = await open();
    const putBack = await without(wave);
    const read = (at: string) => server.database.db.news.updateMany({ where: { seenAt: null }, data: { seenAt: new Date(at) } });
    const said = async () =>
      (await newsOf()).filter(({ personId }) => personId === runner).map(({ text }) => /is paused|goes on/u.exec(text)?.[0]);
    await tick('2026-11-19T14:05:00Z');
    await read('2026-11-19T14:06:00Z');
    await putBack();
    for (const at of ['2026-11-19T14:10:00Z', '2026-11-19T14:15:00Z']) await tick(at);
    expect(await said()).toEqual(['is paused', 'goes on']);
    await read('2026-11-19T14:16:00Z');
    await without(wave);
    for (const at of ['2026-11-19T14:20:00Z', '2026-11-19T14:25:00Z']) await tick(at);
    expect(await said()).toEqual(['is paused', 'goes on', 'is paused']);
  });

  it('is not emptied by that, though the server starts again', async () => {
    const wave = await open();
    await say(wave, 0);
    const putBack = await without(wave);
    for (let start = 0; start < 3; start += 1) await createPulses(server.core).check();
    await putBack();
    expect(await answered(wave)).toBe(1);
    expect(await counted(wave)).toEqual([tally([answersOf([1])])]);
  });

  it('waits a week for its key after its last day, then closes unopened', async () => {
    const wave = await open();
    for (const [nth] of wave.invited.entries()) await say(wave, nth);
    await without(wave);
    await tick('2026-11-27T17:35:00Z');
    await tick('2026-12-04T17:29:00Z');
    expect((await waveRow(wave)).state).toBe('open');
    await tick('2026-12-04T17:30:00Z');
    expect(await waveRow(wave)).toMatchObject({ state: 'closed', keyFingerprint: null, audit: { unopened: true } });
    const { db } = server.database;
    expect([await db.pulseResult.count(), await db.pulseComment.count(), await db.pulseSeat.count(), await db.pulseBox.count()]).toEqual([
      0, 0, 0, 0,
    ]);
    expect((await newsOf()).map(({ text }) => text)).toEqual([
      expect.stringContaining('could not be opened'),
      expect.stringContaining('could not be opened'),
    ]);
    expect(await everythingIn(db)).not.toContain('Comment 3');
  });

  it('is released as any other where the key comes back in that week', async () => {
    const wave = await open();
    for (const [nth] of wave.invited.entries()) await say(wave, nth);
    const putBack = await without(wave);
    await tick('2026-11-27T17:35:00Z');
    await putBack();
    for (const at of ['2026-11-30T09:00:00Z', '2026-11-30T09:05:00Z']) await tick(at);
    expect((await waveRow(wave)).state).toBe('closed');
    expect((await server.database.db.pulseResult.findFirstOrThrow({ where: { item: 'test-agree' } })).shown).toEqual({
      as: 'words',
      most: 0,
    });
  });

  it('is paused as well where another key lies in its place', async () => {
    const wave = await open();
    await server.core.waveKeys.make(wave.waveId);
    await tick('2026-11-19T14:05:00Z');
    expect(await say(wave, 0)).toBe('no_key');
    expect(await newsOf()).toHaveLength(2);
  });

  it('is paused as well where another folder is in the place of that of the keys, and goes on after it', async () => {
    const wave = await open();
    await rename(server.keysDir, `${server.keysDir}.away`);
    await server.core.waveKeys.note('other', { moment: '2026-11-19T14:00:00Z', open: [] }); // makes the folder
    await tick('2026-11-19T14:05:00Z');
    expect(await newsOf()).toHaveLength(2);
    await rm(server.keysDir, { recursive: true });
    await rename(`${server.keysDir}.away`, server.keysDir);
    expect(await say(wave, 0)).toBe('counted');
  });

  it('can be begun anew, empty, by whoever runs it', async () => {
    const wave = await open();
    await say(wave, 0);
    const before = await server.database.db.pulseBox.findFirstOrThrow({ where: { waveId: wave.waveId } });
    await without(wave);
    await inTransaction(server.database.db, (tx) => reopenWave({ ...server.core, tx }, wave.waveId));
    expect(await say(wave, 1)).toBe('no_key');
    await createPulses(server.core).check();
    const row = await waveRow(wave);
    expect(row.keyFingerprint).not.toBe(wave.fingerprint);
    expect(row.reopenedAt?.toISOString()).toBe('2026-11-19T14:00:00.000Z');
    expect(await answered(wave)).toBe(0);
    const after = await server.database.db.pulseBox.findFirstOrThrow({ where: { waveId: wave.waveId } });
    expect(after.sealed).toHaveLength(before.sealed.length);
    expect(await say(wave, 0, 3)).toBe('counted');
    expect(await counted(wave)).toEqual([tally([answersOf([3])])]);
  });

  it('one whose key is there is not begun anew by anybody', async () => {
    const wave = await open();
    await say(wave, 0);
    const anew = (waveId: string) => inTransaction(server.database.db, (tx) => reopenWave({ ...server.core, tx }, waveId));
    await expect(anew(wave.waveId)).rejects.toThrow('takes answers');
    await expect(anew(randomUUID())).rejects.toThrow('not open');
    expect(await answered(wave)).toBe(1);
  });
});

describe('of a pulse whose key is not there', () => {
  const [administrator, ofPilot, OTHER] = [randomUUID(), randomUUID(), randomUUID()];
  beforeAll(async () => {
    const { db } = server.database;
    const other = await db.pilot.create({
      data: { id: randomUUID(), programmeId: PROGRAMME, name: 'Other', theme: 'Transition', position: 2 },
    });
    await db.locality.create({ data: { id: OTHER, pilotId: other.id, name: 'Surrey', prefix: 'SUR', ledBy: 'council', position: 2 } });
    await db.person.createMany({ data: [administrator, ofPilot].map((id) => ({ id, post: 'Somebody' })) });
    await role(administrator, 'administrator', 'programme', PROGRAMME);
    await role(ofPilot, 'evaluator', 'pilot', PILOT);
  });
  afterAll(() => server.database.db.role.deleteMany({ where: { personId: { in: [administrator, ofPilot] } } }));

  const lost = async ({ waveId }: Wave) => {
    await server.core.waveKeys.destroy(waveId);
    for (const at of ['2026-11-19T14:05:00Z', '2026-11-19T14:10:00Z']) await tick(at);
  };
  const told = async (personId: string) => (await newsOf()).filter((news) => news.personId === personId).map(({ text }) => text);

  it('administrators are told once too, and what becomes of it: they may begin it anew', async () => {
    const wave = await open();
    await lost(wave);
    expect(await told(administrator)).toEqual([expect.stringContaining('is paused: its key is missing')]);
    expect(await told(administrator), 'in the words that the others read').toEqual(await told(coordinator));
    await server.database.db.news.updateMany({ data: { seenAt: new Date('2026-11-19T14:11:00Z') } });
    await inTransaction(server.database.db, (tx) => reopenWave({ ...server.core, tx }, wave.waveId));
    for (const at of ['2026-11-19T14:15:00Z', '2026-11-19T14:20:00Z']) await tick(at);
    expect(await told(administrator)).toEqual([expect.stringContaining('is paused'), expect.stringContaining('has begun anew, empty')]);
  });

  it('nobody else is told who could not begin it anew: because it asks elsewhere too, or because of their role', async () => {
    await lost(await open([LOCALITY, OTHER]));
    expect([await told(ofPilot), await told(lead)]).toEqual([[], []]);
    expect(await told(administrator)).toHaveLength(1);
    await lost(await open([LOCALITY]));
    expect(await told(ofPilot), 'control: of one in their own pilot they are').toHaveLength(1);
  });
});

describe('a pulse whose answers cannot be opened when it is to close', () => {
  /** All have answered; the bytes of its box are replaced. @returns how to mend it */
  const spoilt = async (wave: Wave, how: (sealed: Buffer, id: string) => Uint8Array) => {
    const { db } = server.database;
    for (const [nth] of wave.invited.entries()) await say(wave, nth);
    const box = await db.pulseBox.findFirstOrThrow({ where: { waveId: wave.waveId } });
    const replaced = (sealed: Uint8Array<ArrayBuffer>) => db.pulseBox.update({ where: { id: box.id }, data: { sealed } });
    await replaced(new Uint8Array(how(Buffer.from(box.sealed), box.id)));
    return { box: box.id, mend: () => replaced(box.sealed) };
  };
  const ticks = async (...moments: string[]) => {
    for (const at of moments) await tick(at);
  };
  const ON_ITS_EVENING = ['2026-11-27T17:25:00Z', '2026-11-27T17:30:00Z', '2026-11-27T17:35:00Z', '2026-11-28T09:00:00Z'];
  const WAYS: [string, (wave: Wave) => (sealed: Buffer, id: string) => Uint8Array][] = [
    ['a byte of a box is another one', () => (sealed) => sealed.with(40, (sealed.at(40) ?? 0) ^ 1)],
    ['a box has another length than it should', (wave) => (_sealed, id) => sealBox(wave.key, id, new Uint8Array(77))],
  ];

  it.each(WAYS)('(%s) waits; the log says which box it is, and those who run it are told once', async (_what, how) => {
    const wave = await open();
    const { box, mend } = await spoilt(wave, how(wave));
    await ticks(...ON_ITS_EVENING);
    expect((await waveRow(wave)).state).toBe('open');
    expect(await newsOf()).toEqual(
      [runner, coordinator].map((personId) => ({ personId, text: expect.stringContaining('cannot be opened') })),
    );
    expect(server.logged.filter((line) => JSON.parse(line).box === box)).toHaveLength(3);
    await mend();
    await ticks('2026-11-28T09:05:00Z');
    expect((await waveRow(wave)).state, 'nothing was lost').toBe('closed');
    expect((await server.database.db.pulseResult.findFirstOrThrow({ where: { item: 'test-agree' } })).shown).toEqual({
      as: 'words',
      most: 0,
    });
  });

  it.each(WAYS)('(%s) closes with nothing published a week after its last day', async (_what, how) => {
    const wave = await open();
    await spoilt(wave, how(wave));
    await ticks(...ON_ITS_EVENING, '2026-12-04T17:20:00Z', '2026-12-04T17:25:00Z');
    expect((await waveRow(wave)).state).toBe('open');
    await ticks('2026-12-04T17:30:00Z');
    expect(await waveRow(wave)).toMatchObject({ state: 'closed', audit: { unopened: true } });
    expect(await server.database.db.pulseResult.count()).toBe(0);
  });

  it('is given a day after those who run it were told, where nothing ran before', async () => {
    const wave = await open();
    await spoilt(wave, (sealed) => sealed.with(40, (sealed.at(40) ?? 0) ^ 1));
    await ticks('2026-12-10T09:00:00Z', '2026-12-10T09:05:00Z', '2026-12-11T09:00:00Z');
    expect((await waveRow(wave)).state).toBe('open');
    await ticks('2026-12-11T09:05:00Z');
    expect((await waveRow(wave)).state).toBe('closed');
  });
});

describe('a database that is put back while a pulse is open', () => {
  it('has it begun anew, empty, with another key; whoever runs it is told', async () => {
    const wave = await open();
    await say(wave, 0);
    await tick('2026-11-19T14:05:00Z');
    const putBack = await copyOf(wave);
    await say(wave, 1);
    await tick('2026-11-19T14:10:00Z');
    await putBack();
    server.clock.set('2026-11-19T15:00:00Z');
    await createPulses(server.core).check();

    const row = await waveRow(wave);
    expect(row).toMatchObject({ state: 'open', reopenedAt: new Date('2026-11-19T15:00:00Z') });
    expect(row.keyFingerprint).not.toBe(wave.fingerprint);
    expect(await answered(wave)).toBe(0);
    expect(await counted(wave)).toEqual([tally([])]);
    expect((await newsOf()).map(({ text }) => text)).toEqual([
      expect.stringContaining('has begun anew, empty'),
      expect.stringContaining('has begun anew, empty'),
    ]);
    for (const nth of [0, 1]) expect(await say(wave, nth, 4)).toBe('counted');
    expect(await counted(wave)).toEqual([tally([answersOf([4]), answersOf([4])])]);
  });

  it('what was sealed before opens with no key that is left', async () => {
    const wave = await open();
    await say(wave, 0);
    const box = await server.database.db.pulseBox.findFirstOrThrow({ where: { waveId: wave.waveId } });
    await tick('2026-11-19T14:10:00Z');
    await plan('2026-11-19T14:00:00Z');
    await createPulses(server.core).check();
    const { key } = (await server.core.waveKeys.read(wave.waveId)) as { key: Uint8Array };
    expect(() => openBox(key, box.id, box.sealed)).toThrow('does not open');
    expect(contentsOf(openBox(wave.key, box.id, box.sealed), wave.questions).comments).toEqual(['Comment 0']); // control
  });

  it('is known for one until each pulse has begun anew, though that fails at first; nobody is told what is not so', async () => {
    const wave = await open();
    await say(wave, 0);
    await tick('2026-11-19T14:10:00Z');
    await plan('2026-11-19T14:00:00Z');
    const { waveKeys } = server.core;
    const failing = { ...server.core, waveKeys: { ...waveKeys, make: () => Promise.reject(new Error('a fault')) } };
    await tick('2026-11-19T14:15:00Z', failing);
    expect(await say(wave, 1), 'nobody answers into a box of before').toBe('no_key');
    expect(await newsOf()).toEqual([]);
    await tick('2026-11-19T14:20:00Z');
    expect(await counted(wave)).toEqual([tally([])]);
    expect(await answered(wave)).toBe(0);
    expect((await newsOf()).map(({ text }) => text)).toEqual(Array(2).fill(expect.stringContaining('has begun anew, empty')));
    expect(await say(wave, 1)).toBe('counted');
    await tick('2026-11-19T14:25:00Z');
    expect(await answered(wave), 'once').toBe(1);
  });

  it('has it begun anew once, though two servers start at the same moment', async () => {
    const wave = await open();
    await tick('2026-11-19T14:10:00Z');
    await plan('2026-11-19T14:00:00Z');
    let second: Database | undefined;
    if (server.database.url) second = openServer(server.database.url);
    const other = { ...server.core, db: second?.db ?? server.core.db };
    await Promise.all([createPulses(server.core).check(), createPulses(other).check()]);
    await second?.close();
    expect(await say(wave, 0)).toBe('counted');
    await createPulses(server.core).check();
    expect(await answered(wave)).toBe(1);
    expect(await newsOf()).toHaveLength(2);
  });

  it('control: one that was not put back goes on, however often the server starts', async () => {
    const wave = await open();
    await say(wave, 0);
    for (const at of ['2026-11-19T14:05:00Z', '2026-11-19T14:10:00Z', '2026-11-21T14:10:00Z']) await tick(at);
    expect(await waveRow(wave)).toMatchObject({ keyFingerprint: wave.fingerprint, reopenedAt: null });
    expect(await answered(wave)).toBe(1);
    expect(errors()).toEqual([]);
  });

  it('control: a clock that was wrong, and is right again, empties nothing', async () => {
    const wave = await open();
    await say(wave, 0);
    await tick('2026-11-22T14:00:00Z');
    server.clock.set('2026-11-19T14:10:00Z');
    await plan('2026-11-19T14:10:00Z'); // the planner goes back with the clock
    await createPulses(server.core).check();
    expect(await answered(wave)).toBe(1);
    expect(await waveRow(wave)).toMatchObject({ reopenedAt: null });
  });

  it('control: another database that keeps its keys in the same folder is none of this', async () => {
    const wave = await open();
    await say(wave, 0);
    await server.core.waveKeys.note(randomUUID(), { moment: '2026-11-19T18:00:00Z', open: [] });
    await tick('2026-11-19T14:05:00Z');
    expect(await answered(wave)).toBe(1);
  });
});

describe('a copy of the database that is tried out while the pulse goes on', () => {
  /** The server with the folder of its keys that a database of that name has in the same KEYS_DIR. */
  const serverOf = (home: string) => ({ ...server.core, waveKeys: createWaveKeys(server.core.config, randomBytes, async () => home) });
  /** An open pulse of a server that has gone on since; then its database is as a copy of it has it, with the pulse open or in draft. */
  const tried = async (state: 'open' | 'draft') => {
    const live = serverOf('live');
    const wave = await openTestWave(live, { places: [{ kind: 'locality', id: LOCALITY }], runById: runner });
    await tick('2026-11-19T14:10:00Z', live);
    await plan('2026-11-19T14:00:00Z');
    const open = { state: 'open', openedAt: new Date('2026-11-16T08:00:00Z'), keyFingerprint: wave.fingerprint };
    const as = { open, draft: { state: 'draft', openedAt: null, keyFingerprint: null } };
    await server.database.db.pulseWave.update({ where: { id: wave.waveId }, data: as[state] });
    server.clock.set('2026-11-19T14:12:00Z');
    return { live, wave };
  };

  it.each(['open', 'draft'] as const)('destroys no key of the live one, though the pulse is %s in it', async (state) => {
    const { live, wave } = await tried(state);
    await createPulses(serverOf('copy')).once();
    expect((await live.waveKeys.read(wave.waveId))?.fingerprint).toBe(wave.fingerprint);
  });

  it('pauses the pulse in the copy; the log and those who run it are asked', async () => {
    const { wave } = await tried('open');
    await createPulses(serverOf('copy')).check();
    expect(errors()).toEqual([expect.stringContaining('belongs to another copy of this database')]);
    expect((await newsOf()).map(({ text }) => text)).toEqual(Array(2).fill(expect.stringContaining('belongs to another copy')));
    expect(await answer(serverOf('copy'), wave.waveId, wave.invited[0]?.personId ?? '', answersOf([1]))).toBe('no_key');
  });

  it('can begin it anew in the copy, with a key of the copy’s own', async () => {
    const { live, wave } = await tried('open');
    const copy = serverOf('copy');
    await inTransaction(copy.db, (tx) => reopenWave({ ...copy, tx }, wave.waveId));
    await createPulses(copy).check();
    expect((await waveRow(wave)).keyFingerprint).toBe((await copy.waveKeys.read(wave.waveId))?.fingerprint);
    expect((await live.waveKeys.read(wave.waveId))?.fingerprint).toBe(wave.fingerprint);
  });

  it.each(['open', 'draft'] as const)(
    'control: put back in its place, with the pulse %s, it has the key of before destroyed',
    async (state) => {
      const { live, wave } = await tried(state);
      await createPulses(live).check();
      expect((await live.waveKeys.read(wave.waveId))?.fingerprint).not.toBe(wave.fingerprint);
    },
  );
});

describe('keys that are left over', () => {
  it('of a wave that closed, or is gone with a database that was put back, are destroyed; those of other databases stay', async () => {
    const { waveKeys } = server.core;
    const [closed, staying, gone, foreign] = [await open(), await open(), randomUUID(), randomUUID()];
    for (const id of [gone, foreign]) await waveKeys.make(id);
    await waveKeys.note(PROGRAMME, { moment: '2026-11-19T14:00:00Z', open: [closed.waveId, staying.waveId, gone] });
    await server.database.db.pulseWave.update({
      where: { id: closed.waveId },
      data: { state: 'closed', closedAt: new Date('2026-11-19T14:00:00Z'), keyFingerprint: null },
    });
    await tick('2026-11-19T14:05:00Z');
    expect((await waveKeys.list()).toSorted()).toEqual([staying.waveId, foreign].toSorted());
    expect(await say(staying, 0)).toBe('counted');
  });
});
