import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Action, answersFor, declared, isLive } from '../../src/actions/action.ts';
import { actionsIn } from '../../src/actions/queries.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import type { Line } from '../../src/summaries/line.ts';
import { linesIn } from '../../src/summaries/queries.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// A summary reads a narrow line of each action. What it says of one is what the action's own reading says, on any day, with people who left.

let bot: TestBot;
let ids: string[];

beforeAll(async () => {
  bot = await testBot();
  const { db } = bot.database;
  ids = (await db.locality.findMany({ orderBy: [{ pilot: { position: 'asc' } }, { position: 'asc' }] })).map(({ id }) => id);
  // Half of those who answer for something have gone: some with their role, some altogether.
  const owners = await db.actionVersion.findMany({ where: { ownerId: { not: null } }, distinct: ['ownerId'], orderBy: { ownerId: 'asc' } });
  for (const [at, { ownerId }] of owners.entries()) {
    if (at % 4 === 1) await db.role.updateMany({ where: { personId: ownerId as string }, data: { to: new Date('2026-10-15') } });
    if (at % 4 === 3) await db.person.update({ where: { id: ownerId as string }, data: { leftOn: new Date('2026-11-02') } });
  }
});
afterAll(() => bot.close());

const days = ['2026-11-19', '2026-11-01', '2026-10-16', '2026-09-15', '2026-06-01'];
const at = (day: string) => `${day}T21:30:00Z`;
const said = ({ localityId, number, self, due, independent }: Pick<Line, 'localityId' | 'number' | 'self' | 'due' | 'independent'>) => ({
  key: `${localityId} ${number}`,
  self: self && { rating: self.rating, on: self.on },
  due,
  independent: independent && { rating: independent.rating },
});
const answering = (action: Action): Line['answers'] => {
  const somebody = answersFor(action);
  return somebody ? (somebody.standsIn ? 'deputy' : 'owner') : null;
};
const inOrder = <T extends { key: string }>(all: T[]) => all.sort((one, other) => one.key.localeCompare(other.key));

const read = async (day: string): Promise<{ lines: Line[]; actions: Action[] }> =>
  inTransaction(bot.database.db, async (tx) => ({
    lines: await linesIn(tx, ids, { at: at(day), day, since: at(Temporal.PlainDate.from(day).subtract({ days: 30 }).toString()) }),
    actions: await actionsIn(tx, ids, { at: at(day), day }),
  }));

describe.each(days)('on %s', (day) => {
  test('ratings, dates, advisers and owners are those of the actions', async () => {
    const { lines, actions } = await read(day);
    expect(lines.length).toBeGreaterThan(50);
    expect(inOrder(lines.map((line) => ({ ...said(line), answers: line.answers })))).toEqual(
      inOrder(actions.map((action) => ({ ...said(action), answers: answering(action) }))),
    );
  });

  test('and so are whose calendar a red keeps, open steps with a date, and the KPIs of a green', async () => {
    const { lines, actions } = await read(day);
    const byKey = new Map(actions.map((action) => [said(action).key, action]));
    for (const line of lines) {
      const action = byKey.get(said(line).key) as Action;
      if (declared(line) === 'red') expect(line.keeps).toBe(action.keeps);
      if (!line.self) expect(line.since).toBe(action.since);
      if (/^(?:green|complete)$/u.test(declared(line))) expect(line.kpiIds).toEqual(action.kpiIds);
      const open = (steps: Line['steps']) => steps.flatMap(({ due, done }, step) => (done === null && due !== null ? [{ step, due }] : []));
      if (isLive(line)) expect(open(line.steps)).toEqual(open(action.steps));
    }
  });

  test('what they were thirty days before is what the actions were then', async () => {
    const earlier = Temporal.PlainDate.from(day).subtract({ days: 30 }).toString();
    const { lines } = await read(day);
    const then = await inTransaction(bot.database.db, (tx) => actionsIn(tx, ids, { at: at(earlier), day: earlier }));
    expect(inOrder(lines.flatMap((line) => (line.before ? [said({ ...line, ...line.before, independent: null })] : [])))).toEqual(
      inOrder(then.map((action) => said({ ...action, independent: null }))),
    );
  });
});

test('there is something to get wrong: people who left, reds of schools, steps with dates', async () => {
  const { lines, actions } = await read('2026-11-19');
  expect(lines.filter(({ answers }) => answers === null).length).toBeGreaterThan(5);
  expect(lines.filter(({ steps }) => steps.length > 0).length).toBeGreaterThan(0);
  expect(actions.some(({ self, keeps }) => self?.rating === 'red' && keeps === 'all_year')).toBe(true);
});
