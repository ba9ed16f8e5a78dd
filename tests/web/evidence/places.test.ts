import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { organisationCode } from '../../../src/evidence/codes.ts';
import { type TestBot, testBot } from '../../support/bot.ts';
import { launchBrowser } from '../../support/browser.ts';
import { field, heading, type Reply, visitor } from '../../support/visitor.ts';
import { startWeb } from '../../support/web.ts';

/** The pages of one place: a locality, a project, a KPI, an organisation. Over HTTP, as everybody who may open them and everybody who may not. */

const SCRIPT = '<script>alert("x")</script>';
const NAME_OF_SCHOOL = `Osprey Academy ${SCRIPT}`;

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let who: ReturnType<typeof visitor>;
/** Ids of Wakefield's things. */
let ids: Record<'locality' | 'kpi' | 'project' | 'school' | 'club' | 'university' | 'coventryKpi', string>;

const weeks = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const monday = new Date(Date.UTC(2026, 10, 9 - 7 * (count - 1 - at)));
    const thursday = new Date(monday.getTime() + 3 * 86_400_000);
    const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
    const number = Math.floor((thursday.getTime() - first) / 86_400_000 / 7) + 1;
    return { key: `${thursday.getUTCFullYear()}-W${String(number).padStart(2, '0')}`, monday };
  });

let position = 100;
/** A KPI of Wakefield with so many weekly readings, the last one in the week of 9 November. */
const addKpi = async (name: string, values: number[], more: Record<string, unknown> = {}): Promise<string> => {
  const { db } = bot.database;
  const id = bot.core.newId();
  position += 1;
  await db.kpi.create({ data: { id, localityId: ids.locality, position } });
  await db.kpiDefinition.create({
    data: {
      kpiId: id,
      version: 1,
      name,
      aliases: [],
      unit: '%',
      kind: 'outcome',
      improvement: 'increase',
      decimals: 1,
      counts: 'other',
      base: 'none',
      cadence: 'week',
      definition: 'As agreed',
      source: 'Registers',
      recordedAt: new Date('2026-06-01T10:00:00Z'),
      ...more,
    },
  });
  await db.reading.createMany({
    data: weeks(values.length).map(({ key, monday }, at) => ({
      id: bot.core.newId(),
      kpiId: id,
      period: key,
      periodStart: monday,
      periodEnd: new Date(monday.getTime() + 6 * 86_400_000),
      version: 1,
      kind: 'reading',
      value: values[at] as number,
      origin: 'import',
      recordedAt: new Date(monday.getTime() + 5 * 86_400_000),
    })),
  });
  return id;
};

const as = (path: string, person: string) => `${path}${path.includes('?') ? '&' : '?'}as=${person}@example.org`;
const open = (path: string, person = 'wakefield.lead') => who.get(as(path, person));
/** The words of a page without its frame. */
const words = ({ text }: Reply) =>
  (/<main[\s\S]*<\/main>/u.exec(text)?.[0] ?? '')
    .replaceAll(/<[^>]+>/gu, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/gu, ' ');
/** From one heading of the second size to the next. */
const section = (page: Reply, id: string) =>
  words({ ...page, text: `<main>${page.text.split(`id="${id}"`)[1]?.split('<h2')[0] ?? ''}</main>` });
const codes = ({ text }: Reply) => [...text.matchAll(/<li class="cc-plan__one" id="([^"]+)"/gu)].map(([, code]) => code);
const count = async (sql: string): Promise<number> => ((await bot.database.db.$queryRawUnsafe(sql)) as { n: number }[])[0]?.n ?? -1;

