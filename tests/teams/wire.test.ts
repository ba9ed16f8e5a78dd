import { afterEach, describe, expect, test } from 'vitest';
import type { Timer } from '../../src/bot/patience.ts';
import type { SealedForm } from '../../src/cards/card.ts';
import { card, type OnTheWire, teamsOnTheWire } from './harness.ts';

let wire: OnTheWire;
const set = async (...args: Parameters<typeof teamsOnTheWire>) => {
  wire = await teamsOnTheWire(...args);
  const user = wire.teams.user('wakefield.lead@example.org', { mail: 'somebody.else@example.org' });
  return { ...wire, user };
};
afterEach(() => wire.close());

/** A platform that waits for nothing. */
const impatient: Timer = (_, then) => {
  then();
  return () => undefined;
};

const logForm: SealedForm = {
  title: 'Log a reading',
  fields: [
    { kind: 'number', name: 'value', label: 'Reading' },
    { kind: 'longtext', name: 'note', label: 'Note', optional: true },
  ],
  submit: { label: 'Save', press: { verb: 'kpi.log', form: true, token: 'sealed-form' } },
};

describe('a message to the bot', () => {
  test('in a personal chat is read as typed, and answered in that chat', async () => {
    const { teams, asked, relay, user, outbox } = await set();
    const by = { user, conversation: teams.chat(user) };
    expect((await teams.say('kpi attendance 93.2 flu in *two* schools', by)).status).toBe(200);
    expect(asked[0]).toMatchObject({
      account: { platform: 'teams', tenant: user.tenant, user: user.aadObjectId, zone: 'Europe/London' },
      where: { kind: 'personal', seenByOthers: false },
      ask: { kind: 'words', text: 'kpi attendance 93.2 flu in *two* schools' },
    });
    expect(teams.seen(by)).toEqual([]);
    expect(outbox).toHaveLength(1);
    await relay();
    expect(teams.seen(by).map(({ lines }) => lines)).toEqual([['Saved', '[Undo]']]);
  });

  test('in a channel is read without the mention, and answered for that person alone', async () => {
    const { teams, asked, relay, user } = await set();
    const head = teams.user('wakefield.head.1@example.org');
    const conversation = teams.channel([user, head], 'Wakefield');
    await teams.say('kpi attendance', { user, conversation });
    expect(asked[0]).toMatchObject({ where: { kind: 'channel', name: 'Wakefield', seenByOthers: true }, ask: { text: 'kpi attendance' } });
    await relay();
    expect(teams.seen({ user, conversation })).toHaveLength(1);
    expect(teams.seen({ user: head, conversation })).toEqual([]);
  });

  test('keeps the names of the people mentioned in it, and tells who they are beside', async () => {
    const { teams, asked, user } = await set();
    const head = teams.user('wakefield.head.1@example.org', { name: 'Jane Smith' });
    const conversation = teams.channel([user, head], 'Wakefield');
    await teams.say('rag 12 owner @Jane Smith', { user, conversation, mentioning: [head] });
    expect(asked[0]?.ask).toEqual({ kind: 'words', text: 'rag 12 owner Jane Smith', mentions: [{ said: 'Jane Smith', user: head.id }] });
  });

  test('that mentions nobody but the bot says so', async () => {
    const { teams, asked, user } = await set();
    await teams.say('kpi attendance', { user, conversation: teams.channel([user], 'Wakefield') });
    expect(asked[0]?.ask).toEqual({ kind: 'words', text: 'kpi attendance' });
  });

  test('by slash command in a group is seen by nobody else', async () => {
    const { teams, asked, user } = await set();
    await teams.say('/kpi attendance', { user, conversation: teams.group([user]), slash: true });
    expect(asked[0]).toMatchObject({ where: { kind: 'group', seenByOthers: false }, ask: { text: '/kpi attendance' } });
  });

  test('where a message for one person is not taken, the answer comes directly and the conversation hears only that', async () => {
    const { teams, relay, user } = await set();
    const head = teams.user('wakefield.head.1@example.org');
    const [own, conversation] = [teams.chat(user), teams.group([user, head])];
    await teams.say('kpi attendance', { user, conversation });
    teams.trouble('targeted', { status: 400, code: 'BadSyntax' });
    await relay();
    expect(teams.seen({ user, conversation: own }).map(({ lines }) => lines[0])).toEqual(['Saved']);
    expect(teams.seen({ user: head, conversation }).map(({ text }) => text)).toEqual([
      'I have answered you directly, where only you can read it.',
    ]);
  });

  test('from the bot itself is no asking', async () => {
    const { teams, asked, user } = await set();
    const sent = teams.activity(user, teams.chat(user), {
      type: 'message',
      text: 'kpi',
      from: { id: `28:${teams.environment.TEAMS_CLIENT_ID}`, role: 'bot' },
    });
    expect((await teams.deliver(sent)).status).toBe(200);
    expect(asked).toEqual([]);
  });

  test('delivered again has the same key, so that it is answered once; another message has another', async () => {
    const { teams, asked, user } = await set();
    const by = { user, conversation: teams.chat(user) };
    await teams.say('kpi attendance 93.2', { ...by, id: '1' });
    await teams.say('kpi attendance 93.2', { ...by, id: '1' });
    await teams.say('kpi attendance 93.2', { ...by, id: '2' });
    expect(asked[0]?.key).toBe(asked[1]?.key);
    expect(asked[2]?.key).not.toBe(asked[0]?.key);
  });

  test('whose turn failed is told so at once and not delivered again', async () => {
    const failed = { ...card('Not saved: the database could not be reached just now (ref 7F3A).'), failed: 'database' } as const;
    const { teams, user, outbox } = await set({ answer: () => failed });
    const by = { user, conversation: teams.chat(user) };
    expect((await teams.say('kpi attendance 93.2', by)).status).toBe(200);
    expect(outbox).toEqual([]);
    expect(teams.seen(by).map(({ lines }) => lines[0])).toEqual(['Not saved: the database could not be reached just now (ref 7F3A).']);
  });

  test('whose turn failed and who could not even be told is delivered again by Teams', async () => {
    const { teams, user } = await set({ answer: () => ({ ...card('Not saved'), failed: 'bug' }) as never });
    teams.trouble('activity', 'reset');
    expect((await teams.say('kpi attendance 93.2', { user, conversation: teams.chat(user) })).status).toBe(500);
  });

  test('whose answer may have arrived is not answered again', async () => {
    const { teams, user, lines } = await set({ answer: () => ({ kind: 'form', form: logForm }) });
    teams.trouble('activity', 'accepted, then reset');
    const by = { user, conversation: teams.chat(user) };
    expect((await teams.say('kpi log', by)).status).toBe(200);
    expect(teams.seen(by)).toHaveLength(1);
    expect(lines.join('\n')).toContain('an answer is not confirmed');
  });

  test('that takes long is told that nothing is saved yet, and its answer follows', async () => {
    const slow = Promise.withResolvers<ReturnType<typeof card>>();
    const { teams, user, relay, outbox } = await set({ answer: () => slow.promise, timer: impatient });
    const by = { user, conversation: teams.chat(user) };
    expect((await teams.say('kpi attendance 93.2', by)).status).toBe(200);
    expect(teams.seen(by).map(({ lines }) => lines[0])).toEqual(['Still working, not saved yet. The answer follows here.']);
    slow.resolve(card('Saved'));
    await wire.platform.stop();
    expect(outbox).toHaveLength(1);
    await relay();
    expect(teams.seen(by).at(-1)?.lines).toEqual(['Saved']);
  });
});

