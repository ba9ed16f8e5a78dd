import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testBot } from '../support/bot.ts';
import { slackWith } from '../support/slack.ts';
import { buttonsOn, read, type Shown, type ShownView } from '../support/slack-stub.ts';

/** The whole bot in Slack, over its real wire format on both transports: what a pilot lead does in a week. */

const LEAD = 'U0LEAD';
const STRANGER = 'U0STRANGER';

describe.each(['http', 'socket'] as const)('over %s', (transport) => {
  let bot: Awaited<ReturnType<typeof testBot>>;
  let stage: Awaited<ReturnType<typeof slackWith>>;

  beforeAll(async () => {
    bot = await testBot();
    stage = await slackWith({ transport, commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    bot.senders.slack = stage.platform.send;
    stage.slack.user(LEAD, { email: 'wakefield.lead@example.org' });
    stage.slack.user(STRANGER, { email: 'somebody@elsewhere.example' });
    stage.slack.channel('C0WAKE', 'wakefield', [LEAD, STRANGER]);
  });
  // Each test is a fortnight later: the week before has no reading yet.
  beforeEach(async () => {
    bot.clock.advance({ days: 14 });
    await bot.outbox.drain();
    stage.slack.shown.length = 0;
    before = await written();
  });
  afterEach(() => {
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
    expect(stage.slack.late, 'what was acknowledged too late').toEqual([]);
  });
  afterAll(async () => {
    await stage.stop();
    await bot.close();
  });

  const lead = { user: LEAD, channel: 'C0WAKE' };
  const kpi = async (words: string) => (await stage.slack.command('/kpi', words, lead)).message as Shown;
  let before = 0;
  const written = () => bot.core.db.reading.count({ where: { note: 'flu in two schools' } });
  /** How many readings with that note this test wrote. */
  const readings = async () => (await written()) - before;

  test('a reading is logged in one line, shown, corrected and undone, each answer private', async () => {
    const logged = await kpi('attendance 93.2 flu in two schools');
    expect(logged).toMatchObject({ onlyFor: LEAD, by: 'acknowledgement' });
    expect(read(logged)).toMatch(/Attendance.*93\.2 %/u);
    expect(read(logged)).toContain('DEMONSTRATION');
    expect(await readings()).toBe(1);
    const charts = () => stage.slack.shown.filter((one) => one.text === 'Attendance, Wakefield');
    const [chart] = await stage.slack.until(() => (charts().length > 0 ? charts() : undefined), 'its chart, after the acknowledgement');
    expect(chart).toMatchObject({ onlyFor: LEAD, by: 'response_url' });
    expect(chart?.blocks.map(({ type }) => type)).toContain('data_visualization');

    expect(read(await kpi('attendance'))).toContain('93.2');
    await stage.slack.until(() => charts()[1], 'its chart once more, asked for');
    expect(read(await kpi(''))).toContain('Attendance');

    const lastWeek = bot.clock
      .now()
      .subtract({ hours: 7 * 24 })
      .toZonedDateTimeISO('Europe/London')
      .toLocaleString('en-GB', { day: 'numeric', month: 'short' });
    const asksFirst = await kpi(`attendance 93.4 on ${lastWeek}`);
    expect(read(asksFirst)).toContain('93.2');
    const correct = buttonsOn(asksFirst).find((label) => /correct/iu.test(label)) as string;
    const { message: corrected } = await stage.slack.press(asksFirst, correct);
    expect(read(corrected as Shown)).toMatch(/93\.4 %/u);
    const { message: undone } = await stage.slack.press(corrected as Shown, 'Undo');
    expect(read(undone as Shown)).toContain('93.2');
    expect(read(await kpi('attendance'))).toContain('93.2');
  });

  test('a bad value is not saved, and what was meant is one press away', async () => {
    const refused = await kpi('attendance 932');
    expect(refused.text).toContain('Not saved');
    const { message } = await stage.slack.press(refused, 'Save 93.2');
    expect(read(message as Shown)).toMatch(/93\.2 %/u);
  });

  test('a button pressed twice does it once', async () => {
    const logged = await kpi('attendance 93.2 flu in two schools');
    const versions = () => bot.core.db.reading.count();
    const logs = await versions();
    const { payload } = await stage.slack.press(logged, 'Undo');
    expect(await versions()).toBe(logs + 1);
    await stage.slack.deliver({ type: 'interactive', payload });
    expect(await versions()).toBe(logs + 1);
  });

  test('somebody unknown is told kindly how to be linked, and nothing about the programme', async () => {
    const { message } = await stage.slack.command('/kpi', 'attendance 93.2', { user: STRANGER, channel: 'C0WAKE' });
    expect(message?.text).toBe('I do not know you yet.');
    expect(read(message as Shown)).toContain('/commoncause join CODE');
    expect(read(message as Shown)).not.toMatch(/Wakefield|Attendance/u);
  });

  test('a guest with a known address is not linked by it', async () => {
    stage.slack.user('U0GUEST', { email: 'wakefield.coordinator@example.org', is_restricted: true });
    const { message } = await stage.slack.command('/kpi', '', { user: 'U0GUEST' });
    expect(message?.text).toBe('I do not know you yet.');
  });

  test("another person's button is of no use", async () => {
    stage.slack.user('U0COORD', { email: 'wakefield.coordinator@example.org' });
    const logged = await kpi('attendance 93.2 flu in two schools');
    const { message } = await stage.slack.press(logged, 'Undo', { user: 'U0COORD' });
    expect(message?.text).toContain('Nothing was changed');
    expect(read(await kpi('attendance'))).toContain('93.2');
  });

  test('a direct message is answered in the same conversation, a mention only to who wrote it', async () => {
    await stage.slack.dm('kpi attendance 93.2 flu in two schools', { user: LEAD });
    const direct = await stage.slack.until(
      () => stage.slack.shown.find((one) => one.channel === 'D0LEAD' && one.text.includes('93.2')),
      'the answer in the conversation',
    );
    expect(direct.onlyFor).toBeUndefined();
    await stage.slack.mention('kpi attendance', lead);
    const private_ = await stage.slack.until(
      // A command's chart stands in its channel too.
      () => stage.slack.shown.find((one) => one.channel === 'C0WAKE' && one.text !== 'Attendance, Wakefield'),
      'the answer in the channel',
    );
    expect(private_).toMatchObject({ onlyFor: LEAD, by: 'chat.postEphemeral' });
  });

  test('an event that comes twice is saved and answered once', async () => {
    const { payload } = await stage.slack.dm('kpi attendance 93.2 flu in two schools', { user: LEAD });
    await stage.slack.event(payload, 1);
    await bot.outbox.drain();
    expect(await readings()).toBe(1);
    expect(stage.slack.shown.filter((one) => one.text.includes('93.2'))).toHaveLength(1);
  });

  test('a form opens, says what is wrong beside the field, and saves', async () => {
    const { view } = await stage.slack.shortcut('log_reading', 'flu in two schools', lead);
    const form = view as ShownView;
    expect(read(form)).toMatch(/reading/iu);
    const wrong = await stage.slack.submit(form, { 'Which KPI?': 'Attendance, Wakefield', value: 'ninety' });
    expect(wrong.errors?.value).toBeTruthy();
    const right = await stage.slack.submit(form, { 'Which KPI?': 'Attendance, Wakefield', value: '93.2' });
    expect(read(right.view as ShownView)).toMatch(/93\.2 %/u);
    expect(await readings()).toBe(1);
  });

  test('in a message a form is one press away', async () => {
    await stage.slack.dm('kpi new', { user: LEAD });
    const offered = await stage.slack.until(
      () => stage.slack.shown.find((one) => one.channel === 'D0LEAD' && buttonsOn(one).includes('Open the form')),
      'the button',
    );
    const { view } = await stage.slack.press(offered, 'Open the form', { user: LEAD });
    expect((view as ShownView).view.submit).toBeDefined();
  });

  test('the home tab shows what waits, and its buttons work', async () => {
    await stage.slack.openHome(LEAD);
    const home = stage.slack.homes.get(LEAD) as ShownView;
    expect(read(home)).toContain('Wakefield');
    expect(buttonsOn(home).length).toBeGreaterThan(0);
  });

  test('a code typed where others can read it is burnt', async () => {
    await stage.slack.mention('join ABCDE-FGHJK', { user: STRANGER, channel: 'C0WAKE' });
    const told = await stage.slack.until(() => stage.slack.lastFor(STRANGER));
    expect(told.text).toContain('can no longer be used');
  });

  test('sharing shows a preview first, then posts for everybody', async () => {
    const logged = await kpi('attendance 93.2 flu in two schools');
    const { message: preview } = await stage.slack.press(logged, 'Share');
    expect(preview?.onlyFor).toBe(LEAD);
    expect(stage.slack.shown.filter((one) => one.onlyFor === undefined)).toEqual([]);
    await stage.slack.press(preview as Shown, 'Post in #wakefield');
    const shared = await stage.slack.until(
      () => stage.slack.shown.find((one) => one.channel === 'C0WAKE' && one.onlyFor === undefined),
      'the shared card',
    );
    expect(read(shared)).toContain('93.2');
    // Nobody knows yet who reads there, so no note goes with it.
    expect(read(shared)).not.toContain('flu');
    expect(shared.unfurled).toBe(false);
  });

  test('no words of anybody and no token are in the log', async () => {
    await kpi('attendance 93.2 flu in two schools');
    await stage.slack.dm('kpi attendance 93.3 more flu', { user: LEAD });
    expect(stage.logged.concat(bot.logged).join()).not.toMatch(/flu|xoxb|xapp/u);
  });
});

test('a forged request does nothing', async () => {
  const bot = await testBot();
  const stage = await slackWith({ commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
  stage.slack.user(LEAD, { email: 'wakefield.lead@example.org' });
  const body = new URLSearchParams({
    command: '/kpi',
    text: 'attendance 12 forged',
    user_id: LEAD,
    team_id: 'T0HOME',
    channel_id: 'D0LEAD',
    trigger_id: '1',
  }).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const forged = await stage.slack.post(body, { ...type, ...stage.slack.signed(body, Math.floor(Date.now() / 1000), 'not the secret') });
  expect(forged.status).toBe(401);
  expect(await bot.core.db.reading.count({ where: { note: 'forged' } })).toBe(0);
  // The same request, signed by Slack, is saved: it was the signature.
  const real = await stage.slack.post(body, { ...type, ...stage.slack.signed(body) });
  expect(real.status).toBe(200);
  expect(await bot.core.db.reading.count({ where: { note: 'forged' } })).toBe(1);
  await stage.stop();
  await bot.close();
});
