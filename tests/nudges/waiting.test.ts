import { describe, expect, test } from 'vitest';
import { nationalTerms, type Terms } from '../../src/calendar/terms.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import type { OpenAction } from '../../src/nudges/gather.ts';
import { LINE_KINDS } from '../../src/nudges/line.ts';
import { type Inputs, waitingOn } from '../../src/nudges/waiting.ts';
import type { RoleName } from '../../src/people/permissions.ts';
import { date } from '../calendar/support.ts';

// What waits for somebody, row by row. The days are reckoned by hand from the national default: the first half of the autumn term 2026
// ends on Friday 23 October, the second is from 2 November to 18 December, spring begins on 4 January 2027.

const PLACE = { localityId: 'wakefield', locality: 'Wakefield', prefix: 'WAK', pilotId: 'pilot', programmeId: 'programme' };
const SERVICE: Terms = nationalTerms;
const SCHOOL: Terms = { ...nationalTerms, closedInHolidays: true };
const withInset = (day: string): Terms => ({ ...SCHOOL, closed: new Set([day]) });

const role = (name: RoleName, scopeId = 'wakefield') =>
  ({ role: name, scopeId, scopeKind: scopeId === 'programme' ? 'programme' : scopeId === 'pilot' ? 'pilot' : 'locality' }) as const;
const person = (id = 'owner', { roles = [role('partner')], terms = SERVICE }: Partial<Inputs['person']> = {}) => ({ id, roles, terms });

type Given = { rating: NonNullable<OpenAction['self']>['rating']; on: string };
const rating = (id: string, given: Given | null) =>
  given && {
    id,
    version: 1,
    reason: null,
    remedy: null,
    remedyBy: null,
    decidedBy: null,
    decidedOn: null,
    evidence: null,
    also: null,
    at: `${given.on}T10:00:00Z`,
    byId: null,
    by: null,
    ...given,
  };

type Changed = Partial<Omit<OpenAction, 'self' | 'independent'>> & { self?: Given | null; independent?: Given | null };
const action = ({ self = null, independent = null, id = 'a12', ...changed }: Changed = {}): OpenAction => ({
  ...PLACE,
  id,
  code: `WAK-${id.slice(1)}`,
  title: 'Share early-help data',
  due: null,
  steps: [],
  since: '2026-11-03',
  ownerId: 'owner',
  owner: 'Headteacher',
  deputyId: null,
  deputy: null,
  ownerLeft: null,
  deputyLeft: null,
  answered: false,
  ...changed,
  self: rating(`self of ${id}`, self),
  independent: rating(`adviser's of ${id}`, independent),
});

const kpi = ({ periods = [], ...changed }: Partial<Kpi> & { periods?: string[] } = {}): Kpi => ({
  ...PLACE,
  rebases: [],
  id: 'k1',
  position: 1,
  since: '2025-09-01',
  definitionVersion: 1,
  name: 'Attendance',
  aliases: [],
  unit: '%',
  kind: 'outcome',
  improvement: 'increase',
  decimals: 1,
  counts: 'children',
  countedChildrenIn: ['%'],
  base: 'none',
  cadence: 'week',
  baseline: null,
  baselineDate: null,
  tolerance: 5,
  definition: '',
  source: '',
  criterionId: null,
  projectId: null,
  coverage: null,
  project: null,
  targetVersion: 0,
  target: null,
  targetDate: null,
  milestones: [],
  ownerVersion: 1,
  ownerId: 'owner',
  owner: 'Headteacher',
  deputyId: null,
  deputy: null,
  ownerLeft: null,
  deputyLeft: null,
  readings: periods.map((period) => ({
    period,
    periodStart: '2026-01-01',
    periodEnd: '2026-01-01',
    version: 1,
    kind: 'reading',
    value: 93,
    numerator: null,
    denominator: null,
    note: null,
    evidence: null,
    origin: 'person',
    recordedById: null,
  })),
  ...changed,
});

