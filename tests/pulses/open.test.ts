import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { UserError } from '../../src/errors.ts';
import { contentsOf, openBox } from '../../src/pulses/box.ts';
import { changeDraft, closesByDefault, discardDraft, nextWave } from '../../src/pulses/draft.ts';
import { extendWave } from '../../src/pulses/extend.ts';
import { reword } from '../../src/pulses/items.ts';
import { drawBoxes, openWave } from '../../src/pulses/open.ts';
import { openDue } from '../../src/pulses/open-due.ts';
import type { Plan } from '../../src/pulses/pulse.ts';
import { cellsOf, openWavesFor, waveById, wavesRunIn } from '../../src/pulses/queries.ts';
import { linkHash, linkToken } from '../../src/pulses/seat.ts';
import { type World, wavesWorld } from './waves.ts';

/** A wave is planned, opens once for those who are there then, and does not change any more. It is Thursday 19 November 2026, in term. */

let world: World;
beforeAll(async () => {
  world = await wavesWorld();
});
afterEach(() => world.clear());
afterAll(() => world.bot.close());

describe('opening', () => {
  it('asks whoever is there on that day, gives each a seat in a box and a link of their own, and makes the key of the boxes', async () => {
    const heads = await world.heads('Wakefield', 30);
    const already = await Promise.all(['wakefield.head.1', 'wakefield.head.2', 'wakefield.head.3'].map(world.person));
    const everybody = [...heads, ...already].sort();
    const waveId = await world.draft();
    expect(await world.open(waveId)).toEqual({ opened: { waveId, invited: 33, cells: 1 } });

    const wave = await inTransaction(world.db, (tx) => waveById(tx, waveId));
    const key = await world.core.waveKeys.read(waveId);
    expect(wave).toMatchObject({ state: 'open', openedAt: '2026-11-19T14:00:00.000Z', keyFingerprint: key?.fingerprint, turnout: null });
    const { invited, seats, boxes, cells } = await world.kept();
    expect(invited.map(({ personId }) => personId).sort()).toEqual(everybody);
    expect(seats.map(({ personId }) => personId).sort()).toEqual(everybody);
    expect(seats.every(({ answered, shownIn }) => !answered && shownIn === null)).toBe(true);
    for (const { personId, linkHash: hash } of seats) expect(hash).toBe(linkHash(linkToken(world.core.secret, waveId, personId)));
    const works = new Map((await world.db.person.findMany()).map(({ id, organisationId }) => [id, organisationId]));
    for (const { personId, organisationId } of invited) expect(organisationId).toBe(works.get(personId));
    expect(cells).toMatchObject([{ kind: 'locality', name: 'Wakefield', invited: 33, parentId: null }]);

    expect(boxes).toHaveLength(1);
    const opened = openBox(key?.key as Uint8Array, boxes[0]?.id as string, boxes[0]?.sealed as Uint8Array);
    expect(contentsOf(opened, wave?.questions ?? [])).toEqual({ counts: [[0, 0, 0, 0, 0, 0], Array(11).fill(0)], comments: [] });
    expect(boxes[0]?.sealed).toHaveLength(12 + 2 * (6 + 11) + 33 * 1_202 + 16);
  });

  it('has boxes without room for comments where none is asked for', async () => {
    await world.heads('Wakefield', 20);
    await world.open(await world.draft({ comment: false }));
    expect((await world.kept()).boxes[0]?.sealed).toHaveLength(12 + 2 * (6 + 11) + 16);
  });

  it('has a cell for each part that is large enough, and boxes for each cell’s own people', async () => {
    await world.heads('Wakefield', 40);
    await world.heads('Wakefield', 14, 'secondary');
    const waveId = await world.draft({ split: 'phase' });
    await world.open(waveId);
    const cells = await inTransaction(world.db, (tx) => cellsOf(tx, waveId));
    expect(cells.map(({ name, invited }) => [name, invited])).toEqual([
      ['Wakefield', 57],
      ['Primary schools, Wakefield', 42],
    ]);
    expect(cells[1]?.parentId).toBe(cells[0]?.id);
    const { boxes, seats, invited } = await world.kept();
    expect(new Map(boxes.map(({ cellId, invited: count }) => [cellId, count]))).toEqual(
      new Map([
        [cells[0]?.id, 15],
        [cells[1]?.id, 42],
      ]),
    );
    const cellOf = new Map(boxes.map(({ id, cellId }) => [id, cellId]));
    const cellOfPerson = new Map(invited.map(({ personId, cellId }) => [personId, cellId]));
    for (const { personId, boxId } of seats) expect(cellOf.get(boxId)).toBe(cellOfPerson.get(personId));
  });

  it('is told to everybody who was asked, whoever has answered, and to nobody else', async () => {
    const [one, other] = await world.heads('Wakefield', 20);
    const waveId = await world.draft();
    await world.open(waveId);
    await world.db.pulseSeat.updateMany({ where: { personId: one as string }, data: { answered: true } });
    const asked = await inTransaction(world.db, (tx) => openWavesFor(tx, [one as string, other as string, world.runBy]));
    const line = { waveId, title: 'Trust and working together', openedOn: '2026-11-19', closesOn: '2026-12-03' };
    expect(asked).toMatchObject([line, line]);
    expect(asked.map(({ personId }) => personId).sort()).toEqual([one, other].sort());
  });

  it('is listed where all of its places are, and not for a part of them', async () => {
    const wakefield = await world.draft({ title: 'One' });
    const both = await world.draft({ title: 'Both', places: [world.place('Wakefield'), world.place('Ealing')] });
    const listed = async (name: string) =>
      (await inTransaction(world.db, (tx) => wavesRunIn(tx, [world.place(name).id]))).map(({ id }) => id).sort();
    expect(await listed('Wakefield')).toEqual([wakefield]);
    expect(await listed('Vulnerable children')).toEqual([wakefield]);
    expect(await listed('Ealing')).toEqual([]);
    expect(await listed('LocalEd')).toEqual([wakefield, both].sort());
  });

  it('is refused where nine people are too few to hide in: nothing is kept, and there is no key', async () => {
    await world.heads('Wakefield', 6);
    const waveId = await world.draft();
    const before = await world.kept();
    expect(await world.open(waveId)).toEqual({ tooFew: 9 });
    expect(await world.scheduled(waveId)).toEqual({ tooFew: 9 });
    expect(await world.kept()).toEqual(before);
    expect(before.keys).toEqual([]);
  });

  it('takes place today, whenever it was to be', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft({ opensOn: '2027-01-06', closesOn: '2027-01-15' });
    await world.open(waveId);
    const wave = await world.db.pulseWave.findUniqueOrThrow({ where: { id: waveId } });
    expect([wave.opensOn.toISOString().slice(0, 10), wave.halfTerm]).toEqual(['2026-11-19', '2026/27-autumn-2']);
  });

  it('leaves nothing that could be answered where its transaction fails, and can be tried again', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft();
    const before = await world.kept();
    const failing = inTransaction(world.db, async (tx) => {
      await openWave({ ...world.core, tx, now: world.core.now() }, waveId);
      throw new Error('the turn failed after all');
    });
    await expect(failing).rejects.toThrow('after all');
    expect({ ...(await world.kept()), keys: [] }).toEqual(before);
    const left = await world.core.waveKeys.read(waveId);
    expect(await world.open(waveId)).toMatchObject({ opened: { waveId } });
    expect((await world.core.waveKeys.read(waveId))?.fingerprint).not.toBe(left?.fingerprint);
  });

  it('twice at the same moment opens it once', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft();
    const both = await Promise.allSettled([world.open(waveId), world.open(waveId)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { seats, waves, keys } = await world.kept();
    expect(seats).toHaveLength(15);
    expect(keys).toEqual([waveId]);
    expect(waves[0]?.keyFingerprint).toBe((await world.core.waveKeys.read(waveId))?.fingerprint);
  });
});

