import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../src/db/transaction.ts';
import { dryRun } from '../../src/nudges/dry-run.ts';
import { dryRunReport, readMoment } from '../../src/nudges/report.ts';
import { createScripts } from '../../src/scripts.ts';
import { receiversIn } from '../../src/summaries/receivers.ts';
import { shownOf } from '../../src/views/nudge-words.ts';
import { demonstrationAt, type TestBot, testBot } from '../support/bot.ts';
import { type Child, freePort, runScript, SHORT_LIVED, startChild } from '../support/child.ts';
import { testClock } from '../support/clock.ts';
import { dataFolder } from '../support/database.ts';
import { everythingIn } from '../support/dump.ts';
import { aDelivery, aRun } from './lost.ts';

/** npm run nudge -- --dry-run: who would get what and why, with nothing sent and nothing written. */

const TUESDAY = '2026-11-24T08:30';
const THURSDAY = '2026-11-26T08:30';

describe('a dry run of the demonstration', () => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await testBot();
  });
  afterAll(() => bot.close());
  afterEach(async () => {
    const { db } = bot.database;
    await db.nudgeSetting.deleteMany({});
    await db.deliveryLine.deleteMany({});
    await db.delivery.deleteMany({});
    await db.identity.deleteMany({ where: { user: 'U-DRY' } });
  });

  const look = (at: string): Promise<string> => {
    const key = () => Promise.reject(new Error('a dry run asks for no key'));
    const scripts = createScripts({ now: bot.core.now, newId: bot.core.newId, config: bot.core.config, key });
    return scripts.nudge?.(bot.database, [at], () => undefined) as Promise<string>;
  };
  /** The lines about one person. */
  const about = (text: string, post: string) =>
    text
      .split('\n\n')
      .find((block) => block.startsWith(`${post}: `))
      ?.split('\n');
  /** How many get nothing, by why. */
  const silent = (text: string): Record<string, number> =>
    Object.fromEntries([...text.matchAll(/^ {2}(.+): ([\d,]+) (?:person|people)$/gmu)].map(([, why, count]) => [why, Number(count)]));
  const idOf = async (post: string) => (await bot.database.db.person.findFirstOrThrow({ where: { post } })).id;

  test('changes no row', async () => {
    const before = await everythingIn(bot.database.db);
    for (const at of [TUESDAY, THURSDAY]) await look(at);
    expect(await everythingIn(bot.database.db)).toBe(before);
  });

  test('control: it could not, even if what it asks tried to', async () => {
    const { db } = bot.database;
    const writing = inTransaction(db, (tx) =>
      dryRun(bot.core, tx, bot.core.now(), {
        receiversOf: async () => {
          await tx.$executeRaw`update person set zone = 'Europe/Paris'`;
          return [];
        },
        shownOf,
      }),
    );
    await expect(writing).rejects.toThrow(/read-only/u);
  });

  test('on Tuesday says who is nudged by which way, about what, and why; on Thursday who gets which summary', async () => {
    const tuesday = await look(TUESDAY);
    expect(tuesday).toMatch(/^Tuesday 24 November 2026, 08:30 \(Europe\/London\): \d+ nudges and 0 summaries would go\. Nothing was sent/u);
    const person = about(tuesday, 'Reading lead, Milton Keynes');
    expect(person?.[0]).toBe('Reading lead, Milton Keynes: nudge, e-mail');
    expect(person?.[1]).toContain('Teachers at reading sessions');
    expect(person?.at(-1)).toMatch(/^ {2}Why: a reading that is due, since 20 Nov, not told yet/u);
    const thursday = await look(THURSDAY);
    expect(thursday).toMatch(/: 0 nudges and \d+ summaries would go/u);
    expect(about(thursday, 'Wakefield coordinator')?.[0]).toBe('Wakefield coordinator: summary of Wakefield, e-mail');
    expect(tuesday + thursday).not.toContain('@example.org');
  });

  test('counts everybody whose moment could be, once: nudged or silent', async () => {
    const text = await look(TUESDAY);
    const nudged = Number(/: (\d+) nudges/u.exec(text)?.[1]);
    const quietly = Object.values(silent(text)).reduce((sum, count) => sum + count, 0);
    // Whoever owns something or stands in, or leads, coordinates or advises: the design's own words, asked of the tables.
    const [{ count } = { count: 0 }] = await bot.database.db.$queryRaw<{ count: number }[]>`
      select count(distinct p.id)::int as count from person p join role r on r.person_id = p.id
      where r."from" <= '2026-11-24' and (r."to" is null or r."to" >= '2026-11-24') and (
        r.role in ('lead', 'coordinator', 'adviser')
        or p.id in (select owner_id from action_version where until > '9999-01-01' union select deputy_id from action_version where until > '9999-01-01'
          union select owner_id from kpi_owner union select deputy_id from kpi_owner))`;
    expect(nudged + quietly).toBe(count);
  });

  test('looks at the five minutes up to the moment, and at nobody else’s', async () => {
    const nudged = async (at: string) => Number(/: (\d+) nudges?/u.exec(await look(at))?.[1]);
    const all = await nudged(TUESDAY);
    expect([await nudged('2026-11-24T08:29'), await nudged('2026-11-24T08:34'), await nudged('2026-11-24T08:35')]).toEqual([0, all, 0]);
    const post = 'Reading lead, Milton Keynes';
    const personId = await idOf(post);
    const before = about(await look(TUESDAY), post) ?? [];
    await bot.database.db.nudgeSetting.create({ data: { personId, weekday: 3, time: '10:00', changedAt: new Date() } });
    expect(before.length).toBeGreaterThan(1);
    expect(about(await look(TUESDAY), post)).toBeUndefined();
    expect(about(await look('2026-11-25T10:00'), post)?.slice(0, 2)).toEqual(before.slice(0, 2));
  });

  test('says nothing goes to whoever asked for quiet or had this week’s nudge, and that Slack is the way to whoever uses it', async () => {
    const { db } = bot.database;
    const post = 'Reading lead, Milton Keynes';
    const personId = await idOf(post);
    const account = { platform: 'slack', tenant: 'T1', user: 'U-DRY' };
    await db.identity.create({ data: { id: bot.core.newId(), personId, ...account, how: 'code', linkedAt: new Date('2026-11-01') } });
    expect(about(await look(TUESDAY), post)?.[0]).toBe(`${post}: nudge, Slack`);
    await db.nudgeSetting.create({ data: { personId, quietUntil: new Date('2026-12-08'), changedAt: new Date('2026-11-23') } });
    const quiet = await look(TUESDAY);
    expect([about(quiet, post), silent(quiet)['they asked not to be written to']]).toEqual([undefined, 1]);
    await db.nudgeSetting.deleteMany({});
    const id = await aDelivery(bot, await aRun(bot), { state: 'sent' });
    await db.delivery.update({ where: { id }, data: { personId } });
    const again = await look(TUESDAY);
    expect([about(again, post), silent(again)['they have this week’s nudge already']]).toEqual([undefined, 1]);
  });

  test('says nothing goes to whoever had this week’s summary, or this month’s, and that theirs of another goes', async () => {
    const { db } = bot.database;
    const { id: scopeId } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const first = await look('2026-12-03T08:30');
    const posts = ['Wakefield coordinator', 'Wakefield pilot lead'];
    for (const post of posts) expect(about(first, post)?.[0], 'control').toContain(`${post}: summary of Wakefield`);
    expect(Object.keys(silent(first)).filter((why) => why.includes('summary already'))).toEqual([]);
    // The coordinator has one every week, the lead every month.
    for (const [post, span] of [
      ['Wakefield coordinator', '2026-W49'],
      ['Wakefield pilot lead', '2026-12'],
    ] as const) {
      const id = await aDelivery(bot, await aRun(bot), { state: 'sent' });
      const personId = await idOf(post);
      await db.delivery.update({
        where: { id },
        data: { personId, kind: 'summary', scopeKind: 'locality', scopeId, key: `summary ${personId} ${scopeId} ${span}` },
      });
    }
    const again = await look('2026-12-03T08:30');
    for (const post of posts) expect(about(again, post), post).toBeUndefined();
    expect(silent(again)).toMatchObject({ 'they have this week’s summary already': 1, 'they have this month’s summary already': 1 });
    const later = [await look('2026-12-10T08:30'), await look('2027-01-07T08:30')];
    expect(posts.map((post, index) => about(later[index] as string, post)?.[0])).toEqual(
      posts.map((post) => expect.stringContaining(`${post}: summary of Wakefield`)),
    );
  });

  test('says of a summary what it tells: of every month too, each line in one summary, and not again what is told once', async () => {
    const { db } = bot.database;
    const post = 'Wakefield pilot lead';
    const personId = await idOf(post);
    const account = { platform: 'slack', tenant: 'T1', user: 'U-DRY' };
    await db.identity.create({ data: { id: bot.core.newId(), personId, ...account, how: 'code', linkedAt: new Date('2026-11-01') } });
    const news = { personId, text: 'WAK-12 is done.', aboutKind: 'action', aboutId: personId, at: new Date('2026-11-18') };
    const newsId = bot.core.newId();
    await db.news.create({ data: { id: newsId, ...news } });
    const { id: scopeId } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const { id: other } = await db.locality.findUniqueOrThrow({ where: { name: 'Coventry' } });
    // A sixth thing waits for them: an action of somebody else is theirs, and near its date.
    const [another] = await db.$queryRaw<{ id: string; ownerId: string; due: string }[]>`
      select v.action_id as id, v.owner_id as "ownerId", v.due::text as due
      from action_version v join action a on a.id = v.action_id join locality l on l.id = a.locality_id
        join rating r on r.action_id = a.id and r.kind = 'self' and r.rating = 'green' and r.until > '9999-01-01'
      where l.name = 'Wakefield' and v.until > '9999-01-01' and v.due > '2026-12-31' and v.owner_id <> ${personId}::uuid order by a.number limit 1`;
    if (!another) throw new Error('no action of somebody else');
    const handOver = (ownerId: string, due: string) => db.$executeRaw`
      update action_version set owner_id = ${ownerId}::uuid, due = ${due}::date where action_id = ${another.id}::uuid and until > '9999-01-01'`;
    await handOver(personId, '2026-12-05');
    /** What they are told by two summaries of the first Thursday of December, as it is printed. */
    const printed = async () => {
      const at = readMoment('2026-12-03T08:30');
      const receives = { personId, subscriptionId: null, scopeKind: 'locality', every: 'month', channel: null } as const;
      const both = [scopeId, other].map((id) => ({ ...receives, scopeId: id }));
      const looked = await inTransaction(db, (tx) => dryRun(bot.core, tx, at, { receiversOf: async () => both, shownOf }));
      return looked.messages
        .filter(({ kind }) => kind === 'summary')
        .map(({ scope, lines }) => ({ scope, told: lines.map(({ key }) => key) }));
    };
    const first = await printed();
    expect(first.map(({ scope }) => scope)).toEqual(['Wakefield', 'Coventry']);
    expect(first[0]?.told).toContain(`news:${newsId}`);
    // The first shows five of what waits, and the second the one that there was no room for.
    const isOnce = (key: string) => /^(?:news|answer|terms):/u.test(key);
    expect(first.map(({ told }) => told.filter((key) => !key.startsWith('news:')).length)).toEqual([5, 1]);
    const all = first.flatMap(({ told }) => told);
    expect(new Set(all).size).toBe(all.length);
    // Told by Tuesday's nudge: what is told once is not told again, what waits is.
    const id = await aDelivery(bot, await aRun(bot), { state: 'sent' });
    await db.delivery.update({ where: { id }, data: { personId } });
    await db.deliveryLine.createMany({ data: all.map((key, position) => ({ deliveryId: id, position, key, personId })) });
    const later = (await printed()).flatMap(({ told }) => told);
    expect(all.some(isOnce)).toBe(true);
    expect(new Set(later)).toEqual(new Set(all.filter((key) => !isOnce(key))));
    await db.deliveryLine.deleteMany({});
    // By e-mail no news is told.
    await db.identity.deleteMany({ where: { user: 'U-DRY' } });
    expect((await printed()).flatMap(({ told }) => told).toSorted()).toEqual(all.filter((key) => !key.startsWith('news:')).toSorted());
    await db.news.delete({ where: { id: newsId } });
    await handOver(another.ownerId, another.due);
  });

  test('in August writes to no school, and council services get what waits for them', async () => {
    const text = await inTransaction(bot.database.db, async (tx) =>
      dryRun(bot.core, tx, readMoment('2027-08-10T08:30'), { receiversOf: () => receiversIn(tx, { day: '2027-08-10' }), shownOf }),
    );
    const schools = new Set(
      (await bot.database.db.person.findMany({ where: { organisation: { kind: 'school' } }, select: { post: true } })).map(
        ({ post }) => post,
      ),
    );
    expect(schools.size).toBeGreaterThan(10);
    expect(text.messages.filter(({ post }) => schools.has(post))).toEqual([]);
    expect(text.messages.length).toBeGreaterThan(0); // the control
    expect(text.silent.find(({ why }) => why.startsWith('no working hour'))?.count).toBeGreaterThan(0);
  });
});

