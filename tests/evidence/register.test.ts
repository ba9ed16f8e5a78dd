import { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { cyclesFor, readableEntries, readablePage, readableTallies, storiesFor, sumOf } from '../../src/evidence/register.ts';
import { mergeRegister } from '../../src/evidence/register-merge.ts';
import { entriesIn } from '../../src/evidence/register-queries.ts';
import { findActor } from '../../src/people/actor.ts';
import { renderCard as slackCard, renderForm as slackForm } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard, renderForm as teamsForm } from '../../src/platforms/teams/render.ts';
import { demoId } from '../../src/programme/ids.ts';
import { allPlaces } from '../../src/summaries/scopes.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { blockProblems, viewProblems } from '../support/slack-blocks.ts';
import { problemsOf } from '../support/teams-cards.ts';
import { field, heading, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

/** The evidence register, in chat and on its pages. */

const WAKEFIELD = demoId('locality', 'wakefield');
const COVENTRY = demoId('locality', 'coventry');
const ATTENDANCE = demoId('kpi', 'wakefield', 'Attendance');
const UPN = 'B801200005001';

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
beforeAll(async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});
/** What the tests logged is taken away; what came with the demonstration stays as it came. */
afterEach(async () => {
  const { db } = bot.database;
  await db.$executeRaw`delete from register_version where recorded_at > '2026-11-19T13:00Z'::timestamptz`;
  await db.$executeRaw`delete from register_entry e where not exists (select 1 from register_version v where v.entry_id = e.id)`;
});

/** A browser of somebody's, by their address before the @. */
const browser = (name: string) => {
  const with_ = (path: string) => `${path}${path.includes('?') ? '&' : '?'}as=${name}@example.org`;
  const person = visitor(site.origin);
  const get = (path: string) => person.get(with_(path));
  return {
    get,
    /** Sends the form of a page with some fields filled in; the others keep what they open with. */
    post: async (path: string, fields: Record<string, string>, from = path) => {
      const page = await get(from);
      const hidden = ['csrf', 'kind', 'locality', 'id', 'version']
        .map((key) => [key, field(page, key)] as const)
        .filter(([, value]) => value !== '');
      return person.post(with_(path), { ...Object.fromEntries(hidden), ...fields });
    },
  };
};

/** What somebody sends without the form being offered to them. @param from a page that they may open */
const browserCsrf = async (name: string, from = '/register/new?kind=workshop') => {
  const person = visitor(site.origin);
  const csrf = await person.csrf(`${from}${from.includes('?') ? '&' : '?'}as=${name}@example.org`);
  return { post: (to: string, fields: Record<string, string>) => person.post(`${to}?as=${name}@example.org`, { csrf, ...fields }) };
};

const words = ({ text }: Pick<Reply, 'text'>) =>
  text
    .slice(text.indexOf('<main'))
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ');
const idIn = ({ headers }: Reply) => /\/register\/([\da-f-]{36})/u.exec(String(headers.location))?.[1] as string;

const day = (year: string, month: string, date: string) => ({ 'field.date.day': date, 'field.date.month': month, 'field.date.year': year });
const STORY = { ...day('2026', '11', '12'), 'field.summary': 'A pupil came back to school.', 'field.fewChildren': 'yes' };
const WORKSHOP = { ...day('2026', '11', '12'), 'field.summary': 'Twelve heads agreed on one attendance code.' };

/** Somebody logs something on the web; its id. */
const logged = async (name: string, kind: string, fields: Record<string, string>, locality = 'WAK'): Promise<string> => {
  const reply = await browser(name).post('/register/new', fields, `/register/new?kind=${kind}&locality=${locality}`);
  expect(reply.status, words(reply)).toBe(303);
  return idIn(reply);
};

const versions = (id: string) =>
  bot.database.db.$queryRaw<{ version: number; summary: string; checked: boolean; withdrawn: boolean }[]>`
    select version, summary, checked, withdrawn from register_version where entry_id = ${id}::uuid order by version`;

/** How many entries there are, counted by hand. */
const countWhere = async (where: string): Promise<number> => {
  const [row] = await bot.database.db.$queryRawUnsafe<{ count: number }[]>(`
    select count(*)::int as count from (select distinct on (entry_id) * from register_version order by entry_id, version desc) v
      join register_entry e on e.id = v.entry_id join locality l on l.id = e.locality_id join pilot p on p.id = l.pilot_id
    where not v.withdrawn and ${where}`);
  return row?.count ?? -1;
};

const said = (page: Reply): string => /(?:[\d,]+ entr(?:y|ies): [^<]*|There are no entries here\.)/u.exec(page.text)?.[0] ?? '';

/** The numbers of a table's row. */
const rowOf = ({ text }: Reply, caption: string, name: string): number[] => {
  const table = [...text.matchAll(/<table[\s\S]*?<\/table>/gu)].map(([all]) => all).find((all) => all.includes(caption)) ?? '';
  const row = [...table.matchAll(/<tr[\s\S]*?<\/tr>/gu)].map(([all]) => all).find((all) => all.includes(`>${name}<`)) ?? '';
  return [...row.matchAll(/<td[^>]*>(\d+)<\/td>/gu)].map(([, number]) => Number(number));
};

