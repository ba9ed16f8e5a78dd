import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { clearPlan, ratingsIn, setPlan } from '../support/plan.ts';

// Leads and coordinators make the plan and change it; owners do its steps and say when it is done. Nothing is overwritten unseen.

let bot: TestBot;
let lead: Awaited<ReturnType<TestBot['as']>>;
let coordinator: typeof lead;
let head: typeof lead;
let earlyhelp: typeof lead;
let ids: Record<string, string>;

const STEPS = [
  { text: 'Agree the form', due: '2026-12-04', done: null },
  { text: 'Train the hubs', due: null, done: null },
];

beforeAll(async () => {
  bot = await testBot();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
  head = await bot.as('wakefield.head.1');
  earlyhelp = await bot.as('wakefield.earlyhelp');
});
afterAll(() => bot.close());
beforeEach(async () => {
  bot.clock.set('2026-11-19T14:00:00Z');
  await bot.database.db.news.deleteMany();
  ids = await setPlan(bot, [
    {
      number: 7,
      title: 'Recruit two education welfare officers',
      owner: 'wakefield.earlyhelp',
      ratings: [{ rating: 'red', at: '2026-11-12', by: 'wakefield.earlyhelp', reason: 'two failed adverts', remedy: 'a joint post' }],
    },
    {
      number: 12,
      title: 'Share early-help data with hubs',
      owner: 'wakefield.head.1',
      deputy: 'wakefield.earlyhelp',
      due: '2026-12-18',
      successMeasure: 'Every hub reads it each week',
      steps: STEPS,
      ratings: [{ rating: 'amber', at: '2026-11-12', by: 'wakefield.head.1', reason: 'waiting for health' }],
    },
  ]);
});

const versions = (code: string) =>
  bot.database.db.actionVersion.findMany({ where: { actionId: ids[code] as string }, orderBy: { version: 'asc' } });
const news = async (name: string) => {
  const person = await bot.database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
  return (await bot.database.db.news.findMany({ where: { personId: person.id, seenAt: null }, orderBy: { at: 'asc' } })).map(
    ({ text }) => text,
  );
};
const fieldOf = (on: Awaited<ReturnType<typeof lead.say>>, name: string) => on.form().fields.find((field) => field.name === name)?.value;

