import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, answersFor, declared, isLive, withoutOwnerSince } from '../../src/actions/action.ts';
import { agesAt, countedAs } from '../../src/actions/cadence.ts';
import { differencesOf } from '../../src/actions/differences.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import { actionStatus } from '../../src/actions/status.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import { readDemonstration } from '../../src/programme/format.ts';
import { demoId } from '../../src/programme/ids.ts';
import { allPlanRows } from '../../src/programme/plan-rows.ts';
import { type TestBot, testBot } from '../support/bot.ts';

const demonstration = readDemonstration();
const { localities } = demonstration;
const localityId = (key: string) => demoId('locality', key);

const THURSDAY = Temporal.PlainDate.from('2026-11-19');
let bot: TestBot;
let wakefield: Action[];

beforeAll(async () => {
  bot = await testBot();
  wakefield = await actionsIn(bot.database.db, [localityId('wakefield')], { day: THURSDAY.toString() });
});
afterAll(() => bot.close());

/** What the actions are counted as on a day: word → codes. */
const counted = (actions: Action[], day: Temporal.PlainDate) => {
  const age = agesAt(day, nationalTerms);
  return Map.groupBy(actions, (action) => countedAs(action, age(action)));
};
const howMany = (groups: Map<string, Action[]>) => Object.fromEntries([...groups].map(([word, actions]) => [word, actions.length]));
const numbers = (actions: Action[] = []) => actions.map(({ number }) => number);
const withNumber = (number: number) => wakefield.find((action) => action.number === number) as Action;

describe('Wakefield’s plan on a Thursday in week 12 of the autumn term', () => {
  it('has 31 actions: 3 red, 9 amber, 13 green, 4 complete and 2 with no update for 7 weeks', () => {
    const groups = counted(wakefield, THURSDAY);
    expect(howMany(groups)).toEqual({ red: 3, amber: 9, green: 13, complete: 4, no_update: 2 });
    expect(numbers(groups.get('red'))).toEqual([7, 19, 22]);
    expect(numbers(groups.get('no_update'))).toEqual([30, 31]);
    const age = agesAt(THURSDAY, nationalTerms);
    expect(groups.get('no_update')?.map((action) => age(action).weeks)).toEqual([7, 7]);
  });

  it('had one red fewer and two ambers more a week before; 4 and 15 have moved to green since, 7 to red', async () => {
    const then = THURSDAY.subtract({ days: 7 });
    const before = await actionsIn(bot.database.db, [localityId('wakefield')], { day: then.toString(), at: `${then}T08:30:00Z` });
    expect(howMany(counted(before, then))).toMatchObject({ red: 2, amber: 11, green: 13, complete: 4 });
    const was = new Map(before.map((action) => [action.id, declared(action)]));
    const turned = (word: string) => numbers(wakefield.filter((action) => declared(action) === word && was.get(action.id) !== word));
    expect([turned('green'), turned('red')]).toEqual([[4, 15], [7]]);
  });

  it('has 9 and 12 past their date by 6 days, with one step of 12 open', () => {
    const late = wakefield.filter((action) => actionStatus(action, THURSDAY).status === 'late');
    expect(late.map((action) => `${action.number} ${actionStatus(action, THURSDAY).word}`)).toEqual([
      '9 6 days past its date',
      '12 6 days past its date',
    ]);
    expect(wakefield.filter((action) => actionStatus(action, THURSDAY).status === 'step_late')).toEqual([]);
    expect(withNumber(12)).toMatchObject({ title: 'Share early-help data with hubs', due: '2026-11-13', self: { rating: 'amber' } });
    expect(withNumber(12).steps.map(({ done }) => done !== null)).toEqual([true, true, false]);
  });

  it('has 7 red since yesterday, with what would put it right, after amber; the adviser says amber since October', async () => {
    expect(withNumber(7)).toMatchObject({
      title: 'Recruit two education welfare officers',
      self: { rating: 'red', on: '2026-11-18', reason: 'two failed adverts', remedy: 'a joint post', remedyBy: '2027-01-18' },
      independent: { rating: 'amber', on: '2026-10-14', by: 'Adviser, pilot 1' },
    });
    const before = await actionsIn(bot.database.db, [localityId('wakefield')], { day: '2026-11-17', at: '2026-11-17T12:00:00Z' });
    expect(before.find(({ number }) => number === 7)?.self).toMatchObject({ rating: 'amber' });
    // Since they last met: one advert, step 2 done.
    const done = withNumber(7).steps[1]?.done as string;
    expect(done > '2026-10-14' && done < '2026-11-18').toBe(true);
  });

  it('has 22 without an owner since 30 October, and nothing else', () => {
    expect(withNumber(22).owner).toBe('Parent and carer representative, Wakefield');
    expect(wakefield.filter((action) => isLive(action) && !answersFor(action)).map(({ number }) => number)).toEqual([22]);
    expect(withoutOwnerSince(withNumber(22))).toBe('2026-10-30');
  });

  it('has 19 where the adviser says amber, 31 amber in September with headteacher 1, and 14 complete', () => {
    const differ = wakefield.flatMap((action) =>
      differencesOf(action, actionStatus(action, THURSDAY)).map(({ says }) => `${action.number} ${says}`),
    );
    expect(differ).toEqual(['7 adviser says amber', '19 adviser says amber']);
    expect(withNumber(31)).toMatchObject({
      title: 'Transition visits',
      owner: 'Headteacher, Wakefield 1',
      self: { rating: 'amber', on: '2026-09-30' },
    });
    expect(withNumber(14).self?.rating).toBe('complete');
  });

  it('says of no green action that a KPI is off track, so that figures differ only where somebody makes them', async () => {
    const lead = await bot.as('wakefield.lead');
    const said = (await lead.say('/kpi')).text;
    const off = ['Persistent absence', 'Attendance', 'Visits in hubs', 'Schools at workshops'].filter((name) =>
      new RegExp(`^${name}.*off track`, 'mu').test(said),
    );
    const ids = off.map((name) => demoId('kpi', 'wakefield', name));
    expect(numbers(wakefield.filter((action) => declared(action) === 'green' && action.kpiIds.some((id) => ids.includes(id))))).toEqual([]);
  });
});

