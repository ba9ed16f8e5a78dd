import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderCard as slackCard } from '../../src/platforms/slack/render.ts';
import { renderCard as teamsCard } from '../../src/platforms/teams/render.ts';
import type { Shown } from '../../src/statistics/disclosure.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { blockProblems } from '../support/slack-blocks.ts';
import { problemsOf } from '../support/teams-cards.ts';
import { clearPulses } from './clear.ts';
import { type ReleasedWave, setRelease } from './released.ts';

// What was released, read: who reads which places, what stands there for what is withheld, and comments. Nothing is counted here.

const whole = (...shares: number[]): Shown => ({ as: 'whole', shares, base: 120 });
const tens = (...shares: number[]): Shown => ({ as: 'tens', shares, base: 35 });
const words = (most: number | null): Shown => ({ as: 'words', most });
const withheld = (where: string | null): Shown => ({ as: 'c', in: where });

const PILOT = 'Vulnerable children';
const comments = (many: number, said: string) => Array.from({ length: many }, (_, at) => ({ text: `${said} ${at + 1}` }));

/** Coventry's figures are found nowhere else: whoever reads one of them has read Coventry. */
const COVENTRY = ['83 %', '91 %', 'Only in Coventry'];

const JUNE: ReleasedWave = {
  closesOn: '2026-06-19',
  places: [{ kind: 'pilot', name: PILOT }],
  items: [
    ['trust', 1],
    ['recommend', 1],
    ['know-who-to-ask', 1],
  ],
  cells: [
    {
      kind: 'pilot',
      name: PILOT,
      shown: { trust: whole(61, 19, 20), recommend: whole(52, 28, 20), 'know-who-to-ask': whole(44, 56) },
      comments: comments(11, 'Of several places'),
    },
    {
      kind: 'locality',
      name: 'Coventry',
      parent: PILOT,
      shown: { trust: whole(83, 10, 7), recommend: whole(91, 5, 4), 'know-who-to-ask': words(1) },
      comments: comments(10, 'Only in Coventry'),
    },
    {
      kind: 'locality',
      name: 'Wakefield',
      parent: PILOT,
      shown: { trust: tens(70, 20, 10), recommend: words(0), 'know-who-to-ask': withheld(PILOT) },
      comments: [
        { text: 'Ask Mrs Example of the school by the bridge', marks: ['person', 'school'] },
        ...comments(10, 'Only in Wakefield'),
      ],
    },
    { kind: 'phase', name: 'Primary schools, Wakefield', at: 'Wakefield', parent: 'Wakefield', shown: { trust: words(0) } },
  ],
};
const MARCH: ReleasedWave = {
  ...JUNE,
  closesOn: '2026-03-20',
  items: [
    ['trust', 1],
    ['recommend', 1],
  ],
  cells: [
    { kind: 'pilot', name: PILOT, shown: { trust: whole(58, 22, 20), recommend: whole(52, 28, 20) } },
    { kind: 'locality', name: 'Wakefield', parent: PILOT, shown: { trust: tens(60, 30, 10), recommend: words(null) } },
  ],
};

let bot: TestBot;
let march: string;
let june: string;
type Person = Awaited<ReturnType<TestBot['as']>>;
let coordinator: Person;

beforeAll(async () => {
  bot = await testBot();
  await clearPulses(bot.core);
  march = await setRelease(bot, MARCH);
  june = await setRelease(bot, JUNE);
  coordinator = await bot.as('wakefield.coordinator');
});
afterAll(() => bot.close());

/** Whether something of Coventry is on a card. */
const tellsOfCoventry = ({ text }: Seen) => COVENTRY.some((one) => text.includes(one));
const openWave = (person: Person, verb: string, state: Record<string, string>) => person.ask({ kind: 'open', verb, state });
/** A pulse of one locality. */
const inOne = (
  name: string,
  { closesOn, items, shown = {} }: Pick<ReleasedWave, 'closesOn' | 'items'> & { shown?: Record<string, Shown> },
): ReleasedWave => ({
  closesOn,
  items,
  places: [{ kind: 'locality', name }],
  cells: [{ kind: 'locality', name, shown }],
});
const read = async (name: string, wave: string) => openWave(await bot.as(name), 'pulse.results', { wave });
const cellOf = async (wave: string, name: string) =>
  (await bot.database.db.pulseCell.findFirstOrThrow({ where: { waveId: wave, name }, select: { id: true } })).id;

