import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { changesBetween, type Lens, type Part, roundOf, STEPS, type StepNumber, saveSteps } from '../../src/evidence/criteria.ts';
import { criteriaOf, stepsIn } from '../../src/evidence/criteria-queries.ts';
import { axe } from '../support/axe.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { launchBrowser } from '../support/browser.ts';
import { field, heading, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';

/** The four criteria by two lenses that stand apart, recorded in chat and on the web. Each test has a locality of its own. */

const NOW = '2026-11-19T14:00:00Z';
const AREAS = [
  'A shared commitment to the locality',
  'Leadership and governance of the partnership',
  'Clarity of partnership focus and approach',
  'Sustainability and impact',
] as const;

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let areas: Awaited<ReturnType<typeof criteriaOf>>;
beforeAll(async () => {
  bot = await testBot();
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
  areas = await inTransaction(bot.core.db, criteriaOf);
});
afterEach(() => bot.clock.set(NOW));
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});

const place = (prefix: string) => bot.database.db.locality.findFirstOrThrow({ where: { prefix } });
const areaId = (position: number) => areas.find((area) => area.position === position)?.id as string;

/** Every version that was ever written of a locality, in the order of writing: "2/1: 4 with what shows it". */
const chain = async (prefix: string, lens: Lens = 'self') => {
  const { id } = await place(prefix);
  const rows = await bot.database.db.assessmentStep.findMany({ where: { localityId: id, lens }, orderBy: { seq: 'asc' } });
  return rows.map(({ aboutId, version, step, evidence }) => {
    const position = areas.find((area) => area.id === aboutId)?.position ?? 'question';
    return `${position}/${version}: ${step ?? 'none'}${evidence ? ` ${evidence}` : ''}`;
  });
};

const as = (name: string) => `as=${name}@example.org`;
const recordAt = (prefix: string, name: string, more = '', lens: Lens = 'self') => `/criteria/${prefix}?record=${lens}${more}&${as(name)}`;

/** Everything that the form on a page would send if nobody touched it. */
const formOf = ({ text }: Reply): Record<string, string> => {
  const form = /<form method="post" action="\/criteria[\s\S]*?<\/form>/u.exec(text)?.[0] ?? '';
  const unescaped = (value: string) =>
    value.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const inputs = [...form.matchAll(/<input ([^>]*)>/gu)].flatMap(([, attributes = '']) => {
    const of = (name: string) => new RegExp(`${name}="([^"]*)"`, 'u').exec(attributes)?.[1] ?? '';
    return of('type') === 'radio' && !/\bchecked\b/u.test(attributes) ? [] : [[of('name'), unescaped(of('value'))]];
  });
  const areasOf = [...form.matchAll(/<textarea [^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/textarea>/gu)].map(([, name = '', value = '']) => [
    name,
    unescaped(value),
  ]);
  return Object.fromEntries([...inputs, ...areasOf]);
};
const step = (position: number, chosen: StepNumber | 'none') => ({ [`step.${areaId(position)}`]: String(chosen) });
const shows = (position: number, evidence: string) => ({ [`evidence.${areaId(position)}`]: evidence });

/** What a page says, without its marks. */
const words = ({ text }: Reply) =>
  text
    .slice(text.indexOf('<main'))
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>/gu, ' ')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/gu, ' ');
/** One of the sections of a locality's page. */
const section = ({ text }: Reply, labelledBy: string) =>
  words({
    text: `<main ${new RegExp(`<section aria-labelledby="${labelledBy}"[\\s\\S]*?</section>`, 'u').exec(text)?.[0] ?? ''}`,
  } as Reply);