const inputs = (given: Partial<Inputs> = {}): Inputs => ({
  person: person(),
  actions: [],
  kpis: [],
  places: [PLACE],
  worries: [],
  meetings: [],
  putOff: new Set(),
  news: [],
  pulses: [],
  assumed: [],
  notMine: new Set(),
  noUpdate: new Map(),
  ...given,
});
const waits = (today: string, given: Partial<Inputs>) => waitingOn(date(today))(inputs(given));
const lines = (today: string, given: Partial<Inputs>) => waits(today, given).map(({ kind, since }) => `${kind} since ${since}`);

test('nothing of their own, nothing waits', () => {
  expect(waits('2026-11-24', {})).toEqual([]);
});

describe('a red, after two weeks of work by the calendar of whoever answers for it', () => {
  const red = (on: string) => action({ self: { rating: 'red', on } });
  test.each([
    // 4 to 6, 9 to 13, 16 and 17 November: ten working days.
    ['the day before', '2026-11-03', SERVICE, '2026-11-16', []],
    ['ten working days later', '2026-11-03', SERVICE, '2026-11-17', ['red since 2026-11-17']],
    // A service: 14 to 16, 19 to 23, 26 and 27 October.
    ['a service, over half-term', '2026-10-13', SERVICE, '2026-10-26', []],
    ['a service works in half-term', '2026-10-13', SERVICE, '2026-10-27', ['red since 2026-10-27']],
    // A school: 14 to 16, 19 to 23 October, 2 and 3 November.
    ['a school does not', '2026-10-13', SCHOOL, '2026-10-30', []],
    ['a school, the first day back', '2026-10-13', SCHOOL, '2026-11-02', ['half_term since 2026-11-02']],
    ['a school, the day after', '2026-10-13', SCHOOL, '2026-11-03', ['red since 2026-11-03']],
    ['a school with an INSET day', '2026-10-13', withInset('2026-11-02'), '2026-11-03', ['half_term since 2026-11-02']],
    ['and the day after that', '2026-10-13', withInset('2026-11-02'), '2026-11-04', ['red since 2026-11-04']],
    // 14 to 18 and 21 to 24 December, then the 29th: the 25th and the 28th are bank holidays.
    ['a service at Christmas', '2026-12-11', SERVICE, '2026-12-28', []],
    ['a service after the bank holidays', '2026-12-11', SERVICE, '2026-12-29', ['red since 2026-12-29']],
    // 14 to 18 December, 4 to 8 January.
    ['a school at Christmas', '2026-12-11', SCHOOL, '2027-01-03', []],
    ['a school in January', '2026-12-11', SCHOOL, '2027-01-08', ['red since 2027-01-08']],
  ])('%s', (_, on, terms, today, expected) => {
    expect(lines(today, { person: person('owner', { terms }), actions: [red(on)] })).toEqual(expected);
  });

  test('its key is the rating: another red is another waiting', () => {
    expect(waits('2026-11-24', { actions: [red('2026-11-03')] })[0]).toMatchObject({
      key: 'red:a12:self of a12',
      patient: false,
      once: false,
    });
  });
});

describe('a rating near its date, and once in each half-term', () => {
  test.each([
    ['15 days before its date', { due: '2026-12-04', self: { rating: 'green', on: '2026-11-12' } }, '2026-11-19', []],
    ['14 days before its date', { due: '2026-12-04', self: { rating: 'green', on: '2026-11-12' } }, '2026-11-20', ['due since 2026-11-20']],
    ['rated within them', { due: '2026-12-04', self: { rating: 'green', on: '2026-11-20' } }, '2026-12-10', []],
    ['past its date', { due: '2026-11-10', self: { rating: 'amber', on: '2026-10-20' } }, '2026-11-24', ['due since 2026-10-27']],
    [
      'a holiday changes no date',
      { due: '2027-01-01', self: { rating: 'green', on: '2026-12-01' } },
      '2026-12-18',
      ['due since 2026-12-18'],
    ],
    ['the last Sunday of the half-term', { self: { rating: 'green', on: '2026-10-23' } }, '2026-11-01', []],
    ['the first day of the next', { self: { rating: 'green', on: '2026-10-23' } }, '2026-11-02', ['half_term since 2026-11-02']],
    ['rated in it', { self: { rating: 'green', on: '2026-11-02' } }, '2026-12-18', []],
    ['never rated, in the plan since the last', { since: '2026-10-20' }, '2026-11-24', ['half_term since 2026-11-02']],
    ['never rated, in the plan since this one', { since: '2026-11-03' }, '2026-11-24', []],
    ['complete', { since: '2026-09-07', self: { rating: 'complete', on: '2026-09-10' } }, '2026-11-24', []],
    ['stopped', { since: '2026-09-07', due: '2026-11-10', self: { rating: 'stopped', on: '2026-09-10' } }, '2026-11-24', []],
    ['on hold', { since: '2026-09-07', due: '2026-11-10', self: { rating: 'on_hold', on: '2026-09-10' } }, '2026-11-24', []],
  ] as const)('%s', (_, changed, today, expected) => {
    expect(lines(today, { actions: [action(changed as Changed)] })).toEqual(expected);
  });

  test('a rating of the half-term is patient, one near its date is not; each key says which waiting it is', () => {
    const near = { due: '2026-12-04', self: { rating: 'green', on: '2026-11-12' } } as const;
    const old = { id: 'a13', self: { rating: 'green', on: '2026-10-23' } } as const;
    expect(waits('2026-11-24', { actions: [action(old), action(near)] })).toMatchObject([
      { key: 'due:a12:2026-12-04', patient: false, once: false },
      { key: 'half_term:a13:2026/27-autumn-2', patient: true, once: false },
    ]);
  });
});