describe('one place', () => {
  test('reads well aloud: what most say first, each question in its own words or figures, and where what is withheld is counted', async () => {
    const seen = await coordinator.say('/pulse results');
    expect(seen.title).toBe(
      'Trust and working together, Wakefield, June 2026, 3 questions: 1 mostly agree, 1 mostly 7 or more, 1 not shown',
    );
    await expect(`${seen.text}\n`).toMatchFileSnapshot('golden/results-wakefield.txt');
  });

  test('what is withheld can be read where it is counted, called pooled with the names of all that is in it', async () => {
    const { text } = await coordinator.say('/pulse results');
    expect(text).toContain('It is counted in Vulnerable children. [c]');
    expect(text).toContain('Pooled: Vulnerable children (Coventry, Rochdale, Wakefield and Wiltshire)');
    expect(text).toContain('44 % yes, 56 % no. About 120 answers.');
    expect(text, 'of what is not withheld here the larger place stays out').not.toContain('61 %');
  });

  test('the same question before is compared, and another wording is not', async () => {
    await bot.database.db.pulseItem.create({
      data: { item: 'trust', version: 2, text: 'We trust one another here.', scale: 'agree', recordedAt: new Date('2026-06-01') },
    });
    await setRelease(
      bot,
      inOne('Surrey', { closesOn: '2026-01-16', items: MARCH.items, shown: { trust: words(0), recommend: words(null) } }),
    );
    const reworded = inOne('Surrey', {
      closesOn: '2026-02-13',
      items: [
        ['trust', 2],
        ['recommend', 1],
      ],
      shown: { trust: words(0), recommend: words(0) },
    });
    const { text } = await read('surrey.lead', await setRelease(bot, reworded));
    expect(text).toContain('We trust one another here.  Mostly agree. The wording changed: not comparable with January [b].');
    expect(text, 'control: the other question is worded as it was').toContain('In January mixed.');
  });

  test('those who were asked are compared with their like: a pulse of others is no wave before', async () => {
    const asked = { items: MARCH.items, shown: { trust: words(0), recommend: words(null) } };
    await setRelease(bot, { ...inOne('Sheffield', { closesOn: '2026-01-16', ...asked }), audience: 'leads' });
    const wave = await setRelease(bot, inOne('Sheffield', { closesOn: '2026-02-13', ...asked }));
    expect((await read('sheffield.lead', wave)).text).not.toContain('January');
    const again = await setRelease(bot, inOne('Sheffield', { closesOn: '2026-03-13', ...asked }));
    expect((await read('sheffield.lead', again)).text, 'control: one of the same').toContain('As in February.');
  });

  test('a part of it is read as a place of its own, and a question that was not asked there is no blank', async () => {
    const part = await coordinator.press(await coordinator.say('/pulse results'), 'Open');
    expect(part.title).toBe('Trust and working together, Primary schools, Wakefield, June 2026, 3 questions: 1 mostly agree, 2 not shown');
    expect(part.text).toContain('Not asked [x]');
    expect(part.text).toContain('[x] not available.');
  });

  test('a place with too few people reads the larger one that it is counted in, which says so', async () => {
    const seen = await (await bot.as('rochdale.lead')).say('/pulse results');
    expect(seen.title).toContain('Vulnerable children');
    expect(seen.text).toContain('Rochdale is counted in Vulnerable children: too few people were asked there for results of their own.');
    expect(seen.text).toContain('Pooled: Vulnerable children (Coventry, Rochdale, Wakefield and Wiltshire)');
    expect(seen.labels, 'and no other place').toEqual(['All results', 'Dashboard']);
  });

  test('where nothing at all is shown there are no comments to open and nothing to answer', async () => {
    const labelsOf = async (closesOn: string, trust: Shown) =>
      (await read('surrey.coordinator', await setRelease(bot, inOne('Surrey', { closesOn, items: [['trust', 1]], shown: { trust } }))))
        .labels;
    expect(await labelsOf('2026-04-17', withheld(null))).toEqual(['All results', 'Dashboard']);
    expect(await labelsOf('2026-05-15', words(0)), 'control: where something is').toEqual(['Say what you did', 'All results', 'Dashboard']);
  });

  test('where nothing could be opened it says so, and gives nothing for a number', async () => {
    const wave = await setRelease(bot, inOne('Milton Keynes', { closesOn: '2026-01-16', items: MARCH.items }));
    const seen = await read('miltonkeynes.lead', wave);
    expect(seen.title).toBe('Trust and working together, Milton Keynes, January 2026: nothing could be opened');
    expect(seen.text).toContain('Not available [x]');
    expect(seen.text).not.toMatch(/\d %/u);
  });
});