describe('a new action', () => {
  test('is made in one form: its date moved to a working day and said so, its steps with theirs, its owner told', async () => {
    const form = await lead.say('/rag new Walking buses to school');
    expect(fieldOf(form, 'title')).toBe('Walking buses to school');
    const added = await lead.submit(form, {
      successMeasure: 'Ten schools have one',
      due: '1 January',
      owner: 'Headteacher, Wakefield 1',
      deputy: 'me',
      kpis: 'attendance, persistent absence',
      steps: '- Choose the routes by 4 December\n2. Find walkers\n✓ Ask the council',
    });
    expect(added.title).toBe('WAK-13 Walking buses to school: added in Wakefield');
    expect(added.text).toContain('1 January is a bank holiday: moved to Monday 4 January.');
    expect(added.text).toContain('Choose the routes by Friday 4 December 2026; Find walkers; ✓ Ask the council');
    expect(added.text).toContain('Attendance, Persistent absence');
    expect(await news('wakefield.head.1')).toEqual([
      'WAK-13 Walking buses to school is yours now, due Monday 4 January 2027: given to you by Wakefield pilot lead.',
    ]);
    const shown = await head.say('/rag');
    expect(shown.text).toContain('News for you');
    expect((await head.press(shown, 'Got it')).text).not.toContain('News for you');
    expect((await head.say('/commoncause')).text).not.toContain('News for you');
  });

  test.each([
    ['no title', { title: ' ' }, { title: 'Say in one line what is to be done.' }],
    ['a title that is too long', { title: 'x'.repeat(151) }, { title: expect.stringContaining('at most 150 characters; this has 151') }],
    ['a pupil in the title', { title: 'Meet Sam Smith born 3 May 2014' }, { title: expect.stringContaining('looks as if it has a pupil') }],
    ['a control character', { title: 'a\u0001b' }, { title: expect.stringContaining('cannot be kept') }],
    ['a day that is no day', { due: 'when we can' }, { due: 'Write a day, as in 1 March, next Friday or end of term.' }],
    ['a day in the past', { due: '1 March 2020' }, { due: 'Sunday 1 March 2020 is past. Give a later date.' }],
    ['a day far away', { due: '1 March 2072' }, { due: expect.stringContaining('more than ten years away') }],
    ['an owner whom nobody knows', { owner: 'Nobody Atall' }, { owner: 'Nobody in Wakefield is called “Nobody Atall”.' }],
    [
      'an owner who could be several',
      { owner: 'Headteacher' },
      { owner: expect.stringMatching(/^Which one\? Headteacher, Wakefield 1, /u) },
    ],
    ['a deputy who is the owner', { owner: 'me', deputy: 'me' }, { deputy: 'Choose somebody else than the owner.' }],
    [
      'a KPI that there is none of',
      { kpis: 'attendance, zzzzzz' },
      { kpis: expect.stringContaining('There is no KPI called “zzzzzz” there.') },
    ],
    ['a project that there is none of', { project: 'zzzzzz' }, { project: expect.stringContaining('There is no project called “zzzzzz”') }],
    ['a criterion that there is none of', { criterion: 'zzzzzz' }, { criterion: 'Choose one of the list.' }],
    [
      'a success measure that is too long',
      { successMeasure: 'x'.repeat(1001) },
      { successMeasure: 'This has 1,001 characters; 1,000 fit.' },
    ],
    [
      'a step in the past',
      { steps: 'Ask them\nTell them by 1 March 2020' },
      { steps: 'Step 2: Sunday 1 March 2020 is past. Give a later date.' },
    ],
    [
      'too many steps',
      { steps: Array.from({ length: 21 }, (_, at) => `step ${at}`).join('\n') },
      { steps: 'At most 20 steps fit; these are 21.' },
    ],
  ])('%s is said at its field, and nothing is saved', async (_, values, expected) => {
    const wrong = await lead.submit(await lead.say('/rag new Walking buses'), values as Record<string, string>);
    expect(wrong.fields()).toEqual(expected);
    expect(await bot.database.db.action.count()).toBe(2);
  });

  test('a form that is sent twice, or twice at once, makes one action and gives the same answer', async () => {
    const form = await lead.say('/rag new Walking buses');
    const answers = await Promise.all([lead.submit(form, {}), lead.submit(form, {})]);
    answers.push(await lead.submit(form, {}));
    expect(new Set(answers.map(({ title }) => title))).toEqual(new Set(['WAK-13 Walking buses: added in Wakefield']));
    expect(await bot.database.db.action.count()).toBe(3);
  });

  test('a form that is sent again with corrections saves them, over nothing that others changed meanwhile', async () => {
    const form = await lead.say('/rag new Walking buses to school');
    const first = { owner: 'Headteacher, Wakefield 1', due: '1 March' };
    await lead.submit(form, first);
    const corrected = await lead.submit(form, { ...first, due: '8 March', title: 'Walking buses to ten schools' });
    expect(corrected.title).toBe('WAK-13 Walking buses to ten schools: saved');
    expect(corrected.text).toContain('Monday 1 March 2027 → Monday 8 March 2027');
    await coordinator.say('/rag 13 due 15 March');
    await lead.submit(form, { ...first, due: '8 March', title: 'Walking buses' });
    expect(await bot.database.db.actionVersion.findFirst({ where: { title: 'Walking buses' } })).toMatchObject({
      due: new Date('2027-03-15'),
    });
    const wrong = await lead.submit(form, { ...first, title: 'Walking buses', owner: 'Nobody Atall' });
    expect(wrong.fields().owner).toContain('Nobody in Wakefield is called');
    expect(wrong.title).toBe('Edit an action');
  });

  test('two made at once have a number each', async () => {
    const forms = [await lead.say('/rag new One'), await coordinator.say('/rag new Two')] as const;
    const made = await Promise.all([lead.submit(forms[0], {}), coordinator.submit(forms[1], {})]);
    expect(made.map(({ title }) => title.slice(0, 6)).sort()).toEqual(['WAK-13', 'WAK-14']);
  });

  test('an owner who has left is not given anything more', async () => {
    await bot.database.db.person.update({ where: { email: 'wakefield.police@example.org' }, data: { leftOn: new Date('2026-11-01') } });
    const wrong = await lead.submit(await lead.say('/rag new Walking buses'), { owner: 'Police partnership officer, Wakefield' });
    expect(wrong.fields()).toEqual({ owner: 'Police partnership officer, Wakefield has left. Choose somebody who works there now.' });
    expect((await lead.say('/rag 12 owner Police partnership officer, Wakefield')).title).toBe(
      'Nothing was changed. Police partnership officer, Wakefield has left Wakefield. Choose somebody who works there now.',
    );
    await bot.database.db.person.update({ where: { email: 'wakefield.police@example.org' }, data: { leftOn: null } });
  });

  test('a partner is told who adds actions, with one press to raise it', async () => {
    const refused = await head.say('/rag new Walking buses');
    expect(refused.title).toBe('Nothing was changed. Actions are added by the pilot lead or the coordinator of the locality.');
    expect(refused.labels).toEqual(['Raise a worry']);
    expect((await head.press(refused, 'Raise a worry')).form().title).toBe('Raise a worry');
  });
});