describe('who runs the server', () => {
  it('is said before anybody is asked', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft();
    const real = { config: { ...world.core.config, demo: false } };
    for (const work of [world.open, world.scheduled])
      await expect(work(waveId, real)).rejects.toThrow(/who runs this server: OPERATOR_NAME/u);
    const named = { config: { ...real.config, operatorName: 'Learn Example Ltd' } };
    expect(await world.open(waveId, named)).toMatchObject({ opened: { waveId } });
  });
});

describe('boxes', () => {
  it.each([
    [12, [12]],
    [200, [200]],
    [201, [101, 100]],
    [400, [200, 200]],
    [450, [150, 150, 150]],
    [1_001, [167, 167, 167, 167, 167, 166]],
  ])('of %i people hold as even numbers as can be, at most 200', (count, sizes) => {
    const people = Array.from({ length: count }, (_, at) => at);
    const boxes = drawBoxes(people);
    expect(boxes.map(({ length }) => length)).toEqual(sizes);
    expect(boxes.flat().sort((one, other) => one - other)).toEqual(people);
  });

  it('are drawn at random: neither their order nor another draw says who is in which', () => {
    const people = Array.from({ length: 400 }, (_, at) => at);
    const draws = [drawBoxes(people), drawBoxes(people)];
    const [first, second] = draws.map(([box]) => new Set(box));
    // Of two fair halves about 100 of 200 are in both; under 50 or over 150 comes up less often than once in 10^20 draws.
    const both = [...(first ?? [])].filter((person) => second?.has(person)).length;
    expect(both).toBeGreaterThan(50);
    expect(both).toBeLessThan(150);
    for (const one of [first, second]) {
      const early = [...(one ?? [])].filter((person) => person < 200).length;
      expect(early).toBeGreaterThan(50);
      expect(early).toBeLessThan(150);
    }
  });
});