describe('a reading, from the day it is due', () => {
  test.each([
    // The week of 16 November is due on its Friday; the one before was given.
    ['the day before', kpi({ periods: ['2026-W46'] }), SERVICE, '2026-11-19', []],
    ['its Friday', kpi({ periods: ['2026-W46'] }), SERVICE, '2026-11-20', ['reading 2026-W47 since 2026-11-20']],
    ['the week before first', kpi(), SERVICE, '2026-11-20', ['reading 2026-W46 since 2026-11-13']],
    // Grace: 16 to 20 November.
    ['past its five working days', kpi(), SERVICE, '2026-11-21', ['reading 2026-W46 since 2026-11-13, long']],
    // The first half of the term is due on its last day, 23 October.
    [
      'a service, the last day of grace',
      kpi({ cadence: 'half_term', since: '2026-09-07' }),
      SERVICE,
      '2026-10-30',
      ['reading 2026/27-autumn-1 since 2026-10-23'],
    ],
    [
      'a service, the day after',
      kpi({ cadence: 'half_term', since: '2026-09-07' }),
      SERVICE,
      '2026-10-31',
      ['reading 2026/27-autumn-1 since 2026-10-23, long'],
    ],
    [
      'a school, the same day',
      kpi({ cadence: 'half_term', since: '2026-09-07' }),
      SCHOOL,
      '2026-10-31',
      ['reading 2026/27-autumn-1 since 2026-10-23'],
    ],
    [
      'a school, five days back',
      kpi({ cadence: 'half_term', since: '2026-09-07' }),
      SCHOOL,
      '2026-11-06',
      ['reading 2026/27-autumn-1 since 2026-10-23'],
    ],
    [
      'a school, the day after',
      kpi({ cadence: 'half_term', since: '2026-09-07' }),
      SCHOOL,
      '2026-11-07',
      ['reading 2026/27-autumn-1 since 2026-10-23, long'],
    ],
    [
      'a school with an INSET day',
      kpi({ cadence: 'half_term', since: '2026-09-07' }),
      withInset('2026-11-03'),
      '2026-11-07',
      ['reading 2026/27-autumn-1 since 2026-10-23'],
    ],
    ['worked out from who takes part', kpi({ coverage: 'attended' }), SERVICE, '2026-11-20', []],
    ['of the time before there was a KPI', kpi({ since: '2026-11-19' }), SERVICE, '2026-11-19', []],
  ])('%s', (_, one, terms, today, expected) => {
    const found = waits(today, { person: person('owner', { terms }), kpis: [one] });
    expect(
      found.map((line) => (line.kind === 'reading' ? `reading ${line.period.key} since ${line.since}${line.long ? ', long' : ''}` : line)),
    ).toEqual(expected);
  });
});

