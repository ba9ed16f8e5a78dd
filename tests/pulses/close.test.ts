import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openServer } from '../../src/db/open.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { createPulses } from '../../src/jobs/pulses.ts';
import { closeDue, closeWave } from '../../src/pulses/close.ts';
import { extendWave } from '../../src/pulses/extend.ts';
import type { Answers } from '../../src/pulses/pulse.ts';
import { turnoutDue } from '../../src/pulses/turnout.ts';
import { wipe } from '../../src/pulses/wipe.ts';
import { type Cell, release, type Shown } from '../../src/statistics/disclosure.ts';
import { everythingIn } from '../support/dump.ts';
import { answer, answersOf, openTestWave, type PulseServer, pulseServer, QUESTIONS, type TestCell, tally } from './rows.ts';

/** A pulse closes in the evening of its last day: what may be published is written down, and nothing else about answers is left anywhere. */

let server: PulseServer;
beforeAll(async () => {
  server = await pulseServer();
});
afterAll(() => server.close());

const BEFORE = '2026-11-19T14:00:00Z';
/** A quarter to six on its last day. */
const AFTER = '2026-11-27T17:45:00Z';
beforeEach(async () => {
  server.clock.set(BEFORE);
  await server.database.db
    .$executeRaw`truncate pulse_wave, pulse_cell, pulse_invited, pulse_seat, pulse_box, pulse_result, pulse_comment cascade`;
});

type Wave = Awaited<ReturnType<typeof openTestWave>>;
const open = (asked: Parameters<typeof openTestWave>[1] = {}) => openTestWave(server.core, asked);
const upTo = (many: number, from = 0) => Array.from({ length: many }, (_, index) => from + index);

/** A programme of two advisers of one university, a large locality, one that can be shown, and one that few answer. */
const PLACES: TestCell[] = [
  { name: 'Programme', people: [900, 900] },
  { name: 'Wakefield', parent: 'Programme', people: upTo(30) },
  { name: 'Wiltshire', parent: 'Programme', people: upTo(14, 100) },
  { name: 'Ealing', parent: 'Programme', people: [...upTo(12, 200), null] },
];

/** So many of a cell answer, in turn; what they say is kept by the test. */
const someAnswer = async (wave: Wave, cell: string, many: number, say: (n: number) => Answers): Promise<Answers[]> => {
  const people = wave.invited.filter((one) => one.cell === cell).slice(0, many);
  const all = people.map((_, n) => say(n));
  for (const [n, { personId }] of people.entries())
    expect(await answer(server.core, wave.waveId, personId, all[n] as Answers)).toBe('counted');
  return all;
};
/** Different answers of different people. */
const mixed = (n: number) => answersOf([n % 6, (n * 7) % 11, n % 2, n % 5 === 4 ? null : n % 3]);

const resultsOf = async ({ waveId }: Wave): Promise<Map<string, Shown[]>> => {
  const rows = await server.database.db.pulseResult.findMany({ where: { cell: { waveId } }, include: { cell: true } });
  const order = new Map(QUESTIONS.map(({ item }, index) => [item, index]));
  const sorted = rows.toSorted((one, other) => (order.get(one.item) ?? 0) - (order.get(other.item) ?? 0));
  return new Map([...Map.groupBy(sorted, ({ cell }) => cell.name)].map(([name, some]) => [name, some.map(({ shown }) => shown as Shown)]));
};
const waveRow = ({ waveId }: Wave) => server.database.db.pulseWave.findUniqueOrThrow({ where: { id: waveId } });
const commentsOf = async ({ waveId }: Wave) =>
  server.database.db.pulseComment.findMany({ where: { cell: { waveId } }, include: { cell: true }, orderBy: { id: 'asc' } });

/** It closes as it does by itself. */
const closeInTime = async (wave: Wave) => {
  server.clock.set(AFTER);
  return closeWave(server.core, wave.waveId);
};