describe('editing', () => {
  test('opens with what is, writes what changed, and says it from old to new', async () => {
    const form = await lead.say('/rag edit 12');
    expect(Object.fromEntries(form.form().fields.map(({ name, value }) => [name, value ?? '']))).toMatchObject({
      title: 'Share early-help data with hubs',
      due: 'Friday 18 December 2026',
      owner: 'Headteacher, Wakefield 1',
      steps: 'Agree the form by Friday 4 December 2026\nTrain the hubs',
    });
    const saved = await lead.submit(form, {
      title: 'Share early-help data with all hubs',
      criterion: fieldOf(form, 'criterion') as string,
    });
    expect(saved.title).toBe('WAK-12 Share early-help data with all hubs: saved');
    expect(saved.text).toContain('Share early-help data with hubs → Share early-help data with all hubs');
    expect((await versions('WAK-12')).map(({ version, change }) => `${version} ${change}`)).toEqual(['1 created', '2 edited']);
    expect((await lead.submit(await lead.say('/rag 12 edit'), {})).title).toContain('it is as you wrote it');
    expect(await versions('WAK-12')).toHaveLength(2);
  });

  test('a date that has passed meanwhile does not stand in the way of another change', async () => {
    bot.clock.set('2027-01-05T10:00:00Z');
    const saved = await lead.submit(await lead.say('/rag 12 edit'), { successMeasure: 'Every hub' });
    expect(saved.title).toContain('saved');
    expect((await versions('WAK-12')).at(-1)?.due?.toISOString().slice(0, 10)).toBe('2026-12-18');
  });

  test('what others changed while the form was open stays, and is said', async () => {
    const form = await lead.say('/rag 12 edit');
    await coordinator.say('/rag 12 due 1 March');
    const saved = await lead.submit(form, { title: 'Share data with hubs' });
    expect(saved.text).toContain('Due: Wakefield coordinator changed this meanwhile, to: Monday 1 March 2027. It stays so.');
    expect((await versions('WAK-12')).at(-1)).toMatchObject({ title: 'Share data with hubs', due: new Date('2027-03-01'), version: 3 });
  });

  test('a form that is refused for a mistake says what others changed meanwhile, so that sending it again overwrites nothing unseen', async () => {
    const form = await lead.say('/rag 12 edit');
    await coordinator.submit(await coordinator.say('/rag 12 edit'), { title: 'Share data with hubs' });
    const refused = await lead.submit(form, { due: '31 February' });
    expect(refused.fields()).toEqual({
      due: expect.any(String),
      title: 'Wakefield coordinator changed this meanwhile, to: Share data with hubs. To change it back to what stands here, save again.',
      meanwhile: expect.stringContaining('WAK-12 was changed while you had it open'),
    });
  });

  test('what both changed is asked at its field before anything is saved, and saved when it is sent again', async () => {
    const form = await lead.say('/rag 12 edit');
    await coordinator.submit(await coordinator.say('/rag 12 edit'), { title: 'Share data with hubs' });
    const asked = await lead.submit(form, { title: 'Share data with schools' });
    expect(asked.fields()).toMatchObject({
      title: 'Wakefield coordinator changed this meanwhile, to: Share data with hubs. To change it back to what stands here, save again.',
      meanwhile: expect.stringContaining('WAK-12 was changed while you had it open'),
    });
    expect(await versions('WAK-12')).toHaveLength(2);
    const saved = await lead.submit(asked, {});
    expect(saved.text).toContain('Share data with hubs → Share data with schools');
  });

  test('the owner may not change what the action is, and an evaluator is offered nothing that is not theirs', async () => {
    expect((await head.say('/rag 12 edit')).title).toBe(
      'Nothing was changed. WAK-12 is edited by the pilot lead or the coordinator of Wakefield.',
    );
    const evaluator = await bot.as('evaluator');
    const refused = await evaluator.say('/rag WAK-12 edit');
    expect(refused.title).toContain('Nothing was changed.');
    expect(refused.labels).toEqual([]);
  });

  test('what cannot be seen does not exist', async () => {
    const elsewhere = await bot.as('rochdale.lead');
    expect((await elsewhere.say('/rag WAK-12 edit')).title).toContain('There is no WAK-12 that you can see');
    expect((await lead.say('/rag 99 due 1 March')).title).toContain('There is no WAK-99 that you can see');
  });
});

