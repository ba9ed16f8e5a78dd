import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPulses } from '../../src/jobs/pulses.ts';
import { BoxUnreadable, contentsOf, openBox } from '../../src/pulses/box.ts';
import type { Head } from '../support/pulse-world.ts';
import { drawAnswers, secretsOf } from './attack/answers.ts';
import { attack, type Seen, search } from './attack/attacker.ts';
import { createRecorder, type Step } from './attack/recorder.ts';
import { seedCrypto } from './attack/seeded-crypto.ts';
import { type WholeWorld, wholeWorld } from './attack/whole-world.ts';
import { tally } from './rows.ts';

// Forty headteachers answer one after the other, in Slack, in Teams, in the web chat and by their links. After each, somebody copies all there
// is but the key: every row, the files of the database, the logs, the metrics, and what was sent to the platforms.

const PEOPLE = 44;
const ANSWERS = 40;
const TELLING = 0.01;

let world: WholeWorld;
let unseed = () => {};
let key: Uint8Array;
let recorder: Awaited<ReturnType<typeof createRecorder>>;
let said: ReturnType<typeof drawAnswers>;
const steps: Step[] = [];

beforeAll(async () => {
  unseed = seedCrypto(17);
  world = await wholeWorld({ schools: PEOPLE });
  said = drawAnswers(23, world.wave.questions, ANSWERS);
  key = new Uint8Array((await world.core.waveKeys.read(world.waveId))?.key ?? []);
  const { core, folders, logs, metrics, traffic } = world;
  recorder = await createRecorder({ db: core.db, folders, logs, metrics, traffic });
  const heads = world.place.heads;
  for (const [nth, { answers }] of said.entries()) {
    const head = heads[(nth * 17) % PEOPLE] as (typeof heads)[number];
    await world.answer(world.ways[nth % world.ways.length] as string, head, answers);
    steps.push(await recorder.step());
  }
}, 180_000);
afterAll(async () => {
  unseed();
  await world?.close();
});

test('each of the forty is seen to have answered, as the bot must know until the pulse closes', async () => {
  expect(await world.core.db.pulseSeat.count({ where: { waveId: world.waveId, answered: true } })).toBe(ANSWERS);
  for (const { seen } of steps) {
    expect(seen.get('new rows of pulse_seat')).toBe(1);
    expect(seen.get('new rows of pulse_box')).toBe(1);
  }
});

test('no word of a comment is found in any row, file, log, metric, or what was sent; nor the key', () => {
  const words = said.flatMap((one) => one.words);
  expect(words.length).toBeGreaterThan(20);
  expect(key).toHaveLength(32);
  const sofar: (string | Uint8Array)[] = [key];
  for (const [nth, { bytes }] of steps.entries()) {
    sofar.push(...(said[nth]?.words ?? []));
    expect(search(bytes, sofar)).toEqual([]);
  }
});

test('no count is found in the open, as bytes or as a list', () => {
  const questions = world.wave.questions;
  const all = said.map(({ answers }) => answers);
  for (const [nth, { bytes }] of steps.entries()) {
    if (nth < 5) continue; // until then they are small numbers that stand in any file
    const counts = tally(all.slice(0, nth + 1), questions);
    const box = Buffer.from(Uint16Array.from(counts.flat()).buffer).swap16();
    expect(search(bytes, [box, ...counts.filter(({ length }) => length > 2).map((of) => of.join())])).toEqual([]);
  }
});

test('whoever knows what some answered cannot guess what others did, from the first answer on', () => {
  const seen: Seen[] = steps.map((step) => step.seen);
  const secrets = secretsOf(
    world.wave.questions,
    said.map(({ answers }) => answers),
  );
  const verdict = attack(seen, secrets);
  expect(verdict.looked).toBeGreaterThan(200);
  expect(verdict.p, `${verdict.best.seen} tells of ${verdict.best.of}`).toBeGreaterThanOrEqual(TELLING);
  expect(verdict.guessed.p, `${verdict.guessed.right} right guesses of ${verdict.guessed.of}`).toBeGreaterThanOrEqual(TELLING);
});