/** What a person with paper would hand to the statistician: the tallies by cell, and who answered by organisation. */
const onPaper = (wave: Wave, said: Record<string, Answers[]>): Cell[] =>
  wave.cells.map(({ name, parent, people }) => {
    const all = said[name] ?? [];
    const answered = Map.groupBy(people.slice(0, all.length), (n) => String(n));
    const below = (cell: string): number =>
      wave.cells.filter((one) => one.parent === cell).reduce((sum, one) => sum + below(one.name), 0) +
      (wave.cells.find((one) => one.name === cell)?.people.length ?? 0);
    return {
      id: name,
      parent: parent ?? null,
      invited: below(name),
      answered: new Map([...answered].map(([organisation, some]) => [organisation, some.length])),
      counts: tally(all),
    };
  });
const STATED = QUESTIONS.map(({ scale, options }) => ({ scale, options: options.length }));

describe('when a pulse closes', () => {
  it('publishes what the rule allows of what a tally on paper holds, with the audit’s verdict', async () => {
    const wave = await open({ cells: PLACES, inOneBox: 9 });
    const said = {
      Programme: await someAnswer(wave, 'Programme', 2, mixed),
      Wakefield: await someAnswer(wave, 'Wakefield', 26, mixed),
      Wiltshire: await someAnswer(wave, 'Wiltshire', 9, () => answersOf([0, 9, 0, 1])),
      Ealing: await someAnswer(wave, 'Ealing', 3, mixed),
    };
    expect(await closeInTime(wave)).toBe('released');

    const expected = release(onPaper(wave, said), STATED, 5);
    const named = new Map(wave.cells.map(({ name }) => [wave.cellId(name), name]));
    const found = new Map(
      [...(await resultsOf(wave))].map(([name, of]) => [
        name,
        of.map((one) => (one.as === 'c' && one.in !== null ? { ...one, in: named.get(one.in) } : one)),
      ]),
    );
    expect(found).toEqual(new Map([...expected.shown].map(([name, of]) => [name, [...of]])));
    expect((await waveRow(wave)).audit).toEqual(expected.verdict);
    // By hand: nine of one mind are said in a word, and three are not shown at all.
    expect(found.get('Wiltshire')).toEqual([
      { as: 'words', most: 0 },
      { as: 'words', most: 0 },
      { as: 'words', most: 0 },
      { as: 'words', most: 1 },
    ]);
    expect(found.get('Ealing')?.every(({ as }) => as === 'c')).toBe(true);
  });

  it('with two answers shows nothing of them to anybody', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 2, mixed);
    await closeInTime(wave);
    expect((await resultsOf(wave)).get('Wakefield')).toEqual(QUESTIONS.map(() => ({ as: 'c', in: null })));
  });

  it('with no answer says the same', async () => {
    const wave = await open();
    await closeInTime(wave);
    expect((await resultsOf(wave)).get('Wakefield')).toEqual(QUESTIONS.map(() => ({ as: 'c', in: null })));
  });

  it('holds nothing in the database of what it does not publish, and has no key', async () => {
    const wave = await open();
    const said = await someAnswer(wave, 'Wakefield', 9, (n) => answersOf([n % 6, n, 0, 2], `Secret words of number ${n}`));
    const sealed = await server.database.db.pulseBox.findMany({ where: { waveId: wave.waveId } });
    await closeInTime(wave);
    const everything = await everythingIn(server.database.db);
    for (const { comment } of said) {
      expect(everything).not.toContain(comment);
      expect(everything).not.toContain(Buffer.from(comment ?? '').toString('hex'));
    }
    for (const box of sealed) expect(everything).not.toContain(Buffer.from(box.sealed).toString('hex').slice(0, 24));
    expect(await server.database.db.pulseSeat.count()).toBe(0);
    expect(await server.database.db.pulseBox.count()).toBe(0);
    expect(await waveRow(wave)).toMatchObject({ state: 'closed', keyFingerprint: null, turnout: null, turnoutOn: null });
    expect(await server.core.waveKeys.read(wave.waveId)).toBeUndefined();
    // What everybody could know before: whom it asked, by cell.
    expect(await server.database.db.pulseInvited.count({ where: { waveId: wave.waveId } })).toBe(12);
  });

  /** Bytes of the tables of open waves on the disk, with what was deleted from them. */
  const onDisk = async () => {
    const [size] = await server.database.db.$queryRaw<{ seats: number; boxes: number }[]>`
      select pg_relation_size('pulse_seat')::int as seats,
        (select pg_relation_size(reltoastrelid)::int from pg_class where relname = 'pulse_box') as boxes`;
    return size;
  };

  it('leaves nothing of who answered in the files of the database', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 5, mixed);
    server.clock.set(AFTER);
    await createPulses(server.core).once();
    expect(await onDisk()).toEqual({ seats: 0, boxes: 0 });
  });

  it('and what open pulses hold is as it was when their tables were written anew', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 5, mixed);
    const other = await open();
    await someAnswer(other, 'Wakefield', 5, mixed);
    const rows = () => server.database.db.$queryRaw<{ seats: string; boxes: string }[]>`
      select (select string_agg(s::text, ',' order by s.wave_id, s.person_id) from pulse_seat s) as seats,
        (select string_agg(b::text, ',' order by b.id) from pulse_box b) as boxes`;
    const before = await rows();
    expect(before[0]?.seats).toContain(wave.waveId);
    await wipe(server.core);
    expect(await rows()).toEqual(before);
  });

  it('leaves nothing there either where that fails at first: the next tick does it', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 5, mixed);
    let isFailing = false;
    const statement = (sql: TemplateStringsArray, ...values: unknown[]) =>
      isFailing && sql.join().includes('truncate pulse_seat')
        ? Promise.reject(new Error('a fault'))
        : server.database.db.$executeRaw(sql, ...values);
    const db = new Proxy(server.database.db, { get: (of, name) => (name === '$executeRaw' ? statement : Reflect.get(of, name, of)) });
    const pulses = createPulses({ ...server.core, db });
    await pulses.once();
    isFailing = true;
    server.clock.set('2026-11-20T14:00:00Z');
    await server.database.db.pulseWave.update({ where: { id: wave.waveId }, data: { closesOn: new Date('2026-11-19T00:00:00Z') } });
    await pulses.once();
    expect((await waveRow(wave)).state).toBe('closed');
    expect((await onDisk())?.boxes, 'control: they lie there still').toBeGreaterThan(0);
    isFailing = false;
    await pulses.once();
    expect(await onDisk()).toEqual({ seats: 0, boxes: 0 });
  });

  it('control: rows that are only deleted lie there still', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 5, mixed);
    await server.database.db.pulseSeat.deleteMany();
    await server.database.db.pulseBox.deleteMany();
    const left = await onDisk();
    expect(left?.seats).toBeGreaterThan(0);
    expect(left?.boxes).toBeGreaterThan(0);
  });

  it('keeps the answers of a wave that is still open', async () => {
    const [closing, staying] = [await open(), await open({ closesOn: '2026-12-04' })];
    await someAnswer(staying, 'Wakefield', 7, mixed);
    await closeInTime(closing);
    expect(await server.database.db.pulseSeat.count({ where: { answered: true } })).toBe(7);
    server.clock.set('2026-12-04T17:30:00Z');
    expect(await closeWave(server.core, staying.waveId)).toBe('released');
    expect((await resultsOf(staying)).get('Wakefield')?.some(({ as }) => as === 'words')).toBe(true);
  });

  it('does not log who, or how many', async () => {
    server.logged.length = 0;
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 5, mixed);
    await closeInTime(wave);
    const lines = server.logged.map((line) => Object.keys(JSON.parse(line)));
    expect(lines).toEqual([['level', 'time', 'pid', 'hostname', 'wave', 'msg']]);
  });
});