describe('who reads what', () => {
  test.each([
    ['wakefield.head.1', ['Wakefield', 'Primary schools, Wakefield']],
    ['wakefield.lead', ['Wakefield', 'Primary schools, Wakefield']],
    ['rochdale.lead', [PILOT]],
    ['coventry.lead', ['Coventry']],
    ['pilot1.adviser', [PILOT, 'Coventry', 'Wakefield', 'Primary schools, Wakefield']],
    ['evaluator', [PILOT, 'Coventry', 'Wakefield', 'Primary schools, Wakefield']],
    ['admin', [PILOT, 'Coventry', 'Wakefield', 'Primary schools, Wakefield']],
    ['ealing.lead', []],
  ])('%s opens their own places, or the one they are counted in: %j', async (name, expected) => {
    const person = await bot.as(name);
    const opened = [];
    for (const cell of [PILOT, 'Coventry', 'Wakefield', 'Primary schools, Wakefield']) {
      const seen = await openWave(person, 'pulse.results', { wave: june, cell: await cellOf(june, cell) });
      if (seen.title.startsWith(`Trust and working together, ${cell}, `)) opened.push(cell);
      else expect(seen.title).toBe('I cannot find these results. Type pulse results to see those that you can read.');
    }
    expect(opened).toEqual(expected);
  });

  test('no figure of another locality is on any card of theirs', async () => {
    const seen = await coordinator.say('/pulse results');
    expect(tellsOfCoventry(seen)).toBe(false);
    expect(tellsOfCoventry(await coordinator.press(seen, 'Comments'))).toBe(false);
    expect(tellsOfCoventry(await coordinator.press(seen, 'Open'))).toBe(false);
    expect(tellsOfCoventry(await (await bot.as('evaluator')).say('/pulse results coventry')), 'control: one who may').toBe(true);
  });

  test('who may not is refused alike, whether there is such a pulse or not', async () => {
    const stranger = await bot.as('ealing.lead');
    const refusal = async (asked: string) => (await stranger.say(asked)).text.replace(/“[^”]*”/u, '“…”');
    expect(await refusal('/pulse results wakefield')).toBe(await refusal('/pulse results nowhere'));
    expect(await refusal('/pulse results trust and working together')).toBe(await refusal('/pulse results nowhere'));
    expect((await stranger.say('/pulse results')).title).toBe(
      'There are no results of a pulse for you to read yet: they come when one closes.',
    );
    const none = await openWave(stranger, 'pulse.results', { wave: bot.core.newId() });
    expect((await openWave(stranger, 'pulse.results', { wave: june })).text).toBe(none.text);
    expect((await openWave(coordinator, 'pulse.results', { wave: june })).text, 'control: one who may').not.toBe(none.text);
  });

  test('somebody without a role has nothing to read', async () => {
    const person = await bot.as('surrey.head.3');
    await bot.database.db.role.deleteMany({ where: { personId: person.account.user } });
    expect((await person.say('/pulse results')).title).toBe(
      'Results of pulses are for people who work in a locality of the programme. Ask your coordinator to add you.',
    );
  });

  test.each(['open', 'scheduled', 'draft'] as const)(
    'nobody reads anything of a pulse that is %s, though it were there to read',
    async (state) => {
      const wave = inOne('North of Tyne', { closesOn: '2026-02-13', items: MARCH.items, shown: { trust: words(0) } });
      const id = await setRelease(bot, { ...wave, state });
      for (const person of [await bot.as('northoftyne.coordinator'), await bot.as('evaluator')])
        for (const verb of ['pulse.results', 'pulse.comments'])
          expect((await openWave(person, verb, { wave: id })).title).toContain('I cannot find these results.');
      expect((await (await bot.as('northoftyne.lead')).say('/pulse results')).title).toContain('There are no results of a pulse');
    },
  );
});

