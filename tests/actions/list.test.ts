import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actionsIn } from '../../src/actions/queries.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Planned, ratingsIn, setPlan } from '../support/plan.ts';

// My actions and the plan, on a Thursday in November: the second half of the autumn term began on 2 November.

let bot: TestBot;
let owner: Awaited<ReturnType<TestBot['as']>>;
let lead: typeof owner;
let ids: Record<string, string>;

const OWNER = 'wakefield.earlyhelp';
const HEAD = 'wakefield.head.1';
const PLAN: Planned[] = [
  {
    number: 7,
    title: 'Recruit two education welfare officers',
    owner: OWNER,
    due: '2027-01-29',
    ratings: [
      { rating: 'red', at: '2026-11-02', by: OWNER, reason: 'two failed adverts', remedy: 'a joint post', remedyBy: '2027-01-29' },
      { kind: 'independent', rating: 'amber', at: '2026-10-20', by: 'pilot1.adviser', reason: 'slow' },
    ],
  },
  {
    number: 9,
    title: 'Parent voice group',
    owner: OWNER,
    due: '2027-03-26',
    project: 'Locality hubs',
    criterion: 'Clarity',
    ratings: [{ rating: 'green', at: '2026-11-10', by: OWNER }],
  },
  {
    number: 12,
    title: 'Share early-help data with hubs',
    owner: OWNER,
    deputy: 'wakefield.lead',
    due: '2026-11-13',
    steps: [{ text: 'Sign it in all hubs', due: '2026-11-06', done: null }],
    ratings: [{ rating: 'amber', at: '2026-10-29', by: OWNER, reason: 'waiting for health' }],
  },
  {
    number: 15,
    title: 'Early-help number for Wakefield East',
    owner: OWNER,
    due: '2026-10-01',
    ratings: [{ rating: 'complete', at: '2026-10-02', by: OWNER }],
  },
  { number: 22, title: 'Data agreement with health', owner: null, due: '2026-11-27' },
  {
    number: 31,
    title: 'Transition visits',
    owner: HEAD,
    due: '2027-07-16',
    ratings: [{ rating: 'amber', at: '2026-09-21', by: HEAD, reason: 'few schools' }],
  },
];

beforeAll(async () => {
  bot = await testBot();
  owner = await bot.as(OWNER);
  lead = await bot.as('wakefield.lead');
});
afterAll(() => bot.close());
beforeEach(async () => {
  ids = await setPlan(bot, PLAN);
});

/** The codes of a list, in its order. */
const codes = (text: string) => [...text.matchAll(/^(WAK-\d+)/gmu)].map(([, code]) => code);