beforeAll(async () => {
  bot = await testBot();
  const { db } = bot.database;
  const wakefield = await db.locality.findFirstOrThrow({ where: { prefix: 'WAK' } });
  const definition = await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Attendance', kpi: { localityId: wakefield.id } } });
  const project = await db.project.findFirstOrThrow({ where: { localityId: wakefield.id, name: 'Attendance strategy' } });
  // A phase that many have: one that few have is withheld.
  const school = { kind: 'school', phase: 'primary' };
  const taking = await db.takingPart.findFirstOrThrow({ where: { projectId: project.id, organisation: school } });
  const university = await db.organisation.findFirstOrThrow({ where: { kind: 'university' } });
  const coventry = await db.kpi.findFirstOrThrow({ where: { locality: { prefix: 'COV' } } });
  await db.organisation.update({ where: { id: taking.organisationId }, data: { name: NAME_OF_SCHOOL } });
  ids = {
    locality: wakefield.id,
    kpi: definition.kpiId,
    project: project.id,
    school: taking.organisationId,
    university: university.id,
    coventryKpi: coventry.id,
    club: '',
  };
  ids.club = await addKpi('Small club', [17, 19, 3], { unit: 'children', counts: 'children', decimals: 0, projectId: project.id });
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
  who = visitor(site.origin);
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});

const codeOf = (id: string) => organisationCode(bot.core.secret, id);
/** Whoever sees no names gets to an organisation by its code. */
const PAGES = (person = 'wakefield.lead') => [
  `/localities/WAK`,
  `/projects/${ids.project}`,
  `/kpis/${ids.kpi}`,
  `/organisations/${person === 'evaluator' ? `${codeOf(ids.school)}?in=WAK` : ids.school}`,
];

/** What a page says that is not there: the same words whatever was asked for. */
const isNotThere = (reply: Reply) =>
  reply.status === 404 && heading(reply) === 'This page does not exist' && !/wakefield|WAK/iu.test(words(reply));

describe('who may open them', () => {
  test.each(['wakefield.lead', 'wakefield.coordinator', 'wakefield.head.1', 'pilot1.adviser', 'evaluator', 'programme.coordinator'])(
    '%s may open all four',
    async (person) => {
      for (const path of PAGES(person)) expect((await open(path, person)).status, path).toBe(200);
    },
  );

  test.each(['coventry.lead', 'coventry.head.1', 'pilot2.adviser', 'admin'])(
    '%s may open none: they look as if they were not there',
    async (person) => {
      for (const path of [...PAGES(), ...PAGES('evaluator'), '/localities/wak'])
        expect(isNotThere(await open(path, person)), path).toBe(true);
    },
  );

  test('an address that leads nowhere is answered in the same words, whatever is wrong with it', async () => {
    const [there] = await Promise.all([open('/localities/COV')]);
    const wrong = [
      '/localities/ZZZ',
      '/localities/%00',
      `/localities/${SCRIPT.replaceAll('/', '')}`,
      '/projects/1',
      `/projects/${ids.kpi}`,
      '/kpis/nonsense',
      `/kpis/${bot.core.newId()}`,
      `/kpis/${ids.coventryKpi}`,
      `/organisations/${ids.kpi}`,
      `/organisations/${ids.university}`,
    ];
    for (const path of wrong) {
      const reply = await open(path);
      expect(isNotThere(reply), path).toBe(true);
      expect(words(reply)).toBe(words(there as Reply));
    }
  });

  test('control: a page that is there, and one that says that it is for others, do not pass for one that is not', async () => {
    expect(isNotThere(await open('/localities/WAK'))).toBe(false);
    const leaky: Reply = { status: 403, headers: {}, setCookies: [], text: '<main><h1>Wakefield is not for you</h1></main>' };
    expect([isNotThere(leaky), isNotThere({ ...leaky, status: 404 })]).toEqual([false, false]);
  });

  test('a prefix in any case leads to the address that all links have, with its filters', async () => {
    const reply = await open('/localities/wak?rating=red');
    expect([reply.status, reply.headers.location]).toEqual([303, '/localities/WAK?as=wakefield.lead%40example.org&rating=red']);
  });
});

