import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import type { App, Core, Message } from '../src/app.ts';
import type { SealedCard } from '../src/cards/card.ts';
import { parseConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/open.ts';
import { createOutbox } from '../src/jobs/outbox.ts';
import { createTeams } from '../src/platforms/teams/teams.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { TOKEN } from './tenants.ts';

/**
 * Messages to many tenants, as a process of its own: `fill` writes them to the outbox; `relay` sends them with the product's relay and
 * its sender, and any number of these may run; `bare` posts them by fetch, and no database knows of it.
 */

export type RelayJob = {
  part: 'fill' | 'relay' | 'bare';
  databaseUrl: string;
  connector: string;
  tenants: number;
  /** Messages to each tenant, each to another person. */
  each: number;
  /** Of `bare`: which part of the tenants, of how many. */
  share?: [number, number];
};
export type Relayed = {
  statements: number;
  /** Milliseconds of this process's processor. */
  cpu: number;
};

const PATIENCE = 120_000;
const tenantOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A card with the lines and buttons that a nudge has. */
const cardOf = (n: number): SealedCard => ({
  title: 'Three things are waiting for you this week',
  parts: [
    {
      type: 'list',
      items: ['The agreement on sharing data', 'Attendance, last week', 'A walk through the new building'].map((text, at) => ({
        text: `WAK-${at + 10}: ${text}`,
        detail: 'Red, two weeks old. What would put it right: a decision of the board.',
        button: { label: 'Rate', press: { verb: 'rag.rate', form: true, token: `${n}.${'x'.repeat(400)}` } },
      })),
    },
    { type: 'text', text: 'You said that the bus comes too late. It comes at eight now.', style: 'small' },
    {
      type: 'buttons',
      buttons: [{ label: 'Not this week', press: { verb: 'nudge.quiet', form: false, token: `${n}.${'x'.repeat(300)}` } }],
    },
  ],
});

const messageTo = (connector: string, tenant: number, n: number): Message => ({
  kind: 'card',
  platform: 'teams',
  to: {
    serviceUrl: `${connector}/t${tenant}`,
    tenant: tenantOf(tenant),
    conversation: `a:person-${tenant}-${n}`,
    kind: 'personal',
    bot: '28:bench',
  },
  card: cardOf(n),
});

const coreOf = async ({ databaseUrl, connector, tenants }: RelayJob) => {
  let statements = 0;
  const { db, close } = await openDatabase({ databaseUrl, dataDir: '' }, () => {
    statements += 1;
  });
  const config = parseConfig({
    TEAMS_CLIENT_ID: 'bench',
    TEAMS_CLIENT_SECRET: 'bench',
    TEAMS_TENANT_ID: Array.from({ length: tenants }, (_, n) => tenantOf(n)).join(),
    TEAMS_SERVICE_URLS: connector,
    TEAMS_TOKEN_URL: `${connector}/token`,
  });
  const core: Core = {
    db,
    now: () => Temporal.Now.instant(),
    newId: () => v7(),
    log: pino({ level: 'silent' }),
    config,
    secret: new Uint8Array(32),
    later: async () => {},
    waveKeys: createWaveKeys(config, randomBytes),
  };
  return { core, close, statements: () => statements };
};

/** As many of each tenant in a statement as are planned at once: everybody's first, then everybody's second. */
const fill = async (job: RelayJob) => {
  const { core, close } = await coreOf(job);
  const { later } = createOutbox({ ...core, send: async () => ({}) });
  for (let n = 0; n < job.each; n += 1)
    await core.db.$transaction(async (tx) => {
      for (let tenant = 0; tenant < job.tenants; tenant += 1) await later(tx, messageTo(job.connector, tenant, n));
    });
  await core.db.$executeRaw`analyze outbox`;
  await close();
};

const relay = async (job: RelayJob): Promise<Relayed> => {
  const { core, close, statements } = await coreOf(job);
  const teams = createTeams({
    core,
    config: core.config.teams as NonNullable<typeof core.config.teams>,
    dispatch: () => Promise.reject(new Error('nobody says anything')),
    conversations: { remember: async () => {}, close: async () => {}, outsiders: async () => {} } as never,
    isLocal: () => false,
  });
  const send: App['send'] = (message) => teams.send(message);
  const outbox = createOutbox({ ...core, send });
  const deadline = performance.now() + PATIENCE;
  outbox.start();
  const isThereMore = async () =>
    (await core.db.$queryRaw<unknown[]>`select from outbox where state in ('waiting', 'sending') limit 1`).length > 0;
  while ((await isThereMore()) && performance.now() < deadline) await delay(250);
  await outbox.stop();
  const { user, system } = process.cpuUsage();
  const relayed = { statements: statements(), cpu: (user + system) / 1000 };
  await close();
  return relayed;
};

/** What Teams is sent for a message. */
const bodyOf = (n: number) =>
  JSON.stringify({
    type: 'message',
    summary: 'Three things are waiting for you this week',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: cardOf(n) }],
  });

/** Writers to a tenant at the same time: with one, the way there and back would be all that is measured. */
const WRITERS = 2;

const bare = async ({ connector, tenants, each, share: [share, of] = [0, 1] }: RelayJob): Promise<Relayed> => {
  const post = async (tenant: number, n: number): Promise<void> => {
    const response = await fetch(`${connector}/t${tenant}/v3/conversations/a:person-${tenant}-${n}/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: bodyOf(n),
    });
    await response.arrayBuffer();
    if (response.status === 201) return;
    if (response.status !== 429) throw new Error(`the connector answered ${response.status}`);
    await delay(Number(response.headers.get('retry-after')) * 1000);
    await post(tenant, n);
  };
  const own = Array.from({ length: tenants }, (_, tenant) => tenant).filter((tenant) => tenant % of === share);
  await Promise.all(
    own.flatMap((tenant) => {
      let next = 0;
      return Array.from({ length: WRITERS }, async () => {
        while (next < each) await post(tenant, next++);
      });
    }),
  );
  const { user, system } = process.cpuUsage();
  return { statements: 0, cpu: (user + system) / 1000 };
};

process.once('message', async (job: RelayJob) => {
  if (job.part === 'fill') await fill(job);
  else process.send?.({ relayed: await (job.part === 'relay' ? relay(job) : bare(job)) });
  process.send?.({ done: true });
  process.disconnect();
});