describe('my actions', () => {
  test('what waits stands first, what is closed is counted in a line', async () => {
    const seen = await owner.say('/rag');
    expect(seen.title).toBe('Wakefield: 2 of your 3 actions wait for you, and 1 other thing');
    const lines = seen.text.split('\n').filter((line) => /^WAK-.*\[(?:Rate|Show)\]$/u.test(line));
    expect(lines.map((line) => line.replaceAll(/ {2,}/gu, ' | '))).toEqual([
      'WAK-7 Recruit two education welfare officers | Red, 2 weeks old · due 29 Jan · adviser says amber | [Rate]',
      'WAK-12 Share early-help data with hubs | Amber, 3 weeks old · 6 days past its date · due 13 Nov | [Rate]',
      'WAK-9 Parent voice group | Green · due 26 Mar | [Rate]',
    ]);
    expect(seen.text).toContain('1 more is complete or stopped: type rag mine complete stopped to see it.');
    expect(seen.labels).toContain('One after the other');
  });

  test('a rating past its cadence is shown with its age instead of a colour alone; a fresh one is not', async () => {
    const head = await bot.as(HEAD);
    expect((await head.say('/rag')).text).toContain('Amber, 8 weeks old · due 16 Jul');
    await head.say('/rag 31 green');
    const after = await head.say('/rag');
    expect(after.title).toBe('Wakefield: nothing waits for you; you have 1 action');
    expect(after.text).toContain('Green · due 16 Jul');
  });

  test('a deputy has it among theirs, but it waits for them only when its owner has gone', async () => {
    expect((await lead.say('/rag')).title).toBe('Wakefield: nothing waits for you; you have 1 action');
    const role = await bot.database.db.role.findFirstOrThrow({ where: { person: { email: `${OWNER}@example.org` } } });
    await bot.database.db.role.update({ where: { id: role.id }, data: { to: new Date('2026-11-13') } });
    const seen = await lead.say('/rag');
    expect(seen.title).toBe('Wakefield: 1 of your 1 action waits for you');
    expect(seen.text).toContain('without an owner since 13 Nov');
    await bot.database.db.role.update({ where: { id: role.id }, data: { to: role.to } });
  });

  test('whoever owns nothing sees the plan, and that none of it is theirs to rate', async () => {
    const seen = await (await bot.as('wakefield.head.2')).say('/rag');
    expect(seen.title).toBe('Wakefield: 6 actions');
    expect(seen.text).toContain('None of them is yours to rate.');
    expect(seen.labels).not.toContain('Rate');
  });

  test('what waits besides ratings is in the first line too: “nothing waits” is said when nothing does', async () => {
    const differs: Planned = {
      number: 7,
      title: 'Recruit two education welfare officers',
      owner: OWNER,
      due: '2027-01-29',
      ratings: [
        { rating: 'green', at: '2026-11-18', by: OWNER },
        { kind: 'independent', rating: 'amber', at: '2026-11-18', by: 'pilot1.adviser', reason: 'slow' },
      ],
    };
    await setPlan(bot, [differs]);
    for (const words of ['/rag', '/rag mine']) {
      const seen = await owner.say(words);
      expect(seen.title).toBe('Wakefield: 1 thing waits for you; you have 1 action');
      expect(seen.labels).toContain('Leave it');
    }
    await owner.press(await owner.say('/rag'), 'Leave it');
    expect((await owner.say('/rag')).title).toBe('Wakefield: nothing waits for you; you have 1 action');

    const coordinator = await bot.as('wakefield.coordinator');
    expect((await coordinator.say('/rag')).title).toBe('Wakefield: 1 action');
    await owner.say('/rag raise Parents do not know whom to call');
    expect((await coordinator.say('/rag')).title).toBe('Wakefield: 1 action; 1 thing waits for you');
    await bot.database.db.worry.deleteMany();
  });

  test('an adviser without a meeting is not told that nothing is theirs to rate: they may rate it all', async () => {
    const seen = await (await bot.as('pilot1.adviser')).say('/rag');
    expect(seen.text).toContain('WAK-12');
    expect(seen.text).not.toContain('None of them is yours to rate.');
    expect((await lead.say('/rag')).text).not.toContain('None of them is yours to rate.');
  });

  test('the home card counts them among what waits, and one press rates them', async () => {
    const home = await owner.say('/commoncause');
    expect(home.text).toContain('2 of your actions: WAK-7, WAK-12  a new rating is waiting');
    const before = Number(/^\d+/u.exec(home.title)?.[0]);
    expect((await owner.press(home, 'Rate')).title).toContain('1 of 2: WAK-7');
    await owner.say('/rag 12 amber health has not answered');
    const after = await owner.say('/commoncause');
    expect(Number(/^\d+/u.exec(after.title)?.[0])).toBe(before - 1);
    expect(after.text).toContain('WAK-7 Recruit two education welfare officers  a new rating is waiting');
  });

  test('an empty plan says so, and who can add to it', async () => {
    await setPlan(bot, []);
    expect((await owner.say('/rag')).text).toBe(
      'There are no actions that you can see yet.\nYour pilot lead or coordinator can add one.\n[Raise a worry]',
    );
    expect((await lead.say('/rag')).labels).toEqual(['New action', 'Raise a worry']);
  });
});

