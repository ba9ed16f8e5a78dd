import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PUBLIC, withOverrides } from '@microsoft/teams.api';
import { App, ExpressAdapter } from '@microsoft/teams.apps';
import { ConsoleLogger } from '@microsoft/teams.common';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAllowedUrl } from '../../src/platforms/teams/guard.ts';
import { CLIENT_ID, TENANT, type TeamsStub } from '../support/teams-stub.ts';
import { type OnTheWire, teamsOnTheWire } from './harness.ts';

type Forgery = { authorization?: string | null; change?: (activity: Record<string, unknown>, teams: TeamsStub) => Record<string, unknown> };
const bearer = async (teams: TeamsStub, change?: Parameters<TeamsStub['token']>[0]) => ({
  authorization: `Bearer ${await teams.token(change)}`,
});
const OTHER_TENANT = '99999999-2222-4333-8444-555555555555';

/** What the SDK refuses by itself, and the guard lets through to it or refuses before. */
const REFUSED: [string, number, (teams: TeamsStub) => Promise<Forgery>][] = [
  ['no token', 401, async () => ({ authorization: null })],
  ['garbage for a token', 401, async () => ({ authorization: 'Bearer garbage' })],
  [
    'a token that is not signed at all',
    401,
    async (teams) => {
      const [, payload] = (await teams.token()).split('.');
      return { authorization: `Bearer ${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.` };
    },
  ],
  [
    'a token that says it needs no signature',
    401,
    async (teams) => {
      const [, payload, signature] = (await teams.token()).split('.');
      return {
        authorization: `Bearer ${Buffer.from('{"alg":"none","typ":"JWT","kid":"stub-key"}').toString('base64url')}.${payload}.${signature}`,
      };
    },
  ],
  ["a token signed with somebody else's key", 401, (teams) => bearer(teams, { key: 'stranger' })],
  ['a token for another bot', 401, (teams) => bearer(teams, { audience: 'bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee' })],
  ['a token from another issuer', 403, (teams) => bearer(teams, { issuer: 'https://example.org' })],
  ['a token that ended an hour ago', 401, (teams) => bearer(teams, { expiresIn: '1h ago' })],
  ['a token for another service URL', 401, (teams) => bearer(teams, { serviceUrl: 'https://smba.trafficmanager.net/emea/' })],
  ['a token without a service URL', 401, (teams) => bearer(teams, { serviceUrl: null })],
];

/** What the SDK alone would believe. */
const BELIEVED: [string, (teams: TeamsStub) => Promise<Forgery>][] = [
  [
    "a token of the directory, which anybody in any tenant can get for our bot's id",
    (teams) => bearer(teams, { issuer: `${teams.origin}/${OTHER_TENANT}/v2.0`, serviceUrl: null, claims: { tid: OTHER_TENANT } }),
  ],
  [
    'the same with an answer address of theirs',
    async (teams) => ({
      ...(await bearer(teams, { issuer: `${teams.origin}/${OTHER_TENANT}/v2.0`, serviceUrl: null, claims: { tid: OTHER_TENANT } })),
      change: (activity) => ({ ...activity, serviceUrl: 'https://attacker.example.org/' }),
    }),
  ],
  [
    'a service URL that is not allowed, signed by the channel',
    async (teams) => ({
      ...(await bearer(teams, { serviceUrl: 'https://attacker.example.org/' })),
      change: (activity) => ({ ...activity, serviceUrl: 'https://attacker.example.org/' }),
    }),
  ],
  [
    'a service URL that only begins like an allowed one',
    async (teams) => {
      const serviceUrl = `${teams.serviceUrl.replace(/\/$/u, '')}.attacker.example.org/`;
      return { ...(await bearer(teams, { serviceUrl })), change: (activity) => ({ ...activity, serviceUrl }) };
    },
  ],
  [
    'another channel than Teams',
    async (teams) => ({ ...(await bearer(teams)), change: (activity) => ({ ...activity, channelId: 'directline' }) }),
  ],
  [
    'a tenant that is not served',
    async (teams) => ({
      ...(await bearer(teams)),
      change: (activity) => ({
        ...activity,
        conversation: { ...(activity.conversation as object), tenantId: OTHER_TENANT },
        channelData: { tenant: { id: OTHER_TENANT } },
      }),
    }),
  ],
  [
    'two tenants, one of them not served',
    async (teams) => ({ ...(await bearer(teams)), change: (activity) => ({ ...activity, channelData: { tenant: { id: OTHER_TENANT } } }) }),
  ],
  [
    'no tenant at all',
    async (teams) => ({
      ...(await bearer(teams)),
      change: (activity) => ({ ...activity, conversation: { id: 'a:1', conversationType: 'personal' }, channelData: {} }),
    }),
  ],
];