describe('for whom', () => {
  const near: Changed = { due: '2026-11-27', self: { rating: 'green', on: '2026-11-03' } };
  const mine = ['due since 2026-11-13'];
  test.each([
    ['the owner', near, person(), mine],
    ['somebody else', near, person('other'), []],
    ['a deputy while the owner is there', { ...near, deputyId: 'deputy' }, person('deputy'), []],
    ['a deputy once the owner’s role has ended', { ...near, deputyId: 'deputy', ownerLeft: '2026-10-30' }, person('deputy'), mine],
    ['a deputy where there is no owner', { ...near, deputyId: 'deputy', ownerId: null }, person('deputy'), mine],
    ['a deputy whose role has ended too', { ...near, deputyId: 'deputy', ownerId: null, deputyLeft: '2026-10-30' }, person('deputy'), []],
    [
      'an owner whose role there has ended',
      { ...near, ownerLeft: '2026-10-30' },
      person('owner', { roles: [role('partner', 'ealing')] }),
      [],
    ],
    ['an owner who may not rate it any more', near, person('owner', { roles: [role('evaluator', 'programme')] }), []],
    ['an administrator', near, person('other', { roles: [role('administrator', 'programme')] }), []],
    ['a coordinator who owns it', near, person('owner', { roles: [role('coordinator', 'pilot')] }), mine],
  ] as const)('%s', (_, changed, who, expected) => {
    expect(lines('2026-11-24', { person: who as Inputs['person'], actions: [action(changed)] })).toEqual(expected);
  });

  test('what somebody said is not theirs is not asked of them; everything else is', () => {
    const given = { actions: [action(near), action({ ...near, id: 'a13' })], kpis: [kpi()] };
    expect(waits('2026-11-24', { ...given, notMine: new Set(['action a12', 'kpi k1']) }).map(({ key }) => key)).toEqual([
      'due:a13:2026-11-27',
    ]);
    // control: an id of another kind says nothing
    expect(waits('2026-11-24', { ...given, notMine: new Set(['kpi a12', 'action k1']) })).toHaveLength(3);
  });

  test('a reading and a half-term’s rating of which it was said why there is none are not asked again; the next ones are', () => {
    const old = action({ self: { rating: 'green', on: '2026-10-23' } });
    const noUpdate = new Map([
      ['half_term:a12:2026/27-autumn-2', '2026-11-03'],
      ['reading:k1:2026-W47', '2026-11-20'],
    ]);
    const given = { actions: [old], kpis: [kpi({ periods: ['2026-W46'] })] };
    expect(waits('2026-11-24', { ...given, noUpdate })).toEqual([]);
    expect(lines('2026-11-30', { ...given, noUpdate })).toEqual(['reading since 2026-11-27']);
    // control
    expect(lines('2026-11-24', given)).toEqual(['reading since 2026-11-20', 'half_term since 2026-11-02']);
  });
});

