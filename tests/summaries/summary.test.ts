import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderCard as slackCard } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard } from '../../src/platforms/teams/render.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { type Planned, setPlan } from '../support/plan.ts';
import { blockProblems } from '../support/slack-blocks.ts';
import { problemsOf } from '../support/teams-cards.ts';

// The coordinator's summary, with the demonstration's plans: what is said, to whom, and since when.

let bot: TestBot;
type Person = Awaited<ReturnType<TestBot['as']>>;
let coordinator: Person;
let lead: Person;
let adviser: Person;

beforeAll(async () => {
  bot = await testBot();
  coordinator = await bot.as('wakefield.coordinator');
  lead = await bot.as('wakefield.lead');
  adviser = await bot.as('pilot1.adviser');
});
beforeEach(() => bot.clock.set('2026-11-19T14:00:00Z'));
afterAll(() => bot.close());

const rows = (seen: Seen) => seen.text.split('\n');
const row = (seen: Seen, start: string) => rows(seen).find((line) => line.startsWith(start));

describe('one locality', () => {
  test('reads well aloud: reds first, then what moved, then what wants a look', async () => {
    const seen = await coordinator.say('/summary');
    expect(seen.title).toBe(
      'Wakefield, autumn term, week 12: 31 actions. 3 Red (1 more) · 9 Amber (2 fewer) · 13 Green · 4 Complete · 2 with no update for 7 weeks',
    );
    await expect(`${seen.text}\n`).toMatchFileSnapshot('golden/wakefield.txt');
  });

  describe('of a plan that is known', () => {
    const plan = (): Planned[] => [
      {
        number: 1,
        title: 'Red lately',
        owner: 'wakefield.lead',
        since: '2026-09-10',
        ratings: [{ rating: 'red', at: '2026-11-16', reason: 'no room', remedy: 'a hall' }],
      },
      {
        number: 2,
        title: 'Red long ago',
        owner: 'wakefield.lead',
        since: '2026-09-10',
        ratings: [{ rating: 'red', at: '2026-10-01', reason: 'no bus', remedy: 'a bus' }],
      },
      {
        number: 3,
        title: 'With a deputy',
        owner: 'wakefield.earlyhelp',
        deputy: 'wakefield.health',
        since: '2026-11-01',
        ratings: [{ rating: 'green', at: '2026-11-10' }],
      },
      {
        number: 4,
        title: 'With nobody',
        owner: 'wakefield.earlyhelp',
        since: '2026-11-01',
        ratings: [{ rating: 'red', at: '2026-11-17', reason: 'no lead', remedy: 'a lead' }],
      },
      {
        number: 5,
        title: 'Advised',
        owner: 'wakefield.lead',
        since: '2026-11-01',
        ratings: [
          { rating: 'red', at: '2026-11-13', reason: 'no data', remedy: 'data' },
          { rating: 'amber', at: '2026-11-14', kind: 'independent', by: 'pilot1.adviser', reason: 'slow' },
        ],
      },
    ];
    let known: TestBot;
    let reader: Person;
    beforeAll(async () => {
      known = await testBot();
      const { db } = known.database;
      await setPlan(known, plan());
      await db.role.updateMany({ where: { person: { email: 'wakefield.earlyhelp@example.org' } }, data: { to: new Date('2026-10-30') } });
      await db.rating.updateMany({ where: { kind: 'independent' }, data: { also: 'chairs the partnership board' } });
      reader = await known.as('wakefield.lead');
    });
    afterAll(() => known.close());

    test('as many reds are listed, and are newly red, as are counted; one without an update says among these that it was red', async () => {
      const seen = await reader.say('/summary');
      expect(seen.title).toContain(': 5 actions. 3 Red (3 more) · 1 Green · 1 with no update for 7 weeks');
      const all = rows(seen);
      const reds = all.slice(
        all.indexOf('Red') + 1,
        all.findIndex((line) => line.startsWith('Newly red')),
      );
      expect(reds.map((line) => line.slice(0, 5))).toEqual(['WAK-1', 'WAK-4', 'WAK-5']);
      expect(row(seen, 'Newly red')).toMatch(/ {2}1, 4, 5$/u);
      expect(row(seen, 'No update')).toMatch(/ {2}2 \(7 weeks, red\)$/u);
    });

    test('whatever has no owner is named with who stands in, and only what nobody stands in for waits', async () => {
      const seen = await reader.say('/summary');
      expect(row(seen, 'Without an owner')).toMatch(/ {2}3 \(Health team lead, Wakefield stands in\), 4 \(since 30 Oct\)$/u);
      expect(rows(seen)).toContain('Wakefield: WAK-4 is without an owner');
      expect((await reader.say('/rag all no owner')).title, 'the list counts the same').toContain('2 actions');
      expect((await (await known.as('evaluator')).say('/summary wakefield')).text, 'evaluators see people as groups').toContain(
        '3 (somebody in Wakefield stands in)',
      );
    });

    test('what else an adviser is stands beside their rating; evaluators read that there is something', async () => {
      const said = 'adviser (also chairs the partnership board) says amber';
      const seen = await reader.say('/summary');
      expect(row(seen, 'WAK-5')).toContain(`${said}: worth a talk`);
      expect(row(seen, 'Adviser sees it otherwise')).toContain(`5 (${said})`);
      const evaluator = await (await known.as('evaluator')).say('/summary wakefield');
      expect(row(evaluator, 'Adviser sees it otherwise')).toContain('5 (adviser (also has another part there) says amber)');
      expect(evaluator.text).not.toContain('chairs');
    });

    test('a group has what its people own, and what they stand in for once the owner has gone', async () => {
      const { db } = known.database;
      const { id: localityId } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
      const health = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.health@example.org' } });
      const group = { id: known.core.newId(), localityId, name: 'Health board', kind: 'board' };
      await db.group.create({ data: { ...group, members: { create: { id: known.core.newId(), personId: health.id } } } });
      const seen = await reader.say('/summary health board');
      expect(seen.title).toMatch(/^Health board, Wakefield, .*: 1 action\./u);
      expect(row(seen, 'Without an owner')).toContain('3 (');
      await db.role.updateMany({ where: { person: { email: 'wakefield.earlyhelp@example.org' } }, data: { to: null } });
      expect((await reader.say('/summary health board')).title, 'its owner has it').toContain('no actions in the plan yet');
      await db.role.updateMany({ where: { person: { email: 'wakefield.earlyhelp@example.org' } }, data: { to: new Date('2026-10-30') } });
    });

    test('projects of one name in two localities are two: the button lists the one that was counted', async () => {
      const { db } = known.database;
      for (const name of ['Wakefield', 'Rochdale']) {
        const { id } = await db.locality.findUniqueOrThrow({ where: { name } });
        await db.project.create({ data: { id: known.core.newId(), localityId: id, name: 'Red routes' } });
      }
      await setPlan(known, [
        { number: 1, title: 'Here', owner: 'wakefield.lead', project: 'Red routes' },
        { number: 2, title: 'Besides', owner: 'wakefield.lead' },
        { number: 1, title: 'There', owner: 'rochdale.lead', locality: 'Rochdale', project: 'Red routes' },
        { number: 2, title: 'Over there', owner: 'rochdale.lead', locality: 'Rochdale', project: 'Red routes' },
      ]);
      const programme = await known.as('programme.coordinator');
      expect((await programme.say('/summary red routes')).title).toBe('Which one do you mean? 2 have that name.');
      const two = await programme.say('/summary rochdale red routes');
      expect(two.title).toContain('Red routes, Rochdale, ');
      const listed = await programme.press(two, 'All 2');
      expect(listed.text).toContain('Over there');
      expect(listed.text).not.toContain('Here');
    });
  });

  test('what is without an owner waits for whoever may give it to someone', async () => {
    const seen = await coordinator.say('/summary');
    const given = await coordinator.press(seen, 'Give to someone');
    expect(given.title).toContain('Without an owner in Wakefield: 1 action');
    expect(given.text).toContain('WAK-22 Parent voice group');
    const head = await bot.as('wakefield.head.1');
    expect((await head.say('/summary')).labels, 'a headteacher has nothing to give').not.toContain('Give to someone');
  });

  test('all of its actions are one press away', async () => {
    const all = await coordinator.press(await coordinator.say('/summary'), 'All 31');
    expect(all.title).toContain('Wakefield: 31 actions');
  });

  test('no figure of very few children is told by its status to those who may not see it', async () => {
    const { db } = bot.database;
    const kpi = await db.kpiDefinition.findFirstOrThrow({
      where: { name: 'Attendance', kpi: { locality: { name: 'Wakefield' } } },
      orderBy: { version: 'desc' },
    });
    await db.kpiDefinition.update({
      where: { kpiId_version: { kpiId: kpi.kpiId, version: kpi.version } },
      data: { unit: 'children', counts: 'children' },
    });
    const last = await db.reading.findFirstOrThrow({
      where: { kpiId: kpi.kpiId },
      orderBy: [{ periodStart: 'desc' }, { version: 'desc' }],
    });
    await db.reading.update({ where: { id: last.id }, data: { value: 3, numerator: null, denominator: null } });
    expect(row(await adviser.say('/summary wakefield'), 'KPIs ')).toContain('1 not shown');
    expect(row(await coordinator.say('/summary'), 'KPIs '), 'control').not.toContain('not shown');
    const { seq: _, ...was } = kpi;
    await db.kpiDefinition.create({ data: { ...was, version: was.version + 1, unit: 'visits', counts: 'other' } });
    expect(row(await adviser.say('/summary wakefield'), 'KPIs '), 'once it counts something else').toContain('1 not shown');
    await db.kpiDefinition.delete({ where: { kpiId_version: { kpiId: kpi.kpiId, version: kpi.version + 1 } } });
    await db.reading.update({
      where: { id: last.id },
      data: { value: last.value, numerator: last.numerator, denominator: last.denominator },
    });
    await db.kpiDefinition.update({
      where: { kpiId_version: { kpiId: kpi.kpiId, version: kpi.version } },
      data: { unit: kpi.unit, counts: kpi.counts },
    });
  });
});