describe('every plan', () => {
  it.each(localities)(
    '$name has 10 to 31 actions whose people, projects and KPIs exist, numbered from 1',
    ({ plan, people, projects, kpis }) => {
      const known = {
        people: new Set(people.map(({ key }) => key)),
        projects: new Set(projects.map(({ name }) => name)),
        kpis: new Set(kpis.map(({ name }) => name)),
      };
      expect(plan.actions.length).toBeGreaterThanOrEqual(10);
      expect(plan.actions.map(({ number }) => number)).toEqual(plan.actions.map((_, at) => at + 1));
      const unknown = plan.actions.flatMap(({ owner, deputy, project, kpis: moves, ratings, comments }) => [
        ...[owner, ...(deputy ? [deputy] : []), ...ratings.flatMap(({ by }) => by ?? []), ...comments.map(({ by }) => by)].filter(
          (key) => !known.people.has(key),
        ),
        ...(project && !known.projects.has(project) ? [project] : []),
        ...moves.filter((name) => !known.kpis.has(name)),
      ]);
      expect(unknown).toEqual([]);
    },
  );

  it.each(localities)('$name: red and amber have their reason, red what would put it right, a rest who decided', ({ plan, pilot }) => {
    for (const { ratings, adviser, owner, deputy } of plan.actions) {
      expect(owner).not.toBe(deputy);
      for (const { rating, reason, remedy, decidedBy } of ratings) {
        if (['amber', 'red', 'complete', 'on_hold', 'stopped'].includes(rating)) expect(reason).toBeTruthy();
        if (rating === 'red') expect(remedy).toBeTruthy();
        if (['on_hold', 'stopped'].includes(rating)) expect(decidedBy).toBeTruthy();
      }
      for (const { rating, reason } of adviser) if (rating !== 'green') expect(reason).toBeTruthy();
    }
    expect(demonstration.programme.people.find(({ key }) => key === plan.adviser)).toMatchObject({ role: 'adviser', scope: pilot });
    for (const { adviser } of [...plan.meetings, ...plan.ties])
      expect(demonstration.programme.people.find(({ key }) => key === adviser)).toMatchObject({ role: 'adviser', scope: pilot });
  });

  it('is marked as demonstration, action by action and rating by rating', async () => {
    const { db } = bot.database;
    expect(await db.action.groupBy({ by: ['origin'], _count: true })).toEqual([{ origin: 'demonstration', _count: 130 }]);
    const [ratings] = await db.rating.groupBy({ by: ['origin', 'definitionVersion'], _count: true });
    expect(ratings).toMatchObject({ origin: 'demonstration', definitionVersion: 1 });
    expect(await db.rating.count({ where: { recordedById: null } })).toBe(0);
  });

  it('has an adviser’s meeting ahead in each pilot, and one adviser who chairs a board, said with each of their ratings', async () => {
    const { db } = bot.database;
    const ahead = await db.meeting.findMany({ where: { date: { gt: new Date('2026-11-19') } }, include: { locality: true } });
    expect(ahead.map(({ locality }) => locality.name).sort()).toEqual(['Ealing', 'North of Tyne', 'Sheffield', 'Wakefield']);
    expect((await db.adviserTie.findMany()).map(({ words }) => words)).toEqual(['chairs the board']);
    const also = await db.rating.findMany({ where: { also: { not: null } }, include: { action: true } });
    expect(also.length).toBeGreaterThan(3);
    for (const { action, also: words, kind } of also)
      expect([action.localityId, words, kind]).toEqual([localityId('sheffield'), 'chairs the board', 'independent']);
  });

  it('shares themes between localities, and has one that went from red to green on a criterion on which Wakefield has a red', async () => {
    const themes = Map.groupBy(
      await bot.database.db.project.findMany({ where: { theme: { not: null } }, include: { locality: true } }),
      ({ theme }) => theme as string,
    );
    const places = (theme: string) => new Set(themes.get(theme)?.map(({ locality }) => locality.name)).size;
    expect([places('transition'), places('attendance'), places('peer review')]).toEqual([3, 2, 2]);
    const rochdale = await actionsIn(bot.database.db, [localityId('rochdale')], { day: '2026-11-19' });
    const agreement = rochdale.find(({ title }) => title === 'Data agreement with health and housing') as Action;
    const before = await bot.database.db.rating.findMany({ where: { actionId: agreement.id, kind: 'self' }, orderBy: { version: 'asc' } });
    expect(before.map(({ rating }) => rating)).toEqual(['red', 'red', 'amber', 'green']);
    expect(agreement.criterionId).toBe(withNumber(19).criterionId);
  });
});