describe('a reason why there is no update', () => {
  const red = action({ self: { rating: 'red', on: '2026-11-03' } });
  const near = action({ due: '2026-11-27', self: { rating: 'green', on: '2026-11-03' } });
  const [RED, DUE] = ['red:a12:self of a12', 'due:a12:2026-11-27'];
  test.each([
    // The red waits from 17 November. Said on Tuesday the 24th: ten working days are 25 to 27 November, 30 November to 4 December, 7 and 8 December.
    ['holds for two weeks of work where it is red', red, SERVICE, [[RED, '2026-11-24']], '2026-12-07', []],
    ['then the red waits anew', red, SERVICE, [[RED, '2026-11-24']], '2026-12-08', [`${RED}:2026-11-24 since 2026-12-08`]],
    // Said on 15 December by a school: 16 to 18 December, 4 to 8, 11 and 12 January.
    ['by the calendar of whoever said it', red, SCHOOL, [[RED, '2026-12-15']], '2027-01-11', []],
    ['until they have worked so long', red, SCHOOL, [[RED, '2026-12-15']], '2027-01-12', [`${RED}:2026-12-15 since 2027-01-12`]],
    [
      'may be said again, of what waits anew',
      red,
      SERVICE,
      [
        [RED, '2026-11-24'],
        [`${RED}:2026-11-24`, '2026-12-08'],
      ],
      '2026-12-21',
      [],
    ],
    // 9 to 11, 14 to 18, 21 and 22 December.
    [
      'and holds as long again',
      red,
      SERVICE,
      [
        [RED, '2026-11-24'],
        [`${RED}:2026-11-24`, '2026-12-08'],
      ],
      '2026-12-22',
      [`${RED}:2026-12-08 since 2026-12-22`],
    ],
    [
      'of another red says nothing of this one',
      red,
      SERVICE,
      [['red:a12:another', '2026-11-24']],
      '2026-11-24',
      [`${RED} since 2026-11-17`],
    ],
    ['holds until the date of what is due', near, SERVICE, [[DUE, '2026-11-24']], '2026-11-27', []],
    ['then it is past its date', near, SERVICE, [[DUE, '2026-11-24']], '2026-11-28', [`${DUE}:2026-11-24 since 2026-11-28`]],
    // Past its date: 1 to 4, 7 to 11 and 14 December.
    ['of what is past its date holds for two weeks of work', near, SERVICE, [[DUE, '2026-11-30']], '2026-12-13', []],
    ['and then no longer', near, SERVICE, [[DUE, '2026-11-30']], '2026-12-14', [`${DUE}:2026-11-30 since 2026-12-14`]],
    [
      'of one date says nothing of another',
      action({ due: '2026-11-30', self: { rating: 'green', on: '2026-11-03' } }),
      SERVICE,
      [[DUE, '2026-11-24']],
      '2026-11-24',
      ['due:a12:2026-11-30 since 2026-11-16'],
    ],
  ] as const)('%s', (_, one, terms, said, today, expected) => {
    const noUpdate = new Map<string, string>(said as unknown as [string, string][]);
    const found = waits(today, { person: person('owner', { terms }), actions: [one], noUpdate });
    expect(found.map(({ key, since }) => `${key} since ${since}`)).toEqual(expected);
  });
});

describe('an adviser', () => {
  const adviser = person('adviser', { roles: [role('adviser', 'pilot')] });
  const meeting = (day: string) => ({ id: day, localityId: 'wakefield', locality: 'Wakefield', date: day });
  const live = [action(), action({ id: 'a13' }), action({ id: 'a14', self: { rating: 'complete', on: '2026-11-03' } })];
  test.each([
    ['15 days before a meeting', ['2026-11-02', '2026-12-03'], [], '2026-11-18', []],
    ['14 days before it', ['2026-11-02', '2026-12-03'], [], '2026-11-19', ['meeting since 2026-11-19']],
    ['on its day', ['2026-11-02', '2026-12-03'], [], '2026-12-03', ['meeting since 2026-11-19']],
    ['the day after', ['2026-12-03'], [], '2026-12-04', []],
    ['the month after', ['2026-12-03'], [], '2027-01-01', ['ask_meeting since 2027-01-01']],
    ['who said that they do not meet this month', [], ['wakefield'], '2026-11-24', []],
    ['who never noted one', [], [], '2026-11-24', ['ask_meeting since 2026-11-01']],
  ] as const)('%s', (_, days, off, today, expected) => {
    expect(lines(today, { person: adviser, actions: live, meetings: days.map(meeting), putOff: new Set(off) })).toEqual(expected);
  });

  test('one line says how many of a place wait', () => {
    const [line] = waits('2026-11-24', { person: adviser, actions: live, meetings: [meeting('2026-12-03')] });
    expect(line).toMatchObject({ key: 'meeting:wakefield:2026-12-03', count: 2, patient: false });
  });

  test('and who rates otherwise than the owner: the owner may answer, and is told once', () => {
    const differs = action({ self: { rating: 'green', on: '2026-11-03' }, independent: { rating: 'amber', on: '2026-11-16' } });
    expect(waits('2026-11-24', { actions: [differs] })).toMatchObject([
      { kind: 'answer', key: "answer:adviser's of a12", since: '2026-11-16', patient: true, once: true },
    ]);
    expect(waits('2026-11-24', { actions: [{ ...differs, answered: true }] })).toEqual([]);
    expect(waits('2026-11-24', { person: adviser, actions: [differs], putOff: new Set(['wakefield']) })).toEqual([]);
    const same = action({ self: { rating: 'green', on: '2026-11-03' }, independent: { rating: 'green', on: '2026-11-16' } });
    expect(waits('2026-11-24', { actions: [same] })).toEqual([]);
  });

  test.each([
    ['red for two weeks', { self: { rating: 'red', on: '2026-11-03' } }, {}, ['red']],
    ['near its date', { due: '2026-12-04', self: { rating: 'green', on: '2026-11-12' } }, {}, ['due']],
    ['not rated in this half-term', { self: { rating: 'green', on: '2026-10-23' } }, {}, ['half_term']],
    ['not near its date: what the adviser sees waits', { self: { rating: 'green', on: '2026-11-12' } }, {}, ['answer']],
    [
      'near its date, and it was said why there is no update: what the adviser sees waits',
      { due: '2026-12-04', self: { rating: 'green', on: '2026-11-12' } },
      { noUpdate: new Map([['due:a12:2026-12-04', '2026-11-23']]) },
      ['answer'],
    ],
  ] as const)('an action that its adviser rates otherwise has one line for its owner: %s', (_, changed, given, expected) => {
    const one = action({ ...(changed as Changed), independent: { rating: 'amber', on: '2026-11-16' } });
    expect(waits('2026-11-24', { ...given, actions: [one] }).map(({ kind }) => kind)).toEqual(expected);
  });
});

