import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';

// What is published about a locality's council areas stands beside a KPI, with whom it is about, when, and who says so.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

/** The fact as somebody sees it who names a KPI. */
const published = async (who: string, words: string) => {
  const card = (await (await bot.as(who)).say(words)).card();
  const facts = card.parts.flatMap((part) => (part.type === 'facts' ? part.facts : []));
  expect(
    facts.map(({ label }) => label),
    'control: this is one KPI',
  ).toContain('Next reading');
  return facts.find(({ label }) => label === 'Context, published')?.value;
};

test.each([
  [
    'wakefield.lead',
    '/kpi attendance',
    'Wakefield 92.94 % (week 45 of 2025), pupils in all schools. Source: Department for Education, Pupil attendance in schools (daily registers; official statistics in development)',
  ],
  [
    'wakefield.lead',
    '/kpi pa',
    'Wakefield 49.2 % (2024/25), children in need. Source: Department for Education, Outcomes for children in need, including children looked after by local authorities',
  ],
  [
    'coventry.lead',
    '/kpi suspensions',
    'Coventry 10.04 suspensions per 100 pupils (2023/24), pupils in all schools. Source: Department for Education, Suspensions and permanent exclusions in England',
  ],
  [
    'northoftyne.lead',
    '/kpi attendance',
    'Newcastle upon Tyne 93.05 % (week 45 of 2025); North Tyneside 93.69 % (week 45 of 2025); Northumberland 92.95 % (week 45 of 2025), pupils in all schools. Source: Department for Education, Pupil attendance in schools (daily registers; official statistics in development)',
  ],
])('%s sees the latest figures beside “%s”', async (who, words, expected) => {
  expect(await published(who, words)).toBe(expected);
});

test('a KPI of home educated children has theirs, written as people write them', async () => {
  const { db } = bot.database;
  const kpi = await db.kpiDefinition.findFirstOrThrow({ where: { name: 'Reviews held within six weeks' } });
  await db.kpiDefinition.update({
    where: { kpiId_version: { kpiId: kpi.kpiId, version: kpi.version } },
    data: { name: 'Children in elective home education', aliases: ['EHE'] },
  });
  expect(await published('wiltshire.lead', '/kpi ehe')).toBe(
    'Wiltshire 1,770 children (2024/25), at any point in the year. Source: Department for Education, Elective home education, autumn term 2025/26',
  );
});

test('it is asked for in one statement, and only when a KPI with such a measure is looked at', async () => {
  const lead = await bot.as('wakefield.lead');
  const asked = async (words: string) => {
    bot.database.forget();
    await lead.say(words);
    return bot.database.statements.filter((sql) => sql.includes('context_')).length;
  };
  expect(await asked('/kpi attendance')).toBe(1);
  expect(await asked('/kpi visits')).toBe(0);
  expect(await published('wakefield.lead', '/kpi visits')).toBeUndefined();
  expect(await asked('/kpi')).toBe(0);
  expect(await asked('/kpi attendance 93.2')).toBe(0);
});

test('it is never a reading: what was logged, where it stands and the chart are the KPI’s own', async () => {
  const seen = (await (await bot.as('wakefield.coordinator')).say('/kpi pa')).card();
  expect(seen.title).not.toContain('49.2');
  expect(JSON.stringify(seen.parts.filter(({ type }) => type !== 'facts'))).not.toContain('49.2');
});