describe('the moment', () => {
  it.each([
    ['2026-11-27T17:29:59Z', 'open'],
    ['2026-11-27T17:30:00Z', 'closed'],
    ['2026-12-20T03:00:00Z', 'closed'],
  ])('at %s it is %s', async (at, state) => {
    const wave = await open();
    server.clock.set(at);
    await closeDue(server.core);
    expect((await waveRow(wave)).state).toBe(state);
  });

  it('is half past five where the programme is, in summer too', async () => {
    const wave = await open({ closesOn: '2027-06-18' });
    server.clock.set('2027-06-18T16:29:00Z');
    await closeDue(server.core);
    expect((await waveRow(wave)).state).toBe('open');
    server.clock.set('2027-06-18T16:30:00Z');
    await closeDue(server.core);
    expect((await waveRow(wave)).state).toBe('closed');
  });

  it('is a later one where it was extended', async () => {
    const wave = await open();
    await inTransaction(server.database.db, (tx) => extendWave({ tx, now: server.clock.now() }, wave.waveId, '2026-12-02'));
    server.clock.set(AFTER);
    await closeDue(server.core);
    await someAnswer(wave, 'Wakefield', 6, mixed);
    server.clock.set('2026-12-02T17:30:00Z');
    await closeDue(server.core);
    expect((await waveRow(wave)).state).toBe('closed');
    expect((await resultsOf(wave)).get('Wakefield')?.[0]).toMatchObject({ as: 'words' });
  });
});