describe('who answers for a place', () => {
  const worry = {
    ...PLACE,
    id: 'w1',
    text: 'Nobody answers the helpline',
    aboutKind: null,
    aboutId: null,
    about: null,
    at: '2026-11-20T10:00:00.000Z',
    on: '2026-11-20',
    byId: 'other',
    by: 'Headteacher',
    byEmail: null,
    outcome: null,
  };
  test.each([
    ['the coordinator', [role('coordinator')], ['worry since 2026-11-20']],
    ['a coordinator of the programme', [role('coordinator', 'programme')], ['worry since 2026-11-20']],
    ['a coordinator of another place', [role('coordinator', 'ealing')], []],
    ['the pilot lead', [role('lead')], []],
    ['a partner', [role('partner')], []],
  ])('a worry waits for them: %s', (_, roles, expected) => {
    expect(lines('2026-11-24', { person: person('her', { roles }), worries: [worry] })).toEqual(expected);
  });

  const left = action({ id: 'a22', title: 'Parent voice group', ownerLeft: '2026-10-30' });
  const never = action({ id: 'a23', ownerId: null, since: '2026-11-09' });
  test.each([
    ['the coordinator', [role('coordinator')], [left, never], ['WAK-22', 'WAK-23'], '2026-10-30'],
    ['the pilot lead', [role('lead')], [never], ['WAK-23'], '2026-11-09'],
    ['a partner', [role('partner')], [left, never], undefined, ''],
    ['the adviser', [role('adviser', 'pilot')], [left, never], undefined, ''],
    ['where a deputy stands in', [role('lead')], [action({ ...left, self: null, independent: null, deputyId: 'deputy' })], undefined, ''],
    ['of one that is complete', [role('lead')], [action({ ownerId: null, self: { rating: 'complete', on: '2026-11-03' } })], undefined, ''],
  ])('actions that nobody answers for: %s', (_, roles, actions, codes, since) => {
    const found = waits('2026-11-24', { person: person('her', { roles }), actions, putOff: new Set(['wakefield']) });
    expect(found).toMatchObject(codes ? [{ kind: 'without_owner', codes, since, patient: true }] : []);
  });

  test('their key is the last that came: finding somebody for another tells nothing anew', () => {
    const keyOf = (actions: OpenAction[]) => waits('2026-11-24', { person: person('her', { roles: [role('lead')] }), actions })[0]?.key;
    expect(keyOf([left, never])).toBe('without_owner:wakefield:2026-11-09:a23');
    expect(keyOf([never])).toBe(keyOf([left, never]));
    expect(keyOf([left])).not.toBe(keyOf([left, never]));
  });

  test.each([
    ['its own coordinator', [role('coordinator')], true, true],
    ['a lead', [role('lead')], true, false],
    ['a coordinator of its pilot, where it has one of its own', [role('coordinator', 'pilot')], true, false],
    ['a coordinator of the programme, where it has one of its own', [role('coordinator', 'programme')], true, false],
    ['a coordinator of its pilot, where it has none', [role('coordinator', 'pilot')], false, true],
    ['a coordinator of the programme, where it has none', [role('coordinator', 'programme')], false, true],
    ['a coordinator of another place, where it has none', [role('coordinator', 'ealing')], false, false],
  ])('term dates that are assumed are asked once of whoever coordinates: %s', (_, roles, ownCoordinator, isAsked) => {
    const what = { year: 2026, gap: 'christmas', what: 'Christmas holiday', begins: '2026-12-21' };
    const assumed = [{ ...PLACE, areaId: 'area', area: 'Wakefield', ...what, ownCoordinator }];
    expect(waits('2026-12-01', { person: person('her', { roles }), assumed })).toMatchObject(
      isAsked ? [{ kind: 'terms', key: 'terms:wakefield:2026:christmas:2026-12-21', since: '2026-11-30', patient: true, once: true }] : [],
    );
  });

  test('the council areas of a locality are asked of in one line, one that two localities share once, and other dates in a line of their own', () => {
    const area = {
      areaId: 'area',
      area: 'Northumberland',
      year: 2026,
      gap: 'christmas',
      what: 'Christmas holiday',
      begins: '2026-12-21',
      ownCoordinator: false,
    };
    const assumed = [
      { ...PLACE, ...area },
      { ...PLACE, localityId: 'leeds', locality: 'Leeds', ...area },
      { ...PLACE, localityId: 'leeds', locality: 'Leeds', ...area, areaId: 'other', area: 'Leeds' },
      { ...PLACE, ...area, areaId: 'third', area: 'North Tyneside' },
      { ...PLACE, ...area, areaId: 'fourth', area: 'Newcastle', begins: '2026-12-19' },
    ];
    const found = waits('2026-12-01', { person: person('her', { roles: [role('coordinator', 'pilot')] }), assumed });
    expect(found.map((line) => line.kind === 'terms' && [line.key, line.areas.map(({ name }) => name)])).toEqual([
      ['terms:wakefield:2026:christmas:2026-12-19', ['Newcastle']],
      ['terms:wakefield:2026:christmas:2026-12-21', ['Northumberland', 'North Tyneside']],
      ['terms:leeds:2026:christmas:2026-12-21', ['Leeds']],
    ]);
  });
});

