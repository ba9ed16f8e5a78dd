import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Temporal } from 'temporal-polyfill';
import type { Db } from '../../src/db/client.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type Child, freePort, startChild } from '../support/child.ts';
import { mailServer } from '../support/mail.ts';
import type { Place } from '../support/places.ts';
import { startSlack } from '../support/slack-stub.ts';
import { TEAM } from '../support/world.ts';
import { isGate, keepGates, putGates } from './gates.ts';
import { startGoBetween } from './go-between.ts';
import { buildNudgeWorld, momentOf, PEOPLE, type Somebody } from './nudge-world.ts';
import { seeded } from './seeded.ts';

/**
 * The whole product while it writes to people unasked, killed at each point of a message's way and at moments chosen by a seed. Everybody
 * has one message to get; what the platforms received is held against what the database says became of it.
 */

/** The way of a message, in order. */
export const POINTS = [
  /** In the planning's transaction. */
  'planning',
  /** Planned, and not looked at again yet. */
  'planned',
  /** In the transaction that looks again and hands it to the outbox. */
  'delivering',
  /** In the outbox, and no relay has it. */
  'handed',
  /** A relay is making it its own. */
  'claiming',
  /** Claimed; the conversation is being opened, and nothing of the message has left. */
  'opening',
  /** It has left, and the platform has not taken it. */
  'leaving',
  /** The platform has it, and its answer has not come. */
  'arrived',
  /** The answer has come and is being written down. */
  'settling',
  /** Sent, and its delivery does not know yet. */
  'sent',
  /** The delivery is being told, by the process after that. */
  'following',
] as const;
export type Point = (typeof POINTS)[number];

export type NudgeKillOptions = {
  place: Place;
  logFile: string;
  /** Where it is killed first, in this order; each has a group of people of its own. */
  points: readonly Point[];
  /** How often it is killed at a moment by the seed after that. */
  random: number;
  seed: number;
  /** A broken twin of the product, or of its database, for the control. */
  env?: Record<string, string>;
  broken?: readonly string[];
};

export type NudgeKillFigures = {
  /** Kills, by where. */
  points: string[];
  random: number;
  /** How many of those came before the process was ready. */
  whileStarting: number;
  people: number;
  sent: number;
  /** Marked as such; of them so many were received all the same. */
  unconfirmed: number;
  unconfirmedReceived: number;
  /** Everything that is not as promised, in words. */
  broken: string[];
};

/** Of ten kills by chance so many come while the process is starting, within these milliseconds; the others soon after it is ready. */
const STARTING_IN_TEN = 2;
const MOST_STARTING = 1_200;
const MOST_LATER = 400;
/** Milliseconds within which each point is reached, on a busy machine. */
const MOST_TO_POINT = 60_000;
/** Milliseconds that a process at the end is given for what is due. */
const MOST_TO_END = 5_000;
/** Seconds between a group's moment and the clock of the process that plans it. */
const AFTER_MOMENT = 2;
/** Minutes between the processes that bring everything to its end, and how many there are at most. */
const MINUTES = 6;
const MOST_ENDINGS = 6;

type Delivery = { personId: string; state: string; why: string | null };

/** What became of one person's message that is not as promised. */
const complaints = (somebody: Somebody, deliveries: Delivery[], arrived: number): string[] => {
  const what = `the message to ${somebody.account}`;
  const [{ state, why } = { state: '', why: null }] = deliveries;
  return [
    ...(deliveries.length === 0 ? [`${what}: was never planned`] : []),
    ...(deliveries.length > 1 ? [`${what}: was planned ${deliveries.length} times`] : []),
    ...(arrived > 1 ? [`${what}: came ${arrived} times`] : []),
    ...(state === 'sent' && arrived === 0 ? [`${what}: is marked as sent, and never came`] : []),
    ...(deliveries.length === 1 && state !== 'sent' && state !== 'unconfirmed' ? [`${what}: is ${state}${why ? `, ${why}` : ''}`] : []),
  ];
};

