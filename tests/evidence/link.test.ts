import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Button } from '../../src/cards/card.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { findActor } from '../../src/people/actor.ts';
import { createToken } from '../../src/people/tokens.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { slackWith } from '../support/slack.ts';
import { buttonsOn, read, type Shown } from '../support/slack-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';
import { heading, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

/** `/evidence`: the way from a chat to the dashboards. */

const REAL = { DEMO: '0', TRUSTED_EMAIL_DOMAINS: 'example.org' };

/** The path of the link that signs somebody in, wherever it stands in what was shown. */
const linkIn = (shown: unknown): string => /\/sign-in\/link\/[\w-]{22}/u.exec(JSON.stringify(shown))?.[0] ?? '';

/** Somebody at a browser on which nobody has signed in. */
const browserAt = (origin: string) => {
  const who = visitor(origin);
  return {
    ...who,
    /** Opens a link and presses its button. */
    use: async (path: string) => who.post('/sign-in/link', { csrf: await who.csrf(path), token: path.split('/').at(-1) ?? '' }),
  };
};

/** Nothing of a link is kept from which it could be made again. */
const expectKeptNowhere = async ({ core, logged }: TestBot, path: string) => {
  const token = path.split('/').at(-1) as string;
  expect(token).toMatch(/^[\w-]{22}$/u);
  const kept = [await core.db.inboundEvent.findMany(), await core.db.outbox.findMany(), await core.db.signInLink.findMany(), logged];
  expect(JSON.stringify(kept, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(token);
};

describe('in Slack', () => {
  const LEAD = 'U0LEAD';
  let bot: TestBot;
  let stage: Awaited<ReturnType<typeof slackWith>>;
  let site: Awaited<ReturnType<typeof startWeb>>;

  beforeAll(async () => {
    bot = await testBot({ env: REAL });
    stage = await slackWith({ commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    bot.senders.slack = stage.platform.send;
    stage.slack.user(LEAD, { email: 'wakefield.lead@example.org' });
    stage.slack.channel('C0WAKE', 'wakefield', [LEAD]);
    site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
    await stage.slack.command('/commoncause', '', { user: LEAD }); // links the account, and tells of it
    await bot.outbox.drain();
  });
  beforeEach(async () => {
    await bot.core.db.attempt.deleteMany();
    await bot.core.db.signInLink.deleteMany();
    stage.slack.shown.length = 0;
  });
  afterAll(async () => {
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
    await site?.stop();
    await stage?.stop();
    await bot?.close();
  });

  const ask = async (words = '') => (await stage.slack.command('/evidence', words, { user: LEAD, channel: 'C0WAKE' })).message as Shown;
  const wakefield = async () => bot.core.db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });

  test('a link signs one in on the web, leads to the dashboards, and is theirs alone to see', async () => {
    const shown = await ask();
    expect(shown).toMatchObject({ onlyFor: LEAD, by: 'acknowledgement' });
    expect(read(shown)).toContain('Here is your link to the dashboards. It works once, for 10 minutes.');
    expect(read(shown)).toContain('It signs in whoever opens it as Wakefield pilot lead: do not pass it on.');
    const path = linkIn(shown);
    const who = browserAt(site.origin);
    const used = await who.use(path);
    expect([used.status, used.headers.location]).toEqual([303, '/programme']);
    expect(heading(await who.get('/chat'))).toContain('Wakefield pilot lead');
    expect((await who.get('/account')).text).toContain('In a chat · this one');
    await expectKeptNowhere(bot, path);
  });

  test('what is done on the web alone is said, with the way there', async () => {
    expect(read(await ask())).toContain('correcting one and ticking it as checked are on the web: evidence register');
    expect(read(await ask('help'))).toContain('correcting one and ticking it as checked are on the web: evidence register');
    const tried = await ask('correct the story of 12 Nov');
    expect([read(tried).includes('the evidence register'), buttonsOn(tried)]).toEqual([true, ['This one']]);
  });

  test('words lead to one page', async () => {
    const kpi = await bot.core.db.kpi.findFirstOrThrow({
      where: { localityId: (await wakefield()).id, definitions: { some: { name: 'Attendance' } } },
    });
    for (const [words, page] of [
      ['wakefield', '/localities/WAK'],
      ['wak', '/localities/WAK'],
      ['attendance', `/kpis/${kpi.id}`],
      ['account', '/account'],
      ['programme', '/programme'],
      ['what changed', '/changes'],
      ['export', '/exports'],
      ['register', '/register'],
      ['correct', '/register'],
      ['check', '/register'],
    ] as const)
      expect([words, (await browserAt(site.origin).use(linkIn(await ask(words)))).headers.location]).toEqual([words, page]);
  });

  test('opened by a scanner, with GET and HEAD and as often as it likes, it still works; a scanner that pressed would have used it: the control', async () => {
    const scan = async (path: string) => {
      const scanner = browserAt(site.origin);
      for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS'])
        expect((await scanner.ask(method, path)).setCookies.join()).not.toContain('common_cause_session');
      return scanner;
    };
    const path = linkIn(await ask());
    await scan(path);
    expect((await browserAt(site.origin).use(path)).status).toBe(303);
    const pressed = linkIn(await ask());
    await (await scan(pressed)).use(pressed);
    expect((await browserAt(site.origin).use(pressed)).status).toBe(400);
  });

  test('used, late, made up and ended look alike, with where to ask for a new one', async () => {
    const used = linkIn(await ask());
    await browserAt(site.origin).use(used);
    const late = linkIn(await ask());
    bot.clock.advance({ minutes: 10 });
    for (const path of [used, late, `/sign-in/link/${'A'.repeat(22)}`]) {
      const reply = await browserAt(site.origin).use(path);
      expect([reply.status, heading(reply)]).toEqual([400, 'This link cannot be used any more']);
      expect(reply.text).toContain('Ask for a new one');
      expect(reply.text).toContain('evidence gives you another');
    }
  });

  test('a press that comes again gets no second link, and the first one no second time', async () => {
    await stage.slack.dm('evidence', { user: LEAD });
    const offered = await stage.slack.until(
      () => stage.slack.shown.find((one) => buttonsOn(one).includes('Give me the link')),
      'the button',
    );
    const { message, payload } = await stage.slack.press(offered, 'Give me the link', { user: LEAD });
    const path = linkIn(message);
    expect(path).not.toBe('');
    expect(linkIn(await stage.slack.deliver({ type: 'interactive', payload }))).toBe('');
    expect(await bot.core.db.signInLink.count()).toBe(1);
  });

  test('five in an hour; then the last ones work on, and using one begins the count anew', async () => {
    const links: string[] = [];
    for (let asked = 0; asked < 5; asked += 1) links.push(linkIn(await ask()));
    bot.clock.advance({ minutes: 15 });
    const sixth = await ask();
    expect(linkIn(sixth)).toBe('');
    expect(read(sixth)).toContain('You have asked for 5 links within the hour, the most there can be.');
    expect(await bot.core.db.signInLink.count()).toBe(5);
    expect((await browserAt(site.origin).use(links[4] as string)).status).toBe(303);
    expect((await browserAt(site.origin).use(links[0] as string)).status).toBe(400); // one is enough
    expect(linkIn(await ask())).not.toBe('');
  });

  test('whoever asks for e-mails in somebody’s name neither uses up nor prolongs their links from the chat', async () => {
    const path = linkIn(await ask());
    bot.clock.advance({ minutes: 9 });
    const who = visitor(site.origin);
    for (let asked = 0; asked < 7; asked += 1)
      await who.post('/sign-in', { csrf: await who.csrf('/sign-in'), address: 'wakefield.lead@example.org' });
    expect(linkIn(await ask())).not.toBe('');
    bot.clock.advance({ minutes: 1 });
    expect((await browserAt(site.origin).use(path)).status).toBe(400);
  });

  test('somebody who has left meanwhile is not let in by it', async () => {
    stage.slack.user('U0GONE', { email: 'coventry.lead@example.org' });
    const path = linkIn((await stage.slack.command('/evidence', '', { user: 'U0GONE' })).message);
    await bot.core.db.person.update({ where: { email: 'coventry.lead@example.org' }, data: { leftOn: new Date('2026-11-19') } });
    expect((await browserAt(site.origin).use(path)).status).toBe(400);
  });

  test('a direct message, whose answer is kept until it has gone, is answered with a button; its link is in nothing that is kept', async () => {
    await stage.slack.dm('evidence attendance', { user: LEAD });
    const offered = await stage.slack.until(
      () => stage.slack.shown.find((one) => one.channel === 'D0LEAD' && buttonsOn(one).includes('Give me the link')),
      'the button',
    );
    expect(linkIn(offered)).toBe('');
    expect(await bot.core.db.signInLink.count()).toBe(0);
    const { message } = await stage.slack.press(offered, 'Give me the link', { user: LEAD });
    const path = linkIn(message);
    expect((await browserAt(site.origin).use(path)).headers.location).toMatch(/^\/kpis\//u);
    await expectKeptNowhere(bot, path);
  });

  test('a button of another person’s gives no link', async () => {
    stage.slack.user('U0COORD', { email: 'wakefield.coordinator@example.org' });
    await stage.slack.dm('evidence', { user: LEAD });
    const offered = await stage.slack.until(
      () => stage.slack.shown.find((one) => buttonsOn(one).includes('Give me the link')),
      'the button',
    );
    const { message } = await stage.slack.press(offered, 'Give me the link', { user: 'U0COORD' });
    expect(linkIn(message)).toBe('');
    expect(await bot.core.db.signInLink.count()).toBe(0);
  });
});

describe('in Microsoft Teams', () => {
  let world: TeamsWorld;
  let site: Awaited<ReturnType<typeof startWeb>>;
  beforeAll(async () => {
    world = await teamsWorld({ env: REAL });
    site = await startWeb({ core: world.bot.core, commands: world.bot.commands, dispatch: world.bot.dispatch });
  });
  afterAll(async () => {
    await site?.stop();
    await world?.close();
  });

  test('one press gives the link in place of its button, and it signs one in on the page that was named', async () => {
    const lead = world.person('wakefield.lead');
    const offered = await world.say('evidence wakefield', lead);
    expect(offered.lines.join('\n')).toContain('One press gives you a link to Wakefield.');
    expect(linkIn(offered)).toBe('');
    const given = await world.teams.press(offered, 'Give me the link', lead);
    expect(given.lines.join('\n')).toContain('Here is your link to Wakefield. It works once, for 10 minutes.');
    const path = linkIn(given);
    expect((await browserAt(site.origin).use(path)).headers.location).toBe('/localities/WAK');
    await expectKeptNowhere(world.bot, path);
  });
});

/** The addresses that stand on a card. */
const urlsOn = (seen: Seen): string[] =>
  seen
    .card()
    .parts.flatMap((part) =>
      (part.type === 'buttons' ? part.buttons : []).flatMap((button: Button<unknown>) => ('url' in button ? [button.url] : [])),
    );

describe('on the web', () => {
  let demo: TestBot;
  let real: TestBot;
  beforeAll(async () => {
    [demo, real] = [await testBot(), await testBot({ env: { DEMO: '0' } })];
  });
  afterAll(async () => {
    await demo?.close();
    await real?.close();
  });

  test('whoever is signed in goes there, and needs no link that signs in', async () => {
    const seen = await (await real.as('wakefield.lead')).say('/evidence');
    expect(urlsOn(seen)).toEqual([`${real.core.config.publicUrl}/programme`]);
    expect(await real.core.db.signInLink.count()).toBe(0);
  });

  test('in the demonstration it is the page as that person, in a chat too', async () => {
    const page = `${demo.core.config.publicUrl}/localities/WAK?as=wakefield.lead%40example.org`;
    expect(urlsOn(await (await demo.as('wakefield.lead')).say('/evidence wakefield'))).toEqual([page]);
    expect(await demo.core.db.signInLink.count()).toBe(0);
  });

  test('of several with one name it asks which; a name that nothing has is given back', async () => {
    const coordinator = await demo.as('programme.coordinator');
    const which = await coordinator.say('/evidence attendance');
    expect(which.title).toMatch(/^Which one do you mean\? \d+ have that name\.$/u);
    const chosen = await coordinator.press(which, 'This one');
    expect(urlsOn(chosen)[0]).toMatch(/\/kpis\/[\w-]{36}\?as=/u);
    const unknown = await coordinator.say('/evidence zzzz');
    expect(unknown.title).toContain('I do not know a page called “zzzz”');
    expect((await coordinator.say('/evidence wakefeild')).title).toContain('Did you mean one of these?');
  });

  /** What each may find by its name: another locality's page is there for nobody who may not read it. */
  test.each([
    ['wakefield.lead', 'surrey', false],
    ['wakefield.head.1', 'wakefield', true],
    ['surrey.lead', 'surrey', true],
    ['evaluator', 'surrey', true],
    ['admin', 'wakefield', false],
    ['wakefield.head.1', 'exports', false],
    ['wakefield.head.1', 'register', false],
  ])('%s, who asks for %s, is shown the way to it: %s', async (name, place, found) => {
    const seen = await (await demo.as(name)).say(`/evidence ${place}`);
    expect(urlsOn(seen).length > 0).toBe(found);
    if (!found) expect(seen.text).not.toMatch(/localities\//u);
  });

  test('an administrator, who reads no dashboards, is led to their account', async () => {
    expect(urlsOn(await (await demo.as('admin')).say('/evidence'))[0]).toContain('/account?as=admin');
  });

  test('lists the tokens that act as one, and what else can be typed', async () => {
    const lead = await demo.as('wakefield.lead');
    expect((await lead.say('/evidence')).text).not.toContain('Your tokens');
    const { core } = demo;
    const { id: scopeId } = await core.db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    await inTransaction(core.db, async (tx) => {
      const actor = await findActor(tx, lead.account, '2026-11-19');
      if (!actor) throw new Error('the lead is nobody');
      const writer = { tx, now: core.now(), newId: core.newId, personId: actor.personId };
      await createToken(writer, core, actor, { name: 'Power BI', scopeKind: 'locality', scopeId, freeText: false, days: 30 });
    });
    const { text } = await lead.say('/evidence');
    expect(text).toMatch(/Power BI +Wakefield · until 19 December 2026/u);
    expect(text).not.toMatch(/cc_/u);
    expect(text).toMatch(/\/evidence account +where you are signed in/u);
    expect((await (await demo.as('wakefield.coordinator')).say('/evidence')).text).not.toContain('Your tokens');
  });

  test('help says how it is used, in six lines at most, to every role', async () => {
    for (const name of ['wakefield.lead', 'wakefield.head.1', 'wakefield.coordinator', 'pilot1.adviser', 'evaluator', 'admin']) {
      const help = await (await demo.as(name)).say('/evidence help');
      const [list] = help.card().parts;
      const items = list?.type === 'list' ? list.items : [];
      expect(items.length).toBeGreaterThan(0);
      expect(items.length).toBeLessThanOrEqual(6);
    }
  });
});