describe('which pulse', () => {
  test('the newest unless another is chosen: by its place, its title, or from the list', async () => {
    const evaluator = await bot.as('evaluator');
    expect((await evaluator.say('/pulse results')).title).toContain('Vulnerable children, June 2026');
    expect((await evaluator.say('/pulse results wakefield')).title).toContain('Wakefield, June 2026');
    expect((await evaluator.say('/pulse results pilot 1')).title).toContain('Vulnerable children, June 2026');
    expect((await evaluator.say('/pulse results trust')).title).toContain('Vulnerable children, June 2026');
    const all = await coordinator.press(await coordinator.say('/pulse results'), 'All results');
    expect(all.text.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^Trust and working together {2}June 2026 {3}\[Open\]$/u),
      expect.stringMatching(/^Trust and working together {2}March 2026 {2}\[Open\]$/u),
    ]);
    expect((await openWave(evaluator, 'pulse.results', { wave: march })).title).toContain('March 2026');
  });

  test('which localities there are is read once, however results and comments are asked for', async () => {
    const reads = async (person: Person, act: (person: Person) => Promise<unknown>) => {
      bot.database.forget();
      await act(person);
      return bot.database.statements.filter((sql) => sql.includes('l.id as "localityId", l.name as locality')).length;
    };
    const asked: ((person: Person) => Promise<unknown>)[] = [
      (person) => person.say('/pulse results'),
      (person) => person.say('/pulse results Wakefield'),
      (person) => person.say('/pulse comments'),
      (person) => person.say('/pulse comments Trust and working together in Wakefield'),
      (person) => openWave(person, 'pulse.results', { wave: june }),
      (person) => openWave(person, 'pulse.comments', { wave: march }),
    ];
    for (const act of asked) expect(await reads(coordinator, act)).toBe(1);
  });
});

describe('a pool of places', () => {
  test('is read by whoever reads all of them, and by others where their own is counted in it', async () => {
    const wave = await setRelease(bot, {
      closesOn: '2026-01-30',
      places: [
        { kind: 'locality', name: 'Sheffield' },
        { kind: 'locality', name: 'Ealing' },
      ],
      items: [['trust', 1]],
      cells: [
        { kind: 'pool', name: 'Sheffield and Ealing', shown: { trust: whole(61, 19, 20) } },
        { kind: 'locality', name: 'Sheffield', parent: 'Sheffield and Ealing', shown: { trust: words(0) } },
      ],
    });
    expect((await read('evaluator', wave)).title).toContain('Sheffield and Ealing, January 2026');
    const sheffield = await read('sheffield.lead', wave);
    expect(sheffield.title).toContain('Trust and working together, Sheffield, January 2026');
    expect(sheffield.labels).not.toContain('Open');
    expect((await read('ealing.lead', wave)).text).toContain('Ealing is counted in Sheffield and Ealing');
    expect((await read('rochdale.lead', wave)).title).toContain('I cannot find these results.');
  });
});

