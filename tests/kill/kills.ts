import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../../src/db/client.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type Child, freePort, startChild } from '../support/child.ts';
import type { Place } from '../support/places.ts';
import { type Shown, type SlackStub, startSlack } from '../support/slack-stub.ts';
import { buildWorld, KPIS, TEAM, userOf } from '../support/world.ts';
import { seeded } from './seeded.ts';

/**
 * The whole product under load, killed again and again at moments chosen by a seed, and what is left of what it acknowledged.
 * People give readings by slash command, undo some of them with the button, and give others in direct messages, which Slack delivers
 * again until they are acknowledged. Each asking has a KPI of its own, so that what became of it can be read in the database.
 */

export type KillOptions = {
  place: Place;
  /** A folder for what the processes print. */
  logFile: string;
  kills: number;
  seed: number;
  /** What is started; a broken twin of the product for the control. */
  script?: string;
  env?: Record<string, string>;
};

export type KillFigures = {
  kills: number;
  /** How many of the kills came before the process was ready. */
  whileStarting: number;
  commands: number;
  presses: number;
  events: number;
  /** Deliveries of events after the first. */
  redelivered: number;
  /** What was under way at the kills and never acknowledged: it may or may not have been saved, once. */
  unacknowledged: number;
  sent: number;
  unconfirmed: number;
  /** Everything that is not as promised, in words. */
  broken: string[];
};

/** How many people ask at the same time. */
const WORKERS = 6;
/** Of ten kills so many come while the process is starting. */
const STARTING_IN_TEN = 2;
/** Requests that are begun before a kill, at most, and the milliseconds after the last of them. */
const MOST_REQUESTS = 30;
const MOST_LATER = 25;
const MOST_STARTING = 1_200;
/** Slack delivers an event again three times. */
const RETRIES = 3;
/** An empty acknowledgement after so many milliseconds says only "still working". */
const SAID_LATE = 2_300;

/** One asking and how far it got. */
type Asking = {
  kind: 'command' | 'event';
  user: string;
  place: string;
  kpi: string;
  value: string;
  /** The reading was acknowledged. */
  acknowledged: boolean;
  /** The button [Undo] was pressed, and whether that was acknowledged. */
  undo: 'not asked' | 'asked' | 'acknowledged';
};

type Row = { value: number | null; version: number; kind: string };

/** What is left of one asking that is not as promised. */
const complaints = (asking: Asking, rows: Row[]): string[] => {
  const what = `${asking.kind} ${asking.kpi}, ${asking.place}`;
  const readings = rows.filter(({ kind }) => kind !== 'undo');
  const undone = rows.length - readings.length;
  return [
    ...(asking.acknowledged && readings.length === 0 ? [`${what}: acknowledged and not there`] : []),
    ...(readings.length > 1 ? [`${what}: there ${readings.length} times`] : []),
    ...(readings.some(({ value }) => value !== Number(asking.value)) ? [`${what}: another value`] : []),
    ...(asking.undo === 'acknowledged' && undone === 0 ? [`${what}: its undo was acknowledged and is not there`] : []),
    ...(asking.undo === 'not asked' && undone > 0 ? [`${what}: undone by nobody`] : []),
    ...(undone > 1 ? [`${what}: undone ${undone} times`] : []),
  ];
};

/** The same for the answer to an event: one message was decided, and it was sent at most once. */
const answerComplaints = (asking: Asking, states: string[], arrived: number): string[] => {
  const what = `answer to ${asking.kpi}, ${asking.place}`;
  return [
    ...(asking.acknowledged && states.length === 0 ? [`${what}: nobody answers`] : []),
    ...(states.length > 1 ? [`${what}: decided ${states.length} times`] : []),
    ...(arrived > 1 ? [`${what}: came ${arrived} times`] : []),
    ...(states.includes('sent') && arrived === 0 ? [`${what}: marked as sent, and never came`] : []),
    ...(states.some((state) => state === 'waiting' || state === 'failed') ? [`${what}: is ${states.join()}`] : []),
  ];
};