describe('in chat, a pilot lead', () => {
  test('records one area after the other, saved at each press, and sees what changed since the term before', async () => {
    const lead = await bot.as('ealing.lead');
    let card = await lead.say('/evidence criteria');
    expect(card.title).toBe(`1 of 4: ${AREAS[0]}. Where is Ealing, autumn term 2026?`);
    expect(card.text).toContain('Summer term 2026: 4 Established.');
    for (const { means } of STEPS) expect(card.text).toContain(means);
    card = await lead.press(card, 'Embedded');
    expect(await chain('EAL')).toEqual(expect.arrayContaining(['1/1: 5']));
    expect(card.text).toContain(`Saved: 5 Embedded for “${AREAS[0]}”.`);
    card = await lead.submit(await lead.press(card, 'Add evidence'), { evidence: 'Minutes of the board, 12 November' });
    expect(card.title).toContain(`2 of 4: ${AREAS[1]}`);
    for (const label of ['Established', 'Developing', 'Beginning']) card = await lead.press(card, label);
    expect(card.title).toBe('Ealing, autumn term 2026: all four areas are recorded.');
    expect(card.text).toContain('Established → Embedded, since the summer term 2026. Minutes of the board, 12 November');
    expect(card.text).toContain('Established, as in the summer term 2026.');
    expect((await chain('EAL')).slice(4)).toEqual(['1/1: 5', '1/2: 5 Minutes of the board, 12 November', '2/1: 4', '3/1: 3', '4/1: 2']);
    card = await lead.press(await lead.press(card, 'Change'), 'Developing');
    expect((await chain('EAL')).at(-1)).toBe('1/3: 3 Minutes of the board, 12 November');
  });

  test('who comes second is told what the first saved; both versions are kept', async () => {
    const [lead, coordinator] = [await bot.as('surrey.lead'), await bot.as('surrey.coordinator')];
    const [mine, theirs] = [await lead.say('/evidence criteria'), await coordinator.say('/evidence criteria')];
    await lead.press(mine, 'Established');
    const told = await coordinator.press(theirs, 'Beginning');
    expect(told.title).toBe('Not saved: Surrey pilot lead saved 4 Established meanwhile.');
    expect(await chain('SUR')).toEqual(['1/1: 4']);
    expect((await coordinator.press(told, 'Keep theirs')).text).toContain('Recorded this term: 4 Established.');
    await coordinator.press(told, 'Save mine: 2 Beginning');
    expect(await chain('SUR')).toEqual(['1/1: 4', '1/2: 2']);
    // Whoever chooses what stands already has nothing to be told.
    expect((await lead.press(mine, 'Beginning')).text).toContain('Saved: 2 Beginning');
    expect(await chain('SUR')).toHaveLength(2);
  });

  test('words that somebody was faster than are given back, however long, and can be saved after all', async () => {
    const [lead, coordinator] = [await bot.as('miltonkeynes.lead'), await bot.as('miltonkeynes.coordinator')];
    const [mine, theirs] = [
      await lead.press(await lead.say('/evidence criteria'), 'Developing'),
      await coordinator.say('/evidence criteria mke'),
    ];
    const [form, other] = [
      await lead.press(mine, 'Add evidence'),
      await coordinator.press(await coordinator.press(await coordinator.press(theirs, 'All four'), 'Change'), 'Add evidence'),
    ];
    await lead.submit(form, { evidence: 'The report card is read by the board.' });
    const long = [...'ⓐßöþ§ 0123456789 abcdefghijklmnop'].join('').repeat(40).slice(0, 960).trim();
    const told = await coordinator.submit(other, { evidence: long });
    expect(told.title).toBe('Not saved: Milton Keynes pilot lead saved 3 Developing meanwhile.');
    expect(told.text).toContain('Theirs: The report card is read by the board.');
    expect(told.text).toContain(long.slice(0, 300));
    await coordinator.press(told, 'Save my words');
    expect(await chain('MKE')).toEqual(['1/1: 3', '1/2: 3 The report card is read by the board.', `1/3: 3 ${long}`]);
  });

  test('is asked for other words where a child could be told from them, and they are not repeated', async () => {
    const lead = await bot.as('wiltshire.lead');
    const form = await lead.press(await lead.press(await lead.say('/evidence criteria'), 'Not yet'), 'Add evidence');
    const refused = await lead.submit(form, { evidence: 'as with NHS number 943 476 5919' });
    expect(refused.fields().evidence).toContain('NHS number');
    expect(JSON.stringify(refused.answer)).not.toMatch(/943 ?476 ?5919/u);
    expect(await chain('WIL')).toEqual(['1/1: 1']);
  });

  test('a card of the term before records nothing for this one', async () => {
    const lead = await bot.as('wiltshire.lead.2');
    const card = await lead.say('/evidence criteria');
    const before = await chain('WIL');
    bot.clock.set('2027-01-12T10:00:00Z');
    expect((await lead.press(card, 'Embedded')).text).toContain('a new term has begun since');
    expect(await chain('WIL')).toEqual(before);
  });
});