describe('since the reader’s last one', () => {
  test('it is a week ago the first time, then the last earlier day on which they looked', async () => {
    const reader = await bot.as('wakefield.head.1');
    bot.clock.set('2026-11-16T08:00:00Z');
    expect((await reader.say('/summary')).text).toContain('Changes are since Monday 9 Nov, a week ago.');
    expect((await reader.say('/summary')).text, 'again on the same day').toContain('since Monday 9 Nov, a week ago.');
    bot.clock.set('2026-11-19T14:00:00Z');
    expect((await reader.say('/summary')).text).toContain('Changes are since Monday 16 Nov, when you last looked.');
    expect((await reader.say('/summary coventry')).text, 'each scope by itself').toContain('since Thursday 12 Nov, a week ago.');
    bot.clock.set('2026-11-20T09:00:00Z');
    expect((await reader.say('/summary')).text).toContain('Changes are since Thursday 19 Nov, when you last looked.');
  });

  test('it is kept once a day, by the first time', async () => {
    const seen = await bot.database.db.summarySeen.findMany({ where: { scopeKind: 'locality', day: new Date('2026-11-16') } });
    expect(seen.map(({ at }) => at.toISOString())).toEqual(['2026-11-16T08:00:00.000Z']);
  });
});

describe('as at a day', () => {
  test('says so, and is what stood at the end of that day', async () => {
    const seen = await coordinator.say('/summary as at 1 October');
    expect(seen.title).toMatch(/^Wakefield, as at 1 October 2026: 31 actions\. 0 Red/u);
    expect(seen.text).toContain('Changes are since Thursday 24 Sep, a week before.');
  });

  test.each([
    ['wakefield as at 1 October'],
    ['as at 1 October wakefield'],
    ['Wakefield as of 1/10/2026'],
    ['as at end of September wakefield', '30 September 2026'],
    ['as at last Friday', '13 November 2026'],
    ['as at yesterday', '18 November 2026'],
  ])('is understood as people write it: %s', async (words, day = '1 October 2026') => {
    expect((await coordinator.say(`/summary ${words}`)).title).toContain(`Wakefield, as at ${day}: `);
  });

  test('changes nothing: it is not marked as read, and has no button that writes', async () => {
    const count = () => bot.database.db.summarySeen.count();
    const before = await count();
    const seen = await coordinator.say('/summary as at 12 November');
    expect(await count()).toBe(before);
    expect(seen.labels).toEqual(['Share']);
    expect(seen.text).not.toContain('Waiting for you');
  });

  test.each([
    ['as at 1 January', '1 January 2027 is still to come. Name a day that has passed, as in: summary as at 1 October.'],
    ['as at 1 January 2020', 'There was no plan yet on 1 January 2020. The first action of Wakefield came into it on'],
    ['as at 30 February', 'I do not know the day “30 February”.'],
    ['as at the moon', 'I do not know the day “moon”.'],
    ['as at 10/25/2026', 'I do not know the day “10/25/2026”. Did you mean 25 October 2026?'],
  ])('a day that cannot be is answered: %s', async (words, answer) => {
    const seen = await coordinator.say(`/summary ${words}`);
    expect(seen.text).toContain(answer);
    expect(seen.answer).toMatchObject({ failed: 'user' });
  });
});