describe('a button', () => {
  const posted = async () => {
    const world = await set({ answer: ({ ask }) => (ask.kind === 'press' ? card('Undone') : card('Saved', 'Undo')) });
    const by = { user: world.user, conversation: world.teams.chat(world.user) };
    await world.teams.say('kpi attendance 93.2', by);
    await world.relay();
    return { ...world, by, message: world.teams.seen(by)[0] as (typeof world.teams.messages)[number] };
  };

  test('is answered in place of the card', async () => {
    const { teams, by, message, asked } = await posted();
    expect((await teams.press(message, 'Undo', by)).lines).toEqual(['Undone']);
    expect(asked.at(-1)).toMatchObject({ ask: { kind: 'press', token: 'sealed-Undo' }, answerBy: 'reply' });
  });

  test('that takes long says so, and the card is replaced when it is done', async () => {
    const slow = Promise.withResolvers<ReturnType<typeof card>>();
    const { teams, user, relay } = await set({
      answer: ({ ask }) => (ask.kind === 'press' ? slow.promise : card('Saved', 'Undo')),
      timer: impatient,
    });
    const by = { user, conversation: teams.chat(user) };
    await teams.say('kpi attendance 93.2', by);
    await wire.platform.stop();
    await relay();
    const message = teams.seen(by).at(-1) as (typeof teams.messages)[number];
    expect(await teams.press(message, 'Undo', by)).toMatchObject({ notice: 'Still working, not saved yet. The answer follows here.' });
    slow.resolve(card('Undone'));
    await wire.platform.stop();
    expect(teams.seen(by).find(({ id }) => id === message.id)?.lines).toEqual(['Undone']);
  });

  test('on a card that is gone meanwhile is answered with a new one', async () => {
    const slow = Promise.withResolvers<ReturnType<typeof card>>();
    const { teams, user, relay } = await set({
      answer: ({ ask }) => (ask.kind === 'press' ? slow.promise : card('Saved', 'Undo')),
      timer: impatient,
    });
    const by = { user, conversation: teams.chat(user) };
    await teams.say('kpi attendance 93.2', by);
    await wire.platform.stop();
    await relay();
    await teams.press(teams.seen(by).at(-1) as (typeof teams.messages)[number], 'Undo', by);
    teams.trouble('update', { status: 404, code: 'ActivityNotFoundInConversation' });
    slow.resolve(card('Undone'));
    await wire.platform.stop();
    expect(teams.seen(by).at(-1)?.lines).toEqual(['Undone']);
  });

  test('that is not one of ours is handed on as stale, not lost', async () => {
    const { teams, by, asked } = await posted();
    const value = { action: { type: 'Action.Execute', verb: 'x', data: { something: 'else' } } };
    expect(
      (await teams.deliver(teams.activity(by.user, by.conversation, { type: 'invoke', name: 'adaptiveCard/action', value }))).status,
    ).toBe(200);
    expect(asked.at(-1)?.ask).toEqual({ kind: 'press', token: '' });
  });
});