describe('a clock that is wrong', () => {
  const planned = (moment: string) =>
    server.database.db.planner.upsert({
      where: { id: 1 },
      create: { id: 1, plannedTo: new Date(moment) },
      update: { plannedTo: new Date(moment) },
    });
  /** Ticks of one server, and how the pulse stands after each. */
  const statesAt = async (wave: Wave, ...moments: string[]) => {
    const pulses = createPulses(server.core);
    const states: string[] = [];
    for (const at of moments) {
      server.clock.set(at);
      await pulses.once();
      await planned(at);
      states.push((await waveRow(wave)).state);
    }
    return states;
  };
  beforeEach(() => planned(BEFORE));
  afterAll(() => server.database.db.planner.deleteMany());

  it('by months closes nothing, where it is put right within five minutes', async () => {
    const wave = await open();
    expect(await statesAt(wave, BEFORE, '2027-03-01T09:00:00Z', '2027-03-01T09:01:00Z', '2026-11-19T14:10:00Z')).toEqual(
      Array(4).fill('open'),
    );
    await planned(BEFORE);
    expect(await statesAt(wave, '2027-03-01T09:00:00Z', '2026-11-19T14:10:00Z'), 'at a start too').toEqual(['open', 'open']);
  });

  it('is not one that still says so five minutes later: after a long down-time a pulse closes then', async () => {
    const wave = await open();
    expect(await statesAt(wave, '2026-11-30T09:00:00Z', '2026-11-30T09:05:00Z')).toEqual(['open', 'closed']);
  });

  it('control: where nothing was down it closes at once', async () => {
    const wave = await open();
    await planned('2026-11-27T17:25:00Z');
    expect(await statesAt(wave, '2026-11-27T17:30:00Z')).toEqual(['closed']);
  });
});

describe('twice, or by two processes', () => {
  let second: Database | undefined;
  afterAll(() => second?.close());

  it('a wave is closed once', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 8, mixed);
    server.clock.set(AFTER);
    if (server.database.url) second = openServer(server.database.url);
    const other = { ...server.core, db: second?.db ?? server.core.db };
    const outcomes = await Promise.all([closeWave(server.core, wave.waveId), closeWave(other, wave.waveId)]);
    expect(outcomes.toSorted()).toEqual(['not_due', 'released']);
    const closed = { row: await waveRow(wave), results: await resultsOf(wave) };
    server.clock.advance({ hours: 1 });
    await Promise.all([createPulses(server.core).once(), createPulses(other).once()]);
    expect({ row: await waveRow(wave), results: await resultsOf(wave) }).toEqual(closed);
  });

  it('whoever answers at that very moment is in it, or is told that it has closed', async () => {
    const wave = await open();
    const all = wave.invited.map(({ personId }) => personId);
    for (const personId of all.slice(0, 6)) await answer(server.core, wave.waveId, personId, answersOf([0]));
    // Their clocks differ: for those who answer it is a minute before.
    const early = { ...server.core, now: () => server.clock.now().subtract({ minutes: 20 }) };
    server.clock.set(AFTER);
    const [outcomes] = await Promise.all([
      Promise.all(all.slice(6).map((personId) => answer(early, wave.waveId, personId, answersOf([0])))),
      closeWave(server.core, wave.waveId),
    ]);
    expect(outcomes.every((outcome) => outcome === 'counted' || outcome === 'closed')).toBe(true);
    expect((await resultsOf(wave)).get('Wakefield')?.[0]).toEqual({ as: 'words', most: 0 });
  });

  it('one that cannot be closed holds up no other, and is closed at the next tick', async () => {
    const [failing, fine] = [await open(), await open()];
    server.clock.set(AFTER);
    const { waveKeys } = server.core;
    const broken: typeof waveKeys = {
      ...waveKeys,
      read: (id) => (id === failing.waveId ? Promise.reject(new Error('a fault')) : waveKeys.read(id)),
    };
    await closeDue({ ...server.core, waveKeys: broken });
    expect([(await waveRow(failing)).state, (await waveRow(fine)).state]).toEqual(['open', 'closed']);
    await closeDue(server.core);
    expect((await waveRow(failing)).state).toBe('closed');
  });
});