describe('what people write besides', () => {
  const WORD = 'qzvxkjwbnf';
  /** Rows, files and logs: what goes back to whoever wrote it is theirs. */
  const left = async () => search((await recorder.step()).bytes, [WORD]).filter((where) => !where.includes('sent to platforms'));
  const late = () => world.place.heads.filter((_, at) => !said.some((_one, nth) => (nth * 17) % PEOPLE === at));

  test('a form that comes back because of a mistake leaves nothing of its words behind', async () => {
    const [head] = late();
    for (const comment of [`${WORD} `.repeat(120), `${WORD} B801200005001`])
      for (const way of ['by a personal link', 'in the web chat'])
        await world.answer(way, head as Head, { chosen: new Map(), comment }).catch(() => {});
    expect(await left()).toEqual([]);
    expect(await world.core.db.pulseSeat.count({ where: { waveId: world.waveId, answered: true } })).toBe(ANSWERS);
  });

  test.each([
    ['a few words behind “pulse answer”', `pulse answer ${WORD}`],
    ['a few words behind “pulse”', `pulse ${WORD}`],
    ['more than fits a comment', `pulse answer ${`${WORD} `.repeat(120)}`],
    ['words with a character that cannot be kept', `pulse answer ${WORD} \u0007`],
  ])('%s, typed in a message, are in no row and no file, though their answer went through the outbox', async (_name, typed) => {
    await world.typesInSlack(late()[1] as Head, typed);
    expect(await left()).toEqual([]);
  });

  test('control: a word in any other command is found in rows, files and what was sent', async () => {
    await world.typesInSlack({ name: 'wakefield.lead' }, `kpi attendance 93.2 ${WORD}`);
    const { bytes } = await recorder.step();
    const found = search(bytes, [WORD]).join('\n');
    expect(found).toMatch(/^rows of reading$/mu);
    expect(found).toMatch(/^rows of outbox$/mu);
    expect(found).toMatch(/^file of reading/mu);
    expect(found).toMatch(/^file of the database's log/mu);
    expect(found).toMatch(/^what was sent to platforms$/mu);
  });
});

describe('when it has closed', () => {
  let before: { id: string; sealed: Uint8Array }[];

  beforeAll(async () => {
    before = await world.core.db.pulseBox.findMany({ where: { waveId: world.waveId } });
    world.bot.clock.advance({ days: 15 });
    await createPulses(world.core).once();
    await recorder.step();
  });

  test('it is closed, with the motivated intruder of the audit written down', async () => {
    const wave = await world.core.db.pulseWave.findUniqueOrThrow({ where: { id: world.waveId } });
    expect(wave).toMatchObject({ state: 'closed', keyFingerprint: null });
    expect(wave.audit).not.toBeNull();
  });

  test('no row tells who answered: every head stands in the same rows as every other', () => {
    const tables = recorder.rows();
    const standing = new Set(
      world.place.heads.map(({ personId }) =>
        [...tables]
          .flatMap(([name, rows]) =>
            name === 'pulse_invited' || rows.some((row) => row.includes(personId))
              ? [`${name} ${rows.filter((row) => row.includes(personId)).length}`]
              : [],
          )
          .join(', '),
      ),
    );
    expect([...standing]).toHaveLength(1);
  });

  test('no file of a table holds a seat or a box any more', async () => {
    const files = new Map([...recorder.everything()].filter(([path]) => path.includes('/base/')));
    const [seats] = await world.core.db.$queryRaw<{ path: string }[]>`select pg_relation_filepath('pulse_seat') as path`;
    const [, seatFile] = [...files].find(([path]) => path.endsWith(seats?.path ?? '')) ?? [];
    const ids = world.place.heads.map(({ personId }) => Buffer.from(personId.replaceAll('-', ''), 'hex'));
    for (const id of ids) expect(Buffer.from(seatFile ?? []).includes(id)).toBe(false);
    // control: while it was open they stood there
    const open = Buffer.concat(
      steps.flatMap(({ bytes }) => [...bytes].flatMap(([where, some]) => (where.startsWith('file of pulse_seat (') ? [some] : []))),
    );
    expect(ids.filter((id) => open.includes(id))).toHaveLength(PEOPLE);
    for (const { sealed } of before)
      for (const [path, bytes] of files) expect(Buffer.from(bytes).includes(Buffer.from(sealed).subarray(-64)), path).toBe(false);
  });

  test('a copy from before opens with nothing that is left: the key is in no folder, file or row', async () => {
    expect(await world.core.waveKeys.list()).toEqual([]);
    expect(await world.core.waveKeys.read(world.waveId)).toBeUndefined();
    expect(search(recorder.everything(), [key])).toEqual([]);
    // What opened them while it was open, so that it is known what is not there any more.
    for (const { id, sealed } of before)
      expect(contentsOf(openBox(key, id, sealed), world.wave.questions).comments.length).toBeGreaterThan(9);
    for (const { id, sealed } of before) expect(() => openBox(world.core.secret, id, sealed)).toThrow(BoxUnreadable);
  });

  test('comments stand in no order that tells when they were written', async () => {
    const rows = await world.core.db.$queryRaw<{ text: string }[]>`
      select o.text from pulse_comment o join pulse_cell c on c.id = o.cell_id where c.wave_id = ${world.waveId}::uuid order by o.ctid`;
    const written = said.flatMap(({ answers }) => answers.comment ?? []);
    expect(rows.map(({ text }) => text).sort()).toEqual([...written].sort());
    const half = (text: string) => (written.indexOf(text) < written.length / 2 ? 'early' : 'late');
    const places = rows.map((_, at) => new Map([['place', at]]));
    expect(attack(places, new Map([['written', rows.map(({ text }) => half(text))]])).p).toBeGreaterThanOrEqual(TELLING);
    // control: in the order in which they came
    expect(attack(places, new Map([['written', written.map(half)]])).p).toBeLessThan(TELLING);
  });
});