test('two who save at the same moment: one is first, the other is told, and nothing is written over', async () => {
  const [{ id: localityId }, lead, other] = [
    await place('NTC'),
    await bot.database.db.person.findUniqueOrThrow({ where: { email: 'northoftyne.lead@example.org' } }),
    await bot.database.db.person.findUniqueOrThrow({ where: { email: 'northoftyne.coordinator@example.org' } }),
  ];
  const part = (chosen: StepNumber): Part => ({ about: { kind: 'criterion', id: areaId(1) }, seen: 0, step: chosen, evidence: null });
  const save = (personId: string, chosen: StepNumber) =>
    inTransaction(bot.core.db, (tx) =>
      saveSteps({ tx, now: bot.core.now(), newId: bot.core.newId, personId }, { localityId, lens: 'self', round: '2026/27-autumn' }, [
        part(chosen),
      ]),
    );
  const done = await Promise.all([save(lead.id, 2), save(other.id, 4)]);
  expect(done.map(({ saved }) => saved.length).sort()).toEqual([0, 1]);
  const clash = done.flatMap(({ clashes }) => clashes);
  expect(clash).toHaveLength(1);
  expect(await chain('NTC')).toEqual([`1/1: ${clash[0]?.theirs.step}`]);
});

describe('on the page, in a meeting', () => {
  test('one button saves all that was written; nobody touched what stays; what is taken back is a new version', async () => {
    const who = visitor(site.origin);
    const address = recordAt('ROC', 'rochdale.lead');
    const page = await who.get(address);
    expect([page.status, heading(page)]).toEqual([200, 'How Rochdale sees itself, autumn term 2026']);
    for (const area of areas) for (const { text } of area.questions) expect(words(page)).toContain(text.replaceAll('&', '&amp;'));
    const saved = await who.post(address, {
      ...formOf(page),
      ...step(1, 3),
      ...shows(1, 'Five schools and the PRU'),
      ...step(3, 2),
      at: '3',
    });
    expect(saved.headers.location).toBe('/criteria/ROC?as=rochdale.lead%40example.org&record=self&said=saved#part-3');
    expect(await chain('ROC')).toEqual(['1/1: 3 Five schools and the PRU', '3/1: 2']);

    const again = await who.get(String(saved.headers.location).split('#')[0] as string);
    expect(words(again)).toContain('Recorded: 3 Developing, by Rochdale pilot lead, 19 November 2026.');
    const same = await who.post(address, { ...formOf(again), at: '1' });
    expect(same.headers.location).toContain('said=same');
    await who.post(address, { ...formOf(again), ...step(3, 'none'), at: '3' });
    expect(await chain('ROC')).toEqual(['1/1: 3 Five schools and the PRU', '3/1: 2', '3/2: none']);
    expect(section(await who.get(`/criteria/roc?${as('rochdale.lead')}`), 'lens-self')).toContain(
      'Clarity of partnership focus and approach Not recorded yet.',
    );
  });

  test('a sixth step, that there is not, is refused', async () => {
    const who = visitor(site.origin);
    const address = recordAt('WIL', 'wiltshire.lead');
    const before = await chain('WIL');
    const reply = await who.post(address, { ...formOf(await who.get(address)), ...step(1, 9 as never) });
    expect([reply.status, words(reply).includes('Choose one of the five steps.')]).toEqual([400, true]);
    expect(await chain('WIL')).toEqual(before);
  });

  test('what cannot be saved is given back with what is wrong, and the rest is saved', async () => {
    const who = visitor(site.origin);
    const address = recordAt('ROC', 'rochdale.coordinator');
    const page = await who.get(address);
    const before = await chain('ROC');
    const reply = await who.post(address, {
      ...formOf(page),
      ...shows(2, 'Words without a step <script>alert(1)</script>'),
      ...step(3, 5),
      ...shows(3, 'x'.repeat(1_001)),
      ...step(4, 4),
      ...shows(4, 'All of it\r\nin two lines'),
    });
    expect(reply.status).toBe(400);
    expect(words(reply)).toContain('The rest was saved.');
    expect(words(reply)).toContain('Choose a step for what you wrote.');
    expect(words(reply)).toContain('What you wrote has 1,001 characters; 1,000 fit.');
    expect(reply.text).not.toContain('<script>alert');
    expect(formOf(reply)[`evidence.${areaId(2)}`]).toBe('Words without a step <script>alert(1)</script>');
    expect(formOf(reply)[`evidence.${areaId(3)}`]).toBe('x'.repeat(1_001));
    expect((await chain('ROC')).slice(before.length)).toEqual(['4/1: 4 All of it\nin two lines']);
    const named = await who.post(address, {
      ...formOf(reply),
      ...shows(2, 'as for A123456789012, born 3 May 2015'),
      ...step(2, 2),
      ...step(3, 5),
      ...shows(3, ''),
    });
    expect(named.status).toBe(400);
    expect(named.text).not.toContain('born 3 May 2015');
    expect((await chain('ROC')).at(-1)).toBe('3/3: 5');
  });

  test('who comes second reads what the first saved beside their own words, and saves them over it or not', async () => {
    const [first, second] = [visitor(site.origin), visitor(site.origin)];
    const [lead, coordinator] = [recordAt('SHE', 'sheffield.lead'), recordAt('SHE', 'sheffield.coordinator')];
    const [opened, openedToo] = [await first.get(lead), await second.get(coordinator)];
    await first.post(lead, { ...formOf(opened), ...step(1, 4), ...shows(1, '91 % subscribe'), ...step(2, 3) });
    const told = await second.post(coordinator, {
      ...formOf(openedToo),
      ...step(1, 2),
      ...shows(1, 'Not every school reads it'),
      ...step(4, 3),
    });
    expect(told.status).toBe(400);
    expect(words(told)).toContain('Sheffield pilot lead saved 4 Established while you wrote. Yours is below and not saved yet');
    expect(words(told)).toContain('Theirs: 91 % subscribe');
    expect(formOf(told)[`evidence.${areaId(1)}`]).toBe('Not every school reads it');
    expect(formOf(told)[`step.${areaId(1)}`]).toBe('2');
    expect(await chain('SHE')).toEqual(['1/1: 4 91 % subscribe', '2/1: 3', '4/1: 3']);
    expect((await second.post(coordinator, formOf(told))).status).toBe(303);
    // Area 2 was not touched by the second: what the first saved there stands.
    expect(await chain('SHE')).toEqual(['1/1: 4 91 % subscribe', '2/1: 3', '4/1: 3', '1/2: 2 Not every school reads it']);

    // Control: a form that forgets what it has seen writes over the first one's words without a word.
    const careless = Object.fromEntries(
      Object.entries(formOf(openedToo)).map(([name, value]) => [name, name.startsWith('seen.') ? '2' : value]),
    );
    expect((await second.post(coordinator, { ...careless, ...step(1, 5), ...shows(1, '') })).status).toBe(303);
    expect((await chain('SHE')).at(-1)).toBe('1/3: 5');
  });

  test('a page that was open when the term changed saves nothing for the old one, and says for which it would', async () => {
    const who = visitor(site.origin);
    const address = recordAt('SHE', 'sheffield.lead');
    const page = await who.get(address);
    const before = await chain('SHE');
    bot.clock.set('2027-01-12T10:00:00Z');
    const asked = await who.post(address, { ...formOf(page), ...step(2, 5), ...shows(2, 'The mandate was renewed') });
    expect(asked.status).toBe(400);
    expect(words(asked)).toContain(
      'A new term has begun since you opened this page. Save again, and this is recorded for the spring term 2027.',
    );
    expect(await chain('SHE')).toEqual(before);
    expect((await who.post(address, { ...formOf(asked), ...step(1, 5) })).status).toBe(303);
    const shown = section(await who.get(`/criteria/SHE?${as('sheffield.lead')}`), 'lens-self');
    expect(shown).toContain('Spring term 2027: Developing → Embedded, since the autumn term 2026.');
    expect(shown).toMatch(/Autumn term 2026 Spring term 2027 .*Leadership and governance of the partnership 3 Developing 5 Embedded/u);
  });

  test('the questions are recorded once a school year, those of one area at a time, all 22 of them', async () => {
    const who = visitor(site.origin);
    let recorded = 0;
    const long = 'A survey of headteachers, and what they said.\n'.repeat(21).trim();
    for (const { position, questions } of areas) {
      const address = recordAt('SUR', 'surrey.lead', `&questions=${position}`);
      const page = await who.get(address);
      expect(heading(page)).toBe('How Surrey sees itself, school year 2026/27');
      const chosen = Object.fromEntries(questions.map(({ id }, at) => [`step.${id}`, String((at % 5) + 1)]));
      expect(
        (
          await who.post(address, {
            ...formOf(page),
            ...chosen,
            ...Object.fromEntries(questions.map(({ id }) => [`evidence.${id}`, long])),
          })
        ).status,
      ).toBe(303);
      recorded += questions.length;
    }
    expect(recorded).toBe(22);
    const { id } = await place('SUR');
    const rows = await bot.database.db.assessmentStep.findMany({ where: { localityId: id, aboutKind: 'question' } });
    expect([rows.length, new Set(rows.map(({ round }) => round))]).toEqual([22, new Set(['2026/27'])]);
    expect(new Set(rows.map(({ evidence }) => evidence))).toEqual(new Set([long]));
    bot.clock.set('2027-06-15T10:00:00Z'); // the same school year
    const shown = section(await who.get(`/criteria/SUR?${as('surrey.lead')}`), 'lens-self');
    for (const { questions } of areas)
      expect(shown).toContain(`Its ${questions.length} questions: ${questions.length} recorded for the school year 2026/27`);
    expect((await who.get(recordAt('SUR', 'surrey.lead', '&questions=5'))).status).toBe(404);
  });

  test('a form that another site sends saves nothing', async () => {
    const who = visitor(site.origin);
    const address = recordAt('COV', 'coventry.lead');
    const [form, before] = [formOf(await who.get(address)), await chain('COV')];
    expect((await who.post(address, { ...form, ...step(1, 1), csrf: 'A'.repeat(43) })).status).toBe(403);
    expect((await who.post(address, { ...form, ...step(1, 1) }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await chain('COV')).toEqual(before);
    expect((await who.post(address, { ...form, ...step(1, 1) })).status).toBe(303); // the control
  });
});

describe('two lenses', () => {
  const EVALUATORS = 'Governance is in place. Several respondents do not know who decides';
  const OWN = 'said in every hub, and by trusts that were not there a year ago';

  test('stand in sections of their own, each with its own change and evidence, and nothing is added up over localities', async () => {
    const page = await visitor(site.origin).get(`/criteria/WAK?${as('evaluator')}`);
    const [own, theirs] = [section(page, 'lens-self'), section(page, 'lens-evaluator')];
    expect([own.includes(OWN), own.includes(EVALUATORS), theirs.includes(OWN), theirs.includes(EVALUATORS)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(own).toContain('Summer term 2026: Developing → Established, since the spring term 2026.');
    expect(theirs).toContain('Summer term 2026: Established, recorded for the first time.');
    const all = await visitor(site.origin).get(`/criteria?${as('evaluator')}`);
    const order = [...all.text.matchAll(/<th scope="row"[^>]*><a [^>]*>([^<]*)</gu)].map(([, name]) => name);
    const places = await bot.database.db.locality.findMany({ orderBy: [{ pilot: { position: 'asc' } }, { position: 'asc' }] });
    expect(order).toEqual(places.map(({ name }) => name));
    for (const { word } of STEPS.slice(1)) expect(words(all)).not.toContain(word);
    expect(words(all)).not.toMatch(/average|mean|rank|\d\.\d/iu);
  });

  test('evaluators record theirs, and the locality’s own stays as it is', async () => {
    const who = visitor(site.origin);
    const own = await chain('WAK');
    const address = recordAt('WAK', 'evaluator', '', 'evaluator');
    const page = await who.get(address);
    expect((await who.post(address, { ...formOf(page), ...step(2, 3), ...shows(2, 'Seven interviews in October') })).status).toBe(303);
    expect((await chain('WAK', 'evaluator')).at(-1)).toBe('2/1: 3 Seven interviews in October');
    expect(await chain('WAK')).toEqual(own);
    const lead = section(await who.get(`/criteria/WAK?${as('wakefield.lead')}`), 'lens-evaluator');
    expect(lead).toContain('Autumn term 2026: Beginning → Developing, since the summer term 2026.');
  });

  test('what the evaluators record is for its readers elsewhere only once a text of theirs on that area was answered', async () => {
    const adviser = async (prefix: string) =>
      section(await visitor(site.origin).get(`/criteria/${prefix}?${as('pilot1.adviser')}`), 'lens-evaluator');
    expect(await adviser('WAK')).toContain('There is nothing here to see yet.');
    // Coventry has answered what was written on its focus in the summer: that area can be read, and no other.
    const coventry = await adviser('COV');
    expect(coventry).toContain('The issue was still being narrowed down when we interviewed.');
    expect(coventry).not.toContain('Strong moral purpose');
    // Whether they have recorded something in Wakefield this term is not told either.
    expect(words(await visitor(site.origin).get(`/criteria?${as('pilot1.adviser')}`))).toMatch(
      /Wakefield Not yet Nothing to see yet Nothing to see yet/u,
    );
    // Control: nothing but the rule keeps them apart.
    const { id } = await place('COV');
    const all = await inTransaction(bot.core.db, (tx) => stepsIn(tx, [id]));
    expect(all.filter(({ lens }) => lens === 'evaluator').map(({ answered }) => answered)).toEqual([false, false, true, false]);
    expect(all.some(({ evidence }) => evidence?.includes('Strong moral purpose'))).toBe(true);
  });

  test('a step that they record after the answer waits for another one: no lead has seen it yet', async () => {
    const { db } = bot.database;
    const adviser = async () => section(await visitor(site.origin).get(`/criteria/COV?${as('pilot1.adviser')}`), 'lens-evaluator');
    const { id } = await place('COV');
    const {
      id: _,
      seq: __,
      ...was
    } = await db.assessmentStep.findFirstOrThrow({
      where: { localityId: id, lens: 'evaluator', aboutId: areaId(3) },
    });
    await db.assessmentStep.create({
      data: {
        ...was,
        id: bot.core.newId(),
        version: 2,
        step: 5,
        evidence: 'Seen in November',
        recordedAt: new Date('2026-11-19T12:00:00Z'),
      },
    });
    expect(await adviser()).not.toContain('Seen in November');
    const lead = await visitor(site.origin).get(`/criteria/COV?${as('coventry.lead')}`);
    expect(section(lead, 'lens-evaluator'), 'control: who answers sees it at once').toContain('Seen in November');
    const { findingId, version } = await db.findingAnswer.findFirstOrThrow({ where: { finding: { finding: { localityId: id } } } });
    await db.findingAnswer.create({
      data: { id: bot.core.newId(), findingId, version, kind: 'agree', recordedAt: new Date('2026-11-19T13:00:00Z') },
    });
    expect(await adviser()).toContain('Seen in November');
  });

  test('evaluators see who recorded a step as a role, those who work together by their post', async () => {
    const who = visitor(site.origin);
    const address = recordAt('EAL', 'ealing.lead');
    const { headers } = await who.post(address, { ...formOf(await who.get(address)), ...step(4, 5) });
    expect(headers.location).toContain('said=saved');
    expect(section(await who.get(`/criteria/EAL?${as('evaluator')}`), 'lens-self')).toContain('Recorded by a pilot lead, 19 November 2026');
    expect((await who.get(`/criteria/EAL?${as('evaluator')}`)).text).not.toContain('Ealing pilot lead');
    expect(section(await who.get(`/criteria/EAL?${as('pilot3.adviser')}`), 'lens-self')).toContain('Recorded by Ealing pilot lead');
  });
});

/** Who: reads Wakefield's criteria, records its own view, records the evaluators'. */
const PEOPLE: [string, { reads: boolean; self: boolean; evaluator: boolean }][] = [
  ['wakefield.lead', { reads: true, self: true, evaluator: false }],
  ['wakefield.coordinator', { reads: true, self: true, evaluator: false }],
  ['programme.coordinator', { reads: true, self: true, evaluator: false }],
  ['pilot1.adviser', { reads: true, self: false, evaluator: false }],
  ['evaluator', { reads: true, self: false, evaluator: true }],
  ['wakefield.head.1', { reads: false, self: false, evaluator: false }],
  ['coventry.lead', { reads: false, self: false, evaluator: false }],
  ['pilot2.adviser', { reads: false, self: false, evaluator: false }],
  ['admin', { reads: false, self: false, evaluator: false }],
];

test.each(PEOPLE)('%s finds and records only what is theirs, whatever is sent', async (name, its) => {
  const who = visitor(site.origin);
  expect((await who.get(`/criteria/WAK?${as(name)}`)).status).toBe(its.reads ? 200 : 404);
  for (const lens of ['self', 'evaluator'] as const) {
    const address = recordAt('WAK', name, '', lens);
    expect((await who.get(address)).status).toBe(its[lens] ? 200 : 404);
    const before = await chain('WAK', lens);
    const csrf = field(await who.get(`/chat?${as(name)}`), 'csrf');
    const sent = { csrf, lens, round: '2026/27-autumn', [`seen.${areaId(1)}`]: '0', ...step(1, 1), ...shows(1, `by ${name}`) };
    const reply = await who.post(address, sent);
    expect(reply.status === 404).toBe(!its[lens]);
    if (!its[lens]) expect(await chain('WAK', lens)).toEqual(before);
  }
  const chat = await (await bot.as(name)).say('/evidence criteria wakefield');
  if (!its.reads && !name.endsWith('lead'))
    expect(chat.title).toBe(
      name === 'pilot2.adviser'
        ? 'The criteria of North of Tyne are on their own pages.'
        : 'The criteria are read by those who lead, coordinate, advise or evaluate a locality.',
    );
  if (name === 'coventry.lead') expect(chat.title).toContain('I do not know the locality');
});

test('whose role has ended finds nothing any more, and a card of before saves nothing', async () => {
  const { db } = bot.database;
  const lead = await bot.as('coventry.lead.2');
  const card = await lead.press(await lead.say('/evidence criteria'), 'Change');
  const person = await db.person.findUniqueOrThrow({ where: { email: 'coventry.lead.2@example.org' } });
  const before = await chain('COV');
  await db.role.updateMany({ where: { personId: person.id }, data: { to: new Date('2026-11-18') } });
  expect((await visitor(site.origin).get(`/criteria/COV?${as('coventry.lead.2')}`)).status).toBe(404);
  expect((await lead.press(card, 'Embedded')).title).toContain('Nothing was saved.');
  expect(await chain('COV')).toEqual(before);
});

test('a round is the term or the school year of a day, and each is compared with the last one before it in which something was recorded', () => {
  const day = (iso: string) =>
    bot.core
      .now()
      .toZonedDateTimeISO('UTC')
      .toPlainDate()
      .with({ year: Number(iso.slice(0, 4)), month: Number(iso.slice(5, 7)), day: Number(iso.slice(8)) });
  expect([
    roundOf('criterion', day('2026-12-25')).key,
    roundOf('criterion', day('2027-01-08')).key,
    roundOf('criterion', day('2027-08-31')).key,
  ]).toEqual(['2026/27-autumn', '2026/27-spring', '2026/27-summer']);
  expect([roundOf('question', day('2026-08-31')).key, roundOf('question', day('2026-09-01')).key]).toEqual(['2025/26', '2026/27']);
  const [spring, autumn] = [
    { round: '2025/26-spring', step: 3 as const },
    { round: '2026/27-autumn', step: 4 as const },
  ];
  expect(changesBetween([spring, autumn])).toEqual([
    { now: spring, before: undefined },
    { now: autumn, before: spring },
  ]);
});

describe('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('the pages can be read and used at 320 and at 1280 pixels, and without JavaScript', async () => {
    const page = await browser.newPage();
    for (const address of [`/criteria?${as('evaluator')}`, `/criteria/WAK?${as('evaluator')}`, recordAt('WAK', 'wakefield.lead')])
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${site.origin}${address}`);
        expect((await axe(page)).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
      }
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))");
    expect((await axe(page)).violations.map(({ id }) => id)).toEqual(['image-alt']); // the control

    const plain = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } })).newPage();
    await plain.goto(`${site.origin}${recordAt('WIL', 'wiltshire.coordinator')}`);
    const area = plain.getByRole('group', { name: AREAS[1] });
    await area.getByRole('radio', { name: '3 Developing' }).check();
    await plain.getByLabel(`What shows it? (optional) ${AREAS[1]}`).fill('Four transition points');
    await plain.getByLabel(`What shows it? (optional) ${AREAS[1]}`).press('Tab');
    await plain.keyboard.press('Enter');
    await plain.getByText('Saved. You can go on, or come back later: nothing is lost.').waitFor();
    expect((await chain('WIL')).at(-1)).toBe('2/1: 3 Four transition points');
  });
});