describe('comments', () => {
  test('are read word for word by the coordinator of the place, a page at a time, with what they look as if they named', async () => {
    const first = await coordinator.press(await coordinator.say('/pulse results'), 'Comments');
    expect(first.title).toBe('Trust and working together, Wakefield, June 2026: 11 comments');
    expect(first.text).toContain('1 to 8 of 11, in no order.');
    const rest = await coordinator.press(first, 'More comments');
    expect(rest.text).toContain('9 to 11 of 11');
    const all = [...`${first.text}\n${rest.text}`.matchAll(/^“(?<said>.*)”$/gmu)].map(({ groups }) => groups?.said);
    expect(all.sort()).toEqual(
      ['Ask Mrs Example of the school by the bridge', ...comments(10, 'Only in Wakefield').map(({ text }) => text)].sort(),
    );
    expect(`${first.text}\n${rest.text}`).toContain('It looks as if it names a person and a school: do not pass it on as it is.');
  });

  test('the evaluation team reads those of every place', async () => {
    const evaluator = await bot.as('evaluator');
    const seen = await evaluator.say('/pulse comments');
    expect(seen.title).toContain('Vulnerable children, June 2026: 11 comments');
    expect(seen.text).toMatch(/Coventry +10 comments +\[Open\]/u);
    expect(seen.text).toMatch(/Wakefield +11 comments +\[Open\]/u);
  });

  test.each(['wakefield.lead', 'wakefield.head.1', 'pilot1.adviser', 'admin'])('%s reads none', async (name) => {
    const person = await bot.as(name);
    expect((await person.say('/pulse results wakefield')).labels).not.toContain('Comments');
    for (const seen of [
      await person.say('/pulse comments'),
      await openWave(person, 'pulse.comments', { wave: june, cell: await cellOf(june, 'Wakefield') }),
    ])
      expect(seen.title).toBe('Comments are read by the evaluation team and by coordinators, each where they are. Ask yours.');
  });

  test('a coordinator reads none of another place, nor of a larger one', async () => {
    for (const name of ['Coventry', PILOT]) {
      const seen = await openWave(coordinator, 'pulse.comments', { wave: june, cell: await cellOf(june, name) });
      expect(seen.title).toContain('I cannot find these results.');
    }
  });

  test('that their place is counted in a larger one opens its figures, not its comments: where these went is said', async () => {
    const rochdale = await bot.as('rochdale.coordinator');
    const went = 'Comments from Rochdale, if any, are read with those of Vulnerable children: ';
    const results = await rochdale.say('/pulse results');
    expect(results.labels).not.toContain('Comments');
    expect(results.text).toContain(went);
    for (const seen of [await rochdale.say('/pulse comments'), await rochdale.say('/pulse comments rochdale')]) {
      expect(seen.title).toBe('Trust and working together, Rochdale, June 2026: no comments to read');
      expect(seen.text).toContain(went);
      expect(seen.text).not.toContain('Of several places');
    }
  });

  test('where there are none to read no button leads to them, and who might read them is told where they went', async () => {
    const whole = await coordinator.say('/pulse results');
    expect(whole.labels, 'control: where there are').toContain('Comments');
    expect(whole.text).not.toContain('Comments from');
    const part = await coordinator.press(whole, 'Open');
    expect(part.labels).not.toContain('Comments');
    expect(part.text).toContain('Comments from Primary schools, Wakefield, if any, are read with those of Wakefield: ');
    expect((await (await bot.as('rochdale.lead')).say('/pulse results')).text, 'nor who reads none anyway').not.toContain('Comments from');
  });

  test('fewer than ten look like none at all', async () => {
    const wave = await setRelease(bot, inOne('Milton Keynes', { closesOn: '2026-02-13', items: MARCH.items, shown: { trust: words(0) } }));
    const person = await bot.as('miltonkeynes.coordinator');
    const went =
      'Comments from Milton Keynes, if any, were destroyed unread: they are read by themselves only where ten or more people comment.';
    expect((await openWave(person, 'pulse.comments', { wave })).text).toContain(went);
    expect((await openWave(person, 'pulse.results', { wave })).text).toContain(went);
  });
});