describe('the plan on the page of its locality', () => {
  /** Codes by the latest rating of a kind, read from the chain by hand. */
  const rated = async (kind: string, rating: string) =>
    (
      (await bot.database.db.$queryRawUnsafe(
        `select 'WAK-' || a.number as code from action a where a.locality_id = '${ids.locality}'
           and (select r.rating from rating r where r.action_id = a.id and r.kind = '${kind}' order by r.version desc limit 1) = '${rating}' order by a.number`,
      )) as { code: string }[]
    ).map(({ code }) => code);

  test('has every action, in its own order', async () => {
    const page = await open('/localities/WAK');
    const all = await count(`select count(*)::int as n from action where locality_id = '${ids.locality}'`);
    expect(codes(page)).toHaveLength(all);
    expect(codes(page)).toEqual(codes(page).toSorted((one, other) => Number(one?.slice(4)) - Number(other?.slice(4))));
    expect(section(page, 'plan')).toContain(`${all} actions.`);
  });

  test.each(['red', 'amber', 'complete'])('?rating=%s leaves those of which the last rating is that', async (rating) => {
    const found = codes(await open(`/localities/WAK?rating=${rating}`));
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(await rated('self', rating));
    expect(found, 'control: by the adviser they are others').not.toEqual(await rated('independent', rating));
  });

  test('?project= and ?criterion= leave those of a project and of a criterion', async () => {
    const of = async (where: string) =>
      count(
        `select count(*)::int as n from action a join action_version v on v.action_id = a.id and v.until > '9999-01-01' where a.locality_id = '${ids.locality}' and ${where}`,
      );
    expect(codes(await open(`/localities/WAK?project=${ids.project}`))).toHaveLength(await of(`v.project_id = '${ids.project}'`));
    expect(codes(await open('/localities/WAK?criterion=2'))).toHaveLength(
      await of(`v.criterion_id = (select id from criterion where position = 2)`),
    );
  });

  test.each([
    ['rating=purple', 'There is no rating “purple” here: all ratings are shown.'],
    ['criterion=9', 'There is no criterion “9” here: all criteria are shown.'],
    ['project=nonsense', 'There is no project “nonsense” here: all projects are shown.'],
    ['until=2026-13', 'There is no month “2026-13”: the latest months are shown.'],
    ['until=2031-01', 'That month has not come yet: the latest months are shown.'],
    [`rating=${encodeURIComponent(SCRIPT)}`, `There is no rating “${SCRIPT}” here: all ratings are shown.`],
  ])('an address with %s says kindly what there is not', async (query, said) => {
    const page = await open(`/localities/WAK?${query}`);
    expect([page.status, words(page)]).toEqual([200, expect.stringContaining(said)]);
    expect(page.text).not.toContain(SCRIPT);
  });

  test("what the owner says stands beside what the adviser says, each with its age, and the data's own words", async () => {
    const page = await open('/localities/WAK?rating=red');
    const line = words({ ...page, text: `<main>${page.text.split('id="WAK-7"')[1]?.split('</li>')[0]}</main>` });
    expect(line).toMatch(
      /Owner’s rating Red .*two failed adverts.* Adviser’s rating Amber, \d+ weeks old .*What the data say On time .*Due 12 Jan 2027/u,
    );
    expect(line).toContain('Does not agree: adviser says amber.');
  });
});

