import { glob, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What the bot is about, each in a folder of its own; what is drawn, asked for and sent may know all of them. */
const FEATURES = ['src/people', 'src/kpis', 'src/actions', 'src/pulses', 'src/summaries', 'src/nudges', 'src/evidence'];

/**
 * Who may import whom (docs: "Layout" in the README). Each place names what it may import: a folder, or one file of it.
 * The most particular place counts: `src/main.ts` before `src`.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/main.ts': ['src', 'commands'],
  'src/scripts.ts': [
    'src/db',
    'src/keys.ts',
    'src/programme',
    'src/imports',
    'src/nudges',
    'src/summaries',
    'src/evidence',
    'src/calendar',
    'src/views/nudge-words.ts',
  ],
  'src/app.ts': ['src/config.ts', 'src/db/client.ts', 'src/wave-keys.ts'],
  'src/config.ts': [],
  'src/errors.ts': [],
  'src/fault.ts': [],
  'src/log.ts': [],
  'src/keys.ts': ['src/config.ts'],
  'src/wave-keys.ts': ['src/config.ts'],

  'src/calendar': [],
  'src/statistics': [],
  'src/cards': [],
  'src/db': ['src/config.ts'],
  'src/people': ['src/calendar', 'src/db/client.ts', 'src/statistics', 'src/cards'],
  'src/kpis': ['src/people', 'src/calendar', 'src/db/client.ts', 'src/statistics'],
  'src/imports': ['src/calendar', 'src/db/client.ts', 'src/people', 'src/kpis', 'src/actions'],
  'src/actions': ['src/people', 'src/calendar', 'src/db/client.ts', 'src/statistics'],
  'src/pulses': ['src/people', 'src/calendar', 'src/db/client.ts', 'src/db/transaction.ts', 'src/statistics'],
  'src/summaries': ['src/people', 'src/kpis', 'src/actions', 'src/pulses', 'src/calendar', 'src/db/client.ts', 'src/statistics'],
  'src/nudges': ['src/people', 'src/kpis', 'src/actions', 'src/pulses', 'src/calendar', 'src/db/client.ts', 'src/statistics'],
  'src/evidence': [
    'src/people',
    'src/kpis',
    'src/actions',
    'src/pulses',
    'src/summaries',
    'src/calendar',
    'src/db/client.ts',
    'src/db/transaction.ts',
    'src/statistics',
  ],
  'src/programme': [
    'src/people',
    'src/actions/action.ts',
    'src/pulses',
    'src/statistics',
    'src/calendar',
    'src/db/client.ts',
    'src/db/transaction.ts',
  ],
  'src/views': [...FEATURES, 'src/imports', 'src/statistics', 'src/cards', 'src/calendar'],
  'src/bot': ['src/people', 'src/cards', 'src/db/client.ts', 'src/db/transaction.ts', 'src/calendar'],
  commands: [
    'src/bot/contract.ts',
    'src/bot/grammar.ts',
    'src/bot/help.ts',
    'src/bot/replies.ts',
    'src/bot/strangers.ts',
    ...FEATURES,
    'src/imports',
    'src/views',
    'src/statistics',
    'src/cards',
    'src/calendar',
  ],
  'src/jobs': [...FEATURES, 'src/calendar', 'src/cards', 'src/views', 'src/bot', 'src/db/client.ts', 'src/db/transaction.ts'],
  'src/web': [
    ...FEATURES,
    'src/imports',
    'src/views',
    'src/bot/contract.ts',
    'src/bot/grammar.ts',
    'src/statistics',
    'src/cards',
    'src/calendar',
    'src/config.ts',
    'src/db/client.ts',
    'src/db/transaction.ts',
    'src/platforms/web',
    'src/platforms/email/render.ts',
  ],
  'src/platforms/slack': ['src/bot/contract.ts', 'src/bot/patience.ts', 'src/bot/route.ts', 'src/cards', 'src/config.ts'],
  'src/platforms/teams': ['src/bot/contract.ts', 'src/bot/patience.ts', 'src/cards', 'src/config.ts'],
  'src/platforms/web': ['src/bot/contract.ts', 'src/cards'],
  'src/platforms/email': ['src/config.ts'],
};
/** What everybody may import. */
const EVERYBODY = ['src/errors.ts', 'src/fault.ts', 'src/app.ts'];

/** Libraries that only one place knows. */
const KNOWN_ONLY_TO: [RegExp, readonly string[]][] = [
  [/^(@prisma\/|pg$|@electric-sql\/|pglite-prisma-adapter)/u, ['src/db']],
  [/generated\/client/u, ['src/db']],
  [/^@slack\//u, ['src/platforms/slack']],
  [/^@microsoft\//u, ['src/platforms/teams']],
  [/^nodemailer/u, ['src/platforms/email']],
  [/^(express|helmet|cookie)$/u, ['src/web', 'src/platforms']],
  [/^(saxes|csv-parse)/u, ['src/imports/sheet']],
  [/^(fflate|write-excel-file)/u, ['src/imports/sheet', 'src/evidence/export']],
  [/^nunjucks/u, ['src/web', 'src/platforms/web']],
  [/^prom-client$/u, ['src/web/health.ts']],
  [/^node:fs/u, ['src/db', 'src/keys.ts', 'src/wave-keys.ts', 'src/scripts.ts', 'src/programme', 'src/web/assets.ts']],
];

const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
const mostParticular = (path: string) =>
  Object.keys(MAY_IMPORT)
    .filter((place) => isIn(path, place))
    .sort((a, b) => b.length - a.length)[0];

const importsOf = (source: string): string[] =>
  [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/gu)].map(([, name = '']) => name);

/** What is wrong with one file: what it imports and may not. */
const wrongImports = (path: string, source: string): string[] => {
  const place = mostParticular(path);
  if (place === undefined) return [`${path} is in no place that the table knows`];
  const may = [...(MAY_IMPORT[place] ?? []), ...EVERYBODY, ...(place.endsWith('.ts') ? [] : [place])];
  return importsOf(source).flatMap((name) => {
    const target = name.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), name)) : undefined;
    const known = KNOWN_ONLY_TO.filter(([library]) => library.test(target ?? name)).every(([, places]) =>
      places.some((only) => isIn(path, only)),
    );
    const allowed = target === undefined || may.some((allowed) => isIn(target, allowed));
    return known && allowed ? [] : [`${path} imports ${target ?? name}`];
  });
};