describe('owner and deputy', () => {
  test('whoever has it now is told, and whoever had it; their own doing is no news', async () => {
    const given = await lead.say('/rag 12 owner wakefield.charity@example.org');
    expect(given.title).toBe('WAK-12 Share early-help data with hubs: owner Charity partner, Wakefield');
    expect(await news('wakefield.charity')).toEqual([
      'WAK-12 Share early-help data with hubs is yours now, due Friday 18 December 2026: given to you by Wakefield pilot lead.',
    ]);
    expect(await news('wakefield.head.1')).toEqual([
      'WAK-12 Share early-help data with hubs is not yours any more, it belongs to Charity partner, Wakefield now: changed by Wakefield pilot lead.',
    ]);
    await lead.say('/rag 12 owner me');
    expect(await news('wakefield.lead')).toEqual([]);
    expect((await versions('WAK-12')).map(({ change }) => change)).toEqual(['created', 'owner', 'owner']);
  });

  test('given there and back, only what is true now is told', async () => {
    await lead.say('/rag 12 owner wakefield.charity@example.org');
    await lead.say('/rag 12 owner wakefield.head.1@example.org');
    expect(await news('wakefield.head.1')).toEqual([expect.stringContaining('is yours now')]);
    expect(await news('wakefield.charity')).toEqual([expect.stringContaining('is not yours any more')]);
  });

  test('“Got it” clears what was shown, and not what came meanwhile', async () => {
    await lead.say('/rag 12 owner wakefield.charity@example.org');
    const charity = await bot.as('wakefield.charity');
    const shown = await charity.say('/rag');
    await lead.say('/rag 7 owner wakefield.charity@example.org');
    const after = await charity.press(shown, 'Got it');
    expect(after.text).not.toContain('WAK-12 Share early-help data with hubs is yours now');
    expect(after.text).toContain('WAK-7 Recruit two education welfare officers is yours now');
    // The same press again clears nothing more, and nobody clears another's.
    await charity.press(shown, 'Got it');
    expect(await news('wakefield.charity')).toHaveLength(1);
  });

  test('nobody, and who stands in becomes the owner', async () => {
    const nobody = await lead.say('/rag 12 deputy nobody');
    expect(nobody.title).toBe('WAK-12 Share early-help data with hubs: nobody stands in');
    expect((await lead.say('/rag 12 owner nobody')).text).toContain('without an owner');
    await lead.say('/rag 7 deputy wakefield.head.1@example.org');
    const moved = await lead.say('/rag 7 owner wakefield.head.1@example.org');
    expect(moved.text).toContain('Nobody stands in now.');
    expect((await lead.say('/rag 7 deputy wakefield.head.1@example.org')).title).toContain('somebody else has to stand in');
  });

  test('several of a name are asked, and the button is that one', async () => {
    const asked = await lead.say('/rag 12 owner headteacher');
    expect(asked.title).toContain('which one do you mean?');
    expect(asked.text).toMatch(/Headteacher, Wakefield 1 .*\n.*Headteacher, Wakefield 10 /u);
    expect((await lead.press(asked, 'This one')).title).toContain('its owner stays');
  });

  test('somebody whom nobody knows there can be invited', async () => {
    const refused = await lead.say('/rag 12 owner Dr Who');
    expect(refused.title).toBe('Nothing was changed. Nobody in Wakefield is called “Dr Who”. If they are new, invite them first.');
    expect((await lead.press(refused, 'Invite people')).form().title).toBe('Invite people');
    expect(await versions('WAK-12')).toHaveLength(1);
  });
});