describe('what else a locality’s page says', () => {
  test('who leads it, its theory of action, and where everything stands on the page', async () => {
    const page = await open('/localities/WAK');
    expect(section(page, 'about')).toContain('Wakefield pilot lead');
    expect(section(page, 'projects')).toContain('Theory of action. Make vulnerable pupils more visible');
    const linked = [...page.text.matchAll(/href="#([a-z]+)"/gu)].map(([, id]) => id).filter((id) => id !== 'main');
    expect(linked).toEqual(['about', 'projects', 'plan', 'kpis', 'coverage', 'criteria', 'pulses', 'timeline', 'register', 'context']);
    for (const id of linked) expect(page.text, id).toMatch(new RegExp(`<h2[^>]* id="${id}"`, 'u'));
  });

  test('how many schools take part, counted by hand', async () => {
    const there = await count(
      `select count(distinct o.id)::int as n from taking_part t join organisation o on o.id = t.organisation_id
       where t.project_id = '${ids.project}' and o.kind = 'school' and t."from" <= '2026-11-19' and (t."to" is null or t."to" >= '2026-11-19')`,
    );
    const schools = await count(`select count(*)::int as n from organisation where locality_id = '${ids.locality}' and kind = 'school'`);
    expect(section(await open('/localities/WAK'), 'coverage')).toMatch(
      new RegExp(`Attendance strategy ${there} \\d+ \\d+ ${schools} `, 'u'),
    );
  });

  test('a project says once who else works on its theme, and their projects to those who may open them', async () => {
    const also = async (person: string) =>
      /Also worked on in: ([^.]*?) KPIs/u.exec(words(await open(`/projects/${ids.project}`, person)))?.[1];
    expect(await also('wakefield.lead')).toBe('Coventry');
    expect(await also('evaluator')).toBe('Coventry: Causes of absence , Coventry: Universal attendance offer');
  });

  test('what a KPI counts is said where it counts something that there is a word for', async () => {
    const facts = async (counts: string) => {
      await bot.database.db.kpiDefinition.updateMany({ where: { kpiId: ids.kpi }, data: { counts } });
      return /What it counts (\w+)/u.exec(words(await open(`/kpis/${ids.kpi}`)))?.[1];
    };
    expect(await facts('schools')).toBe('schools');
    expect(await facts('other')).toBeUndefined();
  });

  test('a pulse says what its results card says, and no more', async () => {
    const said = section(await open('/localities/WAK'), 'pulses');
    const card = (await (await bot.as('wakefield.coordinator')).say('/pulse results')).text;
    const answers = [...said.matchAll(/(?:About )?\d+ % [^.]*\. About \d+ answers\./gu)].map(([answer]) => answer);
    expect(answers.length).toBeGreaterThan(2);
    for (const answer of answers) expect(card).toContain(answer);
    const figures = (text: string) => new Set(text.match(/\d+ %/gu));
    expect([...figures(said)].filter((figure) => !figures(card).has(figure))).toEqual([]);
  });

  test('a timeline of three months: as many moves as the chain of ratings has, and further back on other pages', async () => {
    const moves = await count(
      `select count(*)::int as n from rating r join action a on a.id = r.action_id left join rating w on w.action_id = r.action_id and w.kind = r.kind and w.version = r.version - 1
       where a.locality_id = '${ids.locality}' and r.recorded_at >= '2026-08-31T23:00:00Z' and r.recorded_at < '2026-12-01' and w.rating is distinct from r.rating`,
    );
    const page = await open('/localities/WAK');
    const lines = [...page.text.matchAll(/<li class="cc-timeline__one">([\s\S]*?)<\/li>/gu)].map(([, line]) =>
      words({ ...page, text: `<main>${line}</main>` }),
    );
    expect(lines.filter((line) => / WAK-\d+ .*(?:→|: )/u.test(line))).toHaveLength(moves);
    expect(section(page, 'timeline')).toContain('September 2026 to November 2026');
    const [, earlier] = /href="([^"]+)">Earlier months/u.exec(page.text) ?? [];
    const before = await who.get((earlier as string).replaceAll('&amp;', '&').replace(/#.*/u, ''));
    expect(section(before, 'timeline')).toContain('June 2026 to August 2026');
    expect(before.text).toContain('>Later months</a>');
  });

  test('partners see no register and no criteria', async () => {
    const page = await open('/localities/WAK', 'wakefield.head.1');
    expect(page.text).not.toMatch(/id="register"|id="criteria"/u);
    expect(page.text).toMatch(/id="plan"[\s\S]*id="kpis"/u);
  });

  test('published series are called context, with who published them, and nobody is rated by them', async () => {
    const said = section(await open('/localities/WAK'), 'context');
    expect(said).toContain('never one of their readings');
    expect(said).toContain('all 92.94 % Wakefield week 45 of 2025');
    expect(said).toContain('Department for Education');
    expect(said).not.toMatch(/on track|off track|close/iu);
  });

  test('more KPIs ask no more of the database', async () => {
    const statements = async () => {
      bot.database.forget();
      await open('/localities/WAK');
      return bot.database.statements.length;
    };
    const before = await statements();
    const added: string[] = [];
    for (let at = 0; at < 12; at += 1) added.push(await addKpi(`Another ${at}`, [90, 91, 92]));
    expect(await statements()).toBe(before);
    await bot.database.db.kpiDefinition.updateMany({ where: { kpiId: { in: added } }, data: { retired: true } });
  });
});