test('a pulse is there for everybody who is invited, and news for whom it is', () => {
  const pulses = [{ waveId: 'p1', title: 'Trust and working together', taps: 5, openedOn: '2026-11-20', reopenedAt: null }];
  const news = [{ id: 'n1', text: 'WAK-12 is yours now.', on: '2026-11-19' }];
  expect(waits('2026-11-24', { pulses, news })).toMatchObject([
    { kind: 'pulse', key: 'pulse:p1', since: '2026-11-20', patient: false },
    { kind: 'news', key: 'news:n1', since: '2026-11-19', patient: true, once: true },
  ]);
});

test('what matters comes first, and of one kind what has waited longest', () => {
  const found = waits('2026-11-24', {
    person: person('owner', { roles: [role('coordinator'), role('adviser')] }),
    actions: [
      action({ id: 'a1', self: { rating: 'green', on: '2026-10-20' } }),
      action({ id: 'a2', due: '2026-11-30', self: { rating: 'green', on: '2026-11-03' } }),
      action({ id: 'a3', due: '2026-11-20', self: { rating: 'green', on: '2026-11-03' } }),
      action({ id: 'a4', self: { rating: 'red', on: '2026-11-03' } }),
      action({ id: 'a5', ownerId: null }),
    ],
    kpis: [kpi()],
    meetings: [{ id: 'm', localityId: 'wakefield', locality: 'Wakefield', date: '2026-11-26' }],
    news: [{ id: 'n1', text: 'news', on: '2026-11-01' }],
  });
  expect(found.map(({ key }) => key.split(':').slice(0, 2).join(' '))).toEqual([
    'red a4',
    'due a3',
    'due a2',
    'meeting wakefield',
    'reading k1',
    'without_owner wakefield',
    'half_term a1',
    'news n1',
  ]);
  const ranks = found.map(({ kind }) => LINE_KINDS.indexOf(kind));
  expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
});