describe('done', () => {
  test('what shows it is asked, with the success measure; open steps are asked about; then it is complete', async () => {
    const form = await head.say('/rag done 12');
    expect(form.text).toContain('It is done when: Every hub reads it each week');
    expect((await head.submit(form, {})).fields()).toEqual({
      shows: 'Say in a sentence what shows that it is done.',
      steps: 'Choose what of the steps that are open.',
    });
    expect((await head.submit(form, { shows: 'x', steps: 'done', evidence: 'javascript:alert(1)' })).fields()).toEqual({
      evidence: 'Write a whole link, as in https://example.org/minutes.',
    });
    expect(await ratingsIn(bot, ids['WAK-12'])).toHaveLength(1);
    const done = await head.submit(form, { shows: 'All five hubs log in weekly', steps: 'done', evidence: 'https://example.org/log' });
    expect(done.title).toBe('WAK-12 Share early-help data with hubs: Amber → Complete (you)');
    expect(done.text).toContain('The 2 open steps are done too.');
    expect(await ratingsIn(bot, ids['WAK-12'])).toEqual(['v1 amber, waiting for health', 'v2 complete, All five hubs log in weekly']);
    expect((await lead.say('/rag 12')).text).toContain('All five hubs log in weekly. Evidence: https://example.org/log');
    const again = await head.submit(form, { shows: 'All five hubs log in weekly', steps: 'done' });
    expect(again.title).toContain('complete already');
    expect(await ratingsIn(bot, ids['WAK-12'])).toHaveLength(2);
  });

  test('without open steps nothing is asked of them, and words behind it are the answer already', async () => {
    const form = await earlyhelp.say('/rag 7 done both started on Monday');
    expect(form.form().fields.map(({ name }) => name)).toEqual(['shows', 'evidence']);
    expect(fieldOf(form, 'shows')).toBe('both started on Monday');
    expect((await earlyhelp.submit(form, {})).title).toContain('Red → Complete (you)');
  });

  test('somebody else’s action is not mine to complete, and I may raise it', async () => {
    const refused = await head.say('/rag 7 done');
    expect(refused.title).toBe('Nothing was changed. WAK-7 is not yours. It belongs to: Early help manager, Wakefield.');
    expect(refused.labels).toEqual(['Raise a worry']);
  });

  test('who rated while the form was open is told of, and both are kept', async () => {
    const form = await earlyhelp.say('/rag 12 done');
    await head.say('/rag 12 amber still waiting');
    const done = await earlyhelp.submit(form, { shows: 'It works', steps: 'open' });
    expect(done.text).toContain('Meanwhile Headteacher, Wakefield 1 said amber, 14:00: still waiting. Both are kept.');
    expect(done.text).toContain('2 steps left open.');
  });
});

describe('on hold, stopped, open again', () => {
  test('who decided it, when, and what was learned are kept', async () => {
    const form = await lead.say('/rag 12 stop');
    expect((await lead.submit(form, { decidedOn: '2026-11-20' })).fields()).toEqual({
      decidedBy: 'Say who decided it: a board, a meeting, a post.',
      decidedOn: 'Friday 20 November 2026 is still to come: a decision is of today or before.',
      learned: 'Say in a sentence what was learned, so that others can use it.',
    });
    const stopped = await lead.submit(form, { decidedBy: 'the board', decidedOn: '2026-11-17', learned: 'Hubs need people before data.' });
    expect(stopped.title).toBe('WAK-12 Share early-help data with hubs: Amber → Stopped (you)');
    expect(stopped.text).toContain('Decided by the board on Tuesday 17 November 2026. What was learned: Hubs need people before data.');
    const [row] = await bot.database.db.rating.findMany({ where: { rating: 'stopped' } });
    expect(row).toMatchObject({ decidedBy: 'the board', decidedOn: new Date('2026-11-17'), reason: 'Hubs need people before data.' });
    expect((await lead.say('/rag 12')).text).toContain('Decided by: the board, 17 Nov.');
    expect((await lead.say('/rag 12 stop')).title).toContain('stopped already, since 19 Nov');
    expect((await lead.say('/rag 12 due 1 March')).title).toContain('WAK-12 is stopped, so its date stays as it was.');
    const opened = await lead.press(stopped, 'Open it again');
    expect((await lead.press(opened, 'Green')).title).toContain('Stopped → Green (you)');
  });

  test('it rests by decision of those who lead the plan, not of its owner', async () => {
    expect((await head.say('/rag 12 hold')).title).toBe(
      'Nothing was changed. WAK-12 is put on hold by the pilot lead or the coordinator of Wakefield.',
    );
    const rests = await coordinator.submit(await coordinator.say('/rag hold 12 waiting for the new head'), { decidedBy: 'Board' });
    expect(rests.title).toContain('Amber → On hold (you)');
  });
});

