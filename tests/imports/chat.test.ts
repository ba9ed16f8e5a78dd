import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';

// Slack and Teams take no file: there the bot says where a plan is brought in, to those who may.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot({
    env: { PUBLIC_URL: 'https://commoncause.example.org', HOST: '127.0.0.1', SECRET_KEY: Buffer.alloc(32).toString('base64') },
  });
});
afterAll(() => bot.close());

const linked = async (name: string, platform: 'slack' | 'teams') => {
  const { db } = bot.database;
  const { id } = await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
  const account = { platform, tenant: 'T1', user: name };
  await db.identity.create({ data: { id: bot.core.newId(), personId: id, ...account, linkedAt: new Date('2026-11-01'), how: 'code' } });
  return bot.conversation(account, { kind: 'personal', conversation: 'C1', seenByOthers: false });
};

const linkOn = async (who: Awaited<ReturnType<typeof linked>>) => {
  const buttons = (await who.say('commoncause')).card().parts.flatMap((part) => (part.type === 'buttons' ? part.buttons : []));
  return buttons.flatMap((button) => (button.label === 'Import a plan' && 'url' in button ? [button.url] : []));
};

test.each(['slack', 'teams'] as const)(
  '%s shows a coordinator where a plan is imported, and a pilot lead nothing of it',
  async (platform) => {
    expect(await linkOn(await linked('wakefield.coordinator', platform))).toEqual(['https://commoncause.example.org/import']);
    expect(await linkOn(await linked('wakefield.lead', platform))).toEqual([]);
  },
);

test('on the web the page has the link itself', async () => {
  expect((await (await bot.as('wakefield.coordinator')).say('/commoncause')).labels).not.toContain('Import a plan');
});