const until = async (isSo: () => Promise<boolean>, what: string, most = MOST_TO_POINT): Promise<void> => {
  const deadline = performance.now() + most;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} was not reached in ${most / 1000} seconds`);
    await delay(10);
  }
};

/** How many there are, as the process itself says; not a number as long as it says nothing. */
const count = async (child: Child, gauge: string): Promise<number> => {
  const text = await fetch(`${child.origin}/metrics`).then(
    (answer) => answer.text(),
    () => undefined,
  );
  if (text === undefined) return Number.NaN;
  const line = text.split('\n').find((each) => each.startsWith(gauge));
  return Number(line?.split(' ').at(-1) ?? 0);
};

export const runNudgeKills = async ({
  place,
  logFile,
  points,
  random: kills,
  seed,
  env = {},
  broken = [],
}: NudgeKillOptions): Promise<NudgeKillFigures> => {
  const random = seeded(seed);
  const below = (most: number) => Math.floor(random() * most);
  const [slack, mail] = [await startSlack({ team: TEAM }), await mailServer()];
  const between = await startGoBetween(slack.config.apiUrl);

  const endings: (() => Promise<unknown>)[] = [() => between.stop(), () => slack.stop(), () => mail.stop()];
  const start = async (at: Temporal.Instant): Promise<Child> => {
    const child = startChild(
      {
        PORT: String(await freePort()),
        DATA_DIR: place.dataDir,
        ...(place.databaseUrl && { DATABASE_URL: place.databaseUrl }),
        DEMO: '0',
        SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        SLACK_BOT_TOKEN: slack.config.botToken,
        SLACK_SIGNING_SECRET: slack.config.signingSecret,
        SLACK_API_URL: between.url,
        SMTP_URL: mail.url,
        MAIL_FROM: 'bot@example.org',
        CLOCK_SHIFT: String(at.epochMilliseconds - Date.now()),
        ...env,
      },
      { logFile, script: 'tests/kill/clocked.ts' },
    );
    endings.unshift(child.kill);
    return child;
  };
  const inDatabase = async <T>(use: (db: Db) => Promise<T>): Promise<T> => {
    const { db, migrate, close } = await openDatabase(place);
    try {
      await migrate();
      return await use(db);
    } finally {
      await close();
    }
  };

  try {
    // ── Before anything is killed: people, and a gate at each point ──
    const groups = points.length + kills;
    const people = await inDatabase(async (db) => {
      const world = await buildNudgeWorld(db, groups);
      const gates = points.map((point, at) => ({ point, group: point === 'following' ? at : at + 1 }));
      await putGates(db, place, world, gates);
      for (const statement of broken) await db.$executeRawUnsafe(statement);
      return world;
    });
    for (const { by, account } of people) if (by === 'slack') slack.user(account);
    const gates = await keepGates(place);
    endings.unshift(gates.close);

    /** How often a message to somebody was taken. */
    const arrivedAt = ({ by, account }: Somebody): number =>
      by === 'slack'
        ? slack.shown.filter((shown) => shown.by === 'chat.postMessage' && shown.channel === slack.directChannel(account)).length
        : mail.taken.filter(({ to }) => to.includes(account)).length;

    /** Waits until a message of that group is at that point of its way. */
    const reached = async (child: Child, point: Point, group: number): Promise<void> => {
      const somebody = people.find((each) => each.group === group) as Somebody;
      if (isGate(point)) return until(() => gates.isReached(point), point);
      if (point === 'planned') return until(async () => (await count(child, DELIVERIES_PLANNED)) > 0, point);
      if (point === 'handed')
        return until(async () => (await count(child, DELIVERIES_PLANNED)) === 0 && (await count(child, MESSAGES_WAITING)) >= PEOPLE, point);
      if (point === 'sent')
        return until(
          async () => people.every((each) => each.group !== group || arrivedAt(each) > 0) && (await count(child, MESSAGES_SENDING)) === 0,
          point,
        );
      const method = point === 'opening' ? 'conversations.open' : 'chat.postMessage';
      const about = point === 'opening' ? somebody.account : slack.directChannel(somebody.account);
      const held = between.hold({ method, about, taken: point === 'arrived' });
      await Promise.race([
        held,
        delay(MOST_TO_POINT, undefined, { ref: false }).then(() => Promise.reject(new Error(`${point} was not reached`))),
      ]);
    };

    const figures: NudgeKillFigures = {
      points: [],
      random: 0,
      whileStarting: 0,
      people: people.length,
      sent: 0,
      unconfirmed: 0,
      unconfirmedReceived: 0,
      broken: [],
    };

    for (const [at, point] of points.entries()) {
      const child = await start(momentOf(at + 1).add({ seconds: AFTER_MOMENT }));
      const ended = once(child.process, 'exit').then(() =>
        Promise.reject(new Error(`it ended before ${point}:\n${child.printed().slice(-1_000)}`)),
      );
      await Promise.race([reached(child, point, at + 1), ended]).finally(() => child.kill());
      if (isGate(point)) await gates.open(point);
      between.letGo();
      figures.points.push(point);
    }
    for (let kill = 1; kill <= kills; kill += 1) {
      const child = await start(momentOf(points.length + kill).add({ seconds: AFTER_MOMENT }));
      const early = below(10) < STARTING_IN_TEN;
      if (!early) await child.ready();
      await delay(below(early ? MOST_STARTING : MOST_LATER));
      await child.kill();
      figures.random += 1;
      if (early) figures.whileStarting += 1;
    }

    // ── Afterwards: what is still on its way comes to its end, and the books are checked ──
    let left = -1;
    for (let ending = 1; ending <= MOST_ENDINGS && left !== 0; ending += 1) {
      const last = await start(momentOf(groups).add({ minutes: MINUTES * ending }));
      await last.ready();
      const isDone = async () => (await count(last, MESSAGES_WAITING)) + (await count(last, DELIVERIES_PLANNED)) === 0;
      await until(isDone, 'the end', MOST_TO_END).catch(() => {}); // what is put off is for the next one
      await last.stop();
      left = await inDatabase((db) => db.delivery.count({ where: { state: { in: ['planned', 'handed'] } } }));
    }
    const deliveries = await inDatabase(
      (db) => db.$queryRaw<Delivery[]>`select person_id::text as "personId", state, why from delivery order by id`,
    );
    for (const somebody of people) {
      const own = deliveries.filter(({ personId }) => personId === somebody.id);
      const arrived = arrivedAt(somebody);
      figures.broken.push(...complaints(somebody, own, arrived));
      for (const { state } of own) {
        if (state === 'sent') figures.sent += 1;
        if (state !== 'unconfirmed') continue;
        figures.unconfirmed += 1;
        if (arrived > 0) figures.unconfirmedReceived += 1;
      }
    }
    figures.broken.push(...slack.refusals.map((refusal) => `Slack refused: ${refusal}`));
    return figures;
  } finally {
    for (const end of endings) await end();
  }
};

const DELIVERIES_PLANNED = 'common_cause_deliveries{kind="nudge",state="planned"}';
const MESSAGES_SENDING = 'common_cause_outbox_messages{state="sending"}';
const MESSAGES_WAITING = 'common_cause_outbox_messages{state="waiting"}';
