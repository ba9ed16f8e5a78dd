import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../../commands/index.ts';
import type { App, Core } from '../../src/app.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { createUnasked } from '../../src/bot/unasked.ts';
import { parseConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { PlatformError } from '../../src/errors.ts';
import { createDeliveries } from '../../src/jobs/deliveries.ts';
import { createOutbox } from '../../src/jobs/outbox.ts';
import { createPlanner, type Rules } from '../../src/jobs/planner.ts';
import { createProgress } from '../../src/jobs/progress.ts';
import { createPulses } from '../../src/jobs/pulses.ts';
import { createTick } from '../../src/jobs/tick.ts';
import { nudgesFor } from '../../src/nudges/nudges.ts';
import { peopleFor } from '../../src/nudges/people.ts';
import { conversationsOf } from '../../src/people/conversations.ts';
import { createEmail } from '../../src/platforms/email/send.ts';
import { createSlack } from '../../src/platforms/slack/slack.ts';
import { createTeams } from '../../src/platforms/teams/teams.ts';
import { loadDemonstration } from '../../src/programme/demo.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import { createWaveKeys } from '../../src/wave-keys.ts';

/**
 * One server of the simulated year: the parts of src/main.ts, with a clock that the parent sets and jobs that run when it says so over
 * the IPC channel. YEAR_START is where its clock begins, YEAR_LOG where it writes what it logs.
 */

export type Ask =
  | { do: 'fill' }
  /** The clock goes on, and everything that is done at that moment is done. */
  | { do: 'tick'; at: number }
  /** The clock goes on, and what is due in the outbox is sent. */
  | { do: 'send'; at: number }
  /** The clock goes on. */
  | { do: 'clock'; at: number }
  /** Somebody says something on the web. */
  | { do: 'say'; at: number; key: string; personId: string; text: string };
export type Told = { id: number; result?: unknown; error?: string };

/** What a broken twin of the product does otherwise. */
export type Broken = { send?: (send: App['send']) => App['send']; rules?: Partial<Rules> };

export const serve = async (broken: Broken = {}): Promise<void> => {
  const config = parseConfig(process.env);
  let at = Temporal.Instant.from(process.env.YEAR_START ?? '');
  const now = () => at;
  // Ids sort by the simulated moment, as they do by the real one in the product; two processes must not make the same ones.
  const newId = () => v7({ msecs: at.epochMilliseconds });

  const log = pino({ level: 'info' }, createWriteStream(process.env.YEAR_LOG ?? '/dev/null', { flags: 'a' }));
  const { db, close } = await openDatabase(config);

  const email = createEmail(config);
  const send: App['send'] = async (message) => {
    if (message.kind === 'email') return email.send(message);
    const platform = message.platform === 'slack' ? slack : teams;
    if (!platform) throw new PlatformError(`${message.platform} is off`, { outcome: 'refused' });
    return platform.send(message);
  };
  const outbox = createOutbox({ db, now, newId, log, send: broken.send?.(send) ?? send });
  const core: Core = {
    db,
    now,
    newId,
    log,
    config,
    secret: new Uint8Array(32).fill(7),
    later: outbox.later,
    waveKeys: createWaveKeys(config, randomBytes),
  };
  const dispatch = createDispatch({ core, commands, kick: outbox.kick });
  /** Nobody grows impatient while the machine is busy. */
  const timer = () => () => undefined;
  const slack = createSlack({
    core,
    config: config.slack as NonNullable<typeof config.slack>,
    commands,
    dispatch,
    conversations: conversationsOf(core, 'slack'),
    clock: () => Date.now(), // Slack signs with the time there really is
    timer,
  });
  const teams = createTeams({
    core,
    config: config.teams as NonNullable<typeof config.teams>,
    dispatch,
    conversations: conversationsOf(core, 'teams'),
    isLocal: () => false,
    timer,
  });

  const rules: Rules = { people: peopleFor, nudges: nudgesFor, receivers: receiversIn, ...broken.rules };
  const deliveries = createDeliveries(core, { ...rules, unasked: createUnasked({ core, commands }) });
  const tick = createTick({
    ...core,
    plan: createPlanner(core, rules),
    pulses: createPulses(core),
    deliveries,
    progress: createProgress(core),
    ...outbox,
  });

  const web = express();
  const server = createServer(web);
  for (const platform of [slack, teams]) platform.mount(web);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (const platform of [slack, teams]) await platform.start();
  flushCompileCache(); // where one is kept: who is killed writes none

  const work = async (ask: Ask): Promise<unknown> => {
    if (ask.do === 'fill') return loadDemonstration(core);
    at = Temporal.Instant.fromEpochMilliseconds(ask.at);
    if (ask.do === 'tick') await tick.once();
    if (ask.do === 'tick' || ask.do === 'send') return outbox.drain();
    if (ask.do === 'say') {
      const account = { platform: 'web' as const, tenant: 'web', user: ask.personId };
      const where = { kind: 'web' as const, seenByOthers: false };
      const answer = await dispatch({ key: ask.key, account, where, ask: { kind: 'words', text: ask.text }, answerBy: 'reply' });
      return answer.kind === 'card' ? { title: answer.card.title, failed: answer.failed } : { form: answer.form.title };
    }
    return undefined;
  };

  process.on('message', ({ id, ask }: { id: number; ask: Ask }) => {
    work(ask).then(
      (result) => process.send?.({ id, result } satisfies Told),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Told),
    );
  });
  process.on('disconnect', () => {
    void Promise.allSettled([outbox.stop(), close()]).then(() => process.exit(0));
  });
  process.send?.({ id: 0, result: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } satisfies Told);
};