describe('which plan', () => {
  test('whoever answers for several localities gets a line for each', async () => {
    const seen = await adviser.say('/summary');
    expect(seen.title).toMatch(/^Vulnerable children, 4 localities, autumn term, week 12: \d+ actions\. \d+ Red/u);
    expect(seen.text.match(/^\w[\w ]+ {2,}\d+ {2,}.*$/gmu)?.map((line) => line.split(/ {2,}/u)[0])).toEqual([
      'Coventry',
      'Rochdale',
      'Wakefield',
      'Wiltshire',
    ]);
    expect((await adviser.press(seen, 'Open')).title).toMatch(/^Coventry, /u);
  });

  test.each([
    ['wak', 'Wakefield, '],
    ['pilot 1', 'Vulnerable children, 4 localities, '],
    ['vulnerable children', 'Vulnerable children, 4 localities, '],
    ['programme', 'LocalEd, 9 localities, '],
    ['localed', 'LocalEd, 9 localities, '],
  ])('/summary %s', async (words, title) => {
    expect((await lead.say(`/summary ${words}`)).title).toContain(title);
  });

  test('a project and a group have their own actions, and no others', async () => {
    const { db } = bot.database;
    const version = await db.actionVersion.findFirstOrThrow({
      where: { projectId: { not: null }, until: { gt: new Date('9000-01-01') }, action: { locality: { name: 'Wakefield' } } },
      include: { project: true },
    });
    const inProject = await db.actionVersion.count({ where: { projectId: version.projectId, until: { gt: new Date('9000-01-01') } } });
    expect((await lead.say(`/summary ${version.project?.name}`)).title).toMatch(
      new RegExp(`^${version.project?.name}, Wakefield, autumn term, week 12: ${inProject} action`, 'u'),
    );

    const locality = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const owner = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.lead@example.org' } });
    const group = await db.group.create({
      data: { id: bot.core.newId(), localityId: locality.id, name: 'Steering circle', kind: 'board' },
    });
    await db.groupMember.create({ data: { id: bot.core.newId(), groupId: group.id, personId: owner.id } });
    const owned = await db.actionVersion.count({ where: { ownerId: owner.id, until: { gt: new Date('9000-01-01') } } });
    expect(owned).toBeGreaterThan(0);
    expect((await coordinator.say('/summary steering circle')).title).toContain(
      `Steering circle, Wakefield, autumn term, week 12: ${owned} action`,
    );
    const evelyn = await bot.as('coventry.lead');
    expect((await evelyn.say('/summary steering circle')).title, 'somebody else’s is not there').toContain(
      'I do not know a plan called “steering circle”',
    );
  });

  test('a name that is mistyped is asked about', async () => {
    const seen = await coordinator.say('/summary wakefeild as at 1 October');
    expect(seen.title).toBe('I do not know a plan called “wakefeild”. Did you mean one of these?');
    expect((await coordinator.press(seen, 'This one')).title, 'the day goes with it').toContain('Wakefield, as at 1 October 2026: ');
  });

  test('whoever holds no role in a plan has no summary', async () => {
    expect((await (await bot.as('admin')).say('/summary')).title).toBe(
      'There is no plan that you can see yet. Ask your pilot lead or coordinator.',
    );
    expect((await adviser.say('/summary ealing')).title, 'another pilot is not there for an adviser').toContain(
      'I do not know a plan called “ealing”',
    );
  });
});

