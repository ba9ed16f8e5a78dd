import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDemonstration } from '../../src/programme/demo.ts';
import { testIds } from '../support/clock.ts';
import { testDatabase } from '../support/database.ts';
import { NO_FAULTS } from './faults.ts';
import { runStretch, type Stretch } from './year.ts';

/**
 * Three weeks of the simulated year, with three days in which everything is down and one kill. `npm run year` runs all of it: the half-terms,
 * the hour that comes twice and the one that does not come are there. Two processes need a server, so these run on PostgreSQL only.
 */

const FROM = '2026-11-02';
/** Enough of each day to find what goes in it: the default hours, when people act, their own hours, and after the end of the day. */
const TIMES = ['08:30', '08:35', '10:05', '14:30', '15:00', '17:40'];
const now = () => Temporal.Instant.from(`${FROM}T06:45:00Z`);
const filled = {
  name: 'year',
  fill: ({ db }: { db: Parameters<typeof loadDemonstration>[0]['db'] }) =>
    loadDemonstration({ db, now, newId: testIds(2), log: pino({ level: 'silent' }) }),
};

/** For the controls: nothing else happens, nobody is met but by e-mail, and there is one process. */
const ALONE = { seed: 7, rates: NO_FAULTS, kills: [], hello: false, processes: 1 } as const;

const compiled = mkdtempSync(join(tmpdir(), 'common-cause-year-compiled-'));
const endings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
  rmSync(compiled, { recursive: true, force: true });
});
const run = async (stretch: Partial<Stretch> & Pick<Stretch, 'from' | 'to'>) => {
  const { url, close } = await testDatabase(filled);
  endings.push(close);
  if (url === undefined) throw new Error('the year needs a PostgreSQL server: TEST_ENGINE=postgresql');
  return runStretch({ ...ALONE, databaseUrl: url, ...stretch, env: { NODE_COMPILE_CACHE: compiled } });
};

describe('three weeks of a school year, with failures, kills and three days of down-time', () => {
  test('write to people in their hours and terms, once, of everything that waits, and say what may be missing', async () => {
    const outcome = await run({
      from: FROM,
      to: '2026-11-24',
      hello: true,
      processes: 2,
      times: TIMES,
      rates: { refused: 0.05, lost: 0.03 },
      outage: { from: ['2026-11-17', '08:30'], to: ['2026-11-20', '07:00'] },
      kills: ['2026-11-03'],
    });
    expect(outcome.broken).toEqual([]);
    // Enough happened that something could have gone wrong.
    const unasked = outcome.known.filter(({ delivery }) => delivery);
    expect(unasked.length).toBeGreaterThan(100);
    expect(new Set(unasked.map(({ platform }) => platform))).toEqual(new Set(['slack', 'teams', 'email']));
    expect(new Set(outcome.deliveries.map(({ kind }) => kind))).toEqual(new Set(['nudge', 'summary']));
    expect(outcome.asked).toMatchObject({ reading: expect.any(Number), red: expect.any(Number), worry: expect.any(Number) });
    expect(outcome.figures.kills).toBe(3);
    expect(Object.values(outcome.figures.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
  }, 180_000);
});

/** Two broken products are enough for the four faults: none of them brings forth another's finding. */
describe('the same judge', () => {
  test('finds out a planner that plans the same twice and forgets what it told, takes everybody to be in Japan, and schools to work all year', async () => {
    const { broken } = await run({
      from: '2026-10-26',
      to: '2026-10-27',
      times: ['08:30', '08:35', '23:50'],
      prepare: async (database) => {
        await database.query(`
          create function plan_again() returns trigger language plpgsql as $$ begin
            if new.key not like '% again' then
              new.id := gen_random_uuid(); new.key := new.key || ' again';
              insert into delivery values (new.*);
            end if;
            return null;
          end $$`);
        await database.query('create trigger plan_again after insert on delivery for each row execute function plan_again()');
        await database.query('create function forget() returns trigger language plpgsql as $$ begin return null; end $$');
        await database.query('create trigger forget before insert on delivery_line for each row execute function forget()');
        await database.query(`update person set zone = 'Asia/Tokyo'`);
        await database.query(`update organisation set kind = 'service' where kind = 'school'`);
      },
    });
    expect(broken.join('\n')).toContain('2 nudges in a week');
    expect(broken.join('\n')).toContain('out of hours');
    expect(broken.join('\n')).toContain('is closed');
  }, 90_000);

  test('finds out a relay that sends again what may have arrived, and a planner that forgets readings', async () => {
    const { broken } = await run({
      from: '2026-11-06',
      to: '2026-11-13',
      times: ['08:35'],
      script: 'twin.ts',
      rates: { refused: 0, lost: 0.3 },
    });
    expect(broken.join('\n')).toMatch(/received \d times|nobody says that it was sent/u);
    expect(broken.join('\n')).toMatch(/not told by .*, reading /u);
  }, 90_000);
});
