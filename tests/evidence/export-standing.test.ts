import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askExport, scopeMeant, scopesFor } from '../../src/evidence/export/exports.ts';
import { findExport } from '../../src/evidence/export/queries.ts';
import { createExports } from '../../src/evidence/export/run.ts';
import { tidy } from '../../src/jobs/tidy.ts';
import { findActor } from '../../src/people/actor.ts';
import { allPlaces } from '../../src/summaries/scopes.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { atExports, byScript, type Exported, exported } from '../support/exported.ts';
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

  it('is not given to who may read less than when it was made, and a new one is offered', async () => {
    const there = atExports(web.origin, 'programme.coordinator');
    const wakefield = await bot.core.db.locality.findUniqueOrThrow({ where: { prefix: 'WAK' } });
    const path = await there.ask({ scope: `locality ${wakefield.id}` });
    expect((await there.file(`${path}/file`)).status).toBe(200);
    const { id: personId } = await bot.core.db.person.findUniqueOrThrow({ where: { email: 'programme.coordinator@example.org' } });
    const roles = await bot.core.db.role.findMany({ where: { personId } });
    // They are an evaluator from now on: of what the coordinator read much is theirs to read, but not all.
    await bot.core.db.role.updateMany({ where: { personId }, data: { role: 'evaluator' } });
    expect((await there.file(`${path}/file`)).status).toBe(404);
    const { text } = await there.there(path);
    expect(text).toContain('You may read less there now than when it was made');
    expect(text).toContain('Make a new one');
    expect((await there.file(`${await there.ask({ scope: `locality ${wakefield.id}` })}/file`)).status).toBe(200);
    for (const { id, role } of roles) await bot.core.db.role.update({ where: { id }, data: { role } });
    expect((await there.file(`${path}/file`)).status).toBe(200); // the control: it was their role
  });
});

describe('the key', () => {
  it('of an administrator of several places is of all of them, and each is kept', async () => {
    const admin = await bot.core.db.person.findUniqueOrThrow({ where: { email: 'admin@example.org' } });
    const [programmeWide] = await bot.core.db.role.findMany({ where: { personId: admin.id } });
    if (!programmeWide) throw new Error('the administrator has no role');
    const { id, seq: _, ...same } = programmeWide as typeof programmeWide & { seq?: unknown };
    const [wakefield, surrey] = await Promise.all(
      ['WAK', 'SUR'].map((prefix) => bot.core.db.locality.findUniqueOrThrow({ where: { prefix } })),
    );
    await bot.core.db.role.update({ where: { id }, data: { scopeKind: 'locality', scopeId: wakefield?.id as string } });
    const second = bot.core.newId();
    await bot.core.db.role.create({ data: { ...same, id: second, scopeKind: 'locality', scopeId: surrey?.id as string } });
    const there = atExports(web.origin, 'admin');
    expect((await there.there('/exports/key')).text).toContain('Wakefield and Surrey');
    const before = await count(`audit_event where what = 'export.key_made'`);
    const key = await there.post('/exports/key', {});
    const rows = key.text.split('\r\n').filter((row) => row.includes(',organisation,'));
    expect(rows).toHaveLength(await count(`organisation where locality_id in ('${wakefield?.id}', '${surrey?.id}')`));
    expect(rows.some((row) => row.includes(',Wakefield,')) && rows.some((row) => row.includes(',Surrey,'))).toBe(true);
    expect(key.headers['content-disposition']).toContain('common-cause-wakefield-surrey-key-');
    expect(await count(`audit_event where what = 'export.key_made'`)).toBe(before + 2);
    await bot.core.db.role.delete({ where: { id: second } });
    await bot.core.db.role.update({ where: { id }, data: { scopeKind: programmeWide.scopeKind, scopeId: programmeWide.scopeId } });
  });
});

