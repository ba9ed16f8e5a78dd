import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, type Command, cardVerb, formVerb } from '../../src/bot/contract.ts';
import { cardAnswer, logForm, playedBy, slackWith, testTimer, undo } from '../support/slack.ts';
import { buttonsOn, read, type Shown, type ShownView } from '../support/slack-stub.ts';

/** What people ask where Slack waits for an answer, over both of its transports; what is behind is played. */

const never = async () => {
  throw new Error('the played dispatch answers');
};
const commands: Command[] = [
  {
    name: 'commoncause',
    aliases: [],
    summary: 'See where you are',
    usage: '',
    listedFor: 'all',
    help: () => [],
    verbs: {},
    presses: {},
    otherwise: cardVerb({ state: z.undefined(), run: never }),
  },
  {
    name: 'kpi',
    aliases: [],
    summary: 'Log a KPI reading',
    usage: 'attendance 93.2',
    listedFor: 'all',
    help: () => [],
    verbs: { new: formVerb({ state: z.undefined(), form: never, submit: never }) },
    presses: { log: formVerb({ state: z.undefined(), form: never, submit: never }) },
    otherwise: cardVerb({ state: z.undefined(), run: never }),
  },
];

const LEAD = 'U0LEAD';
const saved = () => cardAnswer('Attendance: 92.8 → 93.2 %', undo);
const formButton = { type: 'buttons' as const, buttons: [{ label: 'Log', press: { verb: 'kpi.log', form: true, token: 'token-open' } }] };
const NOT_SAVED: Answer = {
  ...cardAnswer('Not saved: the database could not be reached just now (ref 7F3A).'),
  failed: 'database',
} as Answer;

type Stage = Awaited<ReturnType<typeof slackWith>> & { asked: ReturnType<typeof playedBy>['asked'] };