describe('a request to the Teams endpoint', () => {
  let wire: OnTheWire;
  beforeAll(async () => {
    wire = await teamsOnTheWire();
  });
  afterAll(() => wire.close());

  const forge = async ({ authorization, change }: Forgery, to = wire.teams) => {
    const user = to.user('wakefield.lead@example.org');
    const activity = to.activity(user, to.chat(user), { type: 'message', text: 'kpi attendance 93.2' });
    return to.deliver(change ? change(activity, to) : activity, authorization);
  };

  test('with a good token is answered', async () => {
    wire.asked.length = 0;
    expect((await forge(await bearer(wire.teams))).status).toBe(200);
    expect(wire.asked).toHaveLength(1);
  });

  test.each(REFUSED)('with %s is refused', async (_, status, make) => {
    wire.asked.length = 0;
    wire.lines.length = 0;
    const answered = await forge(await make(wire.teams));
    expect(answered.status).toBe(status);
    expect(answered.text).not.toMatch(/at .*:\d+/u);
    expect(wire.asked).toEqual([]);
    expect(wire.lines.filter((line) => line.includes('was refused'))).toHaveLength(1);
  });

  test.each(BELIEVED)('with %s is refused', async (_, make) => {
    wire.asked.length = 0;
    wire.lines.length = 0;
    expect((await forge(await make(wire.teams))).status).toBe(403);
    expect(wire.asked).toEqual([]);
    expect(wire.lines).toHaveLength(1);
  });

  test.each([
    ['that is no JSON', '{"type": "message"', 400],
    ['that is no activity', '{"type": "message"}', 400],
    ['that is a list', '[]', 400],
    ['that is far too large', JSON.stringify({ type: 'message', text: 'x'.repeat(1_100_000) }), 413],
  ])('%s is refused in one line', async (_, content, status) => {
    wire.lines.length = 0;
    const answered = await wire.teams.deliver(content);
    expect(answered.status).toBe(status);
    expect(answered.text.length).toBeLessThan(30);
    expect(wire.lines).toHaveLength(1);
  });

  test('of the size of a long card is read', async () => {
    const user = wire.teams.user('wakefield.lead@example.org');
    const long = wire.teams.activity(user, wire.teams.chat(user), {
      type: 'message',
      text: 'kpi',
      attachments: [{ content: 'x'.repeat(600_000) }],
    });
    expect((await wire.teams.deliver(long)).status).toBe(200);
  });
});

describe('without the guard', () => {
  let wire: OnTheWire;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    wire = await teamsOnTheWire();
    const { teams } = wire;
    const web = express();
    const bare = new App({
      clientId: CLIENT_ID,
      tenantId: 'common',
      token: () => 'x',
      logger: new ConsoleLogger('bare', { level: 'error', pattern: '-*' }),
      cloud: withOverrides(PUBLIC, { openIdMetadataUrl: teams.environment.TEAMS_OPENID_URL, loginEndpoint: teams.origin }),
      httpServerAdapter: new ExpressAdapter(web),
    });
    bare.on('message', async () => undefined);
    await bare.initialize();
    const server = createServer(web);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    teams.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    stop = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await wire.close();
    };
  });
  afterAll(() => stop());

  test.each(BELIEVED)('%s would be believed', async (_, make) => {
    const { teams } = wire;
    const user = teams.user('wakefield.lead@example.org');
    const { authorization, change } = await make(teams);
    const activity = teams.activity(user, teams.chat(user), { type: 'message', text: 'kpi' });
    expect((await teams.deliver(change ? change(activity, teams) : activity, authorization)).status).toBe(200);
  });
});

describe('an allowed service URL', () => {
  const allowed = ['https://smba.trafficmanager.net/'];
  test.each([
    ['https://smba.trafficmanager.net/uk/', true],
    ['https://smba.trafficmanager.net', true],
    ['https://SMBA.trafficmanager.net/amer/', true],
    ['http://smba.trafficmanager.net/uk/', false],
    ['https://smba.trafficmanager.net.example.org/', false],
    ['https://smba.trafficmanager.net@example.org/', false],
    ['https://example.org/https://smba.trafficmanager.net/', false],
    ['https://smba.trafficmanager.net:8443/', false],
    ['smba.trafficmanager.net', false],
    ['', false],
  ])('%s: %s', (url, expected) => expect(isAllowedUrl(url, allowed)).toBe(expected));

  test('is compared by whole steps of its path', () => {
    expect(isAllowedUrl('https://gateway.example.org/teams/uk/', ['https://gateway.example.org/teams'])).toBe(true);
    expect(isAllowedUrl('https://gateway.example.org/teams', ['https://gateway.example.org/teams/'])).toBe(true);
    expect(isAllowedUrl('https://gateway.example.org/teams-of-others/', ['https://gateway.example.org/teams'])).toBe(false);
    expect(isAllowedUrl('https://gateway.example.org/teams/../others/', ['https://gateway.example.org/teams/'])).toBe(false);
  });
});

describe('with TEAMS_LOCAL', () => {
  let wire: OnTheWire;
  const local = { TEAMS_CLIENT_ID: '', TEAMS_CLIENT_SECRET: '', TEAMS_TENANT_ID: '', TEAMS_LOCAL: '1' };
  beforeAll(async () => {
    wire = await teamsOnTheWire({ environment: local });
  });
  afterAll(() => wire.close());

  const activity = (change: object = {}) => {
    const user = wire.teams.user('wakefield.lead@example.org');
    return { ...wire.teams.activity(user, wire.teams.chat(user), { type: 'message', text: 'kpi' }), ...change };
  };

  test('a request from this machine needs no token', async () => {
    wire.asked.length = 0;
    expect((await wire.teams.deliver(activity(), null)).status).toBe(200);
    expect(wire.asked[0]?.account.tenant).toBe(TENANT);
  });

  test('an answer address elsewhere is refused', async () => {
    expect((await wire.teams.deliver(activity({ serviceUrl: 'https://smba.trafficmanager.net/uk/' }), null)).status).toBe(403);
  });

  test.each([
    ['a proxy in front', { 'x-forwarded-for': '203.0.113.9' }],
    ['a name that was made to point here', { host: 'attacker.example.org' }],
  ])('a request through %s is refused', async (_, headers) => {
    const { request } = await import('node:http');
    const url = new URL(`${wire.url}/api/messages`);
    const status = await new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, (response) =>
        resolve(response.resume().statusCode),
      );
      sent.on('error', reject);
      sent.end(JSON.stringify(activity()));
    });
    expect(status).toBe(403);
  });
});