describe('what a script makes', () => {
  const asked = () => count(`audit_event where what = 'export.asked'`);

  it('says what is new since the last one of the same person and place, whether that was made on the web or by a script', async () => {
    const by = { as: 'coventry.lead@example.org' };
    const first = exported((await byScript(bot, by)).bytes);
    expect(line(first, 'kpi_readings')?.change).toBe('first export');
    const rows = first.rows('kpi_readings').length;
    const second = exported((await byScript(bot, by)).bytes);
    expect(line(second, 'kpi_readings')).toMatchObject({ change: 'same', rows_before: String(rows), rows_recorded_since: '0' });
    const there = atExports(web.origin, 'coventry.lead');
    const path = await there.ask({});
    expect(line(exported((await there.file(`${path}/file`)).bytes), 'kpi_readings')?.change).toBe('same');
    // What a script wrote is in nobody's list: there is no file of it here.
    expect((await there.there('/exports')).text.match(/href="\/exports\/[\da-f-]{36}/gu)).toHaveLength(1);
    // The operator's own are another chain.
    expect(line(exported((await byScript(bot, { scope: 'coventry' })).bytes), 'kpi_readings')?.change).toBe('first export');
    expect(line(exported((await byScript(bot, { scope: 'coventry' })).bytes), 'kpi_readings')?.change).toBe('same');
  });

  it('is kept among what people did, a key too', async () => {
    const before = await asked();
    await byScript(bot, { as: 'coventry.lead@example.org', freeText: true });
    await byScript(bot, { scope: 'coventry' });
    expect(await asked()).toBe(before + 2);
    const keys = await count(`audit_event where what = 'export.key_made' and person_id is null`);
    await byScript(bot, { key: true });
    expect(await count(`audit_event where what = 'export.key_made' and person_id is null`)).toBe(keys + 1);
    // What is refused was not made.
    await expect(byScript(bot, { as: 'coventry.lead@example.org', key: true })).rejects.toThrow('may not make the key');
    expect(await count(`audit_event where what = 'export.key_made' and person_id is null`)).toBe(keys + 1);
  });
});

describe('exports of several people', () => {
  const asked = async (email: string, prefix: string) => {
    const { db, now } = bot.core;
    return db.$transaction(async (tx) => {
      const { id: personId } = await tx.person.findUniqueOrThrow({ where: { email } });
      const actor = await findActor(tx, { platform: 'web', tenant: 'web', user: personId }, '2026-11-19');
      const places = await allPlaces(tx);
      const scope = actor && scopeMeant(scopesFor(actor, places), places, prefix);
      if (!actor || !scope) throw new Error(`${email} may not export ${prefix}`);
      const { id } = await askExport({ tx, now: now(), newId: bot.core.newId, personId }, { scope, freeText: false, xlsx: false });
      const made = await findExport(tx, id, personId);
      if (!made) throw new Error('nothing was asked for');
      return { made, scope, actor, places };
    });
  };
  const stateOf = async (id: string) => (await bot.core.db.export.findUniqueOrThrow({ where: { id } })).state;

  it('are made one after the other, and each ends when the server stops', async () => {
    const exports = createExports(bot.core);
    const first = await asked('surrey.lead@example.org', 'SUR');
    const second = await asked('coventry.lead@example.org', 'COV');
    exports.begin(first);
    exports.begin(second);
    while ((await stateOf(first.made.id)) === 'running') {
      expect(await count(`export_chunk where export_id = '${second.made.id}'`)).toBe(0);
      await setImmediate(); // it is made in this very thread
    }
    expect([await stateOf(first.made.id), await stateOf(second.made.id)]).toEqual(['done', 'running']);
    await exports.stop();
    expect(await stateOf(second.made.id)).toBe('failed');
    expect(await count(`export_chunk where export_id = '${second.made.id}'`)).toBe(0);
    // Nothing begins after that.
    const third = await asked('coventry.lead@example.org', 'COV');
    exports.begin(third);
    await exports.stop();
    expect(await stateOf(third.made.id)).toBe('failed');
  });
});
