import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SealedCard } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { renderCard as slackCard } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard } from '../../src/platforms/teams/render.ts';
import { summaryEmail } from '../../src/views/summary-email.ts';
import { renderers } from '../cards/renderers.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { blockProblems } from '../support/slack-blocks.ts';
import { problemsOf } from '../support/teams-cards.ts';
import { dueWorld } from './due-world.ts';

// The summary that comes by itself: what waits for its reader first, then the plan; nothing twice as new, nothing lost with one that did not arrive.

const THURSDAY = '2026-11-19T08:30:00Z';
const NEXT = '2026-11-26T08:30:00Z';
const AFTER = '2026-12-10T08:30:00Z';

let bot: TestBot;
let world: Awaited<ReturnType<typeof dueWorld>>;
const open = async () => {
  bot = await testBot();
  bot.clock.set(THURSDAY);
  world = await dueWorld(bot);
};
const rowsOf = (text: string) => text.split('\n');
const between = (text: string, from: string, to: RegExp) => {
  const rows = rowsOf(text);
  const start = rows.indexOf(from);
  if (start < 0) return [];
  const rest = rows.slice(start + 1);
  const end = rest.findIndex((row) => to.test(row));
  return end < 0 ? rest : rest.slice(0, end);
};
const without = (text: string) => between(text, 'Without an update, said once', /^Changes are since/u);
const linesOf = async (id: string) =>
  (await bot.database.db.deliveryLine.findMany({ where: { deliveryId: id }, orderBy: { position: 'asc' } })).map(({ key }) => key);