describe('of other localities', () => {
  test('only counts, KPI states, and titles of what went from red to green', async () => {
    bot.clock.set('2026-11-19T14:00:00Z');
    const seen = await lead.say('/summary rochdale');
    expect(seen.title).toContain('Rochdale, ');
    expect(row(seen, 'KPIs')).toMatch(/\d+ (?:on|off) track/u);
    const rochdale = await bot.database.db.actionVersion.findMany({
      where: { until: { gt: new Date('9000-01-01') }, action: { locality: { name: 'Rochdale' } } },
      select: { title: true },
    });
    expect(rochdale.length).toBeGreaterThan(5);
    for (const { title } of rochdale) expect(seen.text).not.toContain(title);
    for (const word of ['ROC-', 'Past its date', 'Without an owner', 'Adviser', 'Due in']) expect(seen.text).not.toContain(word);
    expect(seen.labels).toEqual(['Share', 'Dashboard']);
    const own = await (await bot.as('rochdale.lead')).say('/summary');
    expect(own.text, 'control').toContain('ROC-');
  });

  test('in the programme too; and no KPI as it was on another day', async () => {
    const seen = await lead.say('/summary programme');
    expect(row(seen, 'Rochdale  ')).toBeDefined();
    expect(seen.text.match(/\b(?:ROC|COV|WIL|NOT|EAL|MIL|SHE|SUR)-\d/u)).toBeNull();
    expect(seen.text).toContain('WAK-7');
    expect((await lead.say('/summary rochdale as at 1 November')).text).not.toContain('KPIs');
    expect((await (await bot.as('rochdale.lead')).say('/summary as at 1 November')).text, 'control').toContain('KPIs');
  });

  test('what went from red to green there is told by its title', async () => {
    const { db } = bot.database;
    const red = await db.rating.findFirstOrThrow({
      where: { kind: 'self', rating: 'red', until: { gt: new Date('9000-01-01') }, action: { locality: { name: 'Rochdale' } } },
      include: { action: { include: { versions: { orderBy: { version: 'desc' }, take: 1 } } } },
    });
    const rochdale = await bot.as('rochdale.lead');
    await rochdale.say(`/rag ${red.action.number} green`);
    bot.clock.set('2026-11-19T15:00:00Z');
    const title = red.action.versions[0]?.title as string;
    expect((await lead.say('/summary rochdale')).text).toContain(`From red to green\n${title}`);
    expect(row(await lead.say('/summary programme'), 'Rochdale  from') ?? (await lead.say('/summary programme')).text).toContain(title);
    expect((await bot.as('pilot1.adviser').then((one) => one.say('/summary rochdale'))).text).toMatch(
      new RegExp(`Moved to green .*${red.action.number}`, 'u'),
    );
  });
});

