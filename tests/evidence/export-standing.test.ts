import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tidy } from '../../src/jobs/tidy.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { atExports, type Exported, exported } from '../support/exported.ts';
import { startWeb } from '../support/web.ts';

/** What becomes of exports: what each is as at, how long its file is kept, who may take it, and what is known of those that a script makes. */

let bot: TestBot;
let web: Awaited<ReturnType<typeof startWeb>>;
beforeAll(async () => {
  bot = await testBot();
  web = await startWeb(bot);
}, 120_000);
afterAll(async () => {
  await web?.stop();
  await bot?.close();
});

const line = (one: Exported, table: string) => one.rows('changelog').find((row) => row.table === table);

const count = async (table: string): Promise<number> => {
  const [row] = await bot.core.db.$queryRawUnsafe<{ many: bigint }[]>(`select count(*) as many from ${table}`);
  return Number(row?.many);
};

describe('what is recorded while an export is asked for', () => {
  it('is in it, or is new in the next one, however long it takes to be written', async () => {
    const there = atExports(web.origin, 'wakefield.lead');
    const written = Promise.withResolvers<void>();
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const id = bot.core.newId();
    // An import that took its moment ten seconds before anybody asked, and has not come to its end.
    const writing = bot.core.db.$transaction(
      async (tx) => {
        await tx.$executeRaw`
          insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, origin, recorded_at)
          select ${id}::uuid, k.id, '2020-W02', '2020-01-06'::date, '2020-01-12'::date, 1, 'reading', 90, 'import', '2026-11-19T13:59:50Z'::timestamptz
          from kpi k join locality l on l.id = k.locality_id where l.prefix = 'WAK' order by k.id limit 1`;
        begun.resolve();
        await mayEnd.promise;
      },
      { timeout: 60_000 },
    );
    writing.then(written.resolve, written.reject);
    await begun.promise;
    // An embedded database lets nobody else in before that has ended.
    if (process.env.TEST_ENGINE !== 'postgresql') mayEnd.resolve();
    const asked = await there.post('/exports', {});
    mayEnd.resolve();
    await written.promise;
    const path = new URL(asked.headers.location ?? '', web.origin).pathname;
    for (;;) if (!(await there.there(path)).text.includes('id="progress"')) break;
    const first = exported((await there.file(`${path}/file`)).bytes);
    const next = exported((await there.file(`${await there.ask({})}/file`)).bytes);
    expect(next.rows('kpi_readings').some(({ reading_id }) => reading_id === id)).toBe(true);
    expect([
      first.rows('kpi_readings').some(({ reading_id }) => reading_id === id),
      line(next, 'kpi_readings')?.rows_recorded_since,
    ]).toEqual(process.env.TEST_ENGINE === 'postgresql' ? [false, '1'] : [true, '0']);
  });
});

describe('the file of an export', () => {
  it('is kept for a day from when it was made, not from when it was asked for', async () => {
    const there = atExports(web.origin, 'evaluator');
    const path = await there.ask({ scope: `locality ${(await bot.core.db.locality.findUniqueOrThrow({ where: { prefix: 'WAK' } })).id}` });
    const made = path.slice(path.lastIndexOf('/') + 1);
    await bot.core.db.$executeRaw`update export set created_at = created_at - interval '2 hours' where id = ${made}::uuid`;
    bot.clock.advance({ hours: 23 });
    await tidy(bot.core);
    const { status, bytes } = await there.file(`${path}/file`);
    expect(status).toBe(200);
    expect(exported(bytes).names).toContain('README.txt');
    bot.clock.advance({ hours: 1, minutes: 1 });
    await tidy(bot.core);
    expect(await count(`export_chunk where export_id = '${made}'`)).toBe(0);
    expect((await there.there(path)).text).toContain('its file was forgotten after a day');
  });
});