/** Title of the card that answers it: "Attendance, Place 7, week of …". */
const beginning = (asking: Pick<Asking, 'kpi' | 'place'>) => `${asking.kpi}, ${asking.place}, `;

const rowsOf = (db: Db) =>
  db.$queryRawUnsafe<(Row & { kpi: string; place: string })[]>(`
  select d.name as kpi, l.name as place, r.value::float8 as value, r.version, r.kind
  from reading r join kpi k on k.id = r.kpi_id join kpi_definition d on d.kpi_id = k.id join locality l on l.id = k.locality_id
  where r.period_start >= date_trunc('week', now())::date - 7 and l.name like 'Place %'`);
const answersIn = (db: Db) =>
  db.$queryRawUnsafe<{ title: string; state: string }[]>(
    `select payload -> 'card' ->> 'title' as title, state from outbox where kind = 'card'`,
  );

export const runKills = async ({ place, logFile, kills, seed, script, env = {} }: KillOptions): Promise<KillFigures> => {
  const random = seeded(seed);
  const below = (most: number) => Math.floor(random() * most);
  const slack: SlackStub = await startSlack({ team: TEAM });
  const leads = kills * (MOST_REQUESTS + 2 * WORKERS) + WORKERS; // more than can be asked
  for (let n = 1; n <= leads; n += 1) slack.user(userOf(n));

  const start = async (from = script): Promise<Child> => {
    const child = startChild(
      {
        PORT: String(await freePort()),
        DATA_DIR: place.dataDir,
        ...(place.databaseUrl && { DATABASE_URL: place.databaseUrl }),
        DEMO: '1',
        SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        SLACK_BOT_TOKEN: slack.config.botToken,
        SLACK_SIGNING_SECRET: slack.config.signingSecret,
        SLACK_API_URL: slack.config.apiUrl,
        ...env,
      },
      { logFile, ...(from && { script: from }) },
    );
    slack.sendsTo(`${child.origin}/slack/events`);
    return child;
  };
  const inDatabase = async <T>(use: (db: Db) => Promise<T>): Promise<T> => {
    const { db, close } = await openDatabase(place);
    try {
      return await use(db);
    } finally {
      await close();
    }
  };

  // ── Before anything is killed: a programme with enough people ──
  const first = await start('src/main.ts');
  await first.ready();
  await first.stop();
  await inDatabase((db) => buildWorld(db, leads));

  const askings: Asking[] = [];
  const undelivered: { asking: Asking; payload: Record<string, unknown>; retries: number }[] = [];
  const figures: KillFigures = {
    kills: 0,
    whileStarting: 0,
    commands: 0,
    presses: 0,
    events: 0,
    redelivered: 0,
    unacknowledged: 0,
    sent: 0,
    unconfirmed: 0,
    broken: [],
  };

  const newAsking = (kind: Asking['kind']): Asking => {
    // A person for each: an answer waits for the one before it to the same person.
    const number = askings.length + 1;
    const asking: Asking = {
      kind,
      user: userOf(number),
      place: `Place ${number}`,
      kpi: KPIS[number % KPIS.length] as string,
      value: (90 + below(60) / 10).toFixed(1),
      acknowledged: false,
      undo: 'not asked',
    };
    askings.push(asking);
    return asking;
  };

  const undo = async (asking: Asking, message: Shown) => {
    asking.undo = 'asked';
    figures.presses += 1;
    const answered = Promise.withResolvers<{ status: number; took: number }>();
    slack.press(message, 'Undo', { acknowledged: answered.resolve }).catch(answered.reject);
    const { status, took } = await answered.promise;
    if (status === 200 && took < SAID_LATE) asking.undo = 'acknowledged';
  };

  const command = async () => {
    const asking = newAsking('command');
    figures.commands += 1;
    const andUndo = below(2) === 0;
    const outcome = await slack.command('/kpi', `${asking.kpi} ${asking.value}`, { user: asking.user });
    const { message } = outcome;
    if (outcome.status !== 200 || message?.by !== 'acknowledgement' || !message.text.startsWith(beginning(asking))) return;
    asking.acknowledged = true;
    if (andUndo) await undo(asking, message);
  };

  const event = async () => {
    const asking = newAsking('event');
    figures.events += 1;
    const ts = `1790000000.${String(askings.length).padStart(6, '0')}`;
    const payload = slack.envelope({
      type: 'message',
      channel_type: 'im',
      channel: slack.directChannel(asking.user),
      user: asking.user,
      team: TEAM,
      text: `kpi ${asking.kpi} ${asking.value}`,
      ts,
      event_ts: ts,
    });
    const delivery = { asking, payload, retries: 0 };
    undelivered.push(delivery);
    const { status } = await slack.event(payload);
    if (status === 200) arrived(delivery);
  };
  const arrived = (delivery: (typeof undelivered)[number]) => {
    delivery.asking.acknowledged = true;
    undelivered.splice(undelivered.indexOf(delivery), 1);
  };

  /** Delivers again what was not acknowledged, once each, as Slack does some time after a failure. */
  const redeliver = () =>
    Promise.allSettled(
      undelivered
        .filter(({ retries }) => retries < RETRIES)
        .map(async (delivery) => {
          delivery.retries += 1;
          figures.redelivered += 1;
          const { status } = await slack.event(delivery.payload, delivery.retries);
          if (status === 200) arrived(delivery);
        }),
    );

  /** People ask until the process is gone, or as long as `more` says. */
  const load = (more: () => boolean) =>
    Promise.all(
      Array.from({ length: WORKERS }, async () => {
        let refused = false;
        while (!refused && more())
          await (below(2) === 0 ? command() : event()).catch(() => {
            refused = true;
          }); // the connection ended
      }),
    );

  for (let kill = 1; kill <= kills; kill += 1) {
    const child = await start();
    if (below(10) < STARTING_IN_TEN) {
      await delay(below(MOST_STARTING));
      figures.whileStarting += 1;
      await child.kill();
    } else {
      await child.ready();
      const again = redeliver();
      let left = 1 + below(MOST_REQUESTS);
      const soon = Promise.withResolvers<void>();
      const loading = load(() => {
        if (left === 0) soon.resolve();
        left -= 1;
        return left >= -WORKERS; // the load goes on until the kill
      });
      await Promise.race([soon.promise, loading]);
      await delay(below(MOST_LATER));
      await child.kill();
      await Promise.all([loading, again]);
    }
    figures.kills += 1;
  }

  // ── Afterwards: what Slack still has is delivered, what waits is sent, and the books are checked ──
  const last = await start();
  await last.ready();
  await redeliver();
  await until(async () => (await waitingIn(last)) === 0);
  await last.stop();
  const { rows, answers } = await inDatabase(async (db) => ({ rows: await rowsOf(db), answers: await answersIn(db) }));
  for (const asking of askings) {
    const own = rows.filter(({ kpi, place: where }) => kpi === asking.kpi && where === asking.place);
    figures.broken.push(...complaints(asking, own));
    if (!asking.acknowledged) figures.unacknowledged += 1;
    if (asking.kind !== 'event') continue;
    const states = answers.filter(({ title }) => title.startsWith(beginning(asking))).map(({ state }) => state);
    const came = slack.shown.filter(({ by, text }) => by === 'chat.postMessage' && text.startsWith(beginning(asking))).length;
    figures.broken.push(...answerComplaints(asking, states, came));
    figures.sent += states.filter((state) => state === 'sent').length;
    figures.unconfirmed += states.filter((state) => state !== 'sent').length;
  }
  figures.broken.push(...slack.refusals.map((refusal) => `Slack refused: ${refusal}`));
  await slack.stop();
  return figures;
};

/** Messages in the outbox that wait to be sent, as the process itself says. */
const waitingIn = async (child: Child): Promise<number> => {
  const answer = await fetch(`${child.origin}/metrics`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`);
  return Number(/^common_cause_outbox_messages\{state="waiting"\} (\d+)$/mu.exec(text)?.[1] ?? 0);
};

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('what waits in the outbox was not sent in 30 seconds');
    await delay(25);
  }
};