describe('the plan through its filters', () => {
  test.each([
    ['all', 'Wakefield: 6 actions', ['WAK-7', 'WAK-12', 'WAK-31', 'WAK-22', 'WAK-9', 'WAK-15']],
    ['wakefield', 'Wakefield: 6 actions', ['WAK-7', 'WAK-12', 'WAK-31', 'WAK-22', 'WAK-9', 'WAK-15']],
    ['red', 'Wakefield: 1 action, Red', ['WAK-7']],
    ['wakefield red', 'Wakefield: 1 action, Red', ['WAK-7']],
    ['red wakefield', 'Wakefield: 1 action, Red', ['WAK-7']],
    ['WAK red and amber', 'Wakefield: 3 actions, Red or Amber', ['WAK-7', 'WAK-12', 'WAK-31']],
    ['amber mine', 'Wakefield: your 1 action, Amber', ['WAK-12']],
    ['mine complete stopped', 'Wakefield: your 1 action, Complete or Stopped', ['WAK-15']],
    ['past', 'Wakefield: 1 action, past the date', ['WAK-12']],
    ['past its date', 'Wakefield: 1 action, past the date', ['WAK-12']],
    ['no update', 'Wakefield: 4 actions, without an update', ['WAK-7', 'WAK-12', 'WAK-31', 'WAK-22']],
    ['no owner', 'Wakefield: 1 action, without an owner', ['WAK-22']],
    ['differ', 'Wakefield: 1 action, where something does not agree', ['WAK-7']],
    ['due', 'Wakefield: 1 action, due within two weeks', ['WAK-22']],
    ['locality hubs', 'Wakefield: 1 action, Locality hubs', ['WAK-9']],
    ['clarity', 'Wakefield: 1 action, Clarity of partnership focus and approach', ['WAK-9']],
    ['shared commitment', 'No actions, A shared commitment to the locality', []],
    ['not started', 'Wakefield: 1 action, Not started', ['WAK-22']],
    ['green past', 'No actions, Green, past the date', []],
  ])('“rag %s”', async (words, title, expected) => {
    const seen = await owner.say(`/rag ${words}`);
    expect(seen.title).toBe(title);
    expect(codes(seen.text)).toEqual(expected);
  });

  test('where nothing that is listed waits, going through what waits is not offered', async () => {
    await owner.say('/rag');
    expect((await owner.say('/rag')).labels).toContain('One after the other');
    const none = await owner.say('/rag mine stopped');
    expect(none.title).toContain('No actions');
    expect(none.labels).not.toContain('One after the other');
  });

  test('a name with a letter wrong is offered with the rest of what was typed', async () => {
    const asked = await owner.say('/rag red wakefeild');
    expect(asked.title).toBe('I do not know “wakefeild”. Nothing was saved. Did you mean one of these?');
    expect((await owner.press(asked, 'Wakefield')).title).toBe('Wakefield: 1 action, Red');
    const near = await owner.say('/rag past lokality hobs');
    expect(near.title).toContain('Did you mean one of these?');
    expect((await owner.press(near, 'Locality hubs')).title).toBe('No actions, past the date, Locality hubs');
  });

  test('what is not understood is said, and no list is shown in its place', async () => {
    const seen = await owner.say('/rag red purple');
    expect(seen.title).toBe('I do not know “purple”. Nothing was saved.');
    expect(codes(seen.text)).toEqual([]);
  });

  test('twenty on a page, and the next twenty one press away', async () => {
    await setPlan(
      bot,
      Array.from({ length: 45 }, (_, index) => ({ number: index + 1, title: `Action ${index + 1}`, owner: OWNER, due: '2027-07-16' })),
    );
    const first = await owner.say('/rag all');
    expect(codes(first.text)).toHaveLength(20);
    const second = await owner.press(first, 'Show the next 20');
    expect(second.title).toBe('Wakefield: 45 actions: 21 to 40');
    const third = await owner.press(second, 'Show the last 5');
    expect(new Set([first, second, third].flatMap(({ text }) => codes(text))).size).toBe(45);
    expect(third.labels.filter((label) => label.startsWith('Show the'))).toEqual([]);
  });

  test('the evaluators read every locality, without names', async () => {
    const seen = await (await bot.as('evaluator')).say('/rag wakefield amber');
    expect(codes(seen.text)).toEqual(['WAK-12', 'WAK-31']);
    expect(seen.text).not.toMatch(/manager|Headteacher/u);
  });

  test('the statements do not grow with the plan', async () => {
    await owner.say('/rag all');
    bot.database.forget();
    await owner.say('/rag all');
    const few = bot.database.statements.length;
    await setPlan(
      bot,
      Array.from({ length: 30 }, (_, index) => ({ number: index + 1, title: `Action ${index + 1}`, owner: OWNER, kpis: ['Attendance'] })),
    );
    bot.database.forget();
    await owner.say('/rag all');
    expect(bot.database.statements.length).toBeLessThanOrEqual(few + 1); // the KPIs, once for all
  });

  test('the plan is read once for a press at the end of one after the other, and not at all for a code that there is', async () => {
    const plans = () => bot.database.statements.filter((sql) => sql.includes('with place as materialized')).length;
    const first = await owner.say('/rag next');
    const last = await owner.press(first, 'Skip');
    bot.database.forget();
    expect((await owner.press(last, 'Same as before')).title).toContain('Done: you rated 1 action');
    expect(plans(), 'the action, and what is left').toBe(2);
    bot.database.forget();
    await owner.say('/rag WAK-9');
    expect(plans(), 'the action alone').toBe(1);
    bot.database.forget();
    expect((await owner.say('/rag WAK-99')).labels).toContain('WAK-9');
    expect(plans(), 'control: near ones are looked for in the plan').toBe(2);
  });

  test('of one number, one line of each locality is read; with a prefix, one line', async () => {
    await setPlan(bot, [...PLAN, { number: 12, title: 'Hubs', locality: 'Ealing', owner: 'ealing.lead' }]);
    const { id } = await bot.database.db.programme.findFirstOrThrow();
    const codesOf = async (asked: { number?: number; prefix?: string }) =>
      (await inTransaction(bot.database.db, (tx) => actionsIn(tx, [id], { ...asked, day: '2026-11-19' }))).map(({ code }) => code);
    expect((await codesOf({ number: 12 })).toSorted()).toEqual(['EAL-12', 'WAK-12']);
    expect(await codesOf({ number: 12, prefix: 'WAK' })).toEqual(['WAK-12']);
    expect(await codesOf({ number: 99, prefix: 'WAK' })).toEqual([]);
  });
});

