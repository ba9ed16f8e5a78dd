import type { Browser } from 'playwright-core';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Tx } from '../../../src/db/client.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import { overviewOf } from '../../../src/evidence/overview.ts';
import { rememberWhileUnchanged, type WhileUnchanged } from '../../../src/evidence/unchanged.ts';
import { kpisIn } from '../../../src/kpis/queries.ts';
import { statusOf } from '../../../src/kpis/status.ts';
import { type Actor, findActor } from '../../../src/people/actor.ts';
import { kpiStatesIn } from '../../../src/summaries/kpis.ts';
import { allPlaces } from '../../../src/summaries/scopes.ts';
import { axe } from '../../support/axe.ts';
import { type TestBot, testBot } from '../../support/bot.ts';
import { launchBrowser } from '../../support/browser.ts';
import { type Planned, setPlan } from '../../support/plan.ts';
import { heading, type Reply, visitor } from '../../support/visitor.ts';
import { startWeb } from '../../support/web.ts';

/** The pages of the programme, of a pilot and of what changed: over HTTP, as everybody who may look and everybody who may not. */

const NINE = ['Coventry', 'Rochdale', 'Wakefield', 'Wiltshire', 'North of Tyne', 'Ealing', 'Milton Keynes', 'Sheffield', 'Surrey'];
const PILOT_1 = NINE.slice(0, 4);
const EVIL = '<script>alert("plan")</script>';

const red = (at: string) => ({ rating: 'red', at, by: 'wakefield.lead', reason: 'two adverts failed', remedy: 'a joint post' }) as const;
const rated = (rating: 'green' | 'amber' | 'complete', at: string) =>
  ({ rating, at, by: 'wakefield.lead', ...(rating === 'amber' ? { reason: 'late' } : {}) }) as const;
const advised = (rating: 'green' | 'red', at: string) =>
  ({ rating, at, kind: 'independent', by: 'pilot1.adviser', reason: 'seen', remedy: 'so' }) as const;

/** Today is 19 November 2026. */
const PLAN: Planned[] = [
  {
    number: 1,
    title: 'Hubs in every district',
    since: '2026-09-10',
    due: '2027-03-01',
    ratings: [rated('amber', '2026-10-02'), red('2026-11-12')],
  },
  {
    number: 2,
    title: `Data agreement ${EVIL}`,
    since: '2026-09-10',
    due: '2027-03-01',
    criterion: 'Clarity',
    ratings: [red('2026-10-05'), rated('green', '2026-11-10'), advised('red', '2026-11-11')],
  },
  {
    number: 3,
    title: 'Parent voice group',
    since: '2026-09-10',
    due: '2027-03-01',
    ratings: [rated('amber', '2026-10-06'), rated('green', '2026-11-09')],
  },
  { number: 4, title: 'Breakfast clubs', since: '2026-09-10', due: '2026-11-16', ratings: [rated('amber', '2026-11-05')] },
  {
    number: 5,
    title: 'Early help number',
    since: '2026-09-10',
    due: '2026-10-30',
    ratings: [rated('green', '2026-10-07'), rated('complete', '2026-11-06')],
  },
  { number: 6, title: 'Network of leads', since: '2026-11-13', due: '2027-03-01', ratings: [rated('green', '2026-11-13')] },
  {
    number: 1,
    title: 'Coventry was red',
    locality: 'Coventry',
    since: '2026-09-10',
    ratings: [red('2026-10-08'), rated('green', '2026-11-04')],
  },
  {
    number: 2,
    title: 'Coventry was amber',
    locality: 'Coventry',
    since: '2026-09-10',
    ratings: [rated('amber', '2026-10-08'), rated('green', '2026-11-04')],
  },
  {
    number: 3,
    title: 'Coventry is red',
    locality: 'Coventry',
    since: '2026-09-10',
    due: '2026-11-01',
    ratings: [red('2026-11-10'), advised('green', '2026-11-11')],
  },
].map((planned) => ({ owner: planned.locality ? 'coventry.lead' : 'wakefield.lead', ...planned }) as Planned);

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let pilots: string[];

const get = (path: string, as: string): Promise<Reply> =>
  visitor(site.origin).get(`${path}${path.includes('?') ? '&' : '?'}as=${as}@example.org`);

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
/** What somebody reads, a space between any two words. */
const words = (html: string) =>
  html
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/gu, (entity) => ENTITIES[entity] as string)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ ([,.)])/gu, '$1')
    .trim();
/** What a page says first. */
const title = (reply: Reply) => heading(reply).replaceAll(/ +/gu, ' ');
const main = ({ text }: Reply) => /<main[\s\S]*<\/main>/u.exec(text)?.[0] ?? '';
/** Each locality of a page with what is said of it, in the page's order. */
const localities = (reply: Reply): [name: string, said: string][] =>
  [...main(reply).matchAll(/<article class="cc-place">([\s\S]*?)<\/article>/gu)].map(([, html = '']) => {
    const [, name = ''] = /<h[23][^>]*>([\s\S]*?)<\/h[23]>/u.exec(html) ?? [];
    return [words(name), words(html.replace(/<h[23][\s\S]*?<\/h[23]>/u, ''))];
  });
