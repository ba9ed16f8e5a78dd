import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../commands/index.ts';
import type { App, Core } from './app.ts';
import { createDispatch } from './bot/dispatch.ts';
import { createUnasked } from './bot/unasked.ts';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { FolderInUse, lockFolder } from './db/folder.ts';
import { homeOf } from './db/home.ts';
import { MigrationRefused } from './db/migrate.ts';
import { type Database, openDatabase } from './db/open.ts';
import { whatIsAway } from './db/outage.ts';
import { answerScript } from './db/scripts.ts';
import { stamp } from './db/stamp.ts';
import { inTransaction } from './db/transaction.ts';
import { DatabaseUnavailable, PlatformError } from './errors.ts';
import { faultOf } from './fault.ts';
import { createDeliveries } from './jobs/deliveries.ts';
import { createOutbox } from './jobs/outbox.ts';
import { createPlanner, type Rules } from './jobs/planner.ts';
import { createProgress } from './jobs/progress.ts';
import { createPulses } from './jobs/pulses.ts';
import { createTick } from './jobs/tick.ts';
import { keepTidy } from './jobs/tidy.ts';
import { openSecretKey } from './keys.ts';
import { createLog } from './log.ts';
import { nudgesFor } from './nudges/nudges.ts';
import { peopleFor } from './nudges/people.ts';
import { conversationsOf } from './people/conversations.ts';
import { createEmail } from './platforms/email/send.ts';
import { createSlack } from './platforms/slack/slack.ts';
import { loadDemonstration } from './programme/demo.ts';
import { loadBank } from './pulses/bank.ts';
import { createScripts } from './scripts.ts';
import { receiversIn } from './summaries/receivers.ts';
import { createWaveKeys } from './wave-keys.ts';
import { createMetrics } from './web/health.ts';
import { isLocalRequest } from './web/local.ts';
import { startServer } from './web/server.ts';
import { createWeb } from './web/web.ts';

/** The composition root: the only place that reads the clock and the environment. It reads as a table of contents. */

const log = createLog(process.stdout);
const now = () => Temporal.Now.instant();
const newId = () => v7();

/** What must come to its end when the server stops, in that order. */
const endings: (() => Promise<unknown>)[] = [];

const start = async (): Promise<void> => {
  const environment = parseConfig(process.env);
  const key = await openSecretKey(environment, randomBytes);

  // ── The data folder is ours before anything is opened; scripts that ask meanwhile wait for the database ──
  const opened = Promise.withResolvers<Database>();
  const waveKeys = createWaveKeys(environment, randomBytes, async () => homeOf(environment, (await opened.promise).db, randomBytes));
  const scripts = createScripts({ now, newId, config: environment, key: async () => key });
  const lock = environment.databaseUrl
    ? undefined
    : await lockFolder(environment.dataDir, async (request, say) => answerScript(scripts, await opened.promise, request, say));

  // ── HTTP answers from here on: 503 until all is ready ──
  let database: Database | undefined;
  const ping = async () => database?.ping();
  const server = await startServer(environment, log, { ping, metrics: createMetrics(() => database?.db, now) });
  const config = withPort(environment, server.port);

  // ── The database, at this version of the code ──
  database = await openDatabase(config);
  const { db, engine, migrate, close } = database;
  await whenReachable(environment.databaseUrl, async () => {
    const migrations = await migrate();
    if (migrations.length > 0) log.info({ migrations }, 'the database was brought up to date');
    await stamp(db, { kind: config.demo ? 'demo' : 'real', keyFingerprint: key.fingerprint }, new Date(now().epochMilliseconds));
  });
  opened.resolve(database);

  // ── What every part may use; only the outbox sends ──
  const email = createEmail(config);
  const send: App['send'] = async (message) => {
    if (message.kind === 'email') return email.send(message);
    const platform = message.platform === 'slack' ? slack : teams;
    if (!platform) throw new PlatformError(`${message.platform} is off`, { outcome: 'refused' });
    return platform.send(message);
  };
  const outbox = createOutbox({ db, now, newId, log, send });
  const core: Core = { db, now, newId, log, config, secret: key.key, later: outbox.later, waveKeys };
  if (config.demo) await loadDemonstration(core);
  await inTransaction(db, (tx) => loadBank({ tx, now: now() }));

  // ── The bot, and where people meet it ──
  const dispatch = createDispatch({ core, commands, kick: outbox.kick });
  const slack = config.slack
    ? createSlack({
        core,
        config: config.slack,
        commands,
        dispatch,
        conversations: conversationsOf(core, 'slack'),
        clock: () => Date.now(),
      })
    : undefined;
  // Its SDK costs memory and a slower start, so it is loaded only where Teams is on.
  const teams = config.teams
    ? (await import('./platforms/teams/teams.ts')).createTeams({
        core,
        config: config.teams,
        dispatch,
        conversations: conversationsOf(core, 'teams'),
        isLocal: (request) => isLocalRequest(request, config),
      })
    : undefined;
  const web = createWeb({ core, commands, dispatch, kick: outbox.kick, platformsOff: platformsOff(config) });
  const platforms = [slack, teams, web].filter((platform) => platform !== undefined);

  // ── What is sent unasked: planned, looked at again at its moment, handed to the outbox ──
  const rules: Rules = { people: peopleFor, nudges: nudgesFor, receivers: receiversIn };
  const deliveries = createDeliveries(core, { ...rules, unasked: createUnasked({ core, commands }) });
  const plan = createPlanner(core, rules);
  const pulses = createPulses(core);
  await pulses.check(); // before anybody can answer, and anything is planned
  const tick = createTick({ ...core, plan, pulses, deliveries, progress: createProgress(core), ...outbox });
  const stopTidying = keepTidy(core);

  // ── How it ends: nothing new comes in, what is under way is answered and sent, then the database closes ──
  endings.push(
    () => Promise.all([server.stop(), ...platforms.map((platform) => platform.stop())]),
    () => tick.stop(),
    () => plan().finally(pulses.note), // a copy of the database that was made while it ran is known for one if it is put back
    () => Promise.race([outbox.drain(), delay(LAST_POST, undefined, { ref: false })]),
    () => outbox.stop(),
    async () => stopTidying(),
    () => close(),
    async () => lock?.release(),
  );

  for (const platform of platforms) platform.mount(server.web);
  for (const platform of platforms) await platform.start();
  outbox.start();
  tick.start();
  server.ready();
  greet(config, engine, key.from);
};