describe('across waves', () => {
  /** A wave of these people, of whom the first so many say the same; what is published of its first question. */
  const asked = async (
    people: readonly string[],
    many: number,
    closesOn: string,
    { cells = [{ name: 'Wakefield', people: upTo(people.length) }] as TestCell[], k = 5 } = {},
  ) => {
    const wave = await open({ cells, people, closesOn, k });
    for (const personId of people.slice(0, many)) await answer(server.core, wave.waveId, personId, answersOf([1, 8, 0, 0]));
    server.clock.set(`${closesOn}T17:30:00Z`);
    await closeWave(server.core, wave.waveId);
    return { wave, first: (await resultsOf(wave)).get('Wakefield')?.[0] };
  };
  const PEOPLE = upTo(31).map((n) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`);

  it.each<[string, number, number, number, boolean]>([
    ['one has left, and nearly everybody answered: three words', 30, 30, 29, true],
    ['one has left, and nearly everybody answered the first time only: three words', 30, 30, 22, true],
    ['one has left, but eight did not answer either time: as figures', 30, 23, 22, false],
    ['nobody has left or come: as figures', 31, 31, 31, false],
    ['six have left: as figures', 25, 31, 25, false],
  ])('%s', async (_what, secondSize, answeredFirst, answeredSecond, coarse) => {
    const { first } = await asked(PEOPLE, answeredFirst, '2026-11-27');
    expect(first?.as).toBe('tens');
    server.clock.set(BEFORE);
    const { first: second } = await asked(PEOPLE.slice(0, secondSize), answeredSecond, '2026-12-04');
    expect(second).toMatchObject(coarse ? { as: 'words', most: 0, coarse: true } : { as: 'tens' });
  });

  it('one has left, and eight did not answer either time, which is too few where now ten must: three words', async () => {
    await asked(PEOPLE, 23, '2026-11-27');
    server.clock.set(BEFORE);
    const { first } = await asked(PEOPLE.slice(0, 30), 22, '2026-12-04', { k: 10 });
    expect(first).toMatchObject({ as: 'words', coarse: true });
  });

  it.each<[string, number, boolean]>([
    ['one has left of a locality that now is shown in two parts, and nearly everybody answered: three words of each', 40, true],
    ['six have left of it: as figures', 35, false],
  ])('%s', async (_what, secondSize, coarse) => {
    const people = upTo(41).map((n) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`);
    const whole = await asked(people, 41, '2026-11-27');
    expect(whole.first).toMatchObject({ as: 'tens' });
    server.clock.set(BEFORE);
    const cells = [
      { name: 'Wakefield', people: [] },
      { name: 'Primary', parent: 'Wakefield', people: upTo(secondSize - 12) },
      { name: 'Secondary', parent: 'Wakefield', people: upTo(12, 100) },
    ];
    const { wave } = await asked(people.slice(0, secondSize), secondSize, '2026-12-04', { cells });
    const results = await resultsOf(wave);
    const inWords = (name: string) => (results.get(name)?.[0]?.as === 'words' ? results.get(name)?.[0] : 'figures');
    expect(['Wakefield', 'Primary', 'Secondary'].map(inWords)).toEqual(
      coarse ? upTo(3).map(() => ({ as: 'words', most: 0, coarse: true })) : ['figures', 'figures', { as: 'words', most: 0 }],
    );
  });

  it('another question asked of the same people is nothing to compare with', async () => {
    await asked(PEOPLE, 31, '2026-11-27');
    server.clock.set(BEFORE);
    const people = PEOPLE.slice(0, 30);
    const other = [{ item: 'test-another', scale: 'agree' as const, options: [] }];
    const wave = await open({ cells: [{ name: 'Wakefield', people: upTo(30) }], people, questions: other, closesOn: '2026-12-04' });
    for (const personId of people) await answer(server.core, wave.waveId, personId, answersOf([1], null, other));
    server.clock.set('2026-12-04T17:30:00Z');
    await closeWave(server.core, wave.waveId);
    expect((await resultsOf(wave)).get('Wakefield')?.[0]).toMatchObject({ as: 'tens' });
  });

  it('says of a cell that nothing was published of nothing about how many answered', async () => {
    const { wave, first } = await asked(PEOPLE.slice(0, 12), 12, '2026-11-27');
    expect(first?.as).toBe('words');
    const marked = async (one: Wave) =>
      (await server.database.db.pulseResult.findFirstOrThrow({ where: { cell: { waveId: one.waveId } } })).nearlyAll;
    expect(await marked(wave)).toBe(true);
    server.clock.set(BEFORE);
    // Everybody works for one of two bodies: nothing is published, however many answer.
    const two = await open({ cells: [{ name: 'Wakefield', people: upTo(12).map((n) => n % 2) }] });
    await someAnswer(two, 'Wakefield', 12, mixed);
    await closeInTime(two);
    expect(await marked(two)).toBe(false);
  });
});