describe('the chains of every plan', () => {
  it('have no gap and no overlap: each version counts until the next one was recorded, the last one still', async () => {
    const { db } = bot.database;
    const links = [
      ...(await db.actionVersion.findMany({ orderBy: [{ actionId: 'asc' }, { version: 'asc' }] })).map((row) => ({
        ...row,
        of: row.actionId,
      })),
      ...(await db.rating.findMany({ orderBy: [{ actionId: 'asc' }, { kind: 'asc' }, { version: 'asc' }] })).map((row) => ({
        ...row,
        of: `${row.actionId} ${row.kind}`,
      })),
    ];
    for (const chain of Map.groupBy(links, ({ of }) => of).values()) {
      expect(chain.map(({ version }) => version)).toEqual(chain.map((_, at) => at + 1));
      expect(chain.map(({ until }) => until.toISOString())).toEqual([
        ...chain.slice(1).map(({ recordedAt }) => recordedAt.toISOString()),
        '9999-12-31T00:00:00.000Z',
      ]);
    }
  });

  it('are written in the order of their moments, none after the load', async () => {
    const rows = await bot.database.db.rating.findMany({ orderBy: { seq: 'asc' } });
    const moments = rows.map(({ recordedAt }) => recordedAt.getTime());
    expect(moments).toEqual([...moments].sort((one, other) => one - other));
    expect(moments.at(-1)).toBeLessThanOrEqual(Date.parse('2026-11-19T14:00:00Z'));
  });
});

describe.each([
  { when: 'on a Monday', at: '2026-11-23T08:00:00Z' },
  { when: 'on a Saturday in the summer holiday', at: '2027-08-14T08:00:00Z' },
  { when: 'on the first day of a school year', at: '2027-09-01T08:00:00Z' },
  { when: 'on New Year’s Day', at: '2028-01-01T00:00:00Z' },
  { when: 'on the day the clocks go forward', at: '2029-03-25T02:30:00Z' },
])('started $when', ({ at }) => {
  const rows = allPlanRows(demonstration, Temporal.Instant.from(at));

  it('has the same plans, with nothing recorded after the load', () => {
    expect(rows.actions).toHaveLength(130);
    const now = new Date(at);
    expect([...rows.versions, ...rows.ratings].filter(({ recordedAt }) => recordedAt > now)).toEqual([]);
  });

  it('has nothing written on a weekend', () => {
    const days = [...rows.versions, ...rows.ratings].map(({ recordedAt }) => recordedAt.getUTCDay());
    expect(days.filter((day) => day === 0 || day === 6)).toEqual([]);
  });
});

it('a chain that does not go forward in time is refused', () => {
  const [first, ...others] = localities as [(typeof localities)[number], ...typeof localities];
  const [action, ...rest] = first.plan.actions as [(typeof first.plan.actions)[number], ...typeof first.plan.actions];
  const broken = {
    ...action,
    ratings: [
      { daysAgo: 20, rating: 'green' as const },
      { daysAgo: 40, rating: 'green' as const },
    ],
  };
  const wrong = { ...demonstration, localities: [{ ...first, plan: { ...first.plan, actions: [broken, ...rest] } }, ...others] };
  expect(() => allPlanRows(wrong, Temporal.Instant.from('2026-11-19T14:00:00Z'))).toThrow(
    'COV-1, self: version 2 is not after the one before',
  );
});