describe('one action', () => {
  test('says it all: what is declared, what the data say, and what does not agree in one line', async () => {
    ids = await setPlan(bot, [
      {
        ...(PLAN[2] as Planned),
        successMeasure: 'All eight hubs see the data',
        kpis: ['Persistent absence'],
        ratings: [
          { rating: 'green', at: '2026-10-29', by: OWNER },
          { kind: 'independent', rating: 'red', at: '2026-11-03', by: 'pilot1.adviser', reason: 'no agreement' },
        ],
      },
    ]);
    const seen = await owner.say('/rag 12');
    expect(seen.title).toBe('WAK-12 Share early-help data with hubs: Green, 3 weeks old');
    expect(seen.text).toContain('6 days past its date: due 13 Nov, 1 step open');
    expect(seen.text.match(/Does not agree/gu)).toHaveLength(1);
    expect(seen.text).toContain('Does not agree: rated green, but 6 days past its date; adviser says red.');
    expect(seen.text).toMatch(/Owner +Green, 29 Oct/u);
    expect(seen.text).toMatch(/Adviser +Red, 3 Nov: no agreement\./u);
    expect(seen.text).toMatch(/Persistent absence +close/u);
    expect(seen.text).toMatch(/Success measure +All eight hubs see the data/u);
    expect(seen.text).toMatch(/Who answers for it +Early help manager, Wakefield; stands in: Wakefield pilot lead/u);
    expect(seen.text).toMatch(/Step 1: Sign it in all hubs +open, was due 6 Nov/u);
  });

  test('the adviser always has a line', async () => {
    expect((await owner.say('/rag 9')).text).toMatch(/Adviser +not rated yet/u);
  });

  test('Why? tells the rule of what the data say and of the age', async () => {
    const why = await owner.press(await owner.say('/rag 12'), 'Why?');
    expect(why.text).toContain('It is not complete and its due date has passed.');
    expect(why.text).toContain('A fresh rating is wanted within two weeks of the due date.');
    expect((await owner.say('/rag why 7')).text).toContain('A red is looked at every two weeks.');
    expect((await owner.say('/rag 9 why')).text).toContain('No new one is wanted now.');
  });

  test('History shows the last five ratings, newest first', async () => {
    for (const word of ['amber one', 'amber two', 'amber three', 'amber four', 'amber five']) await owner.say(`/rag 9 ${word}`);
    const seen = await owner.say('/rag 9 history');
    expect(seen.title).toBe('WAK-9 Parent voice group: its last 5 ratings');
    expect([...seen.text.matchAll(/Amber +(\w+)\./gu)].map(([, word]) => word)).toEqual(['five', 'four', 'three', 'two', 'one']);
  });

  test('a title that is too long is shortened, never what is said of it', async () => {
    ids = await setPlan(bot, [{ number: 1, title: 'Long '.repeat(60).trim(), owner: OWNER, due: '2027-07-16' }]);
    const seen = await owner.say('/rag 1 green');
    expect([...seen.title].length).toBeLessThanOrEqual(150);
    expect(seen.title).toMatch(/…: Green \(you\)$/u);
  });
});