describe('comments', () => {
  it('are marked where they name a school of a locality that was asked, a post that one person holds, or somebody', async () => {
    const { db } = server.database;
    const [programme, pilot, asked, elsewhere] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await db.programme.create({ data: { id: programme, name: 'Programme' } });
    await db.pilot.create({ data: { id: pilot, programmeId: programme, name: 'Pilot', theme: 'Transition', position: 1 } });
    const locality = (id: string, name: string, position: number) =>
      db.locality.create({ data: { id, pilotId: pilot, name, prefix: name.slice(0, 3).toUpperCase(), ledBy: 'council', position } });
    await locality(asked, 'Wakefield', 1);
    await locality(elsewhere, 'Ealing', 2);
    const said = [
      'carr lane is bad',
      'Highfield is bad',
      'The director of education is slow',
      'Our headteacher is slow',
      'In Wakefield all is well',
      'Fatima never listens',
      ...upTo(5).map(() => 'More time'),
    ];
    const wave = await open();
    const [first, second] = wave.invited.map(({ organisation }) => organisation);
    const school = (id: string, localityId: string, name: string) =>
      db.organisation.create({ data: { id, localityId, name, kind: 'school' } });
    await school(first as string, asked, 'Somewhere School');
    await school(second as string, asked, 'Somewhere Else School');
    await school(randomUUID(), asked, 'Carr Lane Primary');
    await school(randomUUID(), elsewhere, 'Highfield School');
    const person = (post: string) => db.person.create({ data: { id: randomUUID(), post, organisationId: first as string } });
    await person('Director of Education');
    for (const n of upTo(3)) await person(`Headteacher, school ${n}`);
    await someAnswer(wave, 'Wakefield', 11, (n) => answersOf([1], said[n]));
    server.clock.set(AFTER);
    expect(await closeWave(server.core, wave.waveId)).toBe('released');
    const marked = (await commentsOf(wave)).flatMap(({ text, marks }) => (marks.length > 0 ? [`${text}: ${marks}`] : []));
    expect(marked.sort()).toEqual([
      'Fatima never listens: person',
      'The director of education is slow: person',
      'carr lane is bad: school',
    ]);
    await db.$executeRaw`truncate person, organisation, locality, pilot, programme cascade`;
  });

  const say = (n: number) => answersOf([1], `What number ${n} thinks`);

  it('of ten or more are kept word for word, in no order and from nobody', async () => {
    const wave = await open();
    const said = (await someAnswer(wave, 'Wakefield', 11, say)).map(({ comment }) => comment);
    await closeInTime(wave);
    const kept = await commentsOf(wave);
    expect(kept.map(({ text }) => text).toSorted()).toEqual(said.toSorted());
    // In the order of their ids as in that of their rows: version 4, which says nothing of when.
    expect(kept.every(({ id }) => /^[\da-f]{8}-[\da-f]{4}-4/u.test(id))).toBe(true);
    expect(kept.every(({ cell }) => cell.name === 'Wakefield')).toBe(true);
  });

  it('of nine are destroyed unread', async () => {
    const wave = await open();
    await someAnswer(wave, 'Wakefield', 9, say);
    await closeInTime(wave);
    expect(await commentsOf(wave)).toEqual([]);
    expect(await everythingIn(server.database.db)).not.toContain('thinks');
  });

  it('that are too few in a locality are read one level up, with those of others', async () => {
    const wave = await open({ cells: PLACES });
    await someAnswer(wave, 'Wakefield', 12, (n) => answersOf([1], `Wakefield ${n}`));
    await someAnswer(wave, 'Wiltshire', 6, (n) => answersOf([1], `Wiltshire ${n}`));
    await someAnswer(wave, 'Ealing', 4, (n) => answersOf([1], `Ealing ${n}`));
    await closeInTime(wave);
    const kept = Map.groupBy(await commentsOf(wave), ({ cell }) => cell.name);
    expect(kept.get('Wakefield')?.every(({ text }) => text.startsWith('Wakefield'))).toBe(true);
    expect(kept.get('Wakefield')).toHaveLength(12);
    expect(kept.get('Programme')).toHaveLength(10);
    expect(kept.size).toBe(2);
  });
});