describe('logging in chat', () => {
  test('a lead types what it is and how it begins, fills in the rest, reads what was saved, and can undo it or open it', async () => {
    const lead = await bot.as('wakefield.lead');
    const form = await lead.say('/evidence log story: A Year 6 pupil came back.');
    expect(form.title).toBe('Log a story');
    expect(form.form().fields.find(({ name }) => name === 'summary')?.value).toBe('A Year 6 pupil came back.');
    const saved = await lead.submit(form, {
      date: '2026-11-12',
      fewChildren: 'yes',
      quote: 'I was met at the door.',
      consent: 'yes',
      criterion3: 'yes',
      kpi: ATTENDANCE,
      link: 'https://example.org/notes',
    });
    expect(saved.text).toContain('Logged: story, Wakefield, 12 Nov');
    expect(saved.text).toContain('A Year 6 pupil came back.');
    expect(saved.text).toContain('“I was met at the door.”');
    expect(saved.text).toContain('Clarity of partnership focus and approach');
    expect(saved.text).toContain('until it is ticked as checked for identification');
    expect(saved.labels).toEqual(['Undo', 'Open on the web']);
    expect(saved.text).toContain('To correct it, or to tick it as checked, open it on the web.');
    const url = /http:\/\/\S+\/register\/([\da-f-]+)\?as=\S+org/u.exec(saved.text);
    const page = await browser('wakefield.lead').get(`/register/${url?.[1]}`);
    expect([page.status, heading(page)]).toEqual([200, 'Story, Wakefield, 12 Nov']);

    const undone = await lead.press(saved, 'Undo');
    expect(undone.title).toBe('Taken out again: story, Wakefield, 12 Nov');
    expect(undone.labels).toEqual(['Open on the web']);
    expect((await browser('wakefield.lead').get('/register')).text).not.toContain(url?.[1]);
    // Its versions are kept.
    expect((await versions(url?.[1] as string)).map(({ withdrawn }) => withdrawn)).toEqual([false, true]);
    expect((await lead.press(saved, 'Undo')).title).toContain('no longer in the register');
  });

  test('a form that is sent twice logs one entry', async () => {
    const lead = await bot.as('wakefield.lead');
    const form = await lead.say('/evidence log workshop Twelve heads came.');
    await lead.submit(form, {});
    const again = await lead.submit(form, {});
    expect(again.title).toContain('It was logged already');
    expect(await countWhere(`v.summary = 'Twelve heads came.'`)).toBe(1);
  });

  test('whoever does not say what it is is asked, and what they typed is kept', async () => {
    const lead = await bot.as('wakefield.lead');
    const asked = await lead.say('/evidence log what the heads said');
    expect(asked.labels).toEqual(['Interview', 'Workshop', 'Observation', 'Document', 'Story', 'Cycle', 'Open on the web']);
    expect(asked.text).toContain('To correct an entry, or to tick one as checked, open the register on the web.');
    expect(asked.text).toContain('One of six kinds: an interview, a workshop, an observation, a document, a story, a cycle.');
    const form = await lead.press(asked, 'Interview');
    expect(form.form().fields.find(({ name }) => name === 'summary')?.value).toBe('what the heads said');
  });

  test('whoever looks after several localities is asked which, and names its project and KPI', async () => {
    const evaluator = await bot.as('evaluator');
    const form = await evaluator.say('/evidence log cycle One hub tried a call home.');
    const filled = { locality: WAKEFIELD, date: '2026-09-14', endDate: '2026-10-23', method: 'pdsa', project: 'hubs' };
    const wrong = await evaluator.submit(form, { ...filled, kpi: 'Reading' });
    expect(wrong.fields().kpi).toMatch(/no KPI of this name in Wakefield\. There are: Persistent absence; Attendance/u);
    const saved = await evaluator.submit(wrong, { ...filled, kpi: 'attendance' });
    expect(saved.text).toContain('Logged: cycle, Wakefield, 14 Sep to 23 Oct');
    expect(saved.text).toContain('Locality hubs');
    expect(saved.text).toContain('Plan, do, study, act'.toLowerCase());
    expect((await evaluator.submit(await evaluator.say('/evidence log workshop Again.'), {})).fields().locality).toBe('Choose a locality.');
  });

  test('an undo takes nothing back that somebody has corrected since', async () => {
    const lead = await bot.as('wakefield.lead');
    const saved = await lead.submit(await lead.say('/evidence log workshop Twelve heads came.'), {});
    const id = /register\/([\da-f-]+)/u.exec(saved.text)?.[1] as string;
    await browser('wakefield.coordinator').post(`/register/${id}/correct`, { ...WORKSHOP, 'field.summary': 'Thirteen heads came.' });
    expect((await lead.press(saved, 'Undo')).title).toContain('corrected or checked since');
    expect((await versions(id)).at(-1)).toMatchObject({ summary: 'Thirteen heads came.', withdrawn: false });
  });

  test.each(['interview', 'workshop', 'observation', 'document', 'story', 'cycle'])(
    'the form of %s, and what is said once it is saved, are such as Slack and Teams take',
    async (kind) => {
      for (const name of ['wakefield.lead', 'evaluator']) {
        const person = await bot.as(name);
        const form = await person.say(`/evidence log ${kind} What it was.`);
        expect([...viewProblems(slackForm(form.form())), ...problemsOf(teamsForm(form.form()).card, 'dialog')]).toEqual([]);
        const values = { locality: WAKEFIELD, date: '2026-11-12', fewChildren: 'no', method: 'var', quote: 'It works.', consent: 'yes' };
        const card = (await person.submit(form, values)).card();
        const problems = [
          ...blockProblems(slackCard(card).blocks, 'message'),
          ...problemsOf(teamsCard(card, { link: 'https://example.org' }).card, 'message'),
        ];
        expect(problems).toEqual([]);
      }
    },
  );

  test.each(['pilot1.adviser', 'wakefield.head.1', 'admin'])('%s is told kindly that it is not theirs to write', async (name) => {
    const answer = await (await bot.as(name)).say('/evidence log workshop Twelve heads came.');
    expect(answer.title).toBe('Nothing was saved. The evidence register is written by pilot leads, coordinators and evaluators.');
  });
});