describe('a newer pulse', () => {
  // In July Rochdale has results of its own; in November it is counted in the pilot, and there are no comments.
  const JULY: ReleasedWave = {
    ...JUNE,
    closesOn: '2026-07-10',
    cells: [
      { kind: 'pilot', name: PILOT, shown: { trust: whole(61, 19, 20) } },
      { kind: 'locality', name: 'Coventry', parent: PILOT, shown: { trust: words(0) }, comments: comments(10, 'In July') },
      { kind: 'locality', name: 'Rochdale', parent: PILOT, shown: { trust: words(1) } },
    ],
  };
  const NOVEMBER: ReleasedWave = {
    ...JUNE,
    title: 'Autumn questions',
    closesOn: '2026-11-13',
    cells: [{ kind: 'pilot', name: PILOT, shown: { trust: words(0) } }],
  };
  const OPEN: ReleasedWave = {
    title: 'Capacity this winter',
    opensOn: '2026-11-16',
    closesOn: '2026-12-11',
    state: 'open',
    places: [{ kind: 'locality', name: 'Wakefield' }],
    items: MARCH.items,
    cells: [{ kind: 'locality', name: 'Wakefield', invited: ['wakefield.head.1'] }],
  };
  const waves: string[] = [];
  beforeAll(async () => {
    for (const wave of [JULY, NOVEMBER, OPEN]) waves.push(await setRelease(bot, wave));
  });
  afterAll(async () => {
    const { db } = bot.database;
    const of = { where: { cell: { waveId: { in: waves } } } };
    await db.pulseResult.deleteMany(of);
    await db.pulseComment.deleteMany(of);
    await db.pulseInvited.deleteMany(of);
    await db.pulseCell.deleteMany({ where: { waveId: { in: waves } } });
    await db.pulseWave.deleteMany({ where: { id: { in: waves } } });
  });
  const titleFor = async (name: string, asked: string) => (await (await bot.as(name)).say(asked)).title;

  test.each(['rochdale.lead', 'pilot1.adviser', 'evaluator'])(
    '%s who asks for a place reads the newest that asked there, though it be counted in a larger one',
    async (name) => {
      const seen = await (await bot.as(name)).say('/pulse results rochdale');
      expect(seen.title).toContain('Autumn questions, Vulnerable children, November 2026');
      expect(seen.text).toContain('Rochdale is counted in Vulnerable children: too few people were asked there for results of their own.');
      expect(await titleFor(name, '/pulse results trust and working together, rochdale'), 'control: an older one').toContain(
        'Trust and working together, Rochdale, July 2026',
      );
    },
  );

  test.each([
    ['/pulse comments', 'Trust and working together, Coventry, July 2026: 10 comments'],
    ['/pulse comments trust and working together', 'Trust and working together, Coventry, July 2026: 10 comments'],
    ['/pulse comments trust and working together in coventry', 'Trust and working together, Coventry, July 2026: 10 comments'],
    ['/pulse comments wakefield autumn questions', 'Autumn questions, Vulnerable children, November 2026: no comments to read'],
    ['/pulse comments autumn questions', 'Autumn questions, Vulnerable children, November 2026: no comments to read'],
    ['/pulse comments rochdale', 'Autumn questions, Vulnerable children, November 2026: no comments to read'],
    [
      '/pulse comments nowhere',
      'I cannot find comments of a pulse for “nowhere” among those that you can read. Type pulse comments to see yours.',
    ],
  ])('%s finds the comments that are meant; with nothing named the newest that has some', async (asked, title) => {
    expect(await titleFor('evaluator', asked)).toBe(title);
  });

  test('a coordinator who asks for comments by a title reads their own place’s', async () => {
    expect(await titleFor('wakefield.coordinator', '/pulse comments trust and working together')).toBe(
      'Trust and working together, Wakefield, July 2026: no comments to read',
    );
    expect(await titleFor('wakefield.coordinator', '/pulse comments coventry')).toContain('I cannot find comments');
    expect(await titleFor('wakefield.coordinator', '/pulse comments')).toBe(
      'Trust and working together, Wakefield, June 2026: 11 comments',
    );
  });

  test('that is open tells who runs it and who is asked until when, and nobody else that there is one', async () => {
    for (const name of ['wakefield.coordinator', 'wakefield.head.1']) {
      const seen = await (await bot.as(name)).say('/pulse results capacity this winter');
      expect(seen.title, name).toBe('Open until 11 Dec: nobody sees results before.');
      expect(seen.text).toContain('Capacity this winter');
    }
    expect(await titleFor('wakefield.coordinator', '/pulse comments capacity this winter')).toContain('Open until 11 Dec');
    await bot.database.db.pulseWave.updateMany({ where: { title: OPEN.title as string }, data: { title: 'Trust and working together' } });
    const again = 'Open again until 11 December 2026: nobody sees results of that before.';
    expect((await coordinator.say('/pulse results trust and working together')).text).toContain(again);
    expect((await coordinator.say('/pulse results')).text, 'nor unless it was asked for').not.toContain(again);
    expect((await (await bot.as('wakefield.lead')).say('/pulse results trust and working together')).text).not.toContain(again);
    await bot.database.db.pulseWave.updateMany({ where: { state: 'open' }, data: { title: OPEN.title as string } });
    for (const name of ['wakefield.lead', 'wakefield.head.2', 'pilot1.adviser'])
      expect((await titleFor(name, '/pulse results capacity this winter')).replace('capacity this winter', '…'), name).toBe(
        (await titleFor(name, '/pulse results nowhere')).replace('nowhere', '…'),
      );
  });
});

