import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { field, heading, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';
import { clearPulses } from './clear.ts';
import { answeredIn, loud, NOTHING, pulseInWakefield, traceOf } from './trace.ts';

/** A pulse in the web chat, as a browser without scripts sends it: typed, opened, answered. */

const CHAT = '/chat?as=wakefield.head.1%40example.org';

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let twin: Awaited<ReturnType<typeof startWeb>>;
let wave: Awaited<ReturnType<typeof pulseInWakefield>>;

beforeAll(async () => {
  bot = await testBot();
  const { core, commands, dispatch } = bot;
  site = await startWeb({ core, commands, dispatch });
  twin = await startWeb({ core, commands, dispatch: createDispatch({ core, commands: loud(commands), kick: () => {} }) });
});
afterAll(async () => {
  await Promise.all([site?.stop(), twin?.stop()]);
  await bot?.close();
});
beforeEach(async () => {
  await clearPulses(bot.core);
  wave = await pulseInWakefield(bot.core);
  bot.clock.advance({ minutes: 1 });
});

const trace = (act: () => Promise<unknown>) => traceOf(bot.core, [bot.logged], act);

/** Types `pulse`, presses Answer, sends the form; every page that was seen. */
const conversation = async (origin: string) => {
  const who = visitor(origin);
  const chat = await who.get(CHAT);
  const asked = (page: typeof chat) => ({ csrf: field(page, 'csrf'), nonce: field(page, 'nonce') });
  const list = await who.post(CHAT, { ...asked(chat), ask: 'words', text: '/pulse' });
  const form = await who.post(CHAT, { ...asked(list), ask: 'press', token: field(list, 'token'), label: 'Answer' });
  const filled = { ...asked(form), ask: 'submit', token: field(form, 'token') };
  const nothing = await who.post(CHAT, filled);
  const done = await who.post(CHAT, { ...filled, 'field.answer1': '1', 'field.answer2': '10', 'field.comment': 'More time.' });
  const again = await who.post(CHAT, { ...filled, 'field.answer1': '1', 'field.answer2': '10', 'field.comment': 'More time.' });
  return { list, form, nothing, done, again };
};

describe('a headteacher answers in the chat', () => {
  test('is thanked the same however often they send it, and nothing else is left behind', async () => {
    const left = await trace(async () => {
      const { list, form, nothing, done, again } = await conversation(site.origin);
      expect(list.text).toContain('One pulse is open for you.');
      expect(heading(form)).toContain('Pulse');
      expect(form.text).toContain('Answers are counted, not kept.');
      expect(form.text).toContain('This server is run by this computer (a demonstration).');
      expect(nothing.text).toContain('choose an answer or write a comment');
      for (const page of [done, again]) expect(page.text).toContain('Thank you: your answers are counted, not kept.');
    });
    expect(left).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toHaveLength(1);
  });

  test('control: a twin that is not quiet leaves a row and a line', async () => {
    const { tables, lines } = await trace(() => conversation(twin.origin));
    expect(tables).toEqual(['inbound_event']);
    expect(lines.join()).toContain('turn');
  });
});
