import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBot } from '../support/bot.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';
import { slackWith } from '../support/slack.ts';
import { read, type Shown, type ShownView } from '../support/slack-stub.ts';
import { type TeamsWorld, teamsWorld } from '../support/teams-world.ts';

// The same month of an adviser and an owner in Slack and in Teams, over their real wire formats; the web's is in scrutiny.test.ts.

const PLAN: Planned[] = [
  {
    number: 7,
    title: 'Recruit two education welfare officers',
    owner: 'wakefield.lead',
    ratings: [{ rating: 'red', at: '2026-11-18', by: 'wakefield.lead', reason: 'two failed adverts', remedy: 'a joint post' }],
  },
  { number: 9, title: 'Parent voice group', owner: 'wakefield.coordinator' },
];
const SMALL_PRINT = "Your rating stands beside the owner's; it replaces nothing.";

describe('in Slack', () => {
  let bot: Awaited<ReturnType<typeof testBot>>;
  let stage: Awaited<ReturnType<typeof slackWith>>;
  let ids: Record<string, string>;
  const ADVISER = { user: 'U0ADVISER', channel: 'C0WAKE' };
  const LEAD = { user: 'U0LEAD', channel: 'C0WAKE' };

  beforeAll(async () => {
    bot = await testBot();
    await bot.database.db.meeting.deleteMany();
    ids = await setPlan(bot, PLAN);
    stage = await slackWith({ commands: bot.commands, dispatch: bot.dispatch, core: bot.core });
    bot.senders.slack = stage.platform.send;
    stage.slack.user(ADVISER.user, { email: 'pilot1.adviser@example.org' });
    stage.slack.user(LEAD.user, { email: 'wakefield.lead@example.org' });
    stage.slack.channel('C0WAKE', 'wakefield', [ADVISER.user, LEAD.user]);
  });
  afterAll(async () => {
    await stage.stop();
    await bot.close();
  });
  const rag = async (words: string, who: typeof LEAD) => (await stage.slack.command('/rag', words, who)).message as Shown;

  test('a meeting is noted, its actions are rated one after the other, and the owner answers', async () => {
    const noted = await rag('meeting wakefield 3 Dec', ADVISER);
    expect(noted).toMatchObject({ onlyFor: ADVISER.user });
    const first = (await stage.slack.press(noted, 'One after the other')).message as Shown;
    expect(read(first)).toContain('WAK-7');
    expect(read(first)).toContain(SMALL_PRINT);
    const form = (await stage.slack.press(first, 'Amber')).view as ShownView;
    expect((await stage.slack.submit(form, { reason: ' ' })).errors?.reason).toBeTruthy();
    const second = await stage.slack.submit(form, { reason: 'one advert is out' });
    expect(read((second.view ?? second.message) as ShownView)).toContain('WAK-9');
    expect(await ratingsIn(bot, ids['WAK-7'], 'independent')).toEqual(['v1 amber, one advert is out']);
    expect(await ratingsIn(bot, ids['WAK-7'])).toHaveLength(1);

    const invited = await rag('', LEAD);
    expect(read(invited)).toContain('adviser says amber: worth a talk');
    const answer = (await stage.slack.press(invited, 'Answer')).view as ShownView;
    await stage.slack.submit(answer, { answer: 'She starts in March.' });
    expect(read(await rag('WAK-7', ADVISER))).toContain('She starts in March.');
    expect(read(await rag('', LEAD))).not.toContain('worth a talk');
    expect(stage.slack.refusals, 'what Slack refused to draw').toEqual([]);
  });
});

describe('in Teams', () => {
  let world: TeamsWorld;
  let ids: Record<string, string>;
  beforeAll(async () => {
    world = await teamsWorld();
    await world.bot.database.db.meeting.deleteMany();
    ids = await setPlan(world.bot, PLAN);
  });
  afterAll(() => world.close());

  test('a meeting is noted, its actions are rated one after the other, and the owner answers', async () => {
    const adviser = world.person('pilot1.adviser');
    const lead = world.person('wakefield.lead');
    const noted = await world.say('rag meeting wakefield 3 Dec', adviser);
    expect(noted.lines).toContain('Noted: you meet Wakefield on Thursday 3 December 2026.');
    const first = await world.teams.press(noted, 'One after the other', adviser);
    expect(first.lines.join('\n')).toContain('WAK-7');
    expect(first.lines).toContain(SMALL_PRINT);
    const dialog = await world.teams.openDialog(first, 'Amber', adviser);
    const second = await world.teams.submitDialog(dialog, 'Save', { 'What is in the way?': 'one advert is out' }, adviser);
    expect(second.lines.join('\n')).toContain('WAK-9');
    expect(await ratingsIn(world.bot, ids['WAK-7'], 'independent')).toEqual(['v1 amber, one advert is out']);
    expect(await ratingsIn(world.bot, ids['WAK-7'])).toHaveLength(1);

    const invited = await world.say('rag', lead);
    expect(invited.lines.join('\n')).toContain('adviser says amber: worth a talk');
    const answer = await world.teams.openDialog(invited, 'Answer', lead);
    await world.teams.submitDialog(answer, 'Save', { 'What do you say to it?': 'She starts in March.' }, lead);
    expect((await world.say('rag WAK-7', adviser)).lines.join('\n')).toContain('She starts in March.');
    expect((await world.say('rag', lead)).lines.join('\n')).not.toContain('worth a talk');
  });
});