describe('a plan', () => {
  it.each<[string, (w: World) => Partial<Plan>, RegExp]>([
    ['without a title', () => ({ title: ' ' }), /needs a title/u],
    ['with a long title', () => ({ title: 'x'.repeat(81) }), /81 characters; 80 fit/u],
    ['with a pupil’s number as its title', () => ({ title: 'About B801200005001' }), /pupil/u],
    ['without a place', () => ({ places: [] }), /which place/u],
    ['with a place that is not there', (w) => ({ places: [{ kind: 'pilot', id: w.runBy }] }), /no longer there/u],
    ['with a place twice', (w) => ({ places: [w.place('Wakefield'), w.place('Wakefield')] }), /Wakefield is named twice/u],
    [
      'with a locality and its pilot',
      (w) => ({ places: [w.place('Wakefield'), w.place('Vulnerable children')] }),
      /Wakefield lies in Vulnerable children already/u,
    ],
    ['with a hub and its locality', (w) => ({ places: [w.place('Wakefield'), w.place('District 1 hub')] }), /lies in Wakefield already/u],
    ['without a question', () => ({ items: [] }), /at least one question/u],
    [
      'with six questions',
      () => ({ items: ['trust', 'belonging', 'a-say', 'clear-focus', 'skills', 'recommend'].map((item) => ({ item, version: 1 })) }),
      /at most 5 questions; this has 6/u,
    ],
    [
      'with a question twice',
      () => ({
        items: [
          { item: 'trust', version: 1 },
          { item: 'trust', version: 1 },
        ],
      }),
      /twice/u,
    ],
    ['that shows two answers', () => ({ k: 2 }), /never for fewer than 3/u],
    ['that opens in the past', () => ({ opensOn: '2026-11-18' }), /Wednesday 18 November 2026 is past/u],
    ['that opens on a Saturday', () => ({ opensOn: '2026-11-21' }), /The next school day is Monday 23 November 2026/u],
    [
      'that asks schools in their holidays',
      () => ({ opensOn: '2026-12-24', closesOn: '2027-01-20' }),
      /Schools are closed on Thursday 24 December 2026\. The next school day is \w+ \d January 2027/u,
    ],
    ['that closes on a Sunday', () => ({ closesOn: '2026-12-06' }), /The next is Monday 7 December 2026/u],
    [
      'that closes on Christmas Day, for leads',
      () => ({ audience: 'leads', closesOn: '2026-12-25' }),
      /The next is Tuesday 29 December 2026/u,
    ],
    ['that closes as it opens', () => ({ closesOn: '2026-11-19' }), /closes the day after or later/u],
    ['that stays open for months', () => ({ closesOn: '2027-01-19' }), /at most 60 days: this one closes by Monday 18 January 2027/u],
  ])('%s is refused in words', async (_name, change, why) => {
    const error = await world.draft(change(world)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(why);
    expect((await world.kept()).waves).toEqual([]);
  });

  it('for leads may open in the holidays, on any day', async () => {
    const waveId = await world.draft({ audience: 'leads', opensOn: '2026-12-30', closesOn: '2027-01-13' });
    expect((await inTransaction(world.db, (tx) => waveById(tx, waveId)))?.opensOn).toBe('2026-12-30');
  });

  it.each<[string, Plan['audience'], string, string]>([
    ['ten school days after it opens', 'schools', '2026-11-19', '2026-12-03'],
    ['ten school days, over the Christmas holidays', 'schools', '2026-12-14', '2027-01-11'],
    ['for leads ten working days, bank holidays left out', 'leads', '2026-12-14', '2026-12-30'],
  ])('closes %s', async (_name, audience, opensOn, closesOn) => {
    const places = [world.place('Wakefield')];
    expect(await inTransaction(world.db, (tx) => closesByDefault(tx, { audience, places }, opensOn))).toBe(closesOn);
  });

  it('can be changed and thrown away before it opens, and is a draft again once changed', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft({ opensOn: '2026-11-23' });
    await world.scheduled(waveId);
    await world.writing((writer) => changeDraft(writer, waveId, world.planned({ title: 'Another title', split: 'group', k: 7 })));
    const wave = await inTransaction(world.db, (tx) => waveById(tx, waveId));
    expect(wave).toMatchObject({ title: 'Another title', split: 'group', k: 7, state: 'draft', opensOn: '2026-11-19' });
    await inTransaction(world.db, (tx) => discardDraft(tx, waveId));
    expect((await world.kept()).waves).toEqual([]);
  });

  it('of the next wave asks the same again in the next half-term, in the newest words', async () => {
    await world.heads('Wakefield', 12);
    const first = await world.draft();
    await world.open(first);
    await world.writing((writer) => reword(writer, 'trust', 'People here trust one another.'));
    const second = await world.writing((writer) => nextWave(writer, first));
    expect(await inTransaction(world.db, (tx) => waveById(tx, second))).toMatchObject({
      surveyId: first,
      number: 2,
      state: 'draft',
      title: 'Trust and working together',
      audience: 'schools',
      items: [
        { item: 'trust', version: 2 },
        { item: 'recommend', version: 1 },
      ],
      openedAt: null,
      keyFingerprint: null,
    });
    const row = await world.db.pulseWave.findUniqueOrThrow({ where: { id: second } });
    expect(row.halfTerm).toBe('2026/27-spring-1');
    await expect(world.writing((writer) => nextWave(writer, first))).rejects.toThrow(/planned already/u);
  });
});