describe('what is not saved, and says why', () => {
  const tried = async (kind: string, values: Record<string, string>) => {
    const lead = await bot.as('wakefield.lead');
    return (await lead.submit(await lead.say(`/evidence log ${kind}`), { summary: 'What it was.', fewChildren: 'no', ...values })).fields();
  };

  test.each<[string, string, Record<string, string>, string, RegExp]>([
    ['a quote without consent', 'interview', { quote: 'It works.' }, 'consent', /only when whoever said it has agreed/u],
    [
      'a quote whose consent was refused',
      'interview',
      { quote: 'It works.', consent: 'no' },
      'consent',
      /only when whoever said it has agreed/u,
    ],
    ['a story that does not say of how many children', 'story', { fewChildren: '' }, 'fewChildren', /fewer than 10 children/u],
    ['nothing at all', 'workshop', { summary: '  ' }, 'summary', /few sentences/u],
    ['a thousand and one characters', 'workshop', { summary: 'a'.repeat(1_001) }, 'summary', /1,001 characters; 1,000 fit/u],
    ['more than 1,200 bytes', 'workshop', { summary: '学'.repeat(401) }, 'summary', /1,203 bytes, 1,200 fit/u],
    ['a link that is a script', 'document', { link: 'javascript:alert(1)' }, 'link', /whole link/u],
    ['a file of somebody’s machine', 'document', { link: 'file:///etc/passwd' }, 'link', /whole link/u],
    ['a child’s number', 'story', { summary: `Pupil ${UPN} came back.` }, 'summary', /pupil's number \(UPN\)/u],
    ['a child’s date of birth in a quote', 'story', { quote: 'Anna Smith, born 3 May 2015', consent: 'yes' }, 'quote', /date of birth/u],
    ['a child’s number in a link', 'document', { link: `https://example.org/${UPN}` }, 'link', /pupil's number/u],
    ['a day to come', 'workshop', { date: '2026-11-20' }, 'date', /20 November 2026 is still to come/u],
    ['a day that does not exist', 'workshop', { date: '2026-02-30' }, 'date', /Write a date/u],
    ['no day', 'workshop', { date: '' }, 'date', /Write a date/u],
    [
      'a cycle that ends before it begins',
      'cycle',
      { method: 'var', date: '2026-11-02', endDate: '2026-11-01' },
      'endDate',
      /before the first/u,
    ],
    ['a cycle that does not say how it goes round', 'cycle', { method: '' }, 'method', /how the cycle goes round/u],
  ])('%s', async (_name, kind, values, name, why) => {
    expect((await tried(kind, values))[name]).toMatch(why);
    expect(await countWhere(`v.recorded_at > '2026-11-19T13:00Z'`)).toBe(0);
  });

  test('what is posted for a locality of others, also by whoever has but one', async () => {
    const before = await countWhere('true');
    for (const name of ['wakefield.lead', 'evaluator']) {
      const reply = await browser(name).post(
        '/register/new',
        { ...WORKSHOP, locality: name === 'evaluator' ? 'XXX' : 'COV' },
        '/register/new?kind=workshop&locality=WAK',
      );
      expect([reply.status, words(reply).includes('you cannot log in that locality. Choose one of yours.')]).toEqual([400, true]);
    }
    expect(await countWhere('true')).toBe(before);
  });

  test('and a child’s number is not repeated on the page that says so', async () => {
    const page = await browser('wakefield.lead').post(
      '/register/new',
      { ...STORY, 'field.summary': `Pupil ${UPN} came back.`, 'field.link': 'https://example.org/notes' },
      '/register/new?kind=story&locality=WAK',
    );
    expect(page.status).toBe(400);
    expect(page.text).toContain('pupil&#39;s number (UPN)');
    expect(page.text).not.toContain(UPN);
    expect(page.text).toContain('Pupil … came back.');
    expect(page.text).toContain('https://example.org/notes'); // what is fine is kept
    expect(bot.logged.join('\n')).not.toContain(UPN);
  });
});

describe('who sees what', () => {
  test.each([
    ['wakefield.lead', 'Wakefield', 19],
    ['wakefield.coordinator', 'Wakefield', 19],
    ['pilot1.adviser', 'Coventry', -1],
    ['programme.coordinator', 'Surrey', -1],
    ['evaluator', 'Surrey', -1],
  ])('%s reads the register of their own scope', async (name, place, count) => {
    const page = await browser(name).get('/register');
    expect(page.status).toBe(200);
    expect(page.text).toContain(place);
    if (count >= 0) expect(said(page)).toMatch(new RegExp(`^${count} entries`, 'u'));
  });

  test.each(['wakefield.head.1', 'admin'])('%s has no register', async (name) => {
    const id = demoId('register entry', 'wakefield', 'The locality’s plan and its reports on it, year 1.', '0');
    expect((await browser('wakefield.lead').get(`/register/${id}`)).status).toBe(200); // it is there
    for (const path of ['/register', '/register/new', `/register/${id}`, `/register/${id}/correct`])
      expect((await browser(name).get(path)).status, path).toBe(404);
  });

  test('an entry of another locality is as if it were not there, to read, correct, check or take out', async () => {
    const id = await logged('wakefield.lead', 'story', STORY);
    const coventry = browser('coventry.lead');
    const nowhere = await coventry.get(`/register/${demoId('register entry', 'nothing')}`);
    for (const path of [`/register/${id}`, `/register/${id}/correct`]) {
      const page = await coventry.get(path);
      expect([page.status, words(page)]).toEqual([404, words(nowhere)]);
    }
    const csrf = await browserCsrf('coventry.lead');
    for (const act of ['check', 'withdraw']) expect((await csrf.post(`/register/${id}`, { act, version: '1' })).status).toBe(404);
    expect(await versions(id)).toHaveLength(1);
    expect((await coventry.get('/register/not-an-id')).status).toBe(404);
  });

  /** Whether somebody sees an entry: in the list, in its counts, and at its own address. */
  const sees = async (name: string, id: string): Promise<boolean> => {
    const [list, own] = [await browser(name).get('/register?kind=story'), await browser(name).get(`/register/${id}`)];
    const listed = list.text.includes(id);
    expect(own.status === 200, `${name}: its address and the list say the same`).toBe(listed);
    if (listed) expect(own.text).toContain('A pupil came back to school.');
    return listed;
  };
  const readers = ['wakefield.lead', 'wakefield.coordinator', 'programme.coordinator', 'pilot1.adviser', 'evaluator'];
  const seenBy = async (id: string) => {
    const seen: string[] = [];
    for (const name of readers) if (await sees(name, id)) seen.push(name);
    return seen;
  };

  test('a story of few children is seen by those who may check it, until one of them has', async () => {
    const id = await logged('wakefield.lead', 'story', { ...STORY, 'field.quote': 'I was met.', 'field.consent': 'yes' });
    expect(words(await browser('wakefield.lead').get(`/register/${id}`))).toContain(
      'You wrote this yourself: better that somebody else checks it.',
    );
    expect(words(await browser('wakefield.coordinator').get(`/register/${id}`))).not.toContain('You wrote this yourself');
    expect(await seenBy(id)).toEqual(['wakefield.lead', 'wakefield.coordinator', 'programme.coordinator']);
    // It is in no number that others read.
    expect(rowOf(await browser('evaluator').get('/register?kind=story'), 'By locality', 'Wakefield')).toEqual([0]);
    expect(rowOf(await browser('wakefield.lead').get('/register?kind=story'), 'By locality', 'Wakefield')).toEqual([2]);

    const checked = await browser('wakefield.coordinator').post(`/register/${id}`, { act: 'check' });
    expect(checked.status).toBe(303);
    expect(await seenBy(id)).toEqual(readers);
    expect(words(await browser('wakefield.lead').get(`/register/${id}`))).toContain(
      'Wakefield coordinator: Ticked as checked for identification',
    );

    // Other words want another look; another area does not.
    await browser('wakefield.lead').post(`/register/${id}/correct`, {
      ...STORY,
      'field.quote': 'I was met.',
      'field.consent': 'yes',
      'field.criterion1': 'yes',
      'field.project': 'none',
      'field.kpi': 'none',
    });
    expect(await seenBy(id)).toEqual(readers);
    await browser('wakefield.lead').post(`/register/${id}/correct`, {
      ...STORY,
      'field.summary': 'A pupil came back to school. And again.',
    });
    expect(await seenBy(id)).toEqual(['wakefield.lead', 'wakefield.coordinator', 'programme.coordinator']);
  });

  test('whoever wrote it sees it too, and cannot tick it', async () => {
    const id = await logged('evaluator', 'story', STORY);
    expect(await seenBy(id)).toEqual(['wakefield.lead', 'wakefield.coordinator', 'programme.coordinator', 'evaluator']);
    const page = await browser('evaluator').get(`/register/${id}`);
    expect(page.text).not.toContain('It is checked for identification');
    expect((await browser('evaluator').post(`/register/${id}`, { act: 'check' })).status).toBe(404);
    expect(await seenBy(id)).not.toContain('pilot1.adviser');
  });

  test('nobody goes round the check by saying that it is about more children after all', async () => {
    const id = await logged('evaluator', 'story', STORY);
    const more = { ...STORY, 'field.fewChildren': 'no' };
    const refused = await browser('evaluator').post(`/register/${id}/correct`, more);
    expect([refused.status, words(refused).includes('only a pilot lead or coordinator of Wakefield can change that')]).toEqual([400, true]);
    expect(await seenBy(id)).not.toContain('pilot1.adviser');
    expect((await browser('wakefield.lead').post(`/register/${id}/correct`, more)).status).toBe(303);
    expect(await seenBy(id)).toEqual(readers);
  });

  test('control: a reading without the guard would show it, and the same look would find that', async () => {
    const id = await logged('wakefield.lead', 'story', STORY);
    const { db } = bot.database;
    const found = await inTransaction(db, async (tx) => {
      const person = await tx.person.findUniqueOrThrow({ where: { email: 'pilot1.adviser@example.org' } });
      const adviser = await findActor(tx, { platform: 'web', tenant: 'web', user: person.id }, '2026-11-19');
      if (!adviser) throw new Error('there is no adviser');
      const has = (entries: { id: string }[]) => entries.some((entry) => entry.id === id);
      return { guarded: has(await readableEntries(tx, adviser, [WAKEFIELD])), leaky: has(await entriesIn(tx, [WAKEFIELD])) };
    });
    expect(found).toEqual({ guarded: false, leaky: true });
  });

  test('evaluators read roles, others posts', async () => {
    const id = await logged('wakefield.lead', 'workshop', WORKSHOP);
    const [evaluator, coordinator] = [
      await browser('evaluator').get(`/register/${id}`),
      await browser('wakefield.coordinator').get(`/register/${id}`),
    ];
    expect(words(evaluator)).toContain('Logged by pilot lead, Wakefield');
    expect(evaluator.text).not.toContain('Wakefield pilot lead');
    expect(words(coordinator)).toContain('Logged by Wakefield pilot lead');
  });

  test('what people wrote stays text: a script, a formula, a mark', async () => {
    const nasty = `=cmd|' /C calc'!A0 <script>alert(1)</script> <b>bold</b> {{ 7*7 }}`;
    const id = await logged('wakefield.lead', 'workshop', {
      ...WORKSHOP,
      'field.summary': nasty,
      'field.quote': nasty,
      'field.consent': 'yes',
      'field.fewChildren': 'no',
    });
    for (const path of ['/register', `/register/${id}`, `/register/${id}/correct`]) {
      const { text } = await browser('wakefield.lead').get(path);
      expect(text, path).not.toContain('<script>alert');
      expect(text, path).not.toContain('<b>bold');
      expect(text, path).toContain('=cmd|&#39; /C calc&#39;!A0 &lt;script&gt;');
      expect(text, path).toContain('{{ 7*7 }}');
    }
    expect((await versions(id))[0]?.summary).toBe(nasty);
  });
});

describe('what a page does not know in its address', () => {
  const says = (page: Reply) => /This page does not know [^<]*/u.exec(page.text)?.[0].trim();

  test.each([
    ['/register?kidn=story', '“kidn”: shown without it.'],
    ['/changes?month=2026-10&pilot=1', '“pilot”: shown without it.'],
    ['/localities/WAK?ratng=red&projct=1', '“ratng” and “projct”: shown without them.'],
    ['/exports?scope=WAK', '“scope”: shown without it.'],
    ['/programme?sort=value', '“sort”: shown without it.'],
    [`/kpis/${ATTENDANCE}?from=2026-01-01`, '“from”: shown without it.'],
    ['/criteria/WAK?round=2026/27-autumn', '“round”: shown without it.'],
    ['/account?tab=tokens', '“tab”: shown without it.'],
    ['/register?a=1&b=2&c=3&d=4&e=5', '“a”, “b”, “c” and 2 more: shown without them.'],
    [`/register?${encodeURIComponent('<script>alert(1)</script>')}=1`, '“&lt;script&gt;alert(1)&lt;/script&gt;”: shown without it.'],
    [`/register?${'x'.repeat(2_000)}=1`, `“${'x'.repeat(39)}…”: shown without it.`],
  ])('is said kindly (%#)', async (path, what) => {
    const page = await browser('wakefield.lead').get(path);
    expect([page.status, says(page)]).toEqual([200, `This page does not know ${what}`]);
  });

  test.each([
    '/register?kind=story&locality=WAK&criterion=&project=&from=&to=&page=2',
    '/register/new?kind=story&locality=WAK',
    '/changes?month=2026-10&place=WAK&criterion=2',
    '/localities/WAK?rating=red&project=&criterion=1&until=2026-09',
    '/programme?theme=',
    `/kpis/${ATTENDANCE}?history=2&said=begun`,
    '/criteria/WAK?record=self&questions=1&said=saved',
    '/criteria/WAK?questions=1',
    '/account?done=token',
    '/exports',
  ])('and what our own links carry is known: %s', async (path) => {
    const page = await browser('wakefield.lead').get(path);
    expect([page.status, says(page)]).toEqual([200, undefined]);
  });

  test('what was posted says nothing of the address', async () => {
    const page = await browser('wakefield.lead').post(
      '/register/new?slip=1',
      { kind: 'story', locality: 'COV' },
      '/register/new?kind=story',
    );
    expect([page.status, says(page)]).toEqual([400, undefined]);
  });
});

describe('filters and counts', () => {
  test('every count is what the database holds, by kind, locality and area', async () => {
    const page = await browser('programme.coordinator').get('/register');
    const kinds = ['interview', 'workshop', 'observation', 'document', 'story', 'cycle'];
    for (const [prefix, name] of [
      ['WAK', 'Wakefield'],
      ['NTC', 'North of Tyne'],
      ['SUR', 'Surrey'],
    ] as const) {
      const byHand = await Promise.all(kinds.map((kind) => countWhere(`l.prefix = '${prefix}' and v.kind = '${kind}'`)));
      expect(rowOf(page, 'By locality', name)).toEqual([...byHand, byHand.reduce((sum, count) => sum + count, 0)]);
    }
    const area = await bot.database.db.criterion.findFirstOrThrow({ where: { position: 4 } });
    const inArea = await Promise.all(kinds.map((kind) => countWhere(`'${area.id}' = any(v.criterion_ids) and v.kind = '${kind}'`)));
    expect(rowOf(page, 'By area', area.name)).toEqual([...inArea, inArea.reduce((sum, count) => sum + count, 0)]);
  });

  test('the address narrows them: kind, locality, area, project, from and to', async () => {
    const hubs = demoId('project', 'wakefield', 'Locality hubs');
    const area = await bot.database.db.criterion.findFirstOrThrow({ where: { position: 2 } });
    const asked: [string, string][] = [
      ['kind=interview', `v.kind = 'interview'`],
      ['kind=STORY', `v.kind = 'story'`],
      ['locality=wak', `l.prefix = 'WAK'`],
      [`criterion=${area.id}`, `'${area.id}' = any(v.criterion_ids)`],
      [`project=${hubs}`, `v.project_id = '${hubs}'`],
      ['from=2023-06-01&to=2023-07-31', `v.date between '2023-06-01' and '2023-07-31'`],
      ['kind=interview&locality=SUR&from=2024-01-01', `v.kind = 'interview' and l.prefix = 'SUR' and v.date >= '2024-01-01'`],
    ];
    for (const [query, where] of asked) {
      const count = await countWhere(where);
      expect(count, query).toBeGreaterThan(0);
      expect(said(await browser('programme.coordinator').get(`/register?${query}`)), query).toMatch(new RegExp(`^${count} entr`, 'u'));
    }
  });

  test.each([
    ['a kind', 'kind=gossip'],
    ['a locality', 'locality=XXX'],
    ['a locality of others', 'locality=COV'],
    ['an area', 'criterion=1'],
    ['a project of others', `project=${demoId('project', 'coventry', 'Transition pilot')}`],
    ['a formula', `kind=${encodeURIComponent("'; drop table register_entry; --")}`],
    ['two of a name', 'kind=gossip&kind=rumour'],
  ])('%s that there is not is left out and said, and nothing of it is repeated', async (_name, query) => {
    const page = await browser('wakefield.lead').get(`/register?${query}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('that there is not in what you can see: it is left out here.');
    expect(said(page)).toMatch(/^19 entries/u);
    expect(page.text).not.toMatch(/gossip|XXX|drop table/u);
  });

  /** A field of the filters: what stands in it, and what is said beside it. */
  const dayField = ({ text }: Reply, name: string) => ({
    value: / value="([^"]*)"/u.exec(new RegExp(`<input[^>]*id="${name}"[^>]*>`, 'u').exec(text)?.[0] ?? '')?.[1] ?? '',
    error: new RegExp(`id="${name}-error"[^>]*>([\\s\\S]*?)</p>`, 'u')
      .exec(text)?.[1]
      ?.replaceAll(/<[^>]*>/gu, '')
      .trim(),
  });

  test.each([
    ['18 Nov', '18 November 2026'],
    ['18/11/2026', '18 November 2026'],
    ['2026-11-18', '18 November 2026'],
    ['yesterday', '18 November 2026'],
    ['1 June 2023', '1 June 2023'],
    ['20 Dec', '20 December 2025'],
    ['19 Nov', '19 November 2026'],
    ['20 Nov', '20 November 2025'],
    ['1 Jan', '1 January 2026'],
    ['20 March', '20 March 2026'],
  ])('a day is read as people write it: %s', async (typed, read) => {
    const page = await browser('wakefield.lead').get(`/register?from=${encodeURIComponent(typed)}`);
    expect(dayField(page, 'from')).toEqual({ value: read, error: undefined });
    const iso = new Date(`${read} UTC`).toISOString().slice(0, 10);
    const count = await countWhere(`l.prefix = 'WAK' and v.date >= '${iso}'`);
    expect(said(page)).toMatch(count === 0 ? /^There are no entries here/u : new RegExp(`^${count} entr`, 'u'));
    expect(page.text, 'no field that each browser draws in its own way').not.toContain('type="date"');
  });

  test.each([
    ['1 Jan', '31 Dec', '1 January 2026', '31 December 2026'],
    ['1 Sept', '31 Aug', '1 September 2026', '31 August 2027'],
    ['1 June 2023', '31 July', '1 June 2023', '31 July 2023'],
    ['1 Sept 2023', '31 Aug', '1 September 2023', '31 August 2024'],
    ['1 Sept', '1 Sept', '1 September 2026', '1 September 2026'],
    ['', '31 Dec', '', '31 December 2025'],
    ['', '1 Nov', '', '1 November 2026'],
  ])('the last day without its year follows the first: from "%s" to "%s"', async (from, to, first, last) => {
    const page = await browser('wakefield.lead').get(`/register?${new URLSearchParams({ from, to })}`);
    expect([dayField(page, 'from'), dayField(page, 'to')]).toEqual([{ value: first }, { value: last }]);
    const iso = (day: string) => Temporal.PlainDate.from(new Date(`${day} UTC`).toISOString().slice(0, 10)).toString();
    const count = await countWhere(`l.prefix = 'WAK' and v.date <= '${iso(last)}'${first ? ` and v.date >= '${iso(first)}'` : ''}`);
    expect(said(page)).toMatch(count === 0 ? /^There are no entries here/u : new RegExp(`^${count} entr`, 'u'));
  });

  const kindly = (what: string) => `Error: Write ${what} Until then all days are shown.`;
  test.each([
    ['31/02/2026', kindly('a day that exists: there is no 31/02/2026.')],
    ['11/18', kindly('the day before the month, as in 14/11. Did you mean 18 November 2023?')],
    ['18 Novmeber', kindly('the month in full, as in 18 November. Did you mean 18 November 2023?')],
    ['2026-13-45', kindly('a day that exists: there is no 2026-13-45.')],
    ["'; drop table register_entry; --", kindly('a day, as in 18 Nov or 18/11/2026.')],
    ['9'.repeat(200), kindly('a day, as in 18 Nov or 18/11/2026.')],
  ])('what is no day is said beside its field, with the rest of the form as it was (%#)', async (typed, says) => {
    const page = await browser('wakefield.lead').get(`/register?kind=story&from=1+June+2023&to=${encodeURIComponent(typed)}`);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/<title>Error: Evidence register/u);
    expect(dayField(page, 'to')).toEqual({ value: typed.replaceAll("'", '&#39;'), error: says });
    expect(dayField(page, 'from')).toEqual({ value: '1 June 2023', error: undefined });
    expect(page.text).toMatch(/<option value="story" selected>/u);
    expect(page.text).toContain('href="#to"');
    const count = await countWhere(`l.prefix = 'WAK' and v.kind = 'story' and v.date >= '2023-06-01'`);
    expect(count).toBeGreaterThan(0);
    expect(said(page)).toMatch(new RegExp(`^${count} entr`, 'u'));
  });

  test('a last day before the first is said beside it, and there is nothing', async () => {
    const page = await browser('wakefield.lead').get('/register?from=2024-01-01&to=2023-01-01');
    expect(dayField(page, 'to').error).toContain('The last day is before the first');
    expect(said(page)).toBe('There are no entries here.');
  });

  test('fifty stand on a page, and the filters go with the link to the others', async () => {
    const first = await browser('evaluator').get('/register?kind=interview');
    const next = /href="([^"]*)">Older entries/u.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(first.text).toContain('Page 1 of 3');
    expect(next).toContain('kind=interview');
    const second = await visitor(site.origin).get(next);
    const ids = (page: Reply) => [...page.text.matchAll(/<h3[^>]*><a[^>]*\/register\/([\da-f-]{36})/gu)].map(([, id]) => id);
    expect([ids(first).length, ids(second).length]).toEqual([50, 50]);
    expect(ids(first).filter((id) => ids(second).includes(id))).toEqual([]);
    expect((await browser('evaluator').get('/register?page=999')).text).toContain('Page 4 of 4');
  });

  test('no more entries are read than stand on the page, and what is counted is what its reader may see', async () => {
    await logged('wakefield.lead', 'story', STORY);
    await logged('evaluator', 'story', STORY);
    for (const [name, waits] of [
      ['wakefield.lead', true],
      ['programme.coordinator', true],
      ['evaluator', true],
      ['pilot1.adviser', false],
    ] as const)
      await inTransaction(bot.database.db, async (tx) => {
        const person = await tx.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
        const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: person.id }, '2026-11-19');
        if (!actor) throw new Error(`there is no ${name}`);
        const places = await allPlaces(tx);
        const all = await readableEntries(
          tx,
          actor,
          places.map(({ localityId }) => localityId),
        );
        expect(
          all.some(({ fewChildren, checked }) => fewChildren && !checked),
          name,
        ).toBe(waits);
        expect(sumOf(await readableTallies(tx, actor, places)), name).toBe(all.length);
        expect(await readablePage(tx, actor, places, { page: { skip: 1, most: 3 } }), name).toEqual(all.slice(1, 4));
      });
  });
});

describe('two at once, and nothing lost', () => {
  test('what two people corrected apart is both kept', async () => {
    const id = await logged('wakefield.lead', 'workshop', WORKSHOP);
    const link = { ...WORKSHOP, 'field.link': 'https://example.org/notes' };
    await browser('wakefield.coordinator').post(`/register/${id}/correct`, link);
    // The lead has had the form open since the first version.
    const saved = await browser('wakefield.lead').post(`/register/${id}/correct`, {
      ...WORKSHOP,
      'field.summary': 'Thirteen heads.',
      version: '1',
    });
    expect(saved.status, words(saved)).toBe(303);
    const page = words(await browser('wakefield.lead').get(`/register/${id}`));
    expect(page).toContain('Thirteen heads.');
    expect(page).toContain('https://example.org/notes');
    expect(page).toContain('Wakefield pilot lead: Corrected: the summary');
    expect(page).toContain('Wakefield coordinator: Corrected: the link');
  });

  test('what both corrected is asked, with what the other wrote, and saved when sent again', async () => {
    const id = await logged('wakefield.lead', 'workshop', WORKSHOP);
    await browser('wakefield.coordinator').post(`/register/${id}/correct`, { ...WORKSHOP, 'field.summary': 'Fourteen heads.' });
    const asked = await browser('wakefield.lead').post(`/register/${id}/correct`, {
      ...WORKSHOP,
      'field.summary': 'Thirteen heads.',
      version: '1',
    });
    expect(asked.status).toBe(400);
    expect(words(asked)).toContain('Wakefield coordinator changed this meanwhile, to: Fourteen heads.');
    expect(asked.text).toContain('>Thirteen heads.</textarea>');
    expect(field(asked, 'version')).toBe('2');
    const saved = await browser('wakefield.lead').post(`/register/${id}/correct`, {
      ...WORKSHOP,
      'field.summary': 'Thirteen heads.',
      version: '2',
    });
    expect(saved.status).toBe(303);
    expect((await versions(id)).map(({ summary }) => summary)).toEqual([WORKSHOP['field.summary'], 'Fourteen heads.', 'Thirteen heads.']);
  });

  test('corrections in the same moment make one version each, or ask', async () => {
    const id = await logged('wakefield.lead', 'workshop', WORKSHOP);
    const people = ['wakefield.lead', 'wakefield.coordinator', 'programme.coordinator', 'evaluator'];
    const replies = await Promise.all(
      people.map((name) =>
        browser(name).post(`/register/${id}/correct`, { ...WORKSHOP, 'field.summary': `As ${name} saw it.`, version: '1' }),
      ),
    );
    const saved = replies.filter(({ status }) => status === 303).length;
    expect(saved).toBeGreaterThan(0);
    expect(replies.every(({ status }) => status === 303 || status === 400)).toBe(true);
    // Whoever was told that theirs is saved is in the chain.
    expect((await versions(id)).map(({ version }) => version)).toEqual(Array.from({ length: saved + 1 }, (_, at) => at + 1));
    for (const [at, { status, text }] of replies.entries()) if (status === 400) expect(text).toContain(`As ${people[at]} saw it.`);
  });

  test('what was taken out meanwhile can be logged anew with what was written', async () => {
    const id = await logged('wakefield.lead', 'workshop', WORKSHOP);
    const out = await browser('wakefield.coordinator').post(`/register/${id}`, { act: 'withdraw' });
    expect(idIn(out)).toBe(id);
    const lead = visitor(site.origin);
    const csrf = await lead.csrf('/register/new?as=wakefield.lead@example.org&kind=workshop');
    const gone = await lead.post(`/register/${id}/correct?as=wakefield.lead@example.org`, {
      csrf,
      version: '1',
      ...WORKSHOP,
      'field.summary': 'Thirteen heads.',
    });
    expect(gone.status).toBe(400);
    expect(words(gone)).toContain('was taken out of the register while you had it open');
    const anew = await lead.post('/register/new?as=wakefield.lead@example.org', {
      csrf,
      kind: field(gone, 'kind'),
      locality: field(gone, 'locality'),
      id: field(gone, 'id'),
      ...WORKSHOP,
      'field.summary': 'Thirteen heads.',
    });
    expect(anew.status).toBe(303);
    expect(idIn(anew)).not.toBe(id);
  });

  test('what was taken out is brought back on its page by whoever may take it out, as it was, and both stand in its history', async () => {
    const id = await logged('wakefield.lead', 'workshop', WORKSHOP);
    const path = `/register/${id}`;
    const lead = browser('wakefield.lead');
    const counted = async () => said(await browser('programme.coordinator').get('/register?locality=WAK'));
    const before = await counted();
    await lead.post(path, { act: 'withdraw' });
    expect(await counted()).not.toBe(before);
    const out = await browser('wakefield.coordinator').get(path);
    expect(words(out)).toContain('This was taken out of the register');
    expect([out.text.includes('Bring it back'), out.text.includes('Correct this entry'), out.text.includes('Take it out')]).toEqual([
      true,
      false,
      false,
    ]);
    // For whoever may only read the register it is gone, and so is the way back.
    const csrf = await browserCsrf('pilot1.adviser', '/chat');
    expect((await browser('pilot1.adviser').get(path)).status).toBe(404);
    expect((await csrf.post(path, { act: 'restore', version: '2' })).status).toBe(404);
    // A tick or a page from before it was taken out changes nothing.
    expect((await lead.post(path, { act: 'restore', version: '1' })).status).toBe(409);
    expect((await lead.post(path, { act: 'withdraw' })).status).toBe(303);
    expect(await versions(id)).toHaveLength(2);

    expect(idIn(await browser('wakefield.coordinator').post(path, { act: 'restore' }))).toBe(id);
    expect((await browser('wakefield.coordinator').post(path, { act: 'restore' })).status, 'pressed twice').toBe(303);
    expect(await counted()).toBe(before);
    expect((await versions(id)).map(({ summary, withdrawn }) => [summary, withdrawn])).toEqual(
      [false, true, false].map((withdrawn) => [WORKSHOP['field.summary'], withdrawn]),
    );
    expect(words(await browser('pilot1.adviser').get(path))).toMatch(
      /Wakefield coordinator: Brought back .*Wakefield pilot lead: Taken out of the register .*Wakefield pilot lead: Logged/u,
    );
  });

  test('a story that nobody has checked is not there for others when it was taken out, nor when it is back', async () => {
    const id = await logged('wakefield.lead', 'story', STORY);
    for (const act of ['withdraw', 'restore']) {
      expect((await browser('wakefield.lead').post(`/register/${id}`, { act })).status).toBe(303);
      expect((await browser('evaluator').get(`/register/${id}`)).status, act).toBe(404);
    }
    await browser('wakefield.coordinator').post(`/register/${id}`, { act: 'check' });
    expect((await browser('evaluator').get(`/register/${id}`)).status, 'control').toBe(200);
  });

  test('a checked story that was taken out is for those who may check it, and comes back to be checked again', async () => {
    const id = await logged('wakefield.lead', 'story', STORY);
    const path = `/register/${id}`;
    await browser('wakefield.coordinator').post(path, { act: 'check' });
    expect((await browser('pilot1.adviser').get(path)).status).toBe(200);
    await browser('wakefield.lead').post(path, { act: 'withdraw' });
    const evaluator = await browserCsrf('evaluator', '/chat');
    expect((await browser('evaluator').get(path)).status).toBe(404);
    expect((await evaluator.post(path, { act: 'restore', version: '3' })).status).toBe(404);
    expect(await versions(id)).toHaveLength(3);
    await browser('wakefield.lead').post(path, { act: 'restore' });
    expect((await versions(id)).at(-1)).toMatchObject({ withdrawn: false, checked: false });
    expect(words(await browser('wakefield.lead').get(path))).toContain('Brought back; to be checked again');
    for (const who of ['evaluator', 'pilot1.adviser']) expect((await browser(who).get(path)).status, who).toBe(404);
    await browser('wakefield.coordinator').post(path, { act: 'check' });
    expect((await browser('pilot1.adviser').get(path)).status, 'control').toBe(200);
  });

  test('a tick on a version that somebody corrected since is not taken for one on the new words', async () => {
    const id = await logged('wakefield.lead', 'story', STORY);
    const lead = visitor(site.origin);
    const before = await lead.get(`/register/${id}?as=wakefield.lead@example.org`);
    await browser('evaluator').get(`/register/${id}`);
    await browser('wakefield.coordinator').post(`/register/${id}/correct`, {
      ...STORY,
      'field.summary': 'The pupil with the red bicycle came back.',
    });
    const ticked = await lead.post(`/register/${id}?as=wakefield.lead@example.org`, {
      csrf: field(before, 'csrf'),
      act: 'check',
      version: field(before, 'version'),
    });
    expect([ticked.status, words(ticked).includes('It was changed after you looked')]).toEqual([409, true]);
    expect((await versions(id)).some(({ checked }) => checked)).toBe(false);
  });

  test('a form of the web that is sent twice logs one entry, and the id of somebody else’s shows nothing of it', async () => {
    const lead = visitor(site.origin);
    const as = (path: string, name = 'wakefield.lead') => `${path}?as=${name}@example.org`;
    const form = await lead.get(`${as('/register/new')}&kind=workshop`);
    const fields = { csrf: field(form, 'csrf'), kind: 'workshop', locality: 'WAK', id: field(form, 'id'), ...WORKSHOP };
    const [one, two] = [
      await lead.post(as('/register/new'), fields),
      await lead.post(as('/register/new'), { ...fields, 'field.summary': 'Else.' }),
    ];
    expect([one.headers.location, two.headers.location]).toEqual([one.headers.location, one.headers.location]);
    expect(await versions(field(form, 'id'))).toHaveLength(1);
    const theirs = await lead.post(as('/register/new', 'coventry.lead'), { ...fields, locality: 'COV' });
    expect((await lead.get(String(theirs.headers.location))).status).toBe(404);
    expect(await versions(field(form, 'id'))).toHaveLength(1);
  });

  test('control: a save that looks at no version loses what the other wrote, and the same look would find that', () => {
    const base = {
      kind: 'workshop' as const,
      date: '2026-11-12',
      endDate: null,
      method: null,
      criterionIds: [],
      projectId: null,
      kpiId: null,
      summary: 'Twelve heads.',
      link: null,
      quote: null,
      consent: false,
      fewChildren: false,
    };
    const [mine, theirs] = [
      { ...base, summary: 'Thirteen heads.' },
      { ...base, link: 'https://example.org/notes' },
    ];
    const kept = (draft: typeof base) => [draft.summary, draft.link];
    expect(kept(mergeRegister(base, mine, theirs).draft as typeof base)).toEqual(['Thirteen heads.', 'https://example.org/notes']);
    expect(kept(mine)).not.toEqual(['Thirteen heads.', 'https://example.org/notes']);
  });
});

describe('beside the charts', () => {
  const kpis = [{ id: ATTENDANCE, localityId: WAKEFIELD }];
  const at = async <T>(
    name: string,
    look: (tx: Parameters<typeof cyclesFor>[0], actor: NonNullable<Awaited<ReturnType<typeof findActor>>>) => Promise<T>,
  ) =>
    inTransaction(bot.database.db, async (tx) => {
      const person = await tx.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
      const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: person.id }, '2026-11-19');
      if (!actor) throw new Error(`there is no ${name}`);
      return look(tx, actor);
    });

  test('a cycle has a start and an end on the chart of its KPI, and none of its words', async () => {
    const cycle = { 'field.summary': 'What was tried.', 'field.kpi': ATTENDANCE, 'field.method': 'var' };
    const end = { 'field.endDate.day': '16', 'field.endDate.month': '10', 'field.endDate.year': '2026' };
    await logged('wakefield.lead', 'cycle', { ...cycle, ...day('2026', '11', '02') });
    await logged('wakefield.lead', 'cycle', { ...cycle, ...day('2026', '9', '7'), ...end, 'field.method': 'pdsa' });
    await logged('wakefield.lead', 'cycle', { ...cycle, ...day('2026', '9', '8'), 'field.fewChildren': 'yes' });
    expect(await at('wakefield.lead', (tx) => cyclesFor(tx, kpis))).toEqual(
      new Map([
        [
          ATTENDANCE,
          [
            { from: '2026-09-07', to: '2026-10-16', label: 'Plan–do–study–act' },
            { from: '2026-11-02', to: null, label: 'Vulnerability–action–review' },
          ],
        ],
      ]),
    );
  });

  test('a story stands beside the chart for whoever may see it', async () => {
    const id = await logged('wakefield.lead', 'story', { ...STORY, 'field.kpi': ATTENDANCE });
    const stories = async (name: string) =>
      ((await at(name, (tx, actor) => storiesFor(tx, kpis, actor))).get(ATTENDANCE) ?? []).map((story) => story.id);
    expect(await stories('wakefield.lead')).toContain(id);
    const pages = [`/kpis/${ATTENDANCE}`, '/localities/WAK', '/changes'];
    const saidOf = (page: Reply) =>
      words({
        ...page,
        text: `<main ${
          page.text
            .split(`/register/${id}`)[1]
            ?.slice(0, 900)
            .split(/\/register\/|<\/figure>/u)[0]
        }`,
      });
    for (const path of pages) expect(saidOf(await browser('wakefield.lead').get(path)), path).toContain('Not checked yet');
    for (const name of ['evaluator', 'pilot1.adviser', 'coventry.lead', 'wakefield.head.1', 'admin'])
      expect(await stories(name), name).toEqual([]);
    await browser('wakefield.lead').post(`/register/${id}`, { act: 'check' });
    for (const path of pages) expect(saidOf(await browser('wakefield.lead').get(path)), path).not.toContain('Not checked yet');
    expect(await stories('evaluator')).toEqual([id]);
    expect(await stories('wakefield.head.1')).toEqual([]);
  });
});

describe('the demonstration', () => {
  test('has as many interviews, workshops and observations as the papers say, by pilot', async () => {
    const interviews = (like: string, pilot = '') =>
      countWhere(`v.kind = 'interview' and v.summary like '${like}%'${pilot && ` and p.position = ${pilot}`}`);
    expect([await interviews('Interview with the pilot lead'), await interviews('Interview with the pilot’s adviser')]).toEqual([27, 7]);
    expect(await Promise.all(['1', '2', '3'].map((pilot) => interviews('Interview with a stakeholder', pilot)))).toEqual([28, 9, 35]);
    expect(await countWhere(`v.kind = 'workshop'`)).toBe(7);
    expect(await countWhere(`v.kind = 'observation' and v.summary like 'A workshop run by%'`)).toBe(16);
    expect(await countWhere(`v.kind = 'observation' and v.summary like 'An event%'`)).toBe(8);
  });

  test('says of each entry that it is of the demonstration, and of what nobody has logged yet nothing else', async () => {
    const page = await browser('coventry.lead').get('/register');
    const shown = [...page.text.matchAll(/<li class="cc-entries__one">([\s\S]*?)<\/li>/gu)].map(([, line = '']) => line);
    expect(shown.length).toBe(await countWhere(`e.locality_id = '${COVENTRY}'`));
    expect(shown.filter((line) => !line.includes('Demonstration'))).toEqual([]);
    const id = await logged('coventry.lead', 'workshop', WORKSHOP, 'COV');
    expect((await browser('coventry.lead').get(`/register/${id}`)).text).not.toContain('govuk-tag--grey');
  });

  test('has nothing in it of a day that is still to come, whenever it is loaded', async () => {
    expect(await countWhere(`v.date > '${Temporal.PlainDate.from('2026-11-19')}'`)).toBe(0);
  });
});
