import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account, Command } from '../../src/bot/contract.ts';
import { createFinish } from '../../src/bot/finish.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';
import { clearPulses } from './clear.ts';
import { answeredIn, loud, NOTHING, pulseInWakefield, traceOf } from './trace.ts';

/** A pulse in Teams, over its real wire format: from the nudge, a channel, a typed word, and where no dialog is known. */

const ANSWERS = { '1  About test-agree': '1', '2  About test-ten': '10', '3  About test-yes': '0' };

let world: TeamsWorld;
let wave: Awaited<ReturnType<typeof pulseInWakefield>>;
let head: ReturnType<TeamsWorld['person']>;
let channel: typeof head.conversation;
let account: Account;
let personId: string;

/** @param as the commands as they are, or a twin of them */
const begin = async (as: (commands: readonly Command[]) => readonly Command[]) => {
  world = await teamsWorld({ as });
  head = world.person('wakefield.head.1');
  channel = world.teams.channel([head.user], 'Wakefield');
  await world.say('kpi', head); // by which their account is linked, and their chat kept
  const linked = await world.bot.core.db.identity.findFirstOrThrow({ where: { platform: 'teams' } });
  account = { platform: 'teams', tenant: linked.tenant, user: linked.user };
  personId = linked.personId;
};
const anew = async () => {
  await clearPulses(world.bot.core);
  wave = await pulseInWakefield(world.bot.core);
  world.bot.clock.advance({ minutes: 1 });
  await world.relay();
};

const posted = async (anyone: boolean, conversation: typeof head.conversation) => {
  const { core, commands } = world.bot;
  const { finish } = createFinish(core, commands);
  const press = { verb: 'pulse.answer', state: { wave: wave.waveId }, ...(anyone && { anyone: true as const }) };
  const card = finish(
    account,
    { title: 'Two minutes for Wakefield', parts: [{ type: 'list', items: [{ text: 'Pulse', button: { label: 'Answer', press } }] }] },
    core.now(),
  );
  const { reference } = await core.db.conversationReference.findFirstOrThrow({ where: { kind: 'personal', personId } });
  const to = { ...(reference as Record<string, unknown>), ...(anyone && { conversation: conversation.id, kind: 'channel' }) };
  await world.send({ kind: 'card', platform: 'teams', to, card });
  const message = world.teams.seen({ user: head.user, conversation }).at(-1);
  if (!message) throw new Error('nothing was posted');
  return message;
};

const answeredFrom = async (message: Awaited<ReturnType<typeof posted>>, conversation = head.conversation) => {
  const by = { user: head.user, conversation };
  const dialog = await world.teams.openDialog(message, 'Answer', by);
  return (await world.teams.submitDialog(dialog, 'Send', ANSWERS, by)).lines.join('\n');
};

const WAYS: Record<string, () => Promise<string>> = {
  'from the nudge': async () => answeredFrom(await posted(false, head.conversation)),
  'from a post in a channel': async () => answeredFrom(await posted(true, channel), channel),
  'by a typed word': async () => answeredFrom(await world.say('pulse', head)),
};

const traceBy = (way: () => Promise<unknown>) =>
  traceOf(world.bot.core, [world.bot.logged], async () => {
    await way();
    await world.learnt();
    await world.relay();
  });

describe('a headteacher answers', () => {
  beforeAll(() => begin((commands) => commands));
  beforeEach(anew);
  afterAll(() => world.close());

  test.each(Object.entries(WAYS))('%s, is thanked, and nothing else is left behind', async (_name, way) => {
    expect(await traceBy(async () => expect(await way()).toContain('Thank you: your answers are counted, not kept.'))).toEqual(NOTHING);
    expect(await answeredIn(world.bot.core, wave.waveId)).toEqual([personId]);
  });

  test('the dialog has the promise, and says what is wrong beside its field', async () => {
    const dialog = await world.teams.openDialog(await posted(false, head.conversation), 'Answer', head);
    expect(dialog.lines.join('\n')).toContain('Answers are counted, not kept.');
    expect(dialog.lines.join('\n')).toContain('Do not name anyone.');
    expect(dialog.lines.join('\n')).toContain('Skip what you like.');
    expect(dialog.lines.join('\n')).not.toContain('(optional)');
    const wrong = await world.teams.submitDialog(dialog, 'Send', { ...ANSWERS, 'Anything else?': `B801200005001 did well` }, head);
    expect(wrong.lines.join('\n')).toMatch(/Error: Your comment looks as if it has a pupil's number \(UPN\)/u);
    expect(wrong.lines.join('\n')).not.toContain('B801200005001');
    expect(await answeredIn(world.bot.core, wave.waveId)).toEqual([]);
  });

  test('a chat that was closed is not opened again by it', async () => {
    await world.bot.core.db.conversationReference.updateMany({
      where: { personId },
      data: { closedAt: new Date(0), closedWhy: 'blocked' },
    });
    expect(await traceBy(() => world.say('pulse', head))).toEqual(NOTHING);
    await world.say('kpi', head); // as any other word does
    expect(await world.bot.core.db.conversationReference.count({ where: { personId, closedAt: null } })).toBe(1);
  });
});

describe('control: a twin whose pulse is a turn like any other', () => {
  beforeAll(() => begin(loud));
  beforeEach(anew);
  afterAll(() => world.close());

  test.each(Object.entries(WAYS))('%s leaves a row and a line', async (name, way) => {
    const { tables, lines } = await traceBy(way);
    expect(tables).toContain('inbound_event');
    if (name !== 'from the nudge') expect(tables).toContain('conversation_reference');
    expect(lines.join()).toContain('turn');
  });
});