describe('what it says', () => {
  beforeAll(open);
  beforeEach(() => bot.clock.set(THURSDAY));
  afterAll(() => bot.close());

  /** Sealed presses are other ones each time: here they are named by their verb. */
  const unsealed = (card: SealedCard): SealedCard =>
    JSON.parse(JSON.stringify(card), (key, value) => (key === 'token' ? 'sealed' : value)) as SealedCard;

  test.each(renderers)('it looks as it did: $name', async ({ name, extension, card: draw }) => {
    const platform = name === 'teams' ? 'teams' : 'slack';
    const card = await world.draw(await world.plan({ to: 'wakefield.coordinator' }), 'wakefield.coordinator', { platform });
    await expect(draw(unsealed(card as SealedCard))).toMatchFileSnapshot(`golden/due-${name}.${extension}`);
  });

  test('what waits for its reader is its first section, each with what answers it, and is kept as told', async () => {
    const id = await world.plan({ to: 'wakefield.coordinator' });
    const card = (await world.draw(id, 'wakefield.coordinator')) as SealedCard;
    const text = rowsOf(plainText(card));
    expect(text[0]).toMatch(/Wakefield, autumn term, week 12: 31 actions\. 3 Red \(1 more\)/u);
    expect(text[1]).toBe('Waiting for you: 2 things');
    expect(text[2]).toBe('Wakefield: WAK-22 is without an owner');
    expect(text[3]).toContain('[Give to someone]');
    expect(text.indexOf('Red')).toBeGreaterThan(3);
    expect((await linesOf(id)).map((key) => key.split(':')[0])).toEqual(['without_owner', 'half_term']);
  });

  test('Slack and Teams take it whole, also where more waits than is shown', async () => {
    for (const [to, of] of [
      ['wakefield.coordinator', 'Wakefield'],
      ['programme.coordinator', 'Vulnerable children'],
      ['pilot1.adviser', 'Vulnerable children'],
    ] as const) {
      const card = (await world.draw(await world.plan({ to, of }), to)) as SealedCard;
      expect(blockProblems(slackCard(card, 'message').blocks, 'message')).toEqual([]);
      expect(problemsOf(teamsCard(card, { link: 'https://commoncause.example.org' }).card, 'message')).toEqual([]);
    }
  });

  test('it is drawn for nobody but whom it goes to, and not for what they may not read any more', async () => {
    const { db } = bot.database;
    const id = await world.plan({ to: 'wakefield.coordinator' });
    expect(await world.draw(id, 'rochdale.coordinator'), 'somebody else').toBeUndefined();
    const { id: localityId } = await db.locality.findFirstOrThrow({ where: { name: 'Rochdale' } });
    const project = await db.project.create({ data: { id: bot.core.newId(), localityId, name: 'Buses' } });
    const scope = { scopeKind: 'project', scopeId: project.id };
    expect(
      await world.draw(await world.plan({ to: 'wakefield.coordinator', scope }), 'wakefield.coordinator'),
      'not theirs',
    ).toBeUndefined();
    expect(await world.draw(await world.plan({ to: 'rochdale.lead', scope }), 'rochdale.lead'), 'control').toBeDefined();
    const personId = await world.idOf('wakefield.coordinator');
    await db.person.update({ where: { id: personId }, data: { leftOn: new Date('2026-11-19') } });
    expect(await world.draw(id, 'wakefield.coordinator'), 'they have left').toBeUndefined();
    await db.person.update({ where: { id: personId }, data: { leftOn: null } });
    expect(await world.draw(id, 'wakefield.coordinator'), 'control').toBeDefined();
  });

  test('nobody types it', async () => {
    const coordinator = await bot.as('wakefield.coordinator');
    expect((await coordinator.say('/summary due')).title).toContain('I do not know a plan called “due”');
  });

  test('an e-mail has whose it is, the titles of what waits and a link, and leaves everything else to be read', async () => {
    const id = await world.plan({ to: 'wakefield.lead' });
    await bot.database.db.news.create({
      data: {
        id: bot.core.newId(),
        personId: await world.idOf('wakefield.lead'),
        text: 'Heard',
        aboutKind: 'x',
        aboutId: bot.core.newId(),
        at: new Date(THURSDAY),
      },
    });
    const seen = () => bot.database.db.summarySeen.count();
    const before = await seen();
    await world.draw(id, 'wakefield.lead', { platform: 'web' });
    expect(await seen(), 'nobody has read it yet').toBe(before);
    expect((await linesOf(id)).filter((key) => key.startsWith('news:'))).toEqual([]);
    const other = await world.plan({ to: 'wakefield.lead' });
    await world.draw(other, 'wakefield.lead');
    expect(await seen(), 'control: in a chat it is read').toBe(before + 1);
    expect((await linesOf(other)).filter((key) => key.startsWith('news:'))).toHaveLength(1);

    const { subject, text } = summaryEmail('Wakefield', {
      publicUrl: 'https://commoncause.example.org',
      every: 'week',
      waiting: ['WAK-7 Recruit two education welfare officers: how is it going?'],
    });
    expect(subject).toBe('Wakefield: the summary of the week');
    expect(text).toContain('1. WAK-7 Recruit two education welfare officers: how is it going?');
    expect(text).toContain('https://commoncause.example.org/chat');
    expect(`${subject} ${text.replaceAll(/WAK-7|1\. |1 March/gu, '')}`, 'no figures').not.toMatch(/\d/u);
  });
});