describe('what waits for its reader stands above it', () => {
  test('a worry waits for the coordinator, with what can be made of it', async () => {
    const head = await bot.as('wakefield.head.1');
    await head.say('/rag raise The hub has no room from January on');
    const seen = await coordinator.say('/summary');
    expect(rows(seen)[1]).toBe('Waiting for you: 3 things');
    expect(rows(seen)[2]).toBe('A worry in Wakefield: “The hub has no room from January on”');
    expect(seen.labels).toEqual(expect.arrayContaining(['Make it an action', 'Answer', 'Heard, not now']));
    for (const other of [lead, adviser])
      expect((await other.say('/summary wakefield')).text, 'nobody else reads it').not.toContain('no room');
    expect((await (await bot.as('coventry.coordinator')).say('/summary')).text, 'nor another coordinator').not.toContain('no room');

    await coordinator.submit(await coordinator.press(seen, 'Heard, not now'), { text: 'The council decides in March' });
    const told = await head.say('/summary');
    expect(told.text).toContain('News for you');
    expect(told.labels).toContain('Got it');
    await head.press(told, 'Got it');
    expect((await head.say('/summary')).text).not.toContain('News for you');
  });
});

describe('what others on this theme did', () => {
  test('is told by locality and title, at most three, of those whose overview the reader may read', async () => {
    const others = (seen: Seen) => {
      const all = rows(seen);
      const from = all.indexOf('What others on this theme did: from red to green');
      return from < 0
        ? []
        : all
            .slice(
              from + 1,
              all.findIndex((line) => line.startsWith('Changes are')),
            )
            .map((line) => line.split(/ {2,}/u)[1]);
    };
    const told = others(await coordinator.say('/summary'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(3);
    expect(told).not.toContain('Wakefield');
    const advised = others(await adviser.say('/summary wakefield'));
    for (const place of advised) expect(['Coventry', 'Rochdale', 'Wiltshire'], 'an adviser knows their own pilot').toContain(place);
  });
});

describe('sharing', () => {
  const inChannel = (name: string) =>
    bot.conversation(
      { platform: 'slack', tenant: 'T1', user: `U-${name}`, profile: async () => ({ email: `${name}@example.org`, outsider: false }) },
      { kind: 'channel', conversation: 'C1', name: '#wakefield', to: { channel: 'C1' }, seenByOthers: true },
    );
  const posted = async () =>
    JSON.stringify(
      (await bot.database.db.outbox.findMany({ where: { payload: { path: ['to', 'channel'], equals: 'C1' } } })).at(-1)?.payload,
    );

  test('is previewed as others see it: nothing that waits for the reader, no button, no reason where outsiders may read', async () => {
    const there = inChannel('wakefield.coordinator');
    const preview = await there.press(await there.say('/summary'), 'Share');
    expect(preview.title).toBe('Preview: #wakefield would see this.');
    expect(preview.text).toContain('WAK-7 Recruit two education welfare officers');
    expect(preview.text).not.toContain('a joint post');
    expect(preview.text).not.toContain('Waiting for you');
    expect(preview.labels).toEqual(['Post in #wakefield']);
    await there.press(preview, 'Post in #wakefield');
    expect(await posted()).toContain('WAK-7 Recruit');
    expect(await posted()).not.toMatch(/a joint post|"press"|token/u);
  });

  test('where nobody from outside reads, what would put a red right is shown', async () => {
    await bot.database.db.conversationReference.create({
      data: {
        id: bot.core.newId(),
        platform: 'slack',
        tenant: 'T1',
        conversation: 'C1',
        kind: 'channel',
        outsiders: false,
        reference: {},
        seenAt: new Date(bot.clock.now().epochMilliseconds),
      },
    });
    const there = inChannel('wakefield.coordinator');
    const preview = await there.press(await there.say('/summary'), 'Share');
    expect(preview.text).toContain('a joint post');
    await there.press(preview, 'Post in #wakefield');
    expect((await there.press(preview, 'Post in #wakefield')).title, 'once').toContain('Posted already');
    expect(await posted()).toContain('a joint post');
  });

  test('of a reader who has looked before, it does not say so to others', async () => {
    const reader = await bot.as('coventry.coordinator');
    bot.clock.set('2026-11-16T08:00:00Z');
    await reader.say('/summary');
    bot.clock.set('2026-11-19T14:00:00Z');
    const seen = await reader.say('/summary');
    expect(seen.text, 'control').toContain('Changes are since Monday 16 Nov, when you last looked.');
    const shared = await reader.press(seen, 'Share');
    expect(shared.text).toContain('Changes are since Monday 16 Nov.');
    expect(shared.text).not.toMatch(/\byou\b/u);
    const all = await reader.press(await reader.say('/summary programme'), 'Share');
    expect(all.text).not.toContain('you last looked');
  });

  test('on the web it is words to copy', async () => {
    const shared = await coordinator.press(await coordinator.say('/summary'), 'Share');
    expect(shared.title).toBe('Nothing was posted: here are the words to copy.');
    expect(shared.text).toContain('Wakefield, autumn term, week 12: 31 actions.');
  });
});

describe('on each platform', () => {
  test('a first line that would be too long says whose plan, how many, and how many are red; the rest follows', async () => {
    const seen = await lead.say('/summary programme');
    expect(seen.title).toMatch(/^LocalEd, 9 localities, autumn term, week 12: \d+ actions\. \d+ Red(?: \(\d+ (?:more|fewer)\))?$/u);
    expect(rows(seen)[1]).toMatch(/^\d+ Amber.*, \d+ Green/u);
    for (const said of ['/summary', '/summary programme', '/summary pilot 1'])
      expect((await lead.say(said)).title.length).toBeLessThanOrEqual(150);
  });

  test('they take the card', async () => {
    for (const said of ['/summary', '/summary programme', '/summary as at 1 October']) {
      const card = (await lead.say(said)).card();
      for (const surface of ['message', 'acknowledgement'] as const)
        expect(blockProblems(slackCard(card, surface).blocks, 'message')).toEqual([]);
      expect(problemsOf(teamsCard(card, { link: 'https://commoncause.example.org' }).card, 'message')).toEqual([]);
    }
  });
});