describe('a KPI with few readings', () => {
  const values = [91.1, 91.4, 90.8, 91.9, 91.2, 91.7, 90.9, 91.5, 91.3, 91.6, 91.0, 91.8];

  test.each([
    [0, undefined],
    [1, undefined],
    [5, undefined],
    [9, 'Trial limits'],
    [12, 'Trial limits'],
  ])('with %i of them', async (many, limits) => {
    const id = await addKpi(`With ${many}`, values.slice(0, many));
    const page = await open(`/kpis/${id}`);
    expect(page.status).toBe(200);
    const rows =
      page.text.match(
        /<tr class="govuk-table__row"><th scope="row" class="govuk-table__header cc-plain cc-period">week of [^<]*<\/th><td class="govuk-table__cell">Given/gu,
      ) ?? [];
    expect(rows).toHaveLength(many);
    expect(page.text.includes('<svg class="cc-chart__svg"')).toBe(many > 0);
    expect(page.text.includes('Trial limits')).toBe(limits !== undefined);
    expect(words(page)).toContain(many === 0 ? 'Nobody has logged a reading yet.' : `${values[many - 1]?.toFixed(1)} %`);
    const locality = await open('/localities/WAK');
    expect(locality.text.includes(`id="chart-${id}-title"`)).toBe(many > 0);
    await bot.database.db.kpiDefinition.updateMany({ where: { kpiId: id }, data: { retired: true } });
  });
});

describe('the history of a KPI', () => {
  test('has every correction with both days, who it was, what it was and what it became, and what was undone', async () => {
    const lead = await bot.as('wakefield.lead');
    await lead.say('/kpi attendance 93.2 this week flu in two schools');
    const corrected = await lead.say('/kpi attendance 93.9 this week');
    await lead.press(corrected, corrected.labels.find((label) => /correct|93\.9/iu.test(label)) ?? 'Correct it');
    await lead.say('/kpi undo');
    const said = section(await open(`/kpis/${ids.kpi}`), 'history');
    expect(said).toMatch(/week of 16 Nov 2026 Given 93\.2 % 19 November 2026 Wakefield pilot lead flu in two schools/u);
    expect(said).toMatch(/week of 16 Nov 2026 Corrected 93\.2 % → 93\.9 % 19 November 2026 Wakefield pilot lead/u);
    expect(said).toMatch(/week of 16 Nov 2026 Undone 93\.9 % → 93\.2 % 19 November 2026 Wakefield pilot lead/u);
  });

  test('the evaluators see the role of whoever it was, on every page, and nobody’s post', async () => {
    expect(section(await open(`/kpis/${ids.kpi}`, 'evaluator'), 'history')).toMatch(
      /Undone 93\.9 % → 93\.2 % 19 November 2026 Pilot lead/u,
    );
    const posts = (await bot.database.db.person.findMany({ select: { post: true } })).map(({ post }) => post);
    const named = (page: Reply) => posts.filter((post) => words(page).includes(post));
    for (const path of PAGES('evaluator')) expect(named(await open(path, 'evaluator')), path).toEqual([]);
    expect(named(await open(`/kpis/${ids.kpi}`)), 'control: the lead sees them').toContain('Wakefield pilot lead');
  });

  test('past its last page the first is shown, and nothing is said to be missing', async () => {
    const [first, past] = [await open(`/kpis/${ids.kpi}`), await open(`/kpis/${ids.kpi}?history=99`)];
    expect(section(past, 'history')).toBe(section(first, 'history'));
    expect(section(past, 'history')).toContain('latest period first');
  });

  test('its definition, its target and its owner each have their versions', async () => {
    await bot.database.db.kpiTarget.create({
      data: { kpiId: ids.kpi, version: 2, value: 95, date: new Date('2027-12-31'), recordedAt: new Date('2026-11-18T10:00:00Z') },
    });
    const page = await open(`/kpis/${ids.kpi}`);
    expect(section(page, 'targets')).toMatch(/18 November 2026, .* Target: 95\.0 % by December 2027 .*Target: 94\.0 % by July 2027/u);
    expect(section(page, 'definitions')).toContain('What it is: Sessions attended of sessions possible');
    expect(section(page, 'owners')).toContain('Owner: Wakefield pilot lead');
    expect(section(page, 'definition')).toMatch(/Context, published .*Department for Education/u);
  });
});

