import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';

let world: TeamsWorld;
beforeAll(async () => {
  world = await teamsWorld();
});
afterAll(() => world.close());

/** Every version of a KPI's readings that people gave, oldest first. */
const versions = async (locality: string, name: string) =>
  (
    await world.bot.core.db.reading.findMany({
      where: { origin: 'person', kpi: { locality: { name: locality }, definitions: { some: { name } } } },
      orderBy: { seq: 'asc' },
    })
  ).map(({ kind, value, note }) => [kind, value === null ? null : Number(value), note]);

describe('a pilot lead in a chat with the bot', () => {
  type Lead = ReturnType<TeamsWorld['person']>;
  let lead: Lead;
  let logged: Awaited<ReturnType<TeamsWorld['say']>>;
  beforeAll(() => {
    lead = world.person('wakefield.lead');
  });

  test('is known by the address they sign in with, and sees what waits for them', async () => {
    expect((await world.say('kpi', lead)).lines).toContain('Wakefield: 1 of your 4 waits for you');
  });

  test('logs a reading in one line', async () => {
    logged = await world.say('kpi attendance 93.2 flu in two schools', lead);
    expect(logged.lines).toContain('Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)');
    expect(logged.lines, 'with its chart').toContain('(chart: Attendance, Wakefield)');
    expect(await versions('Wakefield', 'Attendance')).toEqual([['reading', 93.2, 'flu in two schools']]);
  });

  test('delivered twice logs it once and hears of it once', async () => {
    const seen = world.teams.seen(lead).length;
    await world.say('kpi visits 43', { ...lead, id: 'the same' });
    await world.say('kpi visits 43', { ...lead, id: 'the same' });
    expect(await versions('Wakefield', 'Visits in hubs')).toHaveLength(1);
    expect(world.teams.seen(lead)).toHaveLength(seen + 1);
  });

  test('sees it with its chart and what it says', async () => {
    const { lines } = await world.say('kpi attendance', lead);
    expect(lines).toContain('(chart: Attendance, Wakefield)');
    expect(lines.join('\n')).toContain('Two of its last three readings are near its upper limit: an improvement unlikely to be chance.');
    expect(lines.join('\n')).toMatch(/Mean \d\d\.\d, limits \d\d\.\d to \d\d\.\d\./u);
  });

  test('is asked before a reading is corrected, and corrects it in the same card', async () => {
    const asked = await world.say('kpi attendance 93.4', lead);
    expect(asked.lines.join('\n')).toMatch(/Correct 93\.2 to 93\.4\?/u);
    const { lines } = await world.teams.press(asked, 'Correct to 93.4', lead);
    expect(lines.join('\n')).toMatch(/93\.2 → 93\.4|93\.4.*corrected from 93\.2/u);
    expect((await versions('Wakefield', 'Attendance')).map(([kind, value]) => [kind, value])).toEqual([
      ['reading', 93.2],
      ['correction', 93.4],
    ]);
  });

  test('takes it back once, although the button is pressed twice at the same moment', async () => {
    const saved = await world.say('kpi persistent absence 18.7', lead);
    const pressed = await Promise.all([world.teams.press(saved, 'Undo', lead), world.teams.press(saved, 'Undo', lead)]);
    for (const { lines } of pressed) expect(lines.length).toBeGreaterThan(0);
    expect((await versions('Wakefield', 'Persistent absence')).map(([kind, value]) => [kind, value])).toEqual([
      ['reading', 18.7],
      ['undo', null],
    ]);
  });

  test('is told what is expected of a value that cannot be, and nothing is saved', async () => {
    const before = await versions('Wakefield', 'Attendance');
    const { lines } = await world.say('kpi attendance 932', lead);
    expect(lines.join('\n')).toMatch(/Not saved\. Attendance is a percentage, so 0 to 100\. Did you mean 93\.2\?/u);
    expect(lines.join('\n')).toContain('[Save 93.2]');
    expect(await versions('Wakefield', 'Attendance')).toEqual(before);
  });

  test('fills in a form, is shown what is wrong beside its field, and what was saved', async () => {
    const dialog = await world.teams.openDialog(await world.say('kpi', lead), 'Log', lead);
    expect(dialog.title).toBe('Log a reading');
    expect(dialog.lines[0]).toBe('Persistent absence, Wakefield');
    const wrong = await world.teams.submitDialog(dialog, 'Save', { Value: 'ninety', Note: 'flu in two schools' }, lead);
    expect(wrong.lines.join('\n')).toMatch(/Error: [^\n]+\nValue [^\n]*__ninety__/u);
    expect(wrong.lines.join('\n')).toContain('__flu in two schools__');
    const saved = await world.teams.submitDialog(wrong, 'Save', { Value: '18.6' }, lead);
    expect(saved.lines.join('\n')).toMatch(/Persistent absence, Wakefield.*18\.6 %/u);
    expect((await versions('Wakefield', 'Persistent absence')).at(-1)).toEqual(['reading', 18.6, 'flu in two schools']);
  });

  test('gets back what they typed, as they typed it', async () => {
    const note = '*bold* _it_ [x](https://example.org) <at>everyone</at> &amp; <script>alert(1)</script>';
    const { lines } = await world.say(`kpi workshops 90 of 131 ${note}`, lead);
    expect(lines.join('\n')).toContain(note);
  });

  test('whose button is pressed by somebody else changes nothing', async () => {
    const saved = await world.say('kpi attendance 93.9', lead);
    const other = { user: world.teams.user('wakefield.coordinator@example.org'), conversation: lead.conversation };
    lead.conversation.members.push(other.user);
    const before = await versions('Wakefield', 'Attendance');
    const { lines } = await world.teams.press(saved, 'Correct to 93.9', other);
    expect(lines.join('\n')).toMatch(/Nothing was changed/u);
    expect(await versions('Wakefield', 'Attendance')).toEqual(before);
    lead.conversation.members.pop();
  });

  test('is not believed when the request is forged', async () => {
    const before = await versions('Wakefield', 'Attendance');
    const forged = world.teams.activity(lead.user, lead.conversation, { type: 'message', text: 'kpi attendance 10' });
    expect((await world.teams.deliver(forged, `Bearer ${await world.teams.token({ key: 'stranger' })}`)).status).toBe(401);
    expect((await world.teams.deliver(forged, null)).status).toBe(401);
    await world.relay();
    expect(await versions('Wakefield', 'Attendance')).toEqual(before);
  });
});

