import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Core } from '../../src/app.ts';
import { parseConfig } from '../../src/config.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { answerWave } from '../../src/pulses/answer.ts';
import { countersOf, emptyBox, sealBox } from '../../src/pulses/box.ts';
import type { Answers } from '../../src/pulses/pulse.ts';
import { linkHash, linkToken } from '../../src/pulses/seat.ts';
import type { Scale } from '../../src/statistics/disclosure.ts';
import { createWaveKeys } from '../../src/wave-keys.ts';
import { testClock, testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** What pulses need of a server, over a database with nothing else in it. A Thursday afternoon in term. */
export const pulseServer = async (given?: TestDatabase) => {
  const clock = testClock('2026-11-19T14:00:00Z');
  const database = given ?? (await testDatabase());
  const keysDir = join(tmpdir(), `common-cause-test-keys-${randomBytes(6).toString('hex')}`);
  const config = parseConfig({ KEYS_DIR: keysDir });
  const logged: string[] = [];
  const core = {
    db: database.db,
    now: clock.now,
    newId: testIds(),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    secret: new Uint8Array(32).fill(7),
    config,
    later: async () => {},
    waveKeys: createWaveKeys(config, randomBytes),
  } satisfies Core;
  const close = async () => {
    await database.close();
    await rm(keysDir, { recursive: true, force: true });
  };
  return { core, database, clock, logged, keysDir, close };
};
export type PulseServer = Awaited<ReturnType<typeof pulseServer>>;

/** An open wave as rows, made by hand: of any shape, over people and organisations that are nothing but ids. */

export type TestQuestion = { item: string; scale: Scale; options: string[] };
export const QUESTIONS: TestQuestion[] = [
  { item: 'test-agree', scale: 'agree', options: [] },
  { item: 'test-ten', scale: 'ten', options: [] },
  { item: 'test-yes', scale: 'yes_no', options: [] },
  { item: 'test-choice', scale: 'choice', options: ['Red', 'Green', 'Blue'] },
];

/** A cell: who is in it and in none of its children, by the number of their organisation (null: none). */
export type TestCell = { name: string; parent?: string; people: readonly (number | null)[] };
export type Invited = { personId: string; cell: string; organisation: string | null; boxId: string };

/** A locality of twelve schools with one head each. */
export const TWELVE: TestCell[] = [{ name: 'Wakefield', people: Array.from({ length: 12 }, (_, index) => index) }];

/** The id of an organisation by its number: the same in every wave. */
const organisationOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

type Asked = {
  cells?: readonly TestCell[];
  questions?: readonly TestQuestion[];
  comment?: boolean;
  k?: number;
  closesOn?: string;
  inOneBox?: number;
  runById?: string;
  places?: { kind: string; id: string }[];
  /** Who is invited, in the order of the cells' people: the same again in another wave. */
  people?: readonly string[];
};

export const openTestWave = async (
  { db, waveKeys, secret, now }: Pick<Core, 'db' | 'waveKeys' | 'secret' | 'now'>,
  { cells = TWELVE, questions = QUESTIONS, comment = true, k = 5, closesOn = '2026-11-27', inOneBox = 200, ...asked }: Asked = {},
) => {
  const waveId = randomUUID();
  const { key, fingerprint } = await waveKeys.make(waveId);
  const at = new Date(now().epochMilliseconds);
  const places = asked.places ?? [{ kind: 'locality', id: randomUUID() }];
  await db.pulseItem.createMany({
    data: questions.map((question) => ({ ...question, version: 1, text: `About ${question.item}`, recordedAt: at })),
    skipDuplicates: true,
  });
  await db.pulseWave.create({
    data: {
      id: waveId,
      surveyId: waveId,
      number: 1,
      title: 'Trust and working together',
      state: 'open',
      audience: 'schools',
      runById: asked.runById ?? null,
      places,
      items: questions.map(({ item }) => ({ item, version: 1 })),
      comment,
      k,
      opensOn: new Date('2026-11-16T00:00:00Z'),
      closesOn: new Date(`${closesOn}T00:00:00Z`),
      halfTerm: '2026/27-autumn-2',
      openedAt: new Date('2026-11-16T08:00:00Z'),
      keyFingerprint: fingerprint,
      createdAt: at,
    },
  });
  const idOf = new Map(cells.map(({ name }) => [name, randomUUID() as string]));
  const below = (name: string): number => {
    const cell = cells.find((one) => one.name === name) as TestCell;
    return cells.filter(({ parent }) => parent === name).reduce((sum, child) => sum + below(child.name), cell.people.length);
  };
  await db.pulseCell.createMany({
    data: cells.map(({ name, parent }, position) => ({
      id: idOf.get(name) as string,
      waveId,
      parentId: parent === undefined ? null : (idOf.get(parent) as string),
      key: `locality ${name}`,
      kind: 'locality',
      name,
      position,
      invited: below(name),
    })),
  });
  const ids = [...(asked.people ?? [])];
  const invited: Invited[] = [];
  for (const { name, people } of cells) {
    for (let from = 0; from < people.length; from += inOneBox) {
      const some = people.slice(from, from + inOneBox);
      const boxId = randomUUID();
      for (const n of some)
        invited.push({ personId: ids.shift() ?? randomUUID(), cell: name, organisation: n === null ? null : organisationOf(n), boxId });
      const sealed = sealBox(key, boxId, emptyBox(questions, comment ? some.length : 0));
      await db.pulseBox.create({ data: { id: boxId, waveId, cellId: idOf.get(name) as string, invited: some.length, sealed } });
    }
  }
  await db.pulseInvited.createMany({
    data: invited.map(({ personId, cell, organisation }) => ({
      waveId,
      personId,
      cellId: idOf.get(cell) as string,
      organisationId: organisation,
    })),
  });
  await db.pulseSeat.createMany({
    data: invited.map(({ personId, boxId }) => ({ waveId, personId, boxId, linkHash: linkHash(linkToken(secret, waveId, personId)) })),
  });
  return { waveId, invited, questions, cells, cellId: (name: string) => idOf.get(name) as string, key, fingerprint };
};

/** Answers by the numbers of their options, in the order of the questions; null: skipped. */
export const answersOf = (
  options: readonly (number | null)[],
  comment: string | null = null,
  questions: readonly TestQuestion[] = QUESTIONS,
): Answers => ({
  chosen: new Map(questions.flatMap(({ item }, index) => (typeof options[index] === 'number' ? [[item, options[index] as number]] : []))),
  comment,
});

/** Somebody answers, in a transaction of their own. */
export const answer = ({ db, now, waveKeys }: Pick<Core, 'db' | 'now' | 'waveKeys'>, waveId: string, personId: string, answers: Answers) =>
  inTransaction(db, (tx) => answerWave({ tx, now: now(), waveKeys }, waveId, personId, answers));

/** The counters as a child would keep them: a tally on paper. */
export const tally = (all: readonly Answers[], questions: readonly TestQuestion[] = QUESTIONS): number[][] =>
  questions.map((question) =>
    Array.from({ length: countersOf(question) }, (_, option) => all.filter(({ chosen }) => chosen.get(question.item) === option).length),
  );