test('a pulse line is shown for all who are invited, and a channel, a way and a silence that there is none of are said', () => {
  const waits = { since: '2026-11-20', patient: false, once: false } as const;
  const text = dryRunReport(
    {
      at: Temporal.Instant.from('2026-11-24T08:30:00Z'),
      messages: [
        {
          kind: 'nudge',
          post: 'Headteacher, Wakefield 1',
          scope: null,
          channel: null,
          route: null,
          lines: [{ ...waits, kind: 'pulse', key: 'pulse:1', waveId: '1', title: 'Trust', taps: 5, reopenedAt: null }],
          more: 2,
          why: 'pulse waits',
        },
        {
          kind: 'summary',
          post: 'Wakefield pilot lead',
          scope: 'Wakefield',
          channel: '#wakefield',
          route: 'teams',
          lines: [],
          more: 0,
          why: 'every week',
        },
      ],
      silent: [],
    },
    (line) => `a line of kind ${line.kind}`,
  );
  expect(text.split('\n').slice(1)).toEqual([
    'It goes by what is recorded now: what is done until then does not wait any more.',
    '',
    'Headteacher, Wakefield 1: nudge, no way to reach them',
    '  a line of kind pulse',
    '  and 2 more',
    '  Why: pulse waits',
    '',
    'Wakefield pilot lead: summary of Wakefield, #wakefield in Microsoft Teams',
    '  Why: every week',
  ]);
});