describe('in a channel', () => {
  test('the answer is for who asked alone, and only Share shows it to the others', async () => {
    const lead = world.person('ealing.lead');
    const head = world.person('ealing.head.1');
    const conversation = world.teams.channel([lead.user, head.user], 'Ealing');
    const asking = { user: lead.user, conversation };
    const answer = await world.say('kpi', asking);
    expect(answer.lines.join('\n')).toMatch(/Ealing/u);
    expect(world.teams.seen({ user: head.user, conversation })).toEqual([]);

    const kpi = /^(.+)$/mu.exec(answer.lines.slice(2).join('\n'))?.[1] ?? '';
    const shown = await world.say(`kpi ${kpi}`, asking);
    const preview = await world.teams.press(shown, 'Share', asking);
    expect(preview.lines.join('\n')).toMatch(/^Preview: /mu);
    expect(world.teams.seen({ user: head.user, conversation })).toEqual([]);
    const post = preview.lines.join('\n').match(/\[(Post in [^\]]+)\]/u)?.[1] ?? '';
    expect((await world.teams.press(preview, post, asking)).lines.join('\n')).toMatch(/Posted in/u);
    await world.relay();
    const read = world.teams.seen({ user: head.user, conversation });
    expect(read).toHaveLength(1);
    expect(read[0]?.lines.join('\n')).toContain(kpi);
    expect(read[0]?.card ? read[0].lines.join('\n') : '').not.toContain('[');
  });

  test('a code that others could read is refused and burnt', async () => {
    const stranger = world.teams.user('newcomer@school.example');
    const conversation = world.teams.channel([stranger], 'Wakefield');
    const { lines } = await world.say('join ABCDE-12345', { user: stranger, conversation });
    expect(lines.join('\n')).toMatch(/others could|could be read|burnt|new code|new one/iu);
  });
});

describe('somebody who is not known', () => {
  test('hears how to be linked, and nothing about the programme', async () => {
    const user = world.teams.user('nobody@example.net');
    const { lines } = await world.say('kpi attendance 93.2', { user, conversation: world.teams.chat(user) });
    expect(lines.join('\n')).toMatch(/I do not know you yet[\s\S]*join CODE/u);
    expect(lines.join('\n')).not.toMatch(/Wakefield|Ealing|%/u);
  });

  test('is linked by the code that their pilot lead made in a dialog', async () => {
    const lead = world.person('sheffield.lead');
    const dialog = await world.teams.openDialog(await world.say('partners invite', lead), 'Open the form', lead);
    const typed = { 'One person': 'Attendance officer, Learn Sheffield, partner' };
    const invited = await world.teams.submitDialog(dialog, 'Make the codes', typed, lead);
    const code = /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/u.exec(invited.lines.join('\n'))?.[0];
    const user = world.teams.user('officer@elsewhere.example');
    const officer = { user, conversation: world.teams.chat(user) };
    const wrong = await world.say('join 00000-00000', officer);
    expect(wrong.lines.join('\n')).not.toMatch(/Sheffield/u);
    expect((await world.say(`join ${code}`, officer)).lines.join('\n')).toMatch(/Attendance officer/u);
    expect((await world.say('commoncause', officer)).lines.join('\n')).toMatch(/Attendance officer/u);
    // The code was shown in the dialog alone: nothing that is kept holds it.
    const kept = await world.bot.core.db.$queryRaw<
      { n: number }[]
    >`select (select count(*) from outbox where payload::text like ${`%${code}%`})::int + (select count(*) from inbound_event where answer::text like ${`%${code}%`})::int as n`;
    expect(kept).toEqual([{ n: 0 }]);
  });

  test('is not taken for the person whose address a guest account carries', async () => {
    const user = world.teams.user('wakefield.head.1@example.org', { role: 'guest' });
    const { lines } = await world.say('kpi', { user, conversation: world.teams.chat(user) });
    expect(lines.join('\n')).toMatch(/I do not know you yet/u);
  });
});
