import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account, Command } from '../../src/bot/contract.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { createFinish } from '../../src/bot/finish.ts';
import { conversationsOf } from '../../src/people/conversations.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { slackWith } from '../support/slack.ts';
import { read, type Shown, type ShownView } from '../support/slack-stub.ts';
import { clearPulses } from './clear.ts';
import { answeredIn, loud, NOTHING, pulseInWakefield, traceOf } from './trace.ts';

/** A pulse in Slack, over its real wire format: from the nudge, the home tab, a channel and a direct message. */

const HEAD = 'U0HEAD';
const CHANNEL = 'C0WAKE';
const ANSWERS = { '1  About test-agree': 'Agree', '2  About test-ten': '10', '3  About test-yes': 'Yes' };

let bot: TestBot;
let stage: Awaited<ReturnType<typeof slackWith>>;
let wave: Awaited<ReturnType<typeof pulseInWakefield>>;
let head: Account;
let personId: string;

/** @param as the commands as they are, or a twin of them */
const begin = async (as: (commands: readonly Command[]) => readonly Command[]) => {
  bot = await testBot();
  const commands = as(bot.commands);
  stage = await slackWith({
    commands,
    dispatch: createDispatch({ core: bot.core, commands, kick: bot.outbox.kick }),
    core: bot.core,
    conversations: conversationsOf(bot.core, 'slack'),
  });
  bot.senders.slack = stage.platform.send;
  stage.slack.user(HEAD, { email: 'wakefield.head.1@example.org' });
  stage.slack.channel(CHANNEL, 'wakefield', [HEAD]);
  await stage.slack.command('/kpi', '', { user: HEAD }); // by which their account is linked
  const linked = await bot.core.db.identity.findFirstOrThrow({ where: { platform: 'slack', user: HEAD } });
  head = { platform: 'slack', tenant: linked.tenant, user: HEAD };
  personId = linked.personId;
};
const anew = async () => {
  await clearPulses(bot.core);
  wave = await pulseInWakefield(bot.core);
  bot.clock.advance({ minutes: 1 });
  await bot.outbox.drain();
  stage.slack.shown.length = 0;
};
const end = async () => {
  await stage.stop();
  await bot.close();
};

/** What the bot posts unasked: a line with the pulse's button, for one person or for all who read there. */
const posted = async (anyone: boolean, to: Record<string, unknown>, kind: 'card' | 'home' = 'card') => {
  const { finish } = createFinish(bot.core, bot.commands);
  const press = { verb: 'pulse.answer', state: { wave: wave.waveId }, ...(anyone && { anyone: true as const }) };
  const card = finish(
    head,
    { title: 'Two minutes for Wakefield', parts: [{ type: 'list', items: [{ text: 'Pulse', button: { label: 'Answer', press } }] }] },
    bot.core.now(),
  );
  await stage.platform.send({ kind, platform: 'slack', to, card });
};
const shownLast = () => stage.slack.shown.at(-1) as Shown;
const form = ({ view }: { view?: ShownView }) => view as ShownView;
const sent = async (view: ShownView) => read((await stage.slack.submit(view, ANSWERS)).view as ShownView);

/** Each way to the form; in all of them the answer is sent at the end. */
const WAYS: Record<string, () => Promise<string>> = {
  'from the nudge': async () => {
    await posted(false, { user: HEAD });
    return sent(form(await stage.slack.press(shownLast(), 'Answer', { user: HEAD })));
  },
  'from the home tab': async () => {
    await posted(false, { user: HEAD }, 'home');
    return sent(form(await stage.slack.pressIn(stage.slack.homes.get(HEAD) as ShownView, 'Answer')));
  },
  'from a post in a channel': async () => {
    await posted(true, { channel: CHANNEL });
    return sent(form(await stage.slack.press(shownLast(), 'Answer', { user: HEAD })));
  },
  'by a slash command in a channel': async () =>
    sent(form(await stage.slack.command('/pulse', 'answer', { user: HEAD, channel: CHANNEL }))),
  'by a direct message': async () => {
    await stage.slack.dm('pulse', { user: HEAD });
    const list = await stage.slack.until(() => stage.slack.shown.find(({ text }) => text.startsWith('One pulse')), 'the list');
    return sent(form(await stage.slack.press(list, 'Answer', { user: HEAD })));
  },
};

/** What is left behind once everything under way has ended. */
const traceBy = (way: () => Promise<unknown>) =>
  traceOf(bot.core, [bot.logged, stage.logged], async () => {
    await way();
    await stage.platform.stop();
    await bot.outbox.drain();
  });

describe('a headteacher answers', () => {
  beforeAll(() => begin((commands) => commands));
  beforeEach(anew);
  afterEach(() => {
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
    expect(stage.slack.late, 'what was acknowledged too late').toEqual([]);
  });
  afterAll(end);

  test.each(Object.entries(WAYS))('%s, is thanked, and nothing else is left behind', async (_name, way) => {
    expect(await traceBy(async () => expect(await way()).toContain('Thank you: your answers are counted, not kept.'))).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([personId]);
  });

  test('the form is private, under the promise, and says what is wrong beside its field', async () => {
    await posted(true, { channel: CHANNEL });
    const view = form(await stage.slack.press(shownLast(), 'Answer', { user: HEAD }));
    expect(view.user).toBe(HEAD);
    expect(read(view)).toContain('Answers are counted, not kept.');
    expect(read(view)).toContain('This server is run by this computer (a demonstration).');
    expect(read(view)).toContain('Skip what you like.');
    const inputs = (view.view.blocks as { type: string; optional?: boolean }[]).filter(({ type }) => type === 'input');
    expect(
      inputs.map(({ optional }) => optional),
      'each may be left empty',
    ).toEqual([true, true, true, true, true]);
    const wrong = await stage.slack.submit(view, {});
    expect(wrong.errors).toEqual({ answer1: 'Nothing was sent: choose an answer or write a comment.' });
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
    expect(await sent(view)).toContain('Thank you');
  });

  test('the card that was pressed stays as it is, before and after', async () => {
    await posted(false, { user: HEAD });
    const nudge = shownLast();
    const before = JSON.stringify(nudge);
    expect(await sent(form(await stage.slack.press(nudge, 'Answer', { user: HEAD })))).toContain('Thank you');
    expect(JSON.stringify(nudge)).toBe(before);
    expect(read(form(await stage.slack.press(nudge, 'Answer', { user: HEAD })))).toContain('Thank you');
    expect(stage.slack.shown, 'no message of it').toHaveLength(1);
  });
});

describe('control: a twin whose pulse is a turn like any other', () => {
  beforeAll(() => begin(loud));
  beforeEach(anew);
  afterAll(end);

  test.each(Object.entries(WAYS))('%s leaves a row and a line', async (name, way) => {
    const { tables, lines } = await traceBy(way);
    expect(tables).toContain('inbound_event');
    if (name === 'from the home tab')
      expect(await bot.core.db.inboundEvent.count({ where: { key: { endsWith: ':home' } } }), 'the tab drawn anew').toBe(1);
    if (name === 'from a post in a channel') expect(tables).toContain('conversation_reference');
    expect(lines.join()).toContain('turn');
  });
});