describe('week after week', () => {
  beforeEach(open);
  afterEach(() => bot.close());

  const leaveNews = async (text: string) =>
    bot.database.db.news.create({
      data: {
        id: bot.core.newId(),
        personId: await world.idOf('wakefield.coordinator'),
        text,
        aboutKind: 'test',
        aboutId: bot.core.newId(),
        at: new Date(bot.core.now().epochMilliseconds),
      },
    });
  const next = (at: string, week: string) => {
    bot.clock.set(at);
    return { to: 'wakefield.coordinator', week };
  };

  test('news and a new red are said once, and movement is since the last one', async () => {
    await leaveNews('WAK-14 was handed to you.');
    const first = await world.send(next(THURSDAY, '2026-W47'));
    expect(first).toContain('WAK-14 was handed to you.');
    expect(first).toMatch(/WAK-7 .*NEW/u);
    expect(first).toContain('Changes are since Thursday 12 Nov, a week ago.');
    const second = await world.send(next(NEXT, '2026-W48'));
    expect(second).not.toContain('WAK-14 was handed to you.');
    expect(second).toContain('WAK-7 Recruit');
    expect(second).not.toContain('NEW');
    expect(second).toContain('Changes are since Thursday 19 Nov, when you last looked.');
  });

  test('one that did not arrive was not read: what it said is said by the next', async () => {
    await leaveNews('WAK-14 was handed to you.');
    const lost = await world.plan(next(THURSDAY, '2026-W47'));
    await world.draw(lost, 'wakefield.coordinator');
    bot.clock.set('2026-11-19T08:31:00Z');
    await world.settle(lost, 'failed');
    const second = await world.send(next(NEXT, '2026-W48'));
    expect(second).toContain('WAK-14 was handed to you.');
    expect(second).toContain('Changes are since Thursday 19 Nov, a week ago.');
    await bot.database.db.delivery.update({ where: { id: lost }, data: { state: 'unconfirmed' } });
    const third = await world.plan(next('2026-11-26T09:00:00Z', '2026-W48'));
    expect(
      plainText((await world.draw(third, 'wakefield.coordinator')) as SealedCard),
      'control: one that may have arrived counts',
    ).toContain('when you last looked');
  });

  test('a week that was missed leaves its content for the next', async () => {
    await world.send(next('2026-11-12T08:30:00Z', '2026-W46'));
    const folded = await world.send(next(NEXT, '2026-W48'));
    expect(folded).toContain('Changes are since Thursday 12 Nov, when you last looked.');
    expect(folded).toMatch(/WAK-7 .*NEW/u);
  });

  test('drawn for another way to the same person, it says the same', async () => {
    await leaveNews('WAK-14 was handed to you.');
    const id = await world.plan(next(THURSDAY, '2026-W47'));
    const first = plainText((await world.draw(id, 'wakefield.coordinator')) as SealedCard);
    expect(plainText((await world.draw(id, 'wakefield.coordinator', { platform: 'slack' })) as SealedCard)).toBe(first);
  });

  test('of two summaries of one week, one says what waits', async () => {
    const first = await world.send(next(THURSDAY, '2026-W47'));
    expect(first).toContain('Waiting for you');
    const second = await world.send({ ...next(THURSDAY, '2026-W47'), of: 'Rochdale' });
    expect(second).not.toContain('Waiting for you');
    expect(await world.send(next(NEXT, '2026-W48')), 'the week after it waits still').toContain('Waiting for you');
  });
});

describe('without an update', () => {
  beforeEach(async () => {
    await open();
    // Three weeks on, nobody has logged anything: weekly readings have waited past their grace.
    bot.clock.set(AFTER);
  });
  afterEach(() => bot.close());
  const weekly = (to = 'wakefield.coordinator', of = 'Wakefield') => ({ to, of, week: '2026-W50' });
  const say = async (reason: string, key: string, about: { aboutKind: string; aboutId: string }) => {
    const { id: localityId } = await bot.database.db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    await bot.database.db.noUpdate.create({
      data: {
        key,
        personId: await world.idOf('wakefield.lead'),
        localityId,
        ...about,
        reason,
        recordedAt: new Date('2026-12-01T09:00:00Z'),
      },
    });
  };

  test('each coordinator is told once what has waited past its grace, and nobody else is', async () => {
    const first = without(await world.send(weekly()));
    expect(first.length).toBeGreaterThan(0);
    expect(without(await world.send({ ...weekly(), week: '2026-W51' })), 'once').toEqual([]);
    const pilot = without(await world.send(weekly('programme.coordinator', 'Vulnerable children')));
    for (const row of first) expect(pilot, 'each coordinator').toContain(`Wakefield: ${row}`);
    expect(without(await world.send(weekly('wakefield.lead'))), 'a pilot lead').toEqual([]);
    expect(without(await world.send(weekly('pilot1.adviser'))), 'an adviser').toEqual([]);
    expect((await (await bot.as('wakefield.coordinator')).say('/summary')).text, 'nor one that is asked for').not.toContain('said once');
  });

  test('a reason stands beside it; an update since, and a pulse, are not told', async () => {
    const { db } = bot.database;
    const action = await db.action.findFirstOrThrow({ where: { number: 12, locality: { name: 'Wakefield' } } });
    const other = await db.action.findFirstOrThrow({ where: { number: 9, locality: { name: 'Wakefield' } } });
    await say('the panel meets in January', `due:${action.id}:2026-11-13`, { aboutKind: 'action', aboutId: action.id });
    await say('the bus is late', `due:${other.id}:2026-11-13`, { aboutKind: 'action', aboutId: other.id });
    await say('nobody had time', `pulse:${bot.core.newId()}`, { aboutKind: 'action', aboutId: other.id });
    await (await bot.as('wakefield.lead')).say('/rag 9 green');
    const rows = without(await world.send(weekly()));
    expect(rows.find((row) => row.startsWith('WAK-12 '))).toContain('the panel meets in January');
    expect(rows.join('\n'), 'rated since').not.toContain('the bus is late');
    expect(rows.join('\n'), 'never a pulse').not.toContain('nobody had time');
  });

  test('it is in order of the names, and has no names of people', async () => {
    const rows = without(await world.send(weekly('programme.coordinator', 'Vulnerable children')));
    const names = rows.map((row) => row.split(/ {2,}/u)[0] as string);
    expect(names.length).toBeGreaterThan(2);
    expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, 'en-GB', { numeric: true })));
    const posts = (await bot.database.db.person.findMany()).map(({ post }) => post);
    for (const post of posts) expect(rows.join('\n')).not.toContain(post);
  });
});