describe('figures about very few children', () => {
  const shows = (page: Reply) => /→ 3 children|(?<![\d.])3 children/u.test(words(page));
  const paths = () => ['/localities/WAK', `/projects/${ids.project}`, `/kpis/${ids.club}`];

  test.each(['pilot1.adviser', 'evaluator'])('%s sees [c] instead, and once what that is', async (person) => {
    for (const path of paths()) {
      const page = await open(path, person);
      expect([path, shows(page), words(page).split('[c] is a figure about fewer than 5 children').length - 1]).toEqual([path, false, 1]);
      expect(words(page)).toContain('19 → [c]');
    }
    expect(section(await open(`/kpis/${ids.club}`, person), 'history')).toMatch(/Given \[c\].*Given 19 children/u);
  });

  test('control: those who answer for these children see them', async () => {
    for (const path of paths()) expect(shows(await open(path)), path).toBe(true);
  });

  test('what was about children when it was given stays concealed when the KPI counts something else', async () => {
    const { kpiId, version, ...same } = await bot.database.db.kpiDefinition.findFirstOrThrow({ where: { kpiId: ids.club } });
    const { seq: _, ...was } = same;
    await bot.database.db.kpiDefinition.create({
      data: { ...was, kpiId, version: version + 1, counts: 'other', recordedAt: new Date('2026-11-18T10:00:00Z') },
    });
    expect(section(await open(`/kpis/${ids.club}`, 'evaluator'), 'history')).toContain('Given [c]');
    for (const path of paths()) {
      const page = await open(path, 'evaluator');
      expect([path, shows(page), words(page).includes('19 → [c]')]).toEqual([path, false, true]);
    }
    await bot.database.db.kpiDefinition.deleteMany({ where: { kpiId: ids.club, version: version + 1 } });
  });
});