const saidOf = (reply: Reply, name: string): string => localities(reply).find(([one]) => one === name)?.[1] ?? '';
const names = (reply: Reply) => localities(reply).map(([name]) => name);
/** Each section of the month's changes: its heading, and its lines. */
const sections = (reply: Reply): Record<string, string[]> =>
  Object.fromEntries(
    [...main(reply).matchAll(/<section class="cc-changes"[\s\S]*?<\/section>/gu)].map(([html]) => [
      words(/<h2[^>]*>([\s\S]*?)<\/h2>/u.exec(html)?.[1] ?? ''),
      [...html.matchAll(/<li class="cc-list__item">([\s\S]*?)<\/li>/gu)].map(([, line = '']) => words(line)),
    ]),
  );
/** What is to be seen while the club of three children counts something else. */
const onceItCounts = async (unit: string, see: () => Promise<void>) => {
  const { db } = bot.database;
  const { seq: _, ...was } = await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Small club' } });
  await db.kpiDefinition.create({ data: { ...was, version: 2, unit, counts: 'other' } });
  await see();
  await db.kpiDefinition.delete({ where: { kpiId_version: { kpiId: was.kpiId, version: 2 } } });
};
const links = (reply: Reply) => [...main(reply).matchAll(/href="([^"#]+)"/gu)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

beforeAll(async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
  const { db } = bot.database;
  pilots = (await db.pilot.findMany({ orderBy: { position: 'asc' } })).map(({ id }) => id);
  await setPlan(bot, PLAN);
  // A figure about three children, in Coventry.
  const lead = await bot.as('coventry.lead');
  await lead.submit(await lead.say('/kpi new'), {
    name: 'Small club',
    unit: 'children',
    counts: 'children',
    cadence: 'week',
    definition: 'Children at the club.',
    owner: 'me',
    target: '31',
    targetDate: '2027-07-31',
  });
  await lead.say('/kpi small club 19 on 3 Nov');
  await lead.say('/kpi small club 17 on 10 Nov');
  await lead.press(await lead.say('/kpi small club 3 on 10 Nov'), 'Correct to 3');
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});

describe('who may look', () => {
  test.each([
    ['wakefield.head.1', NINE],
    ['wakefield.lead', NINE],
    ['wakefield.coordinator', NINE],
    ['programme.coordinator', NINE],
    ['evaluator', NINE],
    ['pilot1.adviser', PILOT_1],
  ])('%s sees the programme with the localities that are for them, in their fixed order', async (who, expected) => {
    const reply = await get('/programme', who);
    expect([reply.status, title(reply), names(reply)]).toEqual([200, 'Programme LocalEd', expected]);
    expect(words(main(reply)).includes('you see 4 of its 9 localities')).toBe(expected === PILOT_1);
  });

  test.each(['/programme', '/changes'])('administrators have no %s', async (path) => {
    expect((await get(path, 'admin')).status).toBe(404);
  });

  test('a pilot is for whoever may look at one of its localities, and what is none does not exist', async () => {
    const [first, second] = pilots as [string, string];
    expect(names(await get(`/pilots/${first}`, 'surrey.lead'))).toEqual(PILOT_1);
    expect((await get(`/pilots/${second}`, 'pilot1.adviser')).status).toBe(404);
    expect((await get(`/pilots/${first}`, 'admin')).status).toBe(404);
    for (const none of ['00000000-0000-4000-8000-000000000000', 'nonsense', "'; drop table pilot; --"])
      expect((await get(`/pilots/${encodeURIComponent(none)}`, 'wakefield.lead')).status).toBe(404);
  });

  test('only localities whose pages somebody may open are links', async () => {
    const own = (reply: Reply) => links(reply).filter((href) => href.startsWith('/localities/'));
    expect(own(await get('/programme', 'wakefield.lead'))).toEqual(['/localities/WAK?as=wakefield.lead%40example.org']);
    expect(own(await get('/programme', 'pilot1.adviser')).map((href) => href.slice(0, 15))).toEqual(
      ['COV', 'ROC', 'WAK', 'WIL'].map((prefix) => `/localities/${prefix}`),
    );
  });

  test('the way to the dashboards stands on every page, and leads administrators to their account', async () => {
    const start = await visitor(site.origin).get('/');
    expect(start.text).toContain('Look at the dashboards');
    const page = await get('/chat', 'wakefield.lead');
    expect(page.text).toContain('href="/dashboards?as=wakefield.lead%40example.org"');
    expect((await get('/dashboards', 'wakefield.lead')).headers.location).toBe('/programme?as=wakefield.lead%40example.org');
    expect((await get('/evidence', 'wakefield.lead')).headers.location).toBe('/programme?as=wakefield.lead%40example.org');
    expect((await get('/dashboards', 'admin')).headers.location).toBe('/account?as=admin%40example.org');
  });
});

describe('the programme in counts', () => {
  test('one’s own locality: ratings beside the adviser’s, what is past its date, what moved to green', async () => {
    const said = saidOf(await get('/programme', 'wakefield.lead'), 'Wakefield');
    // Number 4 was rated within two weeks of its date, which has passed: it counts as no update.
    expect(said).toContain('6 actions, rated by their owners 1 Red');
    expect(said).toMatch(/1 Red.* 3 Green.* 1 Complete \(1 more\)/u);
    expect(said).toContain('Rated by their adviser 1 Red');
    expect(said).toContain('Past their date 1 action');
    expect(said).toContain(`Moved to green WAK-2 Data agreement ${EVIL} WAK-3 Parent voice group`);
    expect(said).not.toContain('WAK-6'); // it came into the plan green
  });

  test('another locality: the counts, and titles of what went from red to green, without more', async () => {
    const said = saidOf(await get('/programme', 'wakefield.lead'), 'Coventry');
    expect(said).toMatch(/^3 actions, rated by their owners 1 Red .*2 Green/u);
    expect(said).toContain('Rated by their adviser 1 Green');
    expect(said).toContain('From red to green Coventry was red');
    expect(said).not.toMatch(/Past their date|was amber|is red|COV-/u);
    // The control: whoever reads its plan is told all of that.
    expect(saidOf(await get('/programme', 'coventry.lead'), 'Coventry')).toMatch(/Past their date 1 action.*COV-2 Coventry was amber/u);
  });

  test('KPIs are counted by the status that each one’s own card says', async () => {
    const reply = await get('/programme', 'programme.coordinator');
    const ids = (await bot.database.db.locality.findMany()).map(({ id }) => id);
    const day = Temporal.PlainDate.from('2026-11-19');
    const kpis = await inTransaction(bot.core.db, (tx) => kpisIn(tx, ids, { day: day.toString() }));
    expect(kpis.length).toBeGreaterThan(40);
    for (const name of NINE) {
      const said = Map.groupBy(
        kpis.filter(({ locality }) => locality === name),
        (kpi) => statusOf(kpi, day).word,
      );
      for (const [word, { length }] of said) expect(saidOf(reply, name), name).toMatch(new RegExp(`[✓~✗•] ${length} ${word}`, 'u'));
    }
    const all = words(/<section class="cc-place cc-place--all"[\s\S]*?<\/section>/u.exec(reply.text)?.[0] ?? '');
    const onTrack = kpis.filter((kpi) => statusOf(kpi, day).word === 'on track').length;
    expect(all).toContain(`✓ ${onTrack} on track`);
    expect(all).toContain('9 actions, rated by their owners 2 Red');
  });

  test('a status that would tell of very few children is not shown to others', async () => {
    expect(saidOf(await get('/programme', 'wakefield.lead'), 'Coventry')).toContain('• 1 not shown');
    expect(saidOf(await get('/programme', 'coventry.lead'), 'Coventry')).not.toContain('not shown');
  });

  test('results of a pulse are for whoever may read them there', async () => {
    expect(saidOf(await get('/programme', 'wakefield.head.1'), 'Wakefield')).toContain(
      'Last pulse Trust and working together, closed on 19 June 2026',
    );
    for (const who of ['surrey.lead', 'coventry.head.1'])
      expect(saidOf(await get('/programme', who), 'Wakefield')).not.toContain('Last pulse');
  });

  test('what people wrote is words, whatever it looks like', async () => {
    for (const path of ['/programme', `/pilots/${pilots[0]}`, '/changes', `/programme?theme=${encodeURIComponent(EVIL)}`]) {
      const reply = await get(path, 'wakefield.lead');
      expect(reply.text, path).toContain('&lt;script&gt;alert(');
      expect(reply.text, path).not.toContain('<script>alert(');
    }
  });
});

describe('a theme', () => {
  test('shows the localities with a project on it, by an address that can be kept', async () => {
    const reply = await get('/programme?theme=Transition', 'wakefield.lead');
    expect(names(reply)).toEqual(['Coventry', 'Wiltshire', 'North of Tyne']);
    expect(words(main(reply))).toContain('3 localities with a project on transition together');
    expect(names(await get(`/pilots/${pilots[0]}?theme=transition`, 'wakefield.lead'))).toEqual(['Coventry', 'Wiltshire']);
  });

  test('that there is none of says so, and shows all of them', async () => {
    const reply = await get('/programme?theme=astronomy', 'wakefield.lead');
    expect([reply.status, names(reply)]).toEqual([200, NINE]);
    expect(words(main(reply))).toContain('There is no project on “astronomy” here: all localities are shown.');
  });

  test('can be chosen without JavaScript, and the demonstration remembers who looks', async () => {
    const { text } = await get('/programme', 'wakefield.lead');
    const [form = ''] = /<form class="cc-filter" method="get" action="\/programme">[\s\S]*?<\/form>/u.exec(text) ?? [];
    expect(form).toContain('<input type="hidden" name="as" value="wakefield.lead@example.org">');
    expect(form).toContain('<option value="transition">');
  });
});

describe('a pilot', () => {
  test('has its localities beside one another, each KPI against its own baseline and target', async () => {
    const reply = await get(`/pilots/${pilots[0]}`, 'wakefield.lead');
    expect([title(reply), names(reply)]).toEqual(['Pilot Vulnerable children', PILOT_1]);
    expect(saidOf(reply, 'Wakefield')).toContain(
      'Attendance ✗ Off track 93.0 → 92.8 % (−0.2), week of 9 Nov Baseline 91.5 % (1 Sep 2025). Target 94.0 % by July',
    );
    // Of another locality it is told how its KPIs stand, and not how they were.
    expect(saidOf(reply, 'Coventry')).toContain('Schools linked to early help ~ Close 60 of 116 schools, summer term 2026');
    expect(saidOf(reply, 'Coventry')).not.toContain('→');
    expect(links(reply).filter((href) => href.startsWith('/kpis/'))).toHaveLength(4);
  });

  test('figures about very few children stay with those who answer for them', async () => {
    const club = async (who: string) =>
      /Small club.*?(?=Baseline|No baseline\.)/u.exec(saidOf(await get(`/pilots/${pilots[0]}`, who), 'Coventry'))?.[0];
    expect(await club('coventry.lead')).toContain('19 → 3 children');
    const stay = async () => {
      for (const who of ['wakefield.lead', 'pilot1.adviser', 'evaluator']) {
        expect(await club(who)).toContain('[c]');
        expect(await club(who)).not.toMatch(/\b3\b/u);
      }
    };
    await stay();
    await onceItCounts('visits', stay);
  });

  test('says who works on the same; a project’s name and page are for whoever may open it', async () => {
    const theme = async (who: string) =>
      /Transition Coventry.*?Wiltshire[^A-Z]*/u.exec(words(main(await get(`/pilots/${pilots[0]}`, who))))?.[0];
    expect(await theme('wakefield.lead')).toMatch(/^Transition Coventry Wiltshire/u);
    expect(await theme('pilot1.adviser')).toMatch(/^Transition Coventry: .+ Wiltshire/u);
  });
});

describe('what changed', () => {
  test('in this month: reds first, then greens, what is complete and what is new', async () => {
    const reply = await get('/changes', 'wakefield.lead');
    expect(title(reply)).toBe('What changed in November 2026');
    expect(main(reply), 'each action is a link to its own line').toContain('/localities/WAK?as=wakefield.lead%40example.org#WAK-1"');
    const said = sections(reply);
    expect(Object.keys(said).slice(0, 6)).toEqual([
      'Moved to red (1)',
      'Moved to green (2)',
      'Moved to amber (1)',
      'Completed (1)',
      'New in the plan (1)',
      'From red to green in other localities (1)',
    ]);
    expect(said).toMatchObject({
      'Moved to red (1)': ['WAK-1 Hubs in every district Wakefield: Amber → Red, 12 Nov'],
      'Moved to green (2)': [
        `WAK-2 Data agreement ${EVIL} Wakefield: Red → Green, 10 Nov`,
        'WAK-3 Parent voice group Wakefield: Amber → Green, 9 Nov',
      ],
      'Moved to amber (1)': ['WAK-4 Breakfast clubs Wakefield: Not started → Amber, 5 Nov'],
      'Completed (1)': ['WAK-5 Early help number Wakefield: Green → Complete, 6 Nov'],
      'New in the plan (1)': ['WAK-6 Network of leads Wakefield: Green, 13 Nov'],
      'From red to green in other localities (1)': ['Coventry was red Coventry, 4 Nov'],
    });
  });

  test('in another month: as things stood at its end', async () => {
    const said = sections(await get('/changes?month=2026-10&place=wak', 'wakefield.lead'));
    expect(said['Moved to red (1)']).toEqual([`WAK-2 Data agreement ${EVIL} Wakefield: Not started → Red, 5 Oct`]);
    expect(said['Moved to green (1)']).toEqual(['WAK-5 Early help number Wakefield: Not started → Green, 7 Oct']);
    expect(sections(await get('/changes?month=2024-01', 'wakefield.lead'))).toEqual({});
  });

  test('of one criterion alone', async () => {
    const [clarity] = await bot.database.db.criterion.findMany({ where: { name: { startsWith: 'Clarity' } } });
    const said = sections(await get(`/changes?criterion=${clarity?.position}`, 'wakefield.lead'));
    expect(Object.keys(said)).toEqual(['Moved to green (1)']);
  });

  test('readings corrected, targets moved, projects made and pulses closed, of one’s own locality', async () => {
    const { db } = bot.database;
    const lead = await bot.as('wakefield.lead');
    await lead.press(await lead.say('/kpi attendance 93.1 on 10 Nov'), 'Correct to 93.1');
    await lead.submit(await lead.say('/kpi edit visits in hubs'), { target: '60' });
    await lead.submit(await lead.say('/rag project new'), { name: 'Walking buses', theme: 'attendance' });
    await db.pulseWave.updateMany({ where: { state: 'closed' }, data: { closesOn: new Date('2026-11-06') } });
    const said = sections(await get('/changes', 'wakefield.lead'));
    expect(said['Readings corrected (1)']).toEqual(['Attendance Wakefield: week of 9 Nov, 92.8 % → 93.1 %, 19 Nov']);
    expect(said['KPI targets (1)']).toEqual(['Visits in hubs Wakefield: 55 visits by July 2027 → 60 visits by July 2027, 19 Nov']);
    expect(said['New projects (1)']).toEqual(['Walking buses Wakefield, 19 Nov']);
    expect(said['Pulses that closed (1)']).toEqual(['Trust and working together 6 Nov']);
    // Nothing of that is for others.
    const others = sections(await get('/changes', 'surrey.lead'));
    expect(Object.keys(others)).toEqual(['From red to green in other localities (2)', 'What the data say of KPIs (2)']);
    expect(JSON.stringify(others)).not.toMatch(/Visits in hubs|Walking buses|Wakefield: /u);
  });

  test('a correction that tells of very few children is [c] to whoever does not answer for them', async () => {
    const correction = async (who: string) => sections(await get('/changes?place=COV', who))['Readings corrected (1)'];
    expect(await correction('coventry.lead')).toEqual(['Small club Coventry: week of 9 Nov, 17 children → 3 children, 19 Nov']);
    expect(await correction('pilot1.adviser')).toEqual(['Small club Coventry: week of 9 Nov, 17 children → [c], 19 Nov']);
    await onceItCounts('visits', async () => {
      expect(await correction('coventry.lead'), 'control').toEqual(['Small club Coventry: week of 9 Nov, 17 visits → 3 visits, 19 Nov']);
      expect(await correction('pilot1.adviser')).toEqual(['Small club Coventry: week of 9 Nov, 17 visits → [c], 19 Nov']);
    });
  });

  test.each([
    ['month=2026-13', '“2026-13” is not a month: write it as 2026-10. This is November 2026.'],
    ['month=yesterday', '“yesterday” is not a month: write it as 2026-10. This is November 2026.'],
    ['month=0001-01', '“0001-01” is not a month: write it as 2026-10. This is November 2026.'],
    ['month=2026-12', 'December 2026 has not begun: this is November 2026.'],
    ['place=XYZ', 'There is no locality “XYZ” here: all localities are shown.'],
    ['locality=XYZ', 'There is no locality “XYZ” here: all localities are shown.'],
    ['criterion=9', 'There is no criterion “9”: all of them are shown.'],
    ['place=XYZ&criterion=%00&month=%F0%9F%98%80', 'There is no locality “XYZ” here: all localities are shown.'],
  ])('%s: it is said kindly', async (query, expected) => {
    const reply = await get(`/changes?${query}`, 'wakefield.lead');
    expect([reply.status, words(main(reply)).includes(expected)]).toEqual([200, true]);
  });

  test('rebases, criteria and answered texts, for whoever may read them', async () => {
    const { db } = bot.database;
    const { kpiId, kpi } = await db.kpiDefinition.findFirstOrThrow({
      where: { name: 'Attendance', kpi: { locality: { prefix: 'WAK' } } },
      include: { kpi: true },
    });
    const finding = await db.finding.findFirstOrThrow({ where: { localityId: kpi.localityId } });
    const area = await db.criterion.findFirstOrThrow({ where: { position: 1 } });
    const recordedAt = new Date('2026-11-17T10:00:00Z');
    await db.kpiRebase.create({ data: { kpiId, version: 1, date: new Date('2026-09-07'), reason: 'a new register', recordedAt } });
    const step = { localityId: kpi.localityId, round: '2026/27-spring', aboutKind: 'criterion', aboutId: area.id, version: 1, recordedAt };
    await db.assessmentStep.createMany({
      data: [
        { ...step, id: bot.core.newId(), lens: 'self', step: 3 },
        { ...step, id: bot.core.newId(), lens: 'evaluator', step: 2 },
      ],
    });
    const REBASES = 'Charts whose limits begin anew (1)';
    const ANSWERED = 'Texts of the evaluators that were answered (1)';
    const seen = async (who: string, ...names: string[]) => {
      const said = sections(await get('/changes?place=WAK', who));
      return names.map((name) => said[name]);
    };
    expect(await seen('pilot1.adviser', ANSWERED, 'Criteria recorded (1)')).toEqual([
      undefined,
      [`${area.name} How Wakefield sees itself: 3 Developing, 17 Nov`],
    ]);
    await db.findingAnswer.create({ data: { id: bot.core.newId(), findingId: finding.id, version: 1, kind: 'agree', recordedAt } });
    expect(await seen('wakefield.lead', REBASES, 'Criteria recorded (2)', ANSWERED)).toEqual([
      ['Attendance Wakefield: from 7 Sep on (a new register), 17 Nov'],
      [expect.stringContaining('How Wakefield sees itself: 3 Dev'), expect.stringContaining('How the evaluators see Wakefield: 2 Beg')],
      [expect.stringMatching(/^Wakefield: .* Agreed, 17 Nov$/u)],
    ]);
    expect(await seen('wakefield.head.1', REBASES, 'Criteria recorded (1)', 'Criteria recorded (2)', ANSWERED)).toEqual([
      ['Attendance Wakefield: from 7 Sep on (a new register), 17 Nov'],
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('KPIs of which the data say something else at the end of the month than before it', async () => {
    const { db } = bot.database;
    const { id } = await db.locality.findFirstOrThrow({ where: { prefix: 'SUR' } });
    const stood = (at: string, on: string) =>
      inTransaction(db, (tx) => kpiStatesIn(tx, [id], { at, today: Temporal.PlainDate.from(on), maySeeTelling: () => true }));
    const was = new Map((await stood('2026-10-31T23:59:59.999Z', '2026-10-31')).map((state) => [state.id, state.word]));
    const moved = (await stood('2026-11-30T00:00:00Z', '2026-11-19')).filter((state) => was.get(state.id) !== state.word);
    expect(moved).toHaveLength(2);
    const lines = async (who: string) => sections(await get('/changes?place=SUR', who))['What the data say of KPIs (2)'];
    expect(await lines('surrey.lead')).toEqual(moved.map((state) => `${state.name} Surrey: from ${was.get(state.id)} to ${state.word}`));
    expect(await lines('wakefield.lead'), 'not of others').toBeUndefined();
  });

  test('of a locality of others it is said how little of it is theirs to see', async () => {
    const says = 'Of Surrey you see only what moved from red to green: the rest is not yours to see.';
    expect(words(main(await get('/changes?place=SUR', 'wakefield.lead')))).toContain(says);
    expect(words(main(await get('/changes?place=SUR', 'surrey.lead')))).not.toContain('not yours to see');
  });

  test('a locality out of reach is as one that there is none of', async () => {
    const reply = await get('/changes?place=SUR', 'pilot1.adviser');
    expect(words(main(reply))).toContain('There is no locality “SUR” here');
  });
});

describe('the plan of another locality is nowhere to be read', () => {
  /** Titles of what did not go from red to green there. */
  const leaks = (reply: Reply) => ['Coventry was amber', 'Coventry is red'].filter((title) => reply.text.includes(title));
  const paths = () => ['/programme', `/pilots/${pilots[0]}`, '/changes', '/changes?place=COV', '/programme?theme=transition'];

  test.each(['wakefield.lead', 'wakefield.head.1', 'surrey.coordinator'])('by %s', async (who) => {
    for (const path of paths()) expect(leaks(await get(path, who)), path).toEqual([]);
  });

  test('control: where it is shown to those who may read it, the same check finds it', async () => {
    expect(leaks(await get('/programme', 'coventry.lead'))).toEqual(['Coventry was amber']);
    expect(leaks(await get('/changes', 'coventry.lead'))).toEqual(['Coventry was amber', 'Coventry is red']);
  });
});

describe('what was counted is kept as long as nothing was written', () => {
  const counted = async (unchanged: WhileUnchanged) => {
    let times = 0;
    const count = (key: string) =>
      inTransaction(bot.core.db, (tx) =>
        unchanged(tx, key, async () => {
          times += 1;
          return tx.action.count();
        }),
      );
    const before = [await count('all'), await count('all'), times];
    await setPlan(bot, PLAN.slice(0, 2));
    const after = [await count('all'), times];
    await setPlan(bot, PLAN);
    return { before, after };
  };

  test('it is counted once, and again once something was written', async () => {
    // On a server other databases write too, and its word is for all of them: sometimes it is counted once more.
    const tries = [await counted(rememberWhileUnchanged())];
    while (tries.length < 10 && tries.at(-1)?.before[2] !== 1) tries.push(await counted(rememberWhileUnchanged()));
    for (const { before, after } of tries) expect([...before.slice(0, 2), after[0]]).toEqual([9, 9, 2]);
    expect(tries.at(-1)?.before).toEqual([9, 9, 1]);
    expect(tries.at(-1)?.after[1]).toBeGreaterThan(1);
  });

  test('control: a memory that asks nobody is found out', async () => {
    const kept = new Map<string, unknown>();
    const forgetful: WhileUnchanged = async <T>(_: unknown, key: string, work: () => Promise<T>) => {
      if (!kept.has(key)) kept.set(key, await work());
      return kept.get(key) as T;
    };
    expect((await counted(forgetful)).after).toEqual([9, 1]);
  });

  test('whoever asks at the same time gets what the first one comes to, unless that fails', async () => {
    const unchanged = rememberWhileUnchanged();
    let times = 0;
    const count = async () => {
      times += 1;
      await Promise.resolve();
      if (times === 1) throw new Error('the first one fails');
      return times;
    };
    const asked = await inTransaction(bot.core.db, (tx) =>
      Promise.allSettled([unchanged(tx, 'all', count), unchanged(tx, 'all', count), unchanged(tx, 'all', count)]),
    );
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    const others = await inTransaction(bot.core.db, (tx) => Promise.all([unchanged(tx, 'all', count), unchanged(tx, 'all', count)]));
    expect(new Set(others).size).toBe(1);
  });

  test('where the first one fails, one of those who waited begins, and the others wait for it', async () => {
    const unchanged = rememberWhileUnchanged();
    const tx = { $queryRaw: async () => [{ snapshot: '1' }] } as unknown as Tx;
    const world = { begun: 0, atIt: 0, most: 0 };
    const count = async () => {
      world.begun += 1;
      world.atIt += 1;
      world.most = Math.max(world.most, world.atIt);
      const first = world.begun === 1;
      await new Promise((resolve) => setImmediate(resolve));
      world.atIt -= 1;
      if (first) throw new Error('the first one fails');
      return world.begun;
    };
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => unchanged(tx, 'all', count)));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 5 }, () => 'fulfilled')]);
    expect(world).toEqual({ begun: 2, atIt: 0, most: 1 });
  });

  /** Somebody asks and counts, and others while they do: each of them after something was written. Whoever counts sees what is written by then. */
  const ask = async (unchanged: WhileUnchanged) => {
    const world = { writes: 0, atIt: 0, most: 0, counted: 0 };
    const tx = { $queryRaw: async () => [{ snapshot: `${world.writes}` }] } as unknown as Tx;
    const { promise: others, resolve: othersHaveAsked } = Promise.withResolvers<void>();
    const count = async () => {
      const seen = world.writes;
      world.counted += 1;
      world.atIt += 1;
      world.most = Math.max(world.most, world.atIt);
      await others;
      world.atIt -= 1;
      return seen;
    };
    const asked = [unchanged(tx, 'all', count)];
    await vi.waitFor(() => expect(world.counted).toBe(1));
    for (world.writes = 1; world.writes <= 3; world.writes += 1) {
      asked.push(unchanged(tx, 'all', count));
      await Promise.resolve();
    }
    othersHaveAsked();
    const [first, ...later] = await Promise.all(asked);
    return { first, fresh: later.every((seen) => (seen as number) >= 3), counted: world.counted, most: world.most };
  };

  test('however many ask while things are written, one is at it at a time, and everybody gets what was written when they asked', async () => {
    expect(await ask(rememberWhileUnchanged())).toEqual({ first: 0, fresh: true, counted: 2, most: 1 });
  });

  test('control: a memory that lets everybody begin, or hands out what began before, is found out', async () => {
    expect((await ask((_, __, work) => work())).most).toBeGreaterThan(1);
    let begun: Promise<unknown> | undefined;
    const stale: WhileUnchanged = <T>(_: unknown, __: string, work: () => Promise<T>) => {
      begun ??= work();
      return begun as Promise<T>;
    };
    expect((await ask(stale)).fresh).toBe(false);
  });

  test('what was kept for one reader is not what another may not see', async () => {
    for (const who of ['coventry.lead', 'wakefield.lead', 'coventry.lead'])
      expect(saidOf(await get('/programme', who), 'Coventry').includes('not shown'), who).toBe(who === 'wakefield.lead');
  });

  test('whoever rates an action sees it counted at once', async () => {
    expect(saidOf(await get('/programme', 'wakefield.lead'), 'Wakefield')).toContain('1 Red 1 Amber');
    const lead = await bot.as('wakefield.lead');
    await lead.say('/rag 6 amber waiting for the rooms');
    expect(saidOf(await get('/programme', 'wakefield.lead'), 'Wakefield')).toContain('1 Red 2 Amber');
  });
});