test('to open what is open already says so, and a press rates it', async () => {
  const open = await head.say('/rag 12 reopen');
  expect(open.text).toContain('It is open already: a press rates it.');
  await head.submit(await head.say('/rag 12 done'), { shows: 'It works', steps: 'open' });
  expect((await head.say('/rag 12 reopen')).text).toContain('One press opens it again.');
});

test('every verb about an action is named in its help, and the rest is one press from its card', async () => {
  const help = await lead.say('/rag help');
  expect(help.card().parts).toMatchObject([{ type: 'list', items: { length: 6 } }]);
  for (const verb of Object.keys(bot.commands.find(({ name }) => name === 'rag')?.verbs ?? {}))
    expect(help.text).toMatch(new RegExp(`\\b${verb}`, 'u'));
  for (const verb of 'done due owner deputy edit hold stop reopen step undo comment raise history why'.split(' '))
    expect(help.text).toMatch(new RegExp(`\\b${verb}\\b`, 'u'));
  expect(help.text).toContain('type /rag 12 and press More.');
  expect((await head.say('/rag 12')).labels).toContain('More');
});

describe('steps', () => {
  test('are done by their number and undone again, by the owner too', async () => {
    expect((await head.say('/rag 12 step 1 done')).title).toBe('WAK-12 Share early-help data with hubs: step 1 done, 1 open');
    expect((await head.say('/rag 12 step 1')).title).toContain('step 1 was done on 19 Nov already');
    expect((await head.say('/rag 12 undo step 1')).title).toContain('step 1 is open again');
    expect((await head.say('/rag 12 step 9')).text).toContain('there is no step 9; it has 2 steps. Nothing was saved');
    expect((await head.say('/rag 12 step soon')).title).toContain('“soon” is no step of WAK-12');
    await head.say('/rag step 12 1');
    const all = await head.say('/rag 12 step 2');
    expect(all.title).toContain('all steps are done');
    expect((await head.press(all, 'It is complete')).form().fields.map(({ name }) => name)).toEqual(['shows', 'evidence']);
  });

  test('a button from before the steps were written anew saves nothing', async () => {
    const list = await head.say('/rag 12 step');
    await lead.submit(await lead.say('/rag 12 edit'), { steps: 'Something else first\nAgree the form by Friday 4 December 2026' });
    expect((await head.press(list, 'Done')).title).toContain('changed since you looked; nothing was saved');
    expect((await versions('WAK-12')).at(-1)?.steps).toEqual([
      { text: 'Something else first', due: null, done: null },
      { text: 'Agree the form', due: '2026-12-04', done: null },
    ]);
  });
});

describe('comments', () => {
  test('with a link at the end are both kept, once', async () => {
    const said = await head.say('/rag 12 comment the board agreed https://example.org/minutes');
    expect(said.title).toBe('WAK-12 Share early-help data with hubs: your comment is saved');
    await head.say('/rag 12 comment the board agreed https://example.org/minutes');
    expect(await bot.database.db.actionComment.findMany()).toMatchObject([
      { text: 'the board agreed', evidence: 'https://example.org/minutes' },
    ]);
    expect((await lead.say('/rag 12')).text).toContain('the board agreed');
  });

  test('a link that nobody can open from here is kept as words, and that is said', async () => {
    const said = await head.say('/rag 12 comment minutes are at ftp://example.org/minutes');
    expect(said.text).toContain('The link is kept as words: evidence that others can open begins with https://');
    expect((await head.say('/rag 12 comment see the minutes: no links')).text).not.toContain('kept as words');
  });

  test('a comment that is too long or names a pupil is refused whole', async () => {
    expect((await head.say(`/rag 12 comment ${'x'.repeat(1001)}`)).title).toContain('1,001 characters; 1,000 fit');
    expect((await head.say('/rag 12 comment Sam Smith born 3 May 2014 was away')).title).toContain('Not saved.');
    const form = await head.press(await head.say('/rag 12 comment'), 'Write a comment');
    expect((await head.submit(form, {})).fields()).toEqual({ text: 'Write a comment, or give a link.' });
    expect((await head.submit(form, { evidence: 'https://example.org/photo' })).title).toContain('saved');
    expect(await bot.database.db.actionComment.count()).toBe(1);
  });
});