describe('an organisation', () => {
  test('says in what it takes part, and to the evaluators no name: a code, its kind and its phase', async () => {
    const lead = await open(`/organisations/${ids.school}`);
    expect(words(lead)).toContain(NAME_OF_SCHOOL);
    expect(words(lead)).toMatch(/What it takes part in .*Attendance strategy (?:Signed up|Attended) \d+ \w+ \d{4} Still/u);
    const evaluator = await open(`/organisations/${codeOf(ids.school)}?in=WAK`, 'evaluator');
    expect(heading(evaluator)).toContain(codeOf(ids.school));
    expect(words(evaluator)).toMatch(/Kind school Phase primary/u);
    expect(words(evaluator)).not.toMatch(/Osprey|Council area|Groups/u);
  });

  test('no page tells which of them a code stands for', async () => {
    expect(isNotThere(await open(`/organisations/${ids.school}`, 'evaluator'))).toBe(true);
    expect(isNotThere(await open(`/organisations/${codeOf(ids.school)}`))).toBe(true);
    expect(isNotThere(await open(`/organisations/${codeOf(ids.school)}?in=COV`, 'evaluator'))).toBe(true);
    expect(isNotThere(await open(`/organisations/${codeOf(ids.school)}`, 'evaluator')), 'nor is it looked for everywhere').toBe(true);
  });

  test('stands on its project’s page by name; for the evaluators by its code, in the order of the codes', async () => {
    const takers = (page: Reply) => [...page.text.matchAll(/organisations\/[^"]+">([^<]+)</gu)].map(([, name]) => name as string);
    const project = await open(`/projects/${ids.project}`, 'evaluator');
    expect(project.text).not.toContain('Osprey');
    const all = (await bot.database.db.organisation.findMany({ select: { id: true } })).map(({ id }) => id);
    const idsIn = (page: Reply) => all.filter((id) => page.text.includes(id));
    expect(idsIn(project), 'an id would tell when it was brought in').toEqual([]);
    expect(idsIn(await open(`/projects/${ids.project}`)).length, 'control').toBeGreaterThan(0);
    expect(takers(project)).toEqual(takers(project).toSorted());
    expect(takers(project).every((name) => /^S-[0-9A-Z]{7}$/u.test(name))).toBe(true);
    const named = await open(`/projects/${ids.project}`);
    const own = named.text;
    expect(own).toContain('Osprey Academy &lt;script&gt;');
    const numbers = takers(named).flatMap((name) => /^Primary school (\d+),/u.exec(name)?.slice(1) ?? []);
    expect(numbers, '“school 2” before “school 10”').toEqual(numbers.toSorted((one, other) => Number(one) - Number(other)));
    expect(numbers.toSorted(), 'control: as letters they would stand otherwise').not.toEqual(numbers);
    const folded = /<details[^>]*>\s*<summary[^>]*>.*?\d+ organisations?, one by one[\s\S]*?<\/details>/u.exec(own)?.[0] ?? '';
    expect(folded, 'a long list is folded').toContain('Osprey Academy');
  });
});

describe('beginning the limits of a chart anew', () => {
  const post = async (person: string, fields: Record<string, string>, more: Record<string, string> = {}) => {
    const csrf = field(await open(`/kpis/${ids.kpi}`, 'wakefield.lead'), 'csrf');
    return who.post(as(`/kpis/${ids.kpi}/rebase`, person), { csrf, ...fields, ...more });
  };
  const wish = {
    act: 'add',
    'field.date.day': '12',
    'field.date.month': '10',
    'field.date.year': '2026',
    'field.reason': 'after the new register',
  };
  const versions = () => bot.database.db.kpiRebase.count({ where: { kpiId: ids.kpi } });

  test.each(['wakefield.lead', 'evaluator'])('%s finds the form', async (person) => {
    expect((await open(`/kpis/${ids.kpi}`, person)).text).toContain('action="/kpis/');
  });

  test.each(['wakefield.head.1', 'pilot1.adviser'])(
    '%s finds none, and what they send anyway is answered as if there were no page',
    async (person) => {
      expect((await open(`/kpis/${ids.kpi}`, person)).text).not.toContain('/rebase');
      expect(isNotThere(await post(person, wish))).toBe(true);
      expect(await versions()).toBe(0);
    },
  );

  test.each<[string, Record<string, string>, RegExp]>([
    ['no day', { 'field.date.day': '' }, /Enter a day/u],
    ['a day that there is not', { 'field.date.month': '13' }, /Enter a day/u],
    ['a day before the first reading', { 'field.date.year': '2019' }, /The first reading is for/u],
    ['a day after the last reading', { 'field.date.year': '2029' }, /There is no reading from/u],
    ['no reason', { 'field.reason': ' ' }, /Say why/u],
    ['a pupil’s number in the reason', { 'field.reason': 'since A123456789012 left' }, /pupil/u],
  ])('with %s nothing is saved, and it is said what is missing', async (_what, wrong, said) => {
    const reply = await post('wakefield.lead', wish, wrong);
    expect([reply.status, words(reply)]).toEqual([400, expect.stringMatching(said)]);
    expect(reply.text).not.toContain('A123456789012');
    expect(await versions()).toBe(0);
  });

  test('nothing is taken that was not sent from a page of ours', async () => {
    expect((await who.post(as(`/kpis/${ids.kpi}/rebase`, 'wakefield.lead'), wish)).status).toBe(403);
    expect(await versions()).toBe(0);
  });

  test('it stands in the history with its reason, once though it is sent twice, and can be taken back', async () => {
    const done = await post('evaluator', wish);
    expect([done.status, (await post('evaluator', wish)).status]).toEqual([303, 303]);
    expect(await versions()).toBe(1);
    expect(words(await who.get(done.headers.location ?? ''))).toContain('Saved: the limits of this chart begin anew on the day you gave.');
    const page = await open(`/kpis/${ids.kpi}`);
    expect(words(page)).not.toContain('Saved:');
    expect(section(page, 'rebased')).toMatch(/19 November 2026, .* Limits begin anew on: 12 October 2026 Reason: after the new register/u);
    for (const path of [`/kpis/${ids.kpi}`, '/localities/WAK'])
      expect(words(await open(path)), path).toContain('The limits begin anew on 12 Oct: after the new register');
    const back = await post('wakefield.lead', { act: 'withdraw', date: '2026-10-12' });
    expect(words(await who.get(back.headers.location ?? ''))).toContain('Taken back: the limits of this chart no longer begin anew');
    expect(words(await open('/localities/WAK'))).not.toContain('after the new register');
    expect(section(await open(`/kpis/${ids.kpi}`), 'rebased')).toMatch(
      /Taken back: 12 October 2026 .*Limits begin anew on: 12 October 2026/u,
    );
    expect(await versions()).toBe(2);
  });
});

describe('words that people typed', () => {
  test('run nowhere', async () => {
    const { db } = bot.database;
    const id = await addKpi(`Script ${SCRIPT}`.slice(0, 60), [91, 92], { definition: SCRIPT, source: SCRIPT, projectId: ids.project });
    await db.reading.updateMany({ where: { kpiId: id }, data: { note: SCRIPT, evidence: SCRIPT } });
    await db.kpiRebase.create({
      data: { kpiId: id, version: 1, date: new Date('2026-11-09'), reason: SCRIPT, recordedAt: new Date('2026-11-18T10:00:00Z') },
    });
    await db.project.update({ where: { id: ids.project }, data: { hypothesis: SCRIPT, theme: SCRIPT } });
    const action = await db.action.findFirstOrThrow({ where: { localityId: ids.locality, number: 7 } });
    await db.actionVersion.updateMany({ where: { actionId: action.id }, data: { title: SCRIPT, successMeasure: SCRIPT } });
    await db.rating.updateMany({ where: { actionId: action.id }, data: { reason: SCRIPT } });
    for (const path of [...PAGES(), `/kpis/${id}`]) {
      const page = await open(path);
      expect([path, page.status, page.text.includes(SCRIPT)]).toEqual([path, 200, false]);
      if (path !== `/kpis/${ids.kpi}`) expect([path, page.text.includes('&lt;script&gt;')]).toEqual([path, true]);
    }
  });
});

// What axe says of them, as everybody who has them, is in browser.test.ts.
describe('everybody can read and use them', () => {
  const SIZES = [
    { name: '320 pixels', width: 320, height: 640 },
    { name: '1280 pixels', width: 1280, height: 800 },
  ];
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each(['wakefield.lead', 'evaluator'])('%s, on a telephone and at a desk, with no script of ours running', async (person) => {
    const page = await (await browser.newContext()).newPage();
    await page.route('**/*.js', (route) => route.abort());
    for (const path of PAGES(person)) {
      await page.goto(`${site.origin}${as(path, person)}`);
      for (const { name, width, height } of SIZES) {
        await page.setViewportSize({ width, height });
        expect(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
          `${path} at ${name}`,
        ).toBe(0);
      }
    }
    await page.close();
  });
});
