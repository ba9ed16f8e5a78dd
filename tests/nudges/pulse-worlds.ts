import type { Message } from '../../src/app.ts';
import type { SealedCard } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { leaveNews } from '../../src/people/news.ts';
import { engineOf, forgetEverything, only } from '../jobs/engine.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { everythingIn } from '../support/dump.ts';
import { pulseWorld } from '../support/pulse-world.ts';

/** Worlds that are the same but for who has answered: twelve heads are asked, two of whom have an action that waits too, and two some news. */

const WITH_ACTION = [3, 9];
const WITH_NEWS = [4, 10];

export type Arrived = {
  /** U1 in Slack, testshire.head.1@example.org by e-mail. */ to: string;
  text: string /** It took the place of an earlier one. */;
  anew: boolean;
};

type Made = {
  /** Those who have answered before the message of their week, from 1. */
  answered?: readonly number[];
  /** Those who use Slack; the others are reached by e-mail. */
  inSlack?: readonly number[];
  env?: Record<string, string>;
  /** Another bot, such as one that forgets nothing. */
  twin?: (bot: TestBot) => TestBot;
  /** Nothing else waits for anybody. */
  onlyPulse?: boolean;
  /** YYYY-MM-DD; two weeks, unless said. */
  closesOn?: string;
};

const EVERYBODY = Array.from({ length: 12 }, (_, at) => at + 1);

export const pulseNudges = async ({
  answered = [],
  inSlack = EVERYBODY,
  env,
  twin = (bot) => bot,
  onlyPulse = false,
  closesOn,
}: Made = {}) => {
  const bot = await testBot(env ? { env } : {});
  const { db } = bot.database;
  await forgetEverything(bot);
  bot.clock.set('2026-11-23T10:00:00Z');
  const made = await pulseWorld(bot);
  const { heads } = made;
  const head = (nth: number) => heads[nth - 1] as (typeof heads)[number];
  await made.inSlack(inSlack.map(head));
  const arrived: Arrived[] = [];
  /** What platforms answer, in order; without one they take it. */
  const answers: Error[] = [];
  const send = async (message: Message) => {
    const answer = answers.shift();
    if (answer) throw answer;
    if (message.kind === 'email') {
      arrived.push({ to: message.to, text: `${message.subject}\n${message.text}`, anew: false });
      return { id: message.to };
    }
    const { user, channel, ts } = message.to as { user?: string; channel?: string; ts?: string };
    const to = user ?? (channel as string).slice(1);
    arrived.push({ to, text: plainText(message.card as SealedCard), anew: ts !== undefined });
    return { channel: `D${to}`, ts: `${to}.1` };
  };
  bot.senders.slack = send;
  bot.senders.email = send;
  const writer = { tx: db, now: bot.core.now(), newId: bot.core.newId, personId: null };
  for (const nth of onlyPulse ? [] : WITH_NEWS)
    await leaveNews(writer, { personId: head(nth).personId, text: `Some news for ${nth}.`, aboutKind: 'test', aboutId: made.localityId });
  for (const nth of onlyPulse ? [] : WITH_ACTION) {
    const id = bot.core.newId();
    await db.action.create({ data: { id, localityId: made.localityId, number: nth, origin: 'person' } });
    const [due, recordedAt, until] = [new Date('2026-11-30'), new Date('2026-09-07'), new Date('9999-12-31')];
    const version = {
      actionId: id,
      version: 1,
      change: 'created',
      title: 'Visits',
      due,
      ownerId: head(nth).personId,
      steps: [],
      kpiIds: [],
      recordedAt,
      until,
    };
    await db.actionVersion.create({ data: version });
  }
  const waveId = await made.open(closesOn ? { closesOn } : {});
  for (const nth of answered) await made.answer(waveId, head(nth).personId);
  const engine = () => engineOf(twin(bot), only(...heads.map(({ personId }) => personId)));
  const first = engine();
  await first.plan();
  const known = new Set((await everythingIn(db)).match(UUID));

  /** A Tuesday morning: planned, and a minute later handed over and gone. */
  const tuesday = async (day = '2026-11-24') => {
    bot.clock.set(`${day}T08:30:00Z`);
    await first.plan();
    for (const { id } of await db.delivery.findMany()) known.add(id);
    bot.clock.advance({ minutes: 1 });
    await first.run();
  };

  const { kept, logged } = keeping(bot, known, waveId);

  return { ...made, bot, db, head, waveId, engine, run: first.run, tuesday, arrived, answers, kept, logged };
};

/** What a server keeps and says. @param known ids that were made before what is compared */
export const keeping = (bot: TestBot, known: ReadonlySet<string>, waveId: string) => {
  const { db } = bot.database;
  /**
   * What is kept, row by row in its order, but for what a wave has only as long as it is open. Ids that are made while it goes are alike, and
   * what buttons are sealed as, which is another each time.
   * Messages lie in no order: what else is being sent at that moment settles it.
   */
  const kept = async (): Promise<string[]> => {
    const { keyFingerprint } = await db.pulseWave.findUniqueOrThrow({ where: { id: waveId } });
    let table = '';
    const rows = (await everythingIn(db)).split('\n').filter((line) => {
      table = /^([a-z_]+):$/u.exec(line)?.[1] ?? table;
      return table !== 'pulse_seat' && table !== 'pulse_box';
    });
    const [{ last } = { last: '' }] = await db.$queryRaw<{ last: string }[]>`
      select last_value::text as last from pg_sequences where sequencename = 'outbox_seq_seq'`;
    const said = rows.map((row) =>
      (keyFingerprint ? row.replace(keyFingerprint, 'KEY') : row)
        .replaceAll(UUID, (id) => (known.has(id) ? id : 'NEW'))
        .replaceAll(/(""token"": "")[\w-]+/gu, '$1SEALED'),
    );
    const [from, to] = [said.indexOf('outbox:'), said.indexOf('person:')];
    return [...said.slice(0, from), ...said.slice(from, to).toSorted(), ...said.slice(to), `numbers of messages: ${last}`];
  };

  /** What the log says, without when, and without how far a run was when it was looked at. */
  const logged = () =>
    bot.logged
      .map((line) => {
        const { time: _time, ...rest } = JSON.parse(line);
        return JSON.stringify(rest).replaceAll(UUID, (id) => (known.has(id) ? id : 'NEW'));
      })
      .filter((line) => !line.includes('a run is under way'))
      .toSorted();
  return { kept, logged };
};

export const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu;