describe('a form', () => {
  const answers = (incoming: Parameters<NonNullable<Parameters<typeof teamsOnTheWire>[0]>['answer'] & object>[0]) => {
    const { ask } = incoming;
    if (ask.kind === 'press' || ask.kind === 'open') return { kind: 'form' as const, form: logForm };
    if (ask.kind === 'words')
      return {
        kind: 'card' as const,
        card: {
          title: 'One press opens the form.',
          parts: [
            {
              type: 'buttons' as const,
              buttons: [{ label: 'Open the form', press: { verb: 'kpi.log', form: true, token: 'sealed-open' } }],
            },
          ],
        },
      };
    const { value = '' } = ask.values;
    const kept = { ...logForm, fields: logForm.fields.map((field) => ({ ...field, value: ask.values[field.name] ?? '' })) };
    return value === '932'
      ? { kind: 'fields' as const, fields: { value: 'Attendance is a percentage, so 0 to 100.' }, form: kept }
      : card('Saved', 'Undo');
  };
  const opened = async () => {
    const world = await set({ answer: answers });
    const by = { user: world.user, conversation: world.teams.chat(world.user) };
    await world.teams.say('kpi log', by);
    await world.relay();
    const message = world.teams.seen(by)[0] as (typeof world.teams.messages)[number];
    return { ...world, by, message, dialog: await world.teams.openDialog(message, 'Open the form', by) };
  };

  test('opens as a dialog from a button', async () => {
    const { dialog, asked } = await opened();
    expect(dialog).toMatchObject({ title: 'Log a reading', lines: ['Reading ____', 'Note (optional) ____', '[Save]'] });
    expect(asked.at(-1)).toMatchObject({ ask: { kind: 'press', token: 'sealed-open' }, answerBy: 'reply' });
  });

  test('with a mistake stays open, says what is expected and keeps what was typed', async () => {
    const { teams, dialog, by } = await opened();
    const again = await teams.submitDialog(dialog, 'Save', { Reading: '932', Note: 'flu' }, by);
    expect(again.lines).toEqual([
      'Error: Attendance is a percentage, so 0 to 100.',
      'Reading __932__',
      'Note (optional) __flu__',
      '[Save]',
    ]);
  });

  test('that is right shows what was saved in the dialog, where its buttons work too', async () => {
    const { teams, dialog, by, asked } = await opened();
    const saved = await teams.submitDialog(dialog, 'Save', { Reading: '93.2', Note: 'flu' }, by);
    expect(saved.lines).toEqual(['Saved', '[Undo]']);
    expect(asked.at(-1)).toMatchObject({
      ask: { kind: 'submit', token: 'sealed-form', values: { value: '93.2', note: 'flu' } },
      answerBy: 'reply',
    });
    await teams.submitDialog(saved, 'Undo', {}, by);
    expect(asked.at(-1)?.ask).toEqual({ kind: 'press', token: 'sealed-Undo' });
  });

  test('sent twice by Teams under two ids is one sending; with other values it is another', async () => {
    const { teams, dialog, by, asked } = await opened();
    await teams.submitDialog(dialog, 'Save', { Reading: '93.2' }, { ...by, id: 'f:first' });
    await teams.submitDialog(dialog, 'Save', { Reading: '93.2' }, { ...by, id: 'f:second' });
    await teams.submitDialog(dialog, 'Save', { Reading: '93.3' }, { ...by, id: 'f:third' });
    const [first, second, third] = asked.slice(-3).map(({ key }) => key);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  test('opens from a message by the extension, with the message as its note, and answers in the dialog', async () => {
    const { teams, user, asked, outbox } = await set({ answer: answers });
    const by = { user, conversation: teams.group([user], { bot: false }) };
    const dialog = await teams.extension({ ...by, message: '<p>Attendance was 93.2 &amp; rising<br>in two schools</p>' });
    expect(asked[0]?.ask).toEqual({ kind: 'open', verb: 'kpi.log', state: { note: 'Attendance was 93.2 & rising\nin two schools' } });
    expect((await teams.submitDialog(dialog, 'Save', { Reading: '93.2' }, { ...by, extension: true })).lines).toEqual(['Saved', '[Undo]']);
    expect(outbox).toEqual([]);
  });

  test('where no dialog is known comes as inputs in a message, and is sent as a message', async () => {
    const { teams, by, message, asked } = await opened();
    expect((await teams.pressAsMessage(message, 'Open the form', by)).status).toBe(200);
    const inline = teams.seen(by).at(-1) as (typeof teams.messages)[number];
    expect(inline.lines).toEqual(['Log a reading', 'Reading ____', 'Note (optional) ____', '[Save]']);
    await teams.pressAsMessage(inline, 'Save', { ...by, typed: { Reading: '932' } });
    expect(teams.seen(by).at(-1)?.lines.slice(0, 2)).toEqual(['Log a reading', 'Error: Attendance is a percentage, so 0 to 100.']);
    await teams.pressAsMessage(inline, 'Save', { ...by, typed: { Reading: '93.2' } });
    expect(asked.at(-1)?.ask).toEqual({ kind: 'submit', token: 'sealed-form', values: { value: '93.2', note: '' } });
    expect(teams.seen(by).at(-1)?.lines).toEqual(['Saved', '[Undo]']);
  });

  test('in a message is answered in place', async () => {
    const { teams, by, message } = await opened();
    await teams.pressAsMessage(message, 'Open the form', by);
    const inline = teams.seen(by).at(-1) as (typeof teams.messages)[number];
    expect((await teams.press(inline, 'Save', { ...by, typed: { Reading: '93.2' } })).lines).toEqual(['Saved', '[Undo]']);
  });
});

describe('who somebody is', () => {
  const profile = async (rest: object) => {
    const { teams, asked } = await set();
    const user = teams.user('wakefield.lead@example.org', rest);
    await teams.say('kpi', { user, conversation: teams.chat(user) });
    return asked[0]?.account.profile?.();
  };

  test('is told by the name they sign in with, never by their mail address', async () => {
    expect(await profile({ mail: 'admin@example.org' })).toEqual({ email: 'wakefield.lead@example.org', outsider: false });
  });

  test.each([
    ['a guest', { role: 'guest' }],
    ['somebody invited from elsewhere', { upn: 'lead_school.example#EXT#@council.onmicrosoft.com' }],
  ])('%s is an outsider and never linked by address', async (_, rest) => {
    expect(await profile(rest)).toEqual({ outsider: true });
  });

  test('is not known where the bot is no member, so only a code links', async () => {
    const { teams, user, asked } = await set();
    await teams.extension({ user, conversation: teams.group([user], { bot: false }) });
    expect(await asked[0]?.account.profile?.()).toEqual({ outsider: true });
  });

  test('is not guessed while Teams does not answer', async () => {
    const { teams, user, asked } = await set();
    await teams.say('kpi', { user, conversation: teams.chat(user) });
    teams.trouble('member', { status: 503 });
    await expect(asked[0]?.account.profile?.()).rejects.toThrow('asking who somebody is: 503');
  });
});

describe('conversations', () => {
  test('are kept when the app is installed or written to, and closed when it is removed', async () => {
    const { teams, user, kept } = await set();
    const by = { user, conversation: teams.chat(user) };
    const conversation = by.conversation.id;
    await teams.install(by);
    await teams.say('kpi', by);
    await teams.install(by, 'remove');
    const remembered = { what: 'remembered', conversation, user: user.aadObjectId };
    expect(kept).toEqual([remembered, remembered, { what: 'closed', conversation, why: 'removed' }]);
  });
});

test('nothing that people typed, no token and no answer is in the log', async () => {
  const { teams, user, lines, relay } = await set({ answer: () => card('Attendance is 93.2 in Wakefield') });
  const by = { user, conversation: teams.chat(user) };
  await teams.say('kpi attendance 93.2 a private note', by);
  teams.trouble('activity', { status: 400 });
  await relay().catch(() => undefined);
  await teams.deliver(
    teams.activity(user, by.conversation, { type: 'message', text: 'a private note' }),
    `Bearer ${await teams.token({ key: 'stranger' })}`,
  );
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('\n')).not.toMatch(/private note|93\.2|eyJ|Wakefield/u);
});
