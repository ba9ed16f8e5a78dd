import { createCipheriv } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import type { Core } from '../../../src/app.ts';
import type { Tx } from '../../../src/db/client.ts';
import { addAnswers, type Box, emptyBox, sealBox } from '../../../src/pulses/box.ts';
import type { Answers } from '../../../src/pulses/pulse.ts';
import type { TestQuestion } from '../rows.ts';

/** Leaky twins of answering: each says in one way what a person answered, as bots like ours are known to do. */

/** What a twin has at hand in the transaction of somebody's answer. */
export type Answering = {
  tx: Tx;
  core: Pick<Core, 'log' | 'newId' | 'now'>;
  metrics: Registry;
  questions: readonly TestQuestion[];
  key: Uint8Array;
  boxId: string;
  invited: number;
  /** Theirs, and of everybody until now with theirs. */
  answers: Answers;
  sofar: readonly Answers[];
};

type Leak = {
  name: string;
  /** Makes the tables that it leaks into. */
  tables?: readonly string[];
  /** Beside what is honest, or in its place. */
  does: (answering: Answering) => Promise<unknown>;
  instead?: true;
  /** What gives it away: something seen, from which the others' answers are guessed too; or where words are found. */
  seen?: RegExp;
  guesses?: true;
  found?: RegExp;
};

const boxOf = (questions: readonly TestQuestion[], invited: number, all: readonly Answers[]): Box =>
  all.reduce((box, answers) => addAnswers(box, questions, answers), emptyBox(questions, invited));

const store = (tx: Tx, boxId: string, sealed: Uint8Array) =>
  tx.$executeRaw`update pulse_box set sealed = decode(${Buffer.from(sealed).toString('base64')}, 'base64') where id = ${boxId}::uuid`;

export const LEAKS: readonly Leak[] = [
  {
    name: 'a row for each answer, with nobody in it',
    tables: ['create table leak_answer (item text, option int)'],
    does: async ({ tx, answers }) => {
      for (const [item, option] of answers.chosen) await tx.$executeRaw`insert into leak_answer values (${item}, ${option})`;
    },
    seen: /leak_answer/u,
  },
  {
    name: 'a box as long as what is in it',
    instead: true,
    does: ({ tx, key, boxId, questions, invited, sofar }) => {
      const box = boxOf(questions, invited, sofar);
      const comments = sofar.map(({ comment }) => comment ?? '').join('');
      return store(tx, boxId, sealBox(key, boxId, box.subarray(0, 100 + comments.length)));
    },
    seen: /length of a box/u,
    guesses: true,
  },
  {
    name: 'counters in the open, beside the seats',
    tables: ['create table leak_counter (item text, option int, n int default 0, primary key (item, option))'],
    does: async ({ tx, answers }) => {
      for (const [item, option] of answers.chosen)
        await tx.$executeRaw`insert into leak_counter values (${item}, ${option}, 1) on conflict (item, option) do update set n = leak_counter.n + 1`;
    },
    seen: /leak_counter/u,
  },
  {
    name: 'a live count of each answer in the metrics',
    does: async ({ metrics, questions, sofar }) => {
      const name = 'leak_pulse_answers';
      const gauge =
        (metrics.getSingleMetric(name) as Gauge | undefined) ??
        new Gauge({ name, help: 'Leaky.', labelNames: ['item', 'option'], registers: [metrics] });
      for (const { item } of questions)
        for (const { chosen } of sofar.slice(-1)) if (chosen.has(item)) gauge.inc({ item, option: String(chosen.get(item)) });
    },
    seen: /leak_pulse_answers/u,
    guesses: true,
  },
  {
    name: 'a line in the log with what was chosen',
    does: async ({ core, answers }) => core.log.info({ chosen: Object.fromEntries(answers.chosen) }, 'a pulse was answered'),
    seen: /of log/u,
    guesses: true,
  },
  {
    name: 'a box that is sealed with the same nonce each time',
    instead: true,
    does: ({ tx, key, boxId, questions, invited, sofar }) => {
      const nonce = Buffer.alloc(12, 5);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([nonce, cipher.update(boxOf(questions, invited, sofar)), cipher.final(), cipher.getAuthTag()]);
      return store(tx, boxId, sealed);
    },
    seen: /sealed/u,
    guesses: true,
  },
  {
    name: 'a receipt in the outbox that is deleted once it has gone',
    does: async ({ tx, core, answers }) => {
      const id = core.newId();
      await tx.outbox.create({
        data: {
          id,
          kind: 'card',
          payload: { card: { title: `Your words: ${answers.comment ?? 'none'}` } },
          lane: 'slack',
          place: 'slack',
          notBefore: new Date(core.now().epochMilliseconds),
          createdAt: new Date(core.now().epochMilliseconds),
        },
      });
      await tx.outbox.delete({ where: { id } });
    },
    found: /^file of/u,
  },
];