describe('on every platform', () => {
  const long = (text: string) => `${text} ${'a long one '.repeat(200)}`.slice(0, 200).trim();
  let full: TestBot;
  beforeAll(async () => {
    full = await testBot();
    await clearPulses(full.core);
    const { db } = full.database;
    const items = ['one', 'two', 'three', 'four', 'five'];
    await db.pulseItem.createMany({
      data: items.map((item) => ({
        item,
        version: 1,
        text: long(item),
        scale: 'choice',
        options: Array.from({ length: 6 }, (_, at) => long(String(at)).slice(0, 60)),
        recordedAt: new Date('2026-01-01'),
      })),
    });
    const shares = [20, 20, 20, 20, 10, 10];
    const all = (shown: Shown) => Object.fromEntries(items.map((item) => [item, shown]));
    const localities = (await db.locality.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name);
    await setRelease(full, {
      title: long('A title').slice(0, 120),
      closesOn: '2026-06-19',
      places: [{ kind: 'programme', name: 'LocalEd' }],
      items: items.map((item) => [item, 1]),
      cells: [
        { kind: 'programme', name: 'LocalEd', shown: all(tens(...shares)) },
        ...localities.map((name) => ({
          kind: 'locality' as const,
          name,
          parent: 'LocalEd',
          shown: all(withheld('LocalEd')),
          comments: Array.from({ length: 12 }, (_, at) => ({ text: `${at} ${'x'.repeat(990)}`, marks: ['person'] })),
        })),
      ],
    });
  });
  afterAll(() => full.close());

  test.each(['/pulse results', '/pulse results wakefield', '/pulse comments'])(
    '%s fits where it is as long as it can be',
    async (asked) => {
      const card = (await (await full.as('programme.coordinator')).say(asked)).card();
      expect([...card.title].length).toBeLessThanOrEqual(150);
      for (const surface of ['message', 'acknowledgement'] as const)
        expect(blockProblems(slackCard(card, surface).blocks, 'message')).toEqual([]);
      expect(problemsOf(teamsCard(card, { link: 'https://commoncause.example.org' }).card, 'message')).toEqual([]);
    },
  );
});