describe('how many have answered an open pulse', () => {
  const bandAfter = async (many: number, at = '2026-11-20T06:00:00Z') => {
    const cells = [{ name: 'Wakefield', people: upTo(20) }];
    const wave = await open({ cells, comment: false });
    await someAnswer(wave, 'Wakefield', many, () => answersOf([1]));
    server.clock.set(at);
    await turnoutDue(server.core);
    return { wave, band: (await waveRow(wave)).turnout };
  };

  it.each([
    [0, 'up_to_half'],
    [10, 'up_to_half'],
    [11, 'over_half'],
    [16, 'over_half'],
    [17, 'most'],
    [20, 'most'],
  ])('%i of 20: %s', async (many, band) => {
    expect((await bandAfter(many)).band).toBe(band);
  });

  it('is worked out at six in the morning, once a day', async () => {
    const { wave } = await bandAfter(10);
    const [, , , , , , , , , , eleventh] = wave.invited;
    await answer(server.core, wave.waveId, eleventh?.personId as string, answersOf([1]));
    for (const [at, band] of [
      ['2026-11-20T06:05:00Z', 'up_to_half'],
      ['2026-11-20T23:59:00Z', 'up_to_half'],
      ['2026-11-21T05:59:00Z', 'up_to_half'],
      ['2026-11-21T06:00:00Z', 'over_half'],
    ] as const) {
      server.clock.set(at);
      await turnoutDue(server.core);
      expect((await waveRow(wave)).turnout).toBe(band);
    }
  });

  it('is not worked out later in the day, where nothing ran at six: by then it would say who answered since', async () => {
    const { wave } = await bandAfter(17, '2026-11-20T14:00:00Z');
    expect(await waveRow(wave)).toMatchObject({ turnout: null, turnoutOn: null });
    server.clock.set('2026-11-21T06:05:00Z');
    await turnoutDue(server.core);
    expect((await waveRow(wave)).turnout).toBe('most');
  });

  it('is not said before the first morning', async () => {
    const wave = await open();
    await server.database.db.pulseWave.update({ where: { id: wave.waveId }, data: { openedAt: new Date('2026-11-19T08:00:00Z') } });
    await turnoutDue(server.core);
    expect(await waveRow(wave)).toMatchObject({ turnout: null, turnoutOn: null });
  });
});
