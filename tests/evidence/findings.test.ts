import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { answerFinding, asSeenBy, type Finding, rewriteFinding } from '../../src/evidence/findings.ts';
import { findingsIn } from '../../src/evidence/findings-queries.ts';
import { findActor } from '../../src/people/actor.ts';
import { newsFor } from '../../src/people/news.ts';
import { demoId } from '../../src/programme/ids.ts';
import { axe } from '../support/axe.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { field, heading, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

/** What the evaluators write of a locality: a draft until those who lead there have answered it. Each test has a locality of its own. */

const WAKEFIELD = demoId('finding', 'wakefield', '2');
const COVENTRY = demoId('finding', 'coventry', '3');
const DRAFT_WORDS = 'Partners outside education describe themselves as invited rather than as deciding.';

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

const as = (name: string) => `as=${name}@example.org`;
const get = (path: string, name: string) => visitor(site.origin).get(`${path}?${as(name)}`);
const person = async (name: string) => (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
const news = async (name: string) => {
  const id = await person(name);
  return (await inTransaction(bot.core.db, (tx) => newsFor(tx, id))).map(({ text }) => text);
};
const words = ({ text }: Pick<Reply, 'text'>) =>
  text
    .slice(text.indexOf('<main'))
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ');

/** Sends one of a page's forms: what is hidden in it is taken from the page, unless it is said otherwise. */
const send = async (path: string, name: string, fields: Record<string, string>, from = path) => {
  const who = visitor(site.origin);
  const page = await who.get(`${from}?${as(name)}`);
  const csrf = field(page, 'csrf') || field(await who.get(`/chat?${as(name)}`), 'csrf');
  return who.post(`${path}?${as(name)}`, { csrf, version: field(page, 'version'), answers: field(page, 'answers'), ...fields });
};
/** Writes a text about a locality as its evaluators do, and says where it is. */
const write = async (prefix: string, text: string, criterion = '') => {
  const reply = await send(`/criteria/${prefix}/findings`, 'evaluator', { criterion, text }, `/criteria/${prefix}`);
  expect(reply.status).toBe(303);
  return /^(\/findings\/[^?]+)/u.exec(String(reply.headers.location))?.[1] as string;
};
const idOf = (path: string) => path.split('/').at(-1) as string;
const versions = async (path: string) =>
  (
    await bot.database.db.findingVersion.findMany({
      where: { findingId: idOf(path) },
      orderBy: { version: 'asc' },
      include: { answers: true },
    })
  ).map(({ text, answers }) => [text, ...answers.map(({ kind, text: said }) => (said ? `${kind}: ${said}` : kind))]);

describe('a text', () => {
  test('is a draft: those who lead there are told with their next message, answer it in chat, and the evaluators are told', async () => {
    const path = await write('ROC', 'The strands are clear; who coordinates them is not.');
    expect(await news('rochdale.lead')).toEqual([
      'The evaluators wrote a text about Rochdale (as a whole), a draft until you have answered it: type evidence findings.',
    ]);
    expect(await news('rochdale.coordinator')).toEqual([]);
    const lead = await bot.as('rochdale.lead');
    const card = await lead.say('/evidence findings');
    expect(card.title).toBe('Rochdale as a whole, autumn term 2026: a draft until it is answered.');
    expect(card.text).toContain('The strands are clear; who coordinates them is not.');
    expect(card.labels.slice(0, 3)).toEqual(['Agree', 'Correct a fact', 'Add context']);
    const form = await lead.press(card, 'Correct a fact');
    expect((await lead.submit(form, { text: '  ' })).fields()).toEqual({ text: 'Write it down: which fact is wrong, and what is right?' });
    const done = await lead.submit(form, { text: 'A coordinator started in May.' });
    expect(done.title).toBe('Saved: the evaluators read it with their next message.');
    expect(await versions(path)).toEqual([
      ['The strands are clear; who coordinates them is not.', 'correct: A coordinator started in May.'],
    ]);
    expect(await news('rochdale.lead')).toEqual([]);
    expect(await news('evaluator')).toContain(
      'Rochdale answered what you wrote (as a whole): a fact is corrected. Type evidence findings.',
    );
    // The same form sent again says nothing twice.
    expect((await lead.submit(form, { text: 'A coordinator started in May.' })).title).toBe('This was answered already.');
    expect((await versions(path))[0]).toHaveLength(2);
  });

  test('and its answer are kept side by side; a new version is a draft again, and other readers keep the one that was answered', async () => {
    const path = await write('EAL', 'Five clusters share one form.');
    await send(path, 'ealing.lead', { do: 'answer', kind: 'correct', text: 'There are six since September.' });
    const read = await get(path, 'pilot3.adviser');
    expect(words(read)).toMatch(
      /What the evaluators wrote Five clusters share one form\. .* What Ealing answered A fact to be corrected There are six since September\. Ealing pilot lead/u,
    );
    expect((await send(path, 'evaluator', { do: 'rewrite', text: 'Six clusters share one form.' })).status).toBe(303);
    expect(await news('ealing.lead')).toEqual([
      'The evaluators wrote a new text about Ealing (as a whole), a draft until you have answered it: type evidence findings.',
    ]);
    const [adviser, lead] = [words(await get(path, 'pilot3.adviser')), words(await get(path, 'ealing.lead'))];
    expect([
      adviser.includes('Five clusters'),
      adviser.includes('There are six'),
      adviser.includes('Six clusters'),
      adviser.includes('Draft'),
    ]).toEqual([true, true, false, false]);
    expect([lead.includes('Five clusters'), lead.includes('There are six'), lead.includes('Six clusters'), lead.includes('Draft')]).toEqual(
      [true, true, true, true],
    );
    await send(path, 'ealing.lead', { do: 'answer', kind: 'agree', text: '' });
    expect(words(await get(path, 'pilot3.adviser'))).toContain('Six clusters');
    expect(await versions(path)).toEqual([
      ['Five clusters share one form.', 'correct: There are six since September.'],
      ['Six clusters share one form.', 'agree'],
    ]);
  });

  test('whose form is sent twice is written once', async () => {
    const who = visitor(site.origin);
    const page = await who.get(`/criteria/COV?${as('evaluator')}`);
    const form = { csrf: field(page, 'csrf'), id: field(page, 'id'), criterion: '', text: 'Workshops go on.' };
    const [one, other] = [
      await who.post(`/criteria/COV/findings?${as('evaluator')}`, form),
      await who.post(`/criteria/COV/findings?${as('evaluator')}`, form),
    ];
    expect([one.status, other.headers.location]).toEqual([303, one.headers.location]);
    expect(await bot.database.db.findingVersion.count({ where: { text: 'Workshops go on.' } })).toBe(1);
    expect((await get(`/findings/${form.id}`, 'coventry.lead')).status).toBe(200);
    expect((await who.get(`/findings/${form.id}?${as('evaluator')}&said=constructor`)).text).not.toContain('native code');
  });

  test('that was changed or answered since it was read is read again first, and no words are lost', async () => {
    const path = await write('SUR', 'Members take part unevenly.');
    const [old, lead] = [{ version: '1', answers: '0' }, await bot.as('surrey.lead')];
    const form = await lead.press(await lead.say('/evidence findings'), 'Add context');
    await send(path, 'evaluator', { do: 'rewrite', text: 'Members take part unevenly, primary schools more than secondary.' });
    const inChat = await lead.submit(form, { text: 'Secondary schools joined in autumn.' });
    expect(inChat.text).toContain('Not saved: the evaluators wrote a new version. Read it first.');
    expect(inChat.text).toContain('primary schools more than secondary');
    expect(inChat.text).toContain('Your words: “Secondary schools joined in autumn.”');
    const onPage = await send(path, 'surrey.lead', {
      ...old,
      do: 'answer',
      kind: 'context',
      text: 'Secondary schools joined in autumn.',
    });
    expect([
      onPage.status,
      words(onPage).includes('Read it again; what you wrote is still below.'),
      onPage.text.includes('>Secondary schools joined in autumn.</textarea>'),
    ]).toEqual([400, true, true]);
    await send(path, 'surrey.lead', { do: 'answer', kind: 'agree', text: '' });
    const late = await send(path, 'evaluator', { version: '2', answers: '0', do: 'rewrite', text: 'Something else.' });
    expect([late.status, late.text.includes('>Something else.</textarea>')]).toEqual([400, true]);
    expect(await versions(path)).toEqual([
      ['Members take part unevenly.'],
      ['Members take part unevenly, primary schools more than secondary.', 'agree'],
    ]);
  });

  test('is answered and written anew at the same moment: one of the two waits and is told, and no answer stands under words it was not given to', async () => {
    const path = await write('SHE', 'The position statement was heard.');
    const { id: localityId } = await bot.database.db.locality.findFirstOrThrow({ where: { prefix: 'SHE' } });
    const finding = { id: idOf(path), localityId };
    const [lead, evaluator] = [await person('sheffield.lead'), await person('evaluator')];
    const by = <T>(personId: string, work: (writer: Parameters<typeof rewriteFinding>[0]) => Promise<T>) =>
      inTransaction(bot.core.db, (tx) => work({ tx, now: bot.core.now(), newId: bot.core.newId, personId }));
    const [rewritten, answered] = await Promise.all([
      by(evaluator, (writer) => rewriteFinding(writer, finding, { version: 1, answers: 0 }, 'The statement was heard by two councillors.')),
      by(lead, (writer) => answerFinding(writer, finding, 1, { kind: 'agree', text: null })),
    ]);
    expect([rewritten, answered]).toEqual(rewritten ? [true, 'changed'] : [false, 'saved']);
    expect(await versions(path)).toEqual(
      rewritten
        ? [['The position statement was heard.'], ['The statement was heard by two councillors.']]
        : [['The position statement was heard.', 'agree']],
    );
  });

  test('can be taken back while nobody has answered any of it; what was answered stays', async () => {
    const path = await write('MKE', 'Written of the wrong place.');
    expect(await news('miltonkeynes.lead')).toHaveLength(1);
    expect((await send(path, 'evaluator', { do: 'withdraw' })).status).toBe(303);
    expect(await news('miltonkeynes.lead')).toEqual([]);
    expect(words(await get(path, 'miltonkeynes.lead'))).toContain('Taken back');
    expect((await send(path, 'miltonkeynes.lead', { do: 'answer', kind: 'agree', text: '' })).status).toBe(404);
    expect((await bot.as('miltonkeynes.lead').then((lead) => lead.say('/evidence findings'))).title).toBe(
      'No text of the evaluators waits for you.',
    );
    expect((await send(`/findings/${COVENTRY}`, 'evaluator', { do: 'withdraw' })).status).toBe(404);
  });

  test('that cannot be kept is given back, and one that names a child is not repeated', async () => {
    const at = '/criteria/NTC/findings';
    const tooLong = await send(at, 'evaluator', { criterion: '', text: '<b>'.repeat(334) }, '/criteria/NTC');
    expect([tooLong.status, words(tooLong).includes('The text has 1,002 characters; 1,000 fit.'), tooLong.text.includes('<b>')]).toEqual([
      400,
      true,
      false,
    ]);
    expect(tooLong.text).toContain('&lt;b&gt;'.repeat(334));
    const empty = await send(at, 'evaluator', { criterion: '', text: ' ' }, '/criteria/NTC');
    expect([empty.status, words(empty).includes('Write what you found.')]).toEqual([400, true]);
    const child = await send(at, 'evaluator', { criterion: '', text: 'NHS 943 476 5919 was seen' }, '/criteria/NTC');
    expect([child.status, /943 ?476/u.test(child.text)]).toEqual([400, false]);
    expect(
      (await send(at, 'evaluator', { criterion: demoId('locality', 'wakefield'), text: 'About nothing' }, '/criteria/NTC')).status,
    ).toBe(400);
    const { id } = await bot.database.db.locality.findFirstOrThrow({ where: { prefix: 'NTC' } });
    expect(await bot.database.db.finding.count({ where: { localityId: id } })).toBe(0);
    const answered = await send(`/findings/${WAKEFIELD}`, 'wakefield.lead', { do: 'answer', kind: 'context', text: 'born 3 May 2015' });
    expect([answered.status, answered.text.includes('3 May 2015')]).toEqual([400, false]);
  });

  test('sent by another site does nothing', async () => {
    const reply = await send(`/findings/${WAKEFIELD}`, 'wakefield.lead', { do: 'answer', kind: 'agree', text: '', csrf: 'A'.repeat(43) });
    expect(reply.status).toBe(403);
    expect((await versions(`/findings/${WAKEFIELD}`))[0]).toHaveLength(1);
  });
});

/** Who: whether they find Wakefield's draft, may answer it, may write it. */
const PEOPLE: [string, { finds: boolean; answers: boolean; writes: boolean }][] = [
  ['wakefield.lead', { finds: true, answers: true, writes: false }],
  ['wakefield.coordinator', { finds: false, answers: false, writes: false }],
  ['programme.coordinator', { finds: false, answers: false, writes: false }],
  ['evaluator', { finds: true, answers: false, writes: true }],
  ['pilot1.adviser', { finds: false, answers: false, writes: false }],
  ['wakefield.head.1', { finds: false, answers: false, writes: false }],
  ['coventry.lead', { finds: false, answers: false, writes: false }],
  ['coventry.coordinator', { finds: false, answers: false, writes: false }],
  ['pilot2.adviser', { finds: false, answers: false, writes: false }],
  ['admin', { finds: false, answers: false, writes: false }],
];

describe('a draft', () => {
  test.each(PEOPLE)('is for %s as the rules say: page, list, chat and every form', async (name, its) => {
    const path = `/findings/${WAKEFIELD}`;
    const page = await get(path, name);
    expect([page.status, page.text.includes(DRAFT_WORDS)]).toEqual(its.finds ? [200, true] : [404, false]);
    if (!its.finds) expect(heading(page)).toBe('This page does not exist');
    expect([page.text.includes('value="answer"'), page.text.includes('value="rewrite"')]).toEqual([its.answers, its.writes]);
    for (const list of ['/criteria', '/criteria/WAK']) {
      const { text } = await get(list, name);
      expect([text.includes(WAKEFIELD), text.includes(DRAFT_WORDS)]).toEqual([its.finds && list === '/criteria/WAK', false]);
    }
    expect((await (await bot.as(name)).say('/evidence findings')).text.includes('Wakefield: Leadership and governance')).toBe(its.finds);

    const before = await versions(path);
    const refused: Record<string, string>[] = [
      ...(its.answers ? [] : [{ do: 'answer', kind: 'agree', text: '' }]),
      ...(its.writes ? [] : [{ do: 'rewrite', text: 'Another text' }, { do: 'withdraw' }]),
      { do: 'anything' },
    ];
    for (const fields of refused) expect((await send(path, name, { version: '1', answers: '0', ...fields })).status).toBe(404);
    const start = await send('/criteria/WAK/findings', name, { criterion: '', text: '' }, '/criteria/WAK');
    expect(start.status).toBe(its.writes ? 400 : 404);
    expect(await versions(path)).toEqual(before);
  });

  test('is found by the same check where a list forgets the rule', async () => {
    const { id } = await bot.database.db.locality.findFirstOrThrow({ where: { prefix: 'WAK' } });
    const userId = await person('pilot1.adviser');
    const [adviser, drafts] = await inTransaction(bot.core.db, async (tx) => [
      await findActor(tx, { platform: 'web', tenant: 'web', user: userId }, '2026-11-19'),
      await findingsIn(tx, [id]),
    ]);
    const leaky = JSON.stringify(drafts);
    const careful = JSON.stringify(drafts.flatMap((draft) => asSeenBy(adviser as NonNullable<typeof adviser>, draft) ?? []));
    expect([leaky.includes(DRAFT_WORDS), careful.includes(DRAFT_WORDS)]).toEqual([true, false]);
  });

  test('shows nobody who reads as an adviser a version that was not answered, wherever it stands in the chain', () => {
    const version = (at: number, answered: boolean) => ({
      version: at,
      text: `text ${at}`,
      recordedAt: '2026-11-01T10:00:00Z',
      by: null,
      byRole: null,
      answers: answered
        ? [{ id: 'a', kind: 'agree' as const, text: null, recordedAt: '2026-11-02T10:00:00Z', byId: null, by: null, byRole: null }]
        : [],
    });
    const finding = {
      id: 'f',
      programmeId: 'g',
      pilotId: 'p',
      localityId: 'l',
      locality: 'W',
      prefix: 'W',
      criterionId: null,
      criterion: null,
      round: '2026/27-autumn',
    };
    const of = (...answered: boolean[]): Finding => ({ ...finding, versions: answered.map((one, at) => version(at + 1, one)) });
    const seen = (role: 'adviser' | 'lead' | 'partner' | 'administrator', one: Finding) =>
      asSeenBy({ roles: [{ role, scopeKind: 'locality', scopeId: 'l' }] }, one)?.versions.map(({ version: number }) => number);
    expect(seen('adviser', of(false))).toBeUndefined();
    expect(seen('adviser', of(true, false))).toEqual([1]);
    expect(seen('adviser', of(false, true, false, true))).toEqual([2, 4]);
    expect(seen('lead', of(true, false))).toEqual([1, 2]);
    expect([seen('partner', of(true)), seen('administrator', of(true))]).toEqual([undefined, undefined]);
  });

  test('becomes readable for the coordinator and the pilot’s adviser once it is answered, with both texts, and for nobody of another locality', async () => {
    const path = `/findings/${WAKEFIELD}`;
    const reply = await send(path, 'wakefield.lead', { do: 'answer', kind: 'context', text: 'Young people join the board in January.' });
    expect(reply.headers.location).toContain('said=answered');
    const adviser = words(await get(path, 'pilot1.adviser'));
    expect((await get(path, 'wakefield.coordinator')).text.includes(DRAFT_WORDS)).toBe(true);
    expect([adviser.includes(DRAFT_WORDS), adviser.includes('Young people join the board in January.')]).toEqual([true, true]);
    for (const name of ['coventry.lead', 'pilot2.adviser', 'wakefield.head.1', 'admin']) expect((await get(path, name)).status).toBe(404);
    expect(words(await get(path, 'evaluator'))).toMatch(/Context Young people join the board in January\. A pilot lead, 19 November 2026/u);
    expect((await get(path, 'evaluator')).text).not.toContain('Wakefield pilot lead');
  });
});

test('where nobody leads, those who coordinate are told that somebody has to, and do not read the text', async () => {
  const { db } = bot.database;
  await db.role.updateMany({ where: { role: 'lead', scopeId: demoId('locality', 'wiltshire') }, data: { to: new Date('2026-11-01') } });
  const path = await write('WIL', 'Four transition points are agreed.', demoId('criterion', 'Clarity of partnership focus and approach'));
  const told =
    'The evaluators wrote a text about Wiltshire (Clarity of partnership focus and approach), and nobody leads there to answer it. Give somebody the lead: type partners invite.';
  expect(await news('wiltshire.coordinator')).toEqual([told]);
  expect(await news('wiltshire.lead')).toEqual([]);
  expect((await get(path, 'wiltshire.coordinator')).status).toBe(404);
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('a text can be read and answered at 320 and at 1280 pixels, with a mistake too', async () => {
    const page = await browser.newPage();
    const inspect = async () => {
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect((await axe(page)).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
      }
    };
    await page.goto(`${site.origin}/findings/${COVENTRY}?${as('coventry.lead')}`);
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByRole('alert').getByText('Choose what you want to answer.').waitFor();
    await inspect();
    await page.getByRole('radio', { name: 'Agree' }).check();
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('Saved. The evaluators read it with their next message.').waitFor();
    await page.goto(`${site.origin}/findings/${COVENTRY}?${as('evaluator')}`);
    await inspect();
  });
});