describe('for a channel', () => {
  beforeAll(open);
  afterAll(() => bot.close());
  const known = (outsiders: boolean) =>
    bot.database.db.conversationReference.create({
      data: {
        id: bot.core.newId(),
        platform: 'slack',
        tenant: 'T1',
        conversation: 'C1',
        kind: 'channel',
        outsiders,
        reference: {},
        seenAt: new Date(bot.clock.now().epochMilliseconds),
      },
    });
  const subscribe = async () => {
    const there = bot.conversation(
      {
        platform: 'slack',
        tenant: 'T1',
        user: 'U1',
        profile: async () => ({ email: 'wakefield.coordinator@example.org', outsider: false }),
      },
      { kind: 'channel', conversation: 'C1', name: '#wakefield', to: { channel: 'C1' }, seenByOthers: true },
    );
    await bot.database.db.subscription.deleteMany();
    const preview = await there.say('/summary subscribe');
    await there.press(preview, 'Every week in #wakefield');
    const { id } = await bot.database.db.subscription.findFirstOrThrow();
    return { id, preview: preview.text };
  };
  const post = async (subscriptionId: string) => {
    const id = await world.plan({ to: 'wakefield.coordinator', subscriptionId });
    const card = (await world.draw(id, 'wakefield.coordinator', { channel: 'C1' })) as SealedCard;
    return { text: plainText(card), raw: JSON.stringify(card), id };
  };

  test('it has no buttons, nothing that waits for anybody, and is told to nobody as theirs', async () => {
    const { id } = await subscribe();
    const posted = await post(id);
    expect(posted.text).toContain('WAK-7 Recruit');
    expect(posted.raw).not.toMatch(/"token"|"press"/u);
    expect(posted.text).not.toMatch(/Waiting for you|News for you|said once|\byou\b/u);
    expect(await linesOf(posted.id)).toEqual([]);
  });

  test('names and reasons are in it only if its preview had them and nobody from outside reads there', async () => {
    const blind = await subscribe();
    expect(blind.preview).not.toContain('a joint post');
    const { id: reference } = await known(false);
    expect((await post(blind.id)).text, 'never more than was previewed').not.toContain('a joint post');
    const seen = await subscribe();
    expect(seen.preview).toContain('a joint post');
    expect((await post(seen.id)).text).toContain('a joint post');
    await bot.database.db.conversationReference.update({ where: { id: reference }, data: { outsiders: true } });
    expect((await post(seen.id)).text, 'somebody from outside came').not.toContain('a joint post');
    await bot.database.db.conversationReference.delete({ where: { id: reference } });
  });

  test('what moved is since its own last one, whatever the subscriber has read', async () => {
    const { id } = await subscribe();
    bot.clock.set(THURSDAY);
    const first = await post(id);
    await world.settle(first.id, 'sent');
    bot.clock.set('2026-11-24T09:00:00Z');
    const coordinator = await bot.as('wakefield.coordinator');
    await coordinator.say('/summary');
    bot.clock.set(NEXT);
    expect((await post(id)).text).toContain('Changes are since Thursday 19 Nov.');
    expect((await coordinator.say('/summary')).text, 'control').toContain('Changes are since Tuesday 24 Nov, when you last looked.');
  });
});