test('every first line and label fits every platform', async () => {
  await clearPlan(bot);
  ids = await setPlan(bot, [
    {
      number: 12,
      title: 'x'.repeat(150),
      owner: 'wakefield.head.1',
      due: '2026-12-18',
      steps: [{ text: 'y'.repeat(150), due: null, done: null }],
    },
  ]);
  for (const words of [
    'due 1 March',
    'owner headteacher',
    'owner me',
    'deputy nobody',
    'step',
    'step 1',
    'undo step 1',
    'comment hello',
    'reopen',
    'due',
    'owner',
    'due soonish',
  ]) {
    const { title, labels } = await lead.say(`/rag 12 ${words}`);
    expect([...title].length, title).toBeLessThanOrEqual(150);
    for (const label of labels) expect([...label].length, label).toBeLessThanOrEqual(30);
  }
});

describe('in several localities', () => {
  test('a new action asks for its locality first, and takes that locality’s people, KPIs and projects', async () => {
    const everywhere = await bot.as('programme.coordinator');
    const form = await everywhere.say('/rag new Walking buses');
    expect(form.form().fields[0]).toMatchObject({ name: 'locality', kind: 'choice' });
    expect((await everywhere.submit(form, { locality: 'nowhere' })).fields()).toEqual({ locality: 'Choose a locality.' });
    const rochdale = await bot.database.db.locality.findFirstOrThrow({ where: { name: 'Rochdale' }, include: { projects: true } });
    const wrong = await everywhere.submit(form, { locality: rochdale.id, owner: 'Headteacher, Wakefield 1', project: 'zzzz' });
    expect(wrong.fields()).toMatchObject({ owner: 'Nobody in Rochdale is called “Headteacher, Wakefield 1”.' });
    const added = await everywhere.submit(form, { locality: rochdale.id, project: rochdale.projects[0]?.name.toUpperCase() ?? '' });
    expect(added.title).toBe('ROC-1 Walking buses: added in Rochdale');
  });

  test('a number that several have is asked, and the words go on with the button', async () => {
    ids = await setPlan(bot, [
      { number: 12, title: 'Here' },
      { number: 12, title: 'There', locality: 'Rochdale' },
    ]);
    const everywhere = await bot.as('programme.coordinator');
    const asked = await everywhere.say('/rag 12 due 1 March');
    expect(asked.title).toContain('Which one do you mean?');
    expect((await everywhere.press(asked, 'ROC-12')).title).toBe('ROC-12 There: due Monday 1 March 2027');
    const raised = await everywhere.press(await everywhere.say('/rag 12 raise it is late'), 'WAK-12');
    expect(raised.title).toContain('Raised with the coordinator of Wakefield');
    await bot.database.db.worry.deleteMany();
  });
});

test('on Slack a mention is the person, and one whom nobody knows is not shown by an id', async () => {
  const { db } = bot.database;
  const link = async (name: string, user: string) =>
    db.identity.create({
      data: {
        id: bot.core.newId(),
        person: { connect: { email: `${name}@example.org` } },
        platform: 'slack',
        tenant: 'T1',
        user,
        linkedAt: new Date('2026-11-01'),
        how: 'code',
      },
    });
  await link('wakefield.lead', 'ULEAD');
  await link('wakefield.charity', 'UCHARITY');
  const slack = bot.conversation(
    { platform: 'slack', tenant: 'T1', user: 'ULEAD' },
    { kind: 'channel', conversation: 'C1', seenByOthers: false },
  );
  expect((await slack.say('/rag 12 owner <@UCHARITY|charity>')).title).toContain('owner Charity partner, Wakefield');
  const refused = await slack.say('/rag 12 deputy <@UNOBODY>');
  expect(refused.title).toContain('The person you mentioned is not linked to a post in Wakefield.');
  expect(refused.text).not.toContain('UNOBODY');
  await db.identity.deleteMany({ where: { tenant: 'T1' } });
});