describe('once it is open', () => {
  let waveId: string;
  beforeEach(async () => {
    await world.heads('Wakefield', 20);
    waveId = await world.draft();
    await world.open(waveId);
  });

  const attempts: [string, (w: World, id: string) => Promise<unknown>][] = [
    ['its plan', (w, id) => w.writing((writer) => changeDraft(writer, id, w.planned({ title: 'Something else' })))],
    ['the smallest base that is shown', (w, id) => w.writing((writer) => changeDraft(writer, id, w.planned({ k: 3 })))],
    ['that it is there', (w, id) => inTransaction(w.db, (tx) => discardDraft(tx, id))],
    ['its opening', (w, id) => w.open(id)],
    ['its opening, to a later one', (w, id) => w.scheduled(id)],
    ['its last day, to an earlier one', (w, id) => inTransaction(w.db, (tx) => extendWave({ tx, now: w.core.now() }, id, '2026-12-02'))],
    ['its last day, to the same', (w, id) => inTransaction(w.db, (tx) => extendWave({ tx, now: w.core.now() }, id, '2026-12-03'))],
    ['its last day, to a Saturday', (w, id) => inTransaction(w.db, (tx) => extendWave({ tx, now: w.core.now() }, id, '2026-12-12'))],
    ['its last day, to one in years', (w, id) => inTransaction(w.db, (tx) => extendWave({ tx, now: w.core.now() }, id, '2036-12-03'))],
  ];

  it.each(attempts)('nobody can change %s', async (_name, attempt) => {
    const before = await world.kept();
    await expect(attempt(world, waveId)).rejects.toThrow(UserError);
    expect(await world.kept()).toEqual(before);
  });

  it.each(attempts)('nor can they once it has closed: %s', async (_name, attempt) => {
    await world.db.$executeRaw`
      update pulse_wave set state = 'closed', closed_at = opened_at, key_fingerprint = null where id = ${waveId}::uuid`;
    const before = await world.kept();
    await expect(attempt(world, waveId)).rejects.toThrow(UserError);
    expect(await world.kept()).toEqual(before);
  });

  it('it can close later, and nothing else of it changes', async () => {
    const before = await world.kept();
    await inTransaction(world.db, (tx) => extendWave({ tx, now: world.core.now() }, waveId, '2026-12-10'));
    const [wave] = before.waves;
    expect(await world.kept()).toEqual({ ...before, waves: [{ ...wave, closesOn: new Date('2026-12-10T00:00:00Z') }] });
  });

  it('it cannot be open for longer once its last evening has come, though it has not been closed yet', async () => {
    world.bot.clock.set('2026-12-03T17:29:59Z');
    await inTransaction(world.db, (tx) => extendWave({ tx, now: world.core.now() }, waveId, '2026-12-04'));
    world.bot.clock.set('2026-12-04T17:30:00Z');
    await expect(inTransaction(world.db, (tx) => extendWave({ tx, now: world.core.now() }, waveId, '2026-12-10'))).rejects.toThrow(
      /has closed/u,
    );
  });

  it('another wording of its question changes nothing of what it asks', async () => {
    const before = (await inTransaction(world.db, (tx) => waveById(tx, waveId)))?.questions;
    await world.writing((writer) => reword(writer, 'trust', 'People here trust one another.'));
    expect((await inTransaction(world.db, (tx) => waveById(tx, waveId)))?.questions).toEqual(before);
  });

  it('whoever comes later is not asked, and whoever leaves stays counted as asked', async () => {
    const before = (await world.kept()).invited;
    await world.heads('Wakefield', 5);
    await world.db.person.update({ where: { id: before[0]?.personId as string }, data: { leftOn: new Date('2026-11-20T00:00:00Z') } });
    expect((await world.kept()).invited).toEqual(before);
  });
});