/** Milliseconds that the outbox gets to send what is due when the server stops; the rest is sent by the next one. */
const LAST_POST = 5_000;
/** Milliseconds after which a stop is given up waiting for. */
const LAST_MOMENT = 25_000;

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) process.exit(1); // asked twice: at once
  stopping = true;
  log.info({ signal }, 'stopping: what is under way is finished first; once more stops at once');
  setTimeout(() => process.exit(1), LAST_MOMENT).unref();
  for (const end of endings) await end().catch((error: unknown) => log.error({ fault: faultOf(error) }, 'something could not be ended'));
  log.info('stopped');
  process.exit(0);
};

/** With PORT=0 the system chooses: links say which. */
const withPort = (config: Config, port: number): Config =>
  config.port === 0 ? { ...config, port, publicUrl: config.publicUrl.replace(/:0$/u, `:${port}`) } : config;

/** A database server may be started after us, or be away for a while: /readyz says so, and it is tried again. */
const whenReachable = async (url: string | undefined, work: () => Promise<void>): Promise<void> => {
  for (let seconds = 1; ; seconds = Math.min(seconds * 2, 15)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      log.warn({ seconds, ...whatIsAway(error, url) }, 'the database cannot be reached: trying again');
      await delay(seconds * 1000);
    }
  }
};

const platformsOff = (config: Config): { name: string; how: string }[] => [
  ...(config.slack ? [] : [{ name: 'Slack', how: 'set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET' }]),
  ...(config.teams ? [] : [{ name: 'Microsoft Teams', how: 'set TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID' }]),
  ...(config.mail ? [] : [{ name: 'E-mail', how: 'set SMTP_URL and MAIL_FROM' }]),
];

const greet = (config: Config, engine: Database['engine'], keyFrom: string): void => {
  log.info(engine === 'pglite' ? `data: the embedded database in ${config.dataDir}` : 'data: the PostgreSQL server of DATABASE_URL');
  log.info(`secret key: ${keyFrom}`);
  for (const { name, how } of platformsOff(config)) log.info(`${name} is off. To turn it on, ${how} (README.md, "Connecting")`);
  if (config.demo) log.info(`This is the demonstration programme. Try it: ${config.publicUrl}/chat`);
  log.info(`Common Cause is ready: ${config.publicUrl}`);
};

process.on('unhandledRejection', (error) => log.error({ fault: faultOf(error) }, 'a promise was rejected and nobody listened'));
process.on('uncaughtException', (error) => {
  log.fatal({ fault: faultOf(error) }, 'an error that nobody caught: the process cannot go on');
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

start().catch((error: unknown) => {
  const isForPeople = error instanceof ConfigError || error instanceof FolderInUse || error instanceof MigrationRefused;
  if (isForPeople) log.fatal(error.message);
  else log.fatal({ err: error }, 'Common Cause could not start');
  process.exit(1);
});