describe('one after the other', () => {
  test('goes through what waits, with skip, and says at the end what was done', async () => {
    const first = await owner.say('/rag next');
    expect(first.title).toBe('1 of 2: WAK-7 Recruit two education welfare officers: Red, 2 weeks old');
    expect(first.labels).toEqual(['Same as before', 'Green', 'Amber', 'Red', 'Complete', 'Skip', 'Raise a worry']);
    const second = await owner.press(first, 'Same as before');
    expect(second.title).toBe('2 of 2: WAK-12 Share early-help data with hubs: Amber, 3 weeks old');
    expect(second.text).toContain('Saved: WAK-7 Red as before (you).');
    const end = await owner.press(second, 'Skip');
    expect(end.text).toContain('Done: you rated 1 action; 1 skipped, which waits for you still.');
    expect(end.text).toContain('Skipped: WAK-12.');
    expect(await ratingsIn(bot, ids['WAK-12'])).toHaveLength(1);
    expect((await owner.press(end, 'Go through them again')).title).toContain('1 of 1: WAK-12');
  });

  test('a form in between goes on to the next', async () => {
    const form = await owner.press(await owner.press(await owner.say('/rag next'), 'Skip'), 'Amber');
    const end = await owner.submit(form, { reason: 'health has not answered' });
    expect(end.text).toContain('Done: you rated 1 action; 1 skipped');
  });

  test('a green that the figures do not bear is asked about first, and Go on goes on', async () => {
    const second = await owner.press(await owner.say('/rag next'), 'Skip');
    const asked = await owner.press(second, 'Green');
    expect(asked.labels).toEqual(['Say why', 'Make it amber', 'It is complete', 'Go on']);
    expect((await owner.press(asked, 'Go on')).title).toContain('Done: you rated 1 action');
    const form = await owner.press(asked, 'Say why');
    expect((await owner.submit(form, { reason: 'seven of eight have signed' })).title).toContain('Done: you rated 1 action');
  });

  test('when nothing waits it says so', async () => {
    expect((await (await bot.as('wakefield.head.2')).say('/rag next')).title).toBe('Nothing waits for you.');
  });

  test('the state of someone with forty to go through fits its buttons', async () => {
    await setPlan(
      bot,
      Array.from({ length: 40 }, (_, index) => ({ number: index + 101, title: `Action ${index + 1}`, owner: OWNER, due: '2027-07-16' })),
    );
    let seen = await owner.say('/rag next');
    for (let count = 0; count < 39; count += 1) seen = await owner.press(seen, count % 2 ? 'Skip' : 'Green');
    expect(seen.title).toContain('40 of 40: WAK-140');
    for (const label of seen.labels) expect(seen.button(label).token.length).toBeLessThanOrEqual(2_000);
  });
});