describe.each(['http', 'socket'] as const)('over %s', (transport) => {
  let stage: Stage;
  let play: (answer: Parameters<typeof playedBy>[0]) => void;
  const time = testTimer();

  beforeEach(async () => {
    let current: Parameters<typeof playedBy>[0] = saved;
    play = (answer) => {
      current = answer;
    };
    const { asked, dispatch } = playedBy((incoming) => current(incoming));
    stage = { ...(await slackWith({ transport, commands, dispatch, timer: time.timer })), asked };
    stage.slack.user(LEAD, { email: 'wakefield.lead@example.org' });
    stage.slack.channel('C0WAKE', 'wakefield', [LEAD]);
  });
  afterEach(async () => {
    const { refusals, late } = stage.slack;
    await stage.stop();
    expect(refusals, 'what Slack refused to draw').toEqual([]);
    expect(late, 'what was acknowledged too late').toEqual([]);
  });

  describe('a command', () => {
    test('is answered by its acknowledgement, to who typed it only', async () => {
      const { message } = await stage.slack.command('/kpi', 'attendance 93.2 flu in two schools', { user: LEAD, channel: 'C0WAKE' });
      expect(message).toMatchObject({ by: 'acknowledgement', onlyFor: LEAD, text: 'Attendance: 92.8 → 93.2 %' });
      expect(stage.asked[0]).toMatchObject({
        account: { platform: 'slack', tenant: 'T0HOME', user: LEAD },
        where: { kind: 'channel', conversation: 'C0WAKE', name: '#wakefield', seenByOthers: false },
        ask: { kind: 'words', text: '/kpi attendance 93.2 flu in two schools' },
        answerBy: 'reply',
      });
    });

    test('brings what was typed as it was typed, and people by their id', async () => {
      await stage.slack.command('/kpi', 'attendance 93 <b>&amp; <!channel> *x* <@U0OTHER>', { user: LEAD });
      expect(stage.asked[0]?.ask).toEqual({ kind: 'words', text: '/kpi attendance 93 <b>&amp; <!channel> *x* <@U0OTHER>' });
    });

    describe('whose answer has a chart', () => {
      const says = 'Seven weeks above its mean: an improvement unlikely to be chance.';
      const charted = () =>
        cardAnswer(
          'Attendance, week of 16 Nov: 93.2 %',
          {
            type: 'chart',
            title: 'Attendance, Wakefield',
            unit: '%',
            decimals: 1,
            points: [92.1, 92.8, 93.2].map((value, week) => ({
              label: `${2 + 7 * week} Nov`,
              value,
              mean: 92.4,
              lower: 91.1,
              upper: 93.7,
            })),
            target: 94,
            stage: 'full',
            says,
          },
          undo,
        );
      const chartShown = () => stage.slack.until(() => stage.slack.shown.find(({ text }) => text === 'Attendance, Wakefield'), 'its chart');
      const types = ({ blocks }: Shown) => blocks.map(({ type }) => type);

      beforeEach(() => play(charted));

      test('says at once what it means, and the chart follows to the same person only', async () => {
        const { message } = await stage.slack.command('/kpi', 'attendance', { user: LEAD, channel: 'C0WAKE' });
        expect(message?.by).toBe('acknowledgement');
        expect(read(message as Shown)).toContain(says);
        expect(types(message as Shown)).not.toContain('data_visualization');
        expect(buttonsOn(message as Shown)).toEqual(['Undo']);
        const chart = await chartShown();
        expect(chart).toMatchObject({ by: 'response_url', onlyFor: LEAD, channel: 'C0WAKE' });
        expect(types(chart)).toContain('data_visualization');
        expect(read(chart)).toContain(says);
        expect(buttonsOn(chart)).toEqual([]);
      });

      test('gets its figures in words where Slack will not draw the chart', async () => {
        stage.slack.fail({ method: 'response_url', status: 400, text: 'invalid_blocks' });
        await stage.slack.command('/kpi', 'attendance', { user: LEAD, channel: 'C0WAKE' });
        const chart = await chartShown();
        expect(types(chart)).not.toContain('data_visualization');
        expect(read(chart)).toContain('16 Nov  93.2');
      });

      test('gets it by a message of ours where the response_url no longer works', async () => {
        stage.slack.fail({ method: 'response_url', status: 404, text: 'expired_url' });
        await stage.slack.command('/kpi', 'attendance', { user: LEAD, channel: 'C0WAKE' });
        const chart = await chartShown();
        expect(chart).toMatchObject({ by: 'chat.postEphemeral', onlyFor: LEAD });
        expect(types(chart)).toContain('data_visualization');
      });
    });

    test('is not acknowledged before it is committed', async () => {
      const committed = Promise.withResolvers<Answer>();
      play(() => committed.promise);
      let acknowledged = false;
      const answered = stage.slack.command('/kpi', 'attendance 93.2', { user: LEAD }).then((outcome) => {
        acknowledged = true;
        return outcome;
      });
      await stage.slack.until(() => stage.asked.length === 1);
      expect(acknowledged).toBe(false);
      committed.resolve(saved());
      expect((await answered).message?.text).toContain('93.2');
    });

    test('that takes too long is told so, not saved yet, and its result follows', async () => {
      const committed = Promise.withResolvers<Answer>();
      play(() => committed.promise);
      const answered = stage.slack.command('/kpi', 'attendance 93.2', { user: LEAD });
      await stage.slack.until(() => stage.asked.length === 1 && time.waits());
      time.ring();
      const { message } = await answered;
      expect(message?.text).toBe('Still working, not saved yet…');
      committed.resolve(saved());
      const result = await stage.slack.until(() => stage.slack.shown.find((one) => one.by === 'response_url'));
      expect(result).toMatchObject({ onlyFor: LEAD, text: 'Attendance: 92.8 → 93.2 %' });
    });

    test('that fails says so', async () => {
      play(() => NOT_SAVED);
      const { message } = await stage.slack.command('/kpi', 'attendance 93.2', { user: LEAD });
      expect(message?.text).toContain('Not saved');
    });

    test('that opens a form opens it first and fills it when it is there', async () => {
      const ready = Promise.withResolvers<Answer>();
      play(() => ready.promise);
      const answered = stage.slack.command('/kpi', 'new', { user: LEAD });
      const waiting = await stage.slack.until(() => [...stage.slack.views.values()][0]);
      expect(read(waiting)).toContain('the form is coming');
      ready.resolve({ kind: 'form', form: logForm() });
      const { view } = await answered;
      expect(read(view as ShownView)).toContain('Log a reading');
    });

    test('whose form cannot be opened is told so', async () => {
      stage.slack.fail({ method: 'views.open', error: 'expired_trigger_id' });
      const { message } = await stage.slack.command('/kpi', 'new', { user: LEAD });
      expect(message?.text).toContain('could not open the form');
      expect(stage.asked).toEqual([]);
    });

    test('that leads to a form without announcing it has it opened all the same', async () => {
      play(() => ({ kind: 'form', form: logForm() }));
      const { view } = await stage.slack.command('/kpi', 'attendance', { user: LEAD });
      expect(read(view as ShownView)).toContain('Reading');
    });

    test('that we do not have is answered too', async () => {
      play(() => cardAnswer('I do not know “/old”. Nothing was saved.'));
      const { message } = await stage.slack.command('/old', 'words', { user: LEAD });
      expect(message?.text).toContain('I do not know');
    });
  });

  describe('a button', () => {
    let card: Shown;
    beforeEach(async () => {
      card = (await stage.slack.command('/kpi', 'attendance 93.2', { user: LEAD, channel: 'C0WAKE' })).message as Shown;
      stage.asked.length = 0;
      play(() => cardAnswer('Undone: 92.8 % again'));
    });

    test('is answered in its own place', async () => {
      const { message } = await stage.slack.press(card, 'Undo');
      expect(message).toBe(card);
      expect(card.text).toBe('Undone: 92.8 % again');
      expect(stage.asked[0]).toMatchObject({
        account: { tenant: 'T0HOME', user: LEAD },
        where: { name: '#wakefield' },
        ask: { kind: 'press', token: 'token-undo' },
      });
    });

    test('pressed twice has one key, and two clicks have two', async () => {
      const { payload } = await stage.slack.press(card, 'Undo');
      await stage.slack.deliver({ type: 'interactive', payload });
      expect(stage.asked[0]?.key).toBe(stage.asked[1]?.key);
      play(saved);
      const other = (await stage.slack.command('/kpi', 'x', { user: LEAD })).message as Shown;
      await stage.slack.press(other, 'Undo');
      expect(new Set(stage.asked.map(({ key }) => key)).size).toBe(3);
    });

    test('whose turn failed stays where it is, to be pressed again', async () => {
      play(() => NOT_SAVED);
      const { message } = await stage.slack.press(card, 'Undo');
      expect(message?.text).toContain('Not saved');
      expect(buttonsOn(card)).toEqual(['Undo']);
    });

    test('in a message that others see is answered to who pressed, and the message stays', async () => {
      await stage.platform.send({ kind: 'card', platform: 'slack', to: { channel: 'C0WAKE' }, card: { title: 'Shared', parts: [undo] } });
      const shared = stage.slack.shown.at(-1) as Shown;
      const { message } = await stage.slack.press(shared, 'Undo', { user: LEAD });
      expect(message).toMatchObject({ onlyFor: LEAD, text: 'Undone: 92.8 % again' });
      expect(shared.text).toBe('Shared');
    });

    test('in a direct message is answered in its place even when the response_url is used up', async () => {
      await stage.platform.send({ kind: 'card', platform: 'slack', to: { user: LEAD }, card: { title: 'Yours', parts: [undo] } });
      const direct = stage.slack.shown.at(-1) as Shown;
      stage.slack.fail({ method: 'response_url', status: 404 });
      void stage.slack.press(direct, 'Undo', { user: LEAD }).catch(() => undefined);
      await stage.slack.until(() => direct.text === 'Undone: 92.8 % again', 'the card in its place');
    });

    test('in a channel whose response_url is used up is answered to the same person there', async () => {
      stage.slack.fail({ method: 'response_url', status: 404 });
      void stage.slack.press(card, 'Undo').catch(() => undefined);
      const answer = await stage.slack.until(() => stage.slack.shown.find((one) => one.by === 'chat.postEphemeral'));
      expect(answer).toMatchObject({ onlyFor: LEAD, channel: 'C0WAKE', text: 'Undone: 92.8 % again' });
    });

    test('whose answer may have arrived is not answered twice', async () => {
      stage.slack.fail({ method: 'response_url', reset: true });
      void stage.slack.press(card, 'Undo').catch(() => undefined);
      await stage.slack.until(() => stage.logged.some((line) => line.includes('an answer could not be shown')));
      expect(stage.slack.shown.filter(({ text }) => text.includes('Undone'))).toEqual([]);
    });

    test('whose answer Slack will not draw is answered plainly', async () => {
      play(() => cardAnswer('Undone', { type: 'table', caption: 'Readings', columns: [{ label: 'Week' }], rows: [['16 Nov']] }));
      stage.slack.fail({ method: 'response_url', status: 400, text: 'invalid_blocks' });
      const { message } = await stage.slack.press(card, 'Undo');
      expect(read(message as Shown)).toContain('16 Nov');
      expect(message?.blocks.map(({ type }) => type)).not.toContain('table');
    });

    test('that opens a form opens it at once', async () => {
      play(() => cardAnswer('Choose', formButton));
      const choice = (await stage.slack.command('/kpi', '', { user: LEAD, channel: 'C0WAKE' })).message as Shown;
      play(() => ({ kind: 'form', form: logForm() }));
      const { view } = await stage.slack.press(choice, 'Log');
      expect(read(view as ShownView)).toContain('Reading');
    });

    test('that takes too long is told so, and its result takes the place of the card', async () => {
      const committed = Promise.withResolvers<Answer>();
      play(() => committed.promise);
      const pressed = stage.slack.press(card, 'Undo');
      await stage.slack.until(() => stage.asked.length === 1 && time.waits());
      time.ring();
      expect((await pressed).message?.text).toContain('not saved yet');
      committed.resolve(cardAnswer('Undone at last'));
      await stage.slack.until(() => card.text === 'Undone at last');
    });

    test('of an older version of ours is answered: it opens nothing', async () => {
      play(() => cardAnswer('Nothing was changed: this button is too old or was not made for you.'));
      (card.blocks.at(-1) as { elements: Record<string, unknown>[] }).elements[0] = {
        type: 'button',
        action_id: 'rate_v1',
        text: { type: 'plain_text', text: 'Old' },
        value: 'token-undo',
      };
      const { message } = await stage.slack.press(card, 'Old');
      expect(message?.text).toContain('too old');
      expect(stage.asked[0]?.ask).toEqual({ kind: 'press', token: '' });
    });

    test('that is a link is acknowledged and asks nothing', async () => {
      play(() => cardAnswer('Chart', { type: 'buttons', buttons: [{ label: 'Dashboard', url: 'https://example.org/' }] }));
      const withLink = (await stage.slack.command('/kpi', 'x', { user: LEAD })).message as Shown;
      stage.asked.length = 0;
      const { status } = await stage.slack.press(withLink, 'Dashboard');
      expect(status).toBe(200);
      expect(stage.asked).toEqual([]);
    });

    test('beside fields sends what was filled in', async () => {
      play(() => cardAnswer('Red: what is in the way?', { type: 'inputs', form: logForm() }));
      const withFields = (await stage.slack.command('/kpi', 'x', { user: LEAD })).message as Shown;
      stage.asked.length = 0;
      play(() => ({ kind: 'fields', fields: { value: 'A percentage is 0 to 100.' }, form: logForm('932') }));
      const { message } = await stage.slack.press(withFields, 'Save', { values: { Reading: '932', Note: '*flu* & <colds>' } });
      expect(stage.asked[0]?.ask).toEqual({ kind: 'submit', token: 'token-log', values: { value: '932', note: '*flu* & <colds>' } });
      expect(read(message as Shown)).toContain('Reading: A percentage is 0 to 100.');
    });
  });

  describe('a form', () => {
    let view: ShownView;
    beforeEach(async () => {
      play(() => ({ kind: 'form', form: logForm() }));
      view = (await stage.slack.command('/kpi', 'new', { user: LEAD, channel: 'C0WAKE' })).view as ShownView;
      stage.asked.length = 0;
      play(saved);
    });

    test('brings its values and where it was opened, and shows what was saved', async () => {
      const outcome = await stage.slack.submit(view, { Reading: '93.2', Note: 'flu' });
      expect(stage.asked[0]).toMatchObject({
        where: { conversation: 'C0WAKE' },
        ask: { kind: 'submit', token: 'token-log', values: { value: '93.2', note: 'flu' } },
      });
      expect(read(outcome.view as ShownView)).toContain('92.8 → 93.2');
      expect(buttonsOn(view)).toEqual(['Undo']);
    });

    test('with a mistake stays open and says it beside the field; put right, it is another delivery', async () => {
      play(() => ({ kind: 'fields', fields: { value: 'A percentage is 0 to 100.' }, form: logForm('932') }));
      const { errors } = await stage.slack.submit(view, { Reading: '932' });
      expect(errors).toEqual({ value: 'A percentage is 0 to 100.' });
      play(saved);
      await stage.slack.submit(view, { Reading: '93.2' });
      expect(stage.asked[0]?.key).not.toBe(stage.asked[1]?.key);
    });

    test('sent twice with the same values is one delivery', async () => {
      play(() => ({ kind: 'fields', fields: { value: 'No.' }, form: logForm() }));
      await stage.slack.submit(view, { Reading: '93.2' });
      await stage.slack.submit(view, { Reading: '93.2' });
      expect(stage.asked[0]?.key).toBe(stage.asked[1]?.key);
    });

    test('with a mistake in no field of its own says it above them', async () => {
      play(() => ({ kind: 'fields', fields: { period: 'That term has not begun.' }, form: logForm('93') }));
      const outcome = await stage.slack.submit(view, { Reading: '93' });
      expect(read(outcome.view as ShownView)).toContain('That term has not begun.');
    });

    test('that could not be saved keeps what was filled in', async () => {
      play(() => NOT_SAVED);
      const { errors } = await stage.slack.submit(view, { Reading: '93.2' });
      expect(errors?.value).toContain('Not saved');
      expect(errors?.value).toContain('still here');
    });

    test('that is refused keeps what was filled in, and says why', async () => {
      play(
        () =>
          ({ ...cardAnswer('Not yours: this KPI is Wakefield’s.', { type: 'text', text: 'Ask its owner.' }), failed: 'user' }) as Answer,
      );
      const { errors } = await stage.slack.submit(view, { Reading: '93.2' });
      expect(errors).toEqual({ value: 'Not yours: this KPI is Wakefield’s. Ask its owner.' });
    });

    test('that takes too long says so, and the result follows in it', async () => {
      const committed = Promise.withResolvers<Answer>();
      play(() => committed.promise);
      const sent = stage.slack.submit(view, { Reading: '93.2' });
      await stage.slack.until(() => stage.asked.length === 1 && time.waits());
      time.ring();
      expect(read((await sent).view as ShownView)).toContain('Still working, not saved yet');
      committed.resolve(saved());
      await stage.slack.until(() => read(view).includes('92.8 → 93.2'));
    });

    test('that takes too long and is closed meanwhile has its result sent directly', async () => {
      const committed = Promise.withResolvers<Answer>();
      play(() => committed.promise);
      const sent = stage.slack.submit(view, { Reading: '93.2' });
      await stage.slack.until(() => stage.asked.length === 1 && time.waits());
      time.ring();
      await sent;
      stage.slack.closeView(view);
      committed.resolve(saved());
      const told = await stage.slack.until(() => stage.slack.lastFor(LEAD));
      expect(told.text).toContain('92.8 → 93.2');
    });

    test('shows the result of a button in it in the same place', async () => {
      await stage.slack.submit(view, { Reading: '93.2' });
      play(() => cardAnswer('Undone: 92.8 % again'));
      const { view: after } = await stage.slack.pressIn(view, 'Undo');
      expect(after).toBe(view);
      expect(read(view)).toContain('Undone');
    });

    test('of an older version of ours is answered', async () => {
      play(() => cardAnswer('Nothing was changed: this button is too old or was not made for you.'));
      view.view = { ...view.view, private_metadata: 'not ours', callback_id: 'v1' };
      const outcome = await stage.slack.submit(view, { Reading: '1' });
      expect(stage.asked[0]?.ask).toMatchObject({ kind: 'submit', token: '' });
      expect(read(outcome.view as ShownView)).toContain('too old');
    });
  });

  test('the message shortcut opens the log form with the message as its note', async () => {
    play(() => ({ kind: 'form', form: logForm() }));
    const { view } = await stage.slack.shortcut('log_reading', `*flu* & <colds> ${'a'.repeat(1_100)}`, { user: LEAD, channel: 'C0WAKE' });
    expect(read(view as ShownView)).toContain('Reading');
    const ask = stage.asked[0]?.ask;
    expect(ask).toMatchObject({ kind: 'open', verb: 'kpi.log' });
    const note = ask?.kind === 'open' ? String(ask.state.note) : '';
    expect(note).toMatch(/^\*flu\* & <colds> a+…$/u);
    expect(note).toHaveLength(1_000);
  });

  test('a shortcut that we do not have is answered', async () => {
    play(() => cardAnswer('Nothing was changed: this button is too old or was not made for you.'));
    const { view } = await stage.slack.shortcut('gone', 'text', { user: LEAD, channel: 'C0WAKE' });
    expect(read(view as ShownView)).toContain('too old');
  });

  test('a list of choices that nobody offers any more is answered with none', async () => {
    const outcome = await stage.slack.deliver({
      type: 'interactive',
      payload: {
        type: 'block_suggestion',
        team: { id: 'T0HOME' },
        user: { id: LEAD, team_id: 'T0HOME' },
        action_id: 'old',
        block_id: 'b',
        value: 'wak',
        container: { type: 'view', view_id: 'V1' },
      },
    });
    expect(outcome).toMatchObject({ status: 200, body: { options: [] } });
  });

  test('nothing of what was typed and no token is in the log', async () => {
    play(() => NOT_SAVED);
    await stage.slack.command('/kpi', 'a secret note', { user: LEAD });
    stage.slack.fail({ method: 'views.open', error: 'expired_trigger_id' });
    await stage.slack.command('/kpi', 'new secret', { user: LEAD });
    const log = stage.logged.join('\n');
    expect(log).toContain('views.open: expired_trigger_id');
    expect(log).not.toContain('secret');
    expect(log).not.toMatch(/xoxb|xapp|trigger_id"/u);
  });
});