describe('by itself', () => {
  const stateOf = async (id: string) => (await world.db.pulseWave.findUniqueOrThrow({ where: { id } })).state;

  it('a wave opens on the morning of its first day, at 08:00 and not before, once', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft({ opensOn: '2026-11-23', closesOn: '2026-12-07' });
    expect(await world.scheduled(waveId)).toEqual({ scheduled: { waveId, opensOn: '2026-11-23' } });
    world.bot.clock.set('2026-11-23T07:59:59Z');
    await openDue(world.core);
    expect(await stateOf(waveId)).toBe('scheduled');
    world.bot.clock.set('2026-11-23T08:00:00Z');
    await Promise.all([openDue(world.core), openDue(world.core)]);
    expect(await stateOf(waveId)).toBe('open');
    const before = await world.kept();
    await openDue(world.core);
    expect(await world.kept()).toEqual(before);
  });

  it('in summer too it is 08:00 in London', async () => {
    await world.heads('Wakefield', 12);
    world.bot.clock.set('2027-06-10T10:00:00Z');
    const waveId = await world.draft({ opensOn: '2027-06-14', closesOn: '2027-06-28' });
    await world.scheduled(waveId);
    world.bot.clock.set('2027-06-14T06:59:00Z');
    await openDue(world.core);
    expect(await stateOf(waveId)).toBe('scheduled');
    world.bot.clock.set('2027-06-14T07:00:00Z');
    await openDue(world.core);
    expect(await stateOf(waveId)).toBe('open');
  });

  it('it opens late where nothing ran that morning', async () => {
    await world.heads('Wakefield', 12);
    const waveId = await world.draft({ opensOn: '2026-11-23', closesOn: '2026-12-07' });
    await world.scheduled(waveId);
    world.bot.clock.set('2026-11-25T03:00:00Z');
    await openDue(world.core);
    const wave = await inTransaction(world.db, (tx) => waveById(tx, waveId));
    expect(wave).toMatchObject({ state: 'open', opensOn: '2026-11-25' });
  });

  it('one that cannot open is a plan again, whoever planned it is told why, and it holds up no other', async () => {
    const [gone] = await world.heads('Wakefield', 9);
    await world.heads('Rochdale', 12);
    const small = await world.draft({ opensOn: '2026-11-23', title: 'Small' });
    const fine = await world.draft({ opensOn: '2026-11-23', places: [world.place('Rochdale')] });
    await world.scheduled(small);
    await world.scheduled(fine);
    await world.db.person.update({ where: { id: gone as string }, data: { leftOn: new Date('2026-11-20T00:00:00Z') } });
    world.bot.clock.set('2026-11-23T08:00:00Z');
    await openDue(world.core);
    expect([await stateOf(small), await stateOf(fine)]).toEqual(['draft', 'open']);
    const news = await world.db.news.findMany({ where: { aboutId: small } });
    expect(news.map(({ personId, text }) => [personId, text])).toEqual([
      [world.runBy, 'The pulse “Small” did not open: it asks fewer than 12 people now, too few to hide in.'],
    ]);
    await openDue(world.core);
    expect(await world.db.news.count({ where: { aboutId: small } })).toBe(1);
  });

  it('one whose key cannot be kept waits for the next tick, and no other waits for it', async () => {
    await world.heads('Wakefield', 12);
    await world.heads('Rochdale', 12);
    const first = await world.draft({ opensOn: '2026-11-23' });
    const second = await world.draft({ opensOn: '2026-11-23', places: [world.place('Rochdale')] });
    await world.scheduled(first);
    await world.scheduled(second);
    world.bot.clock.set('2026-11-23T08:00:00Z');
    const { waveKeys } = world.core;
    const make: typeof waveKeys.make = async (id) => {
      if (id === first) throw new Error('the folder of the keys is full');
      return waveKeys.make(id);
    };
    await openDue({ ...world.core, waveKeys: { ...waveKeys, make } });
    expect([await stateOf(first), await stateOf(second)]).toEqual(['scheduled', 'open']);
    await openDue(world.core);
    expect(await stateOf(first)).toBe('open');
  });
});