test('as many statements are sent for nine localities as for one', async () => {
  const { account } = await bot.as('programme.coordinator');
  const sent = (many: number) =>
    inTransaction(bot.core.db, async (tx) => {
      let statements = 0;
      const counting = new Proxy(tx, {
        get: (of, name) => {
          if (name !== '$queryRaw') return Reflect.get(of, name);
          return (...statement: Parameters<typeof tx.$queryRaw>) => {
            statements += 1;
            return of.$queryRaw(...statement);
          };
        },
      });
      const actor = (await findActor(tx, account, '2026-11-19')) as Actor;
      const places = (await allPlaces(tx)).slice(0, many);
      const unchanged: WhileUnchanged = (_tx, _key, work) => work();
      const found = await overviewOf({ tx: counting, today: Temporal.PlainDate.from('2026-11-19'), actor, unchanged }, places);
      return { found: found.length, statements };
    });
  const [one, nine] = [await sent(1), await sent(9)];
  expect([one.found, nine.found]).toEqual([1, 9]);
  expect(nine.statements).toBe(one.statements);
});

describe('a card leads to the page that shows the same', () => {
  const url = async (who: string, said: string) => {
    const seen = await (await bot.as(who)).say(said);
    const found = seen
      .card()
      .parts.flatMap((part) => (part.type === 'buttons' ? part.buttons : []))
      .find(({ label }) => label === 'Dashboard');
    return found && 'url' in found ? new URL(found.url) : undefined;
  };

  test.each([
    ['wakefield.lead', '/summary', /^\/localities\/WAK$/u],
    ['wakefield.lead', '/summary coventry', /^\/pilots\//u],
    ['wakefield.lead', '/summary pilot 1', /^\/pilots\//u],
    ['programme.coordinator', '/summary programme', /^\/programme$/u],
    ['wakefield.lead', '/kpi', /^\/localities\/WAK$/u],
    ['wakefield.lead', '/kpi attendance', /^\/kpis\//u],
    ['wakefield.lead', '/rag', /^\/localities\/WAK$/u],
    ['wakefield.lead', '/rag 1', /^\/localities\/WAK$/u],
    ['pilot1.adviser', '/rag all', /^\/programme$/u],
  ])('%s, %s', async (who, said, expected) => {
    const found = await url(who, said);
    expect(found?.pathname).toMatch(expected);
    expect(found?.search).toBe(`?as=${encodeURIComponent(`${who}@example.org`)}`);
  });

  test('an action’s card leads to its own line of the plan', async () => {
    const found = await url('wakefield.lead', '/rag 1');
    expect(found?.hash).toBe('#WAK-1');
    const page = await visitor(site.origin).get(`${found?.pathname}${found?.search}`);
    expect(page.text).toContain('id="WAK-1"');
  });

  test('the page of a pilot, and of the programme, is there', async () => {
    const found = await url('wakefield.lead', '/summary pilot 1');
    expect((await visitor(site.origin).get(`${found?.pathname}${found?.search}`)).status).toBe(200);
  });

  test('what is shared with others has no way to it', async () => {
    const lead = await bot.as('wakefield.lead');
    const preview = await lead.press(await lead.say('/summary'), 'Share');
    expect(preview.text).not.toMatch(/Dashboard|localities/u);
  });
});

describe('in a real browser, without JavaScript', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('every page can be read and used at every width, and axe finds nothing', async () => {
    const page = await (await browser.newContext()).newPage();
    for (const path of ['/programme', `/pilots/${pilots[0]}`, '/changes?month=2026-12&place=XYZ']) {
      await page.goto(`${site.origin}${path}${path.includes('?') ? '&' : '?'}as=wakefield.coordinator@example.org`);
      for (const width of [320, 640, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
          `${path} at ${width}`,
        ).toBe(0);
        const { violations } = await axe(page);
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          `${path} at ${width}`,
        ).toEqual([]);
      }
    }
    const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await plain.goto(`${site.origin}/programme?as=wakefield.lead@example.org`);
    await plain.getByLabel('Theme of its projects').selectOption('transition');
    await plain.getByRole('button', { name: 'Show' }).click();
    expect(await plain.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Coventry', 'Wiltshire', 'North of Tyne']);
    await plain.emulateMedia({ media: 'print' });
    expect(await plain.getByRole('button', { name: 'Show' }).isVisible()).toBe(false);
    expect(await plain.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
    expect(await plain.getByRole('region', { name: 'Demonstration' }).isVisible(), 'what is made up is so on paper too').toBe(true);
    const after = 'getComputedStyle(document.querySelector("main a.govuk-link"), "::after").content';
    expect(await plain.evaluate(after), 'no address behind a link').toBe('none');
    const { kpiId } = await bot.database.db.kpiDefinition.findFirstOrThrow({
      where: { name: 'Attendance', kpi: { locality: { prefix: 'WAK' } } },
    });
    await plain.goto(`${site.origin}/kpis/${kpiId}?as=wakefield.lead@example.org`);
    const figures = plain.getByRole('group', { name: /the figures$/u });
    expect(await figures.first().isVisible(), 'the figures are on paper').toBe(true);
    await plain.emulateMedia({ media: 'screen' });
    expect(await figures.first().isVisible(), 'control: on a screen whoever wants them opens them').toBe(false);
  });
});