/** Only the composition root asks what time it is, throws dice, or looks at the environment. */
const AMBIENT = /\bDate\.now\(|\bnew Date\(\s*\)|\bDate\(\s*\)|\bTemporal\.Now\b|\bMath\.random\(|\bperformance\.now\(|\bprocess\.env\b/gu;
const withoutComments = (source: string) => source.replaceAll(/\/\*[\s\S]*?\*\//gu, '').replaceAll(/\/\/.*$/gmu, '');
const ambientUse = (path: string, source: string): string[] =>
  path === 'src/main.ts' ? [] : [...withoutComments(source).matchAll(AMBIENT)].map(([use]) => `${path} uses ${use}`);

const files = await Array.fromAsync(glob('{src,commands}/**/*.ts', { exclude: ['src/db/generated/**'] })).then((paths) =>
  Promise.all(paths.map(async (path) => ({ path: path.replaceAll('\\', '/'), source: await readFile(path, 'utf8') }))),
);

describe('the shape of the code', () => {
  it('is looked at whole', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(files.flatMap(({ source }) => importsOf(source)).length).toBeGreaterThan(300);
  });

  it('has each part import only what it may', () => {
    expect(files.flatMap(({ path, source }) => wrongImports(path, source))).toEqual([]);
  });

  it('has one place that asks what time it is, throws dice, and looks at the environment', () => {
    expect(files.flatMap(({ path, source }) => ambientUse(path, source))).toEqual([]);
  });

  it('lets nothing but the outbox have the power to send', () => {
    const withPower = files
      .filter(({ source }) => /import type \{[^}]*\bApp\b[^}]*\} from '[^']*\/app\.ts'/u.test(source))
      .map(({ path }) => path);
    expect(withPower.sort()).toEqual(['src/jobs/outbox.ts', 'src/main.ts']);
  });
});

describe('a file that broke the rules would be found', () => {
  it.each([
    ['a feature that knows Slack', 'src/kpis/record.ts', `import { WebClient } from '@slack/web-api';`],
    [
      'a feature that writes SQL of its own through Prisma',
      'src/kpis/record.ts',
      `import { PrismaClient } from '../db/generated/client.ts';`,
    ],
    ['a view that reads the database', 'src/views/kpi.ts', `import { inTransaction } from '../db/transaction.ts';`],
    ['a base feature that knows another', 'src/people/invite.ts', `import { recordReading } from '../kpis/record.ts';`],
    ['a platform that knows another', 'src/platforms/slack/send.ts', `import { renderCard } from '../teams/render.ts';`],
    ['a feature that knows how a spreadsheet is packed', 'src/kpis/record.ts', `import { unzipSync } from 'fflate';`],
    ['a base feature that knows the import', 'src/kpis/record.ts', `import { readWorkbook } from '../imports/sheet/sheet.ts';`],
    ['a platform that knows a command', 'src/platforms/slack/send.ts', `import { kpi } from '../../../commands/kpi.ts';`],
    ['a card that knows the bot, by a dynamic import', 'src/cards/card.ts', `const { dispatch } = await import('../bot/dispatch.ts');`],
    ['a folder nobody has thought about', 'src/utils/misc.ts', ''],
  ])('%s', (_what, path, source) => {
    expect(wrongImports(path, source)).toHaveLength(1);
  });

  it.each(['Date.now()', 'new Date()', 'Temporal.Now.instant()', 'Math.random()', 'process.env.PORT'])('one that uses %s', (use) => {
    expect(ambientUse('src/kpis/record.ts', `const value = ${use};`)).toHaveLength(1);
    expect(ambientUse('src/kpis/record.ts', `// not ${use}`)).toEqual([]);
  });
});