describe('--at', () => {
  test.each([
    ['2026-11-24T08:30', '2026-11-24T08:30:00Z'],
    ['2026-07-07T08:30', '2026-07-07T07:30:00Z'],
  ])('%s is a day and a time in the programme’s zone', (text, instant) => {
    expect(readMoment(text).toString()).toBe(instant);
  });
  test.each(['tomorrow', '2026-11-24', '2026-02-30T08:30', '2026-11-24T25:00', '2026-11-24T08:30Z'])('%s is refused in words', (text) => {
    expect(() => readMoment(text)).toThrow('is no day and time. Write it as in --at 2026-11-24T08:30');
  });
});

describe('npm run nudge', () => {
  let home: string;
  let child: Child | undefined;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'cc-nudge-'));
  });
  afterAll(async () => {
    await child?.kill();
    rmSync(home, { recursive: true, force: true });
  });
  const run = (...args: string[]) => runScript('nudge', args, { HOME: home, DATA_DIR: join(home, 'data') });

  test('says how nudges go, and what is wrong with what it was given', async () => {
    const how = await run();
    expect(how).toMatchObject({ code: 0, stdout: expect.stringContaining('go by themselves while the server runs') });
    expect(await run('--dry-run', '--help'), 'help sends nobody looking').toEqual(how);
    expect(await run('--dry-run', '--at', 'tomorrow')).toMatchObject({ code: 1, stderr: expect.stringContaining('“tomorrow” is no day') });
    expect(await run('--dryrun')).toMatchObject({ code: 1, stderr: expect.stringContaining("Unknown option '--dryrun'") });
  }, 30_000);

  test('prints the same with the server running and stopped', async () => {
    await dataFolder(join(home, 'data'), demonstrationAt(testClock('2026-11-19T14:00:00Z').now));
    child = startChild(
      { HOME: home, DATA_DIR: join(home, 'data'), PORT: String(await freePort()) },
      { logFile: join(home, 'log'), nodeOptions: SHORT_LIVED },
    );
    await child.ready();
    const running = await run('--dry-run', '--at', '2027-02-02T08:30');
    expect(running).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Tuesday 2 February 2027, 08:30 .*: \d+ nudges/u),
    });
    expect(child.printed()).not.toContain('nudges and');
    await child.stop();
    child = undefined;
    expect(await run('--dry-run', '--at', '2027-02-02T08:30')).toEqual(running);
  }, 120_000);
});
