import { spawnSync } from 'node:child_process';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../src/db/client.ts';
import { cellCode, groupCode, organisationCode } from '../../src/evidence/codes.ts';
import { writeArchive } from '../../src/evidence/export/archive.ts';
import { keyFile } from '../../src/evidence/export/key.ts';
import { TABLES } from '../../src/evidence/tables/index.ts';
import { dayOf, roleGroupsOf } from '../../src/evidence/tables/role-groups.ts';
import { madeTable, someOf } from '../../src/evidence/tables/rows.ts';
import { BadCursor, type Extent, type Table, type Value } from '../../src/evidence/tables/table.ts';
import { tidy } from '../../src/jobs/tidy.ts';
import { standing } from '../../src/kpis/kpi.ts';
import { kpisIn } from '../../src/kpis/queries.ts';
import type { Actor } from '../../src/people/actor.ts';
import { allPlaces, type Place } from '../../src/summaries/scopes.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { atExports, byScript, type Cells, type Exported, exported } from '../support/exported.ts';
import { startWeb } from '../support/web.ts';

let bot: TestBot;
let web: Awaited<ReturnType<typeof startWeb>>;
let places: Place[];
let zipped: Uint8Array;
let whole: Exported;
/** As it is made where free text is not asked for. */
let wordless: Exported;

const FORMULA = `=cmd|'/c calc'!A1`;
const FULL_WIDTH = '＝SUM(A1)';
const NOTE = 'the three whom everybody knows';
const FEW = 'Both brothers came back in spring.';
const CHECKED = 'A year 6 class planted trees.';

const kpiOf = async (prefix: string, name: string): Promise<string> => {
  const [row] = await bot.core.db.$queryRaw<{ id: string }[]>`
    select k.id from kpi k join locality l on l.id = k.locality_id join kpi_definition d on d.kpi_id = k.id where l.prefix = ${prefix} and d.name = ${name}`;
  return (row as { id: string }).id;
};

const addReading = async (
  kpiId: string,
  period: string,
  given: { value: number; of?: number; note?: string; at?: string; version?: number },
) => {
  const id = bot.core.newId();
  await bot.core.db.$executeRaw`
    insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, numerator, denominator, note, origin, recorded_at)
    values (${id}::uuid, ${kpiId}::uuid, ${period}, '2020-01-06'::date, '2020-01-12'::date, ${given.version ?? 1}, 'reading', ${given.value}::numeric,
      ${given.of === undefined ? null : given.value}::numeric, ${given.of ?? null}::numeric, ${given.note ?? null}, 'person',
      ${given.at ?? '2026-11-19T12:00:00Z'}::timestamptz)`;
  return id;
};

type Said = { summary: string; few?: boolean; checked?: boolean; quote?: string; withdrawn?: boolean };

/** An entry with what was said of it, one version after the other. */
const addStory = async (localityId: string, ...versions: Said[]) => {
  const id = bot.core.newId();
  await bot.core.db.$executeRaw`insert into register_entry (id, locality_id) values (${id}::uuid, ${localityId}::uuid)`;
  for (const [at, { summary, few = false, checked = false, quote, withdrawn = false }] of versions.entries())
    await bot.core.db.$executeRaw`
      insert into register_version (entry_id, version, kind, date, criterion_ids, summary, quote, consent, few_children, checked, withdrawn, recorded_at)
      values (${id}::uuid, ${at + 1}, 'story', '2026-10-01'::date, '{}', ${summary}, ${quote ?? null}, ${quote !== undefined}, ${few}, ${checked},
        ${withdrawn}, '2026-11-19T12:00:00Z'::timestamptz)`;
  return id;
};

/** Somebody with a role since September, who may have left. */
const addPerson = async (
  localityId: string,
  { phase, leftOn, from = '2026-09-01' }: { phase?: string; leftOn?: string; from?: string },
) => {
  const [organisation, person] = [bot.core.newId(), bot.core.newId()];
  const { db } = bot.core;
  if (phase)
    await db.$executeRaw`insert into organisation (id, locality_id, name, kind, phase) values (${organisation}::uuid, ${localityId}::uuid, ${`Of ${person}`}, 'school', ${phase})`;
  await db.$executeRaw`insert into person (id, post, organisation_id, left_on)
    values (${person}::uuid, ${`Post ${person}`}, ${phase ? organisation : null}::uuid, ${leftOn ?? null}::date)`;
  await db.$executeRaw`insert into role (id, person_id, role, scope_kind, scope_id, "from")
    values (${bot.core.newId()}::uuid, ${person}::uuid, 'partner', 'locality', ${localityId}::uuid, ${from}::date)`;
  return person;
};

/** What a locality says of itself for a criterion, one version after the other: a step and what it rests on. */
const addSteps = async (localityId: string, round: string, ...versions: [step: number | null, evidence: string][]) => {
  for (const [at, [step, evidence]] of versions.entries())
    await bot.core.db.$executeRaw`
      insert into assessment_step (id, locality_id, lens, round, about_kind, about_id, version, step, evidence, recorded_at)
      values (${bot.core.newId()}::uuid, ${localityId}::uuid, 'self', ${round}, 'criterion', (select id from criterion where position = 1), ${at + 1},
        ${step}::smallint, ${evidence}, '2026-11-19T12:00:00Z'::timestamptz)`;
};

/** Of what is brought in by name, as ids are given out: the later the name, the later the id. */
const idInOrder = (kind: number, place: number) => `019a0000-000${kind}-7000-8000-${String(place).padStart(12, '0')}`;
const BY_NAME = Array.from({ length: 40 }, (_, place) => ({
  id: idInOrder(1, place),
  name: `School ${String(place).padStart(2, '0')} of the alphabet`,
}));
const BY_NAME_GROUPS = [0, 1, 2, 3].map((place) => idInOrder(4, place));

/** Schools of Ealing, each in a project and in a group, and each with a closed day. */
const addByName = async (localityId: string) => {
  const { db } = bot.core;
  for (const id of BY_NAME_GROUPS)
    await db.$executeRaw`insert into "group" (id, locality_id, name, kind) values (${id}::uuid, ${localityId}::uuid, ${`Trust ${id}`}, 'trust')`;
  for (const [place, { id, name }] of BY_NAME.entries()) {
    await db.$executeRaw`insert into organisation (id, locality_id, name, kind, phase) values (${id}::uuid, ${localityId}::uuid, ${name}, 'school', 'primary')`;
    await db.$executeRaw`insert into taking_part (id, organisation_id, project_id, how, "from") values (${idInOrder(2, place)}::uuid, ${id}::uuid,
      (select id from project where locality_id = ${localityId}::uuid order by id limit 1), 'signed_up', '2026-09-01'::date)`;
    await db.$executeRaw`insert into group_member (id, group_id, organisation_id)
      values (${idInOrder(5, place)}::uuid, ${BY_NAME_GROUPS[Math.floor(place / 10)]}::uuid, ${id}::uuid)`;
    await db.$executeRaw`insert into closed_day (id, organisation_id, day, what, recorded_at)
      values (${idInOrder(3, place)}::uuid, ${id}::uuid, '2026-12-01'::date, 'inset', '2026-11-01T00:00:00Z'::timestamptz)`;
  }
};

/** Groups of Ealing that a pulse was split by, and what each of them, and all together, was called in it. */
const CLUSTERS = Array.from({ length: 30 }, (_, place) => ({ id: idInOrder(7, place), cell: idInOrder(8, place + 1) }));
const WAVE = idInOrder(9, 0);
const ALL_OF_WAVE = idInOrder(8, 0);

/** A wave that has closed: of every other group the figures are confidential, and each has a comment. */
const addPulse = async (localityId: string) => {
  const { db } = bot.core;
  await db.$executeRaw`
    insert into pulse_wave (id, survey_id, number, title, state, audience, places, split, items, opens_on, closes_on, half_term, opened_at, closed_at, created_at)
    select ${WAVE}::uuid, ${WAVE}::uuid, 1, 'By clusters', 'closed', 'schools', jsonb_build_array(jsonb_build_object('kind', 'locality', 'id', ${localityId}::text)),
      'group', jsonb_build_array(jsonb_build_object('item', i.item, 'version', i.version)), '2026-10-01'::date, '2026-10-15'::date, '2026/27-autumn-1',
      '2026-10-01T08:00:00Z'::timestamptz, '2026-10-16T08:00:00Z'::timestamptz, '2026-10-01T08:00:00Z'::timestamptz
    from pulse_item i where i.scale = 'agree' and i.version = 1 order by i.item limit 1`;
  const addCell = async (id: string, parent: string | null, kind: string, scopeId: string, position: number, shown: object) => {
    await db.$executeRaw`insert into pulse_cell (id, wave_id, parent_id, key, kind, scope_id, name, position, invited)
      values (${id}::uuid, ${WAVE}::uuid, ${parent}::uuid, ${`${kind} ${scopeId}`}, ${kind}, ${scopeId}::uuid, ${`Cluster ${position}`}, ${position}, 30)`;
    await db.$executeRaw`insert into pulse_result (cell_id, item, version, shown)
      select ${id}::uuid, w.items -> 0 ->> 'item', 1, ${JSON.stringify(shown)}::jsonb from pulse_wave w where w.id = ${WAVE}::uuid`;
    await db.$executeRaw`insert into pulse_comment (id, cell_id, text) values (${bot.core.newId()}::uuid, ${id}::uuid, ${`Said in part ${position}`})`;
  };
  const figures = { as: 'tens', shares: [60, 20, 20], base: 25 };
  await addCell(ALL_OF_WAVE, null, 'locality', localityId, 0, figures);
  for (const [place, { id, cell }] of CLUSTERS.entries()) {
    await db.$executeRaw`insert into "group" (id, locality_id, name, kind) values (${id}::uuid, ${localityId}::uuid, ${`Cluster ${id}`}, 'cluster')`;
    await addCell(cell, ALL_OF_WAVE, 'group', id, place + 1, place % 2 === 0 ? figures : { as: 'c', in: ALL_OF_WAVE });
  }
};

const GUEST = { id: '019a0000-0006-7000-8000-000000000000', name: 'A charity of no locality' };

/** An organisation of no locality that takes part in a locality’s project. */
const addGuest = async (localityId: string) => {
  const { db } = bot.core;
  await db.$executeRaw`insert into organisation (id, name, kind) values (${GUEST.id}::uuid, ${GUEST.name}, 'charity')`;
  await db.$executeRaw`insert into taking_part (id, organisation_id, project_id, how, "from") values (${bot.core.newId()}::uuid, ${GUEST.id}::uuid,
    (select id from project where locality_id = ${localityId}::uuid order by id limit 1), 'signed_up', '2026-09-01'::date)`;
};

/** Partners of Coventry and Surrey, for how many hold a role there; nobody else is a partner of either. */
const withOwnPeople = async () => {
  await bot.core.db
    .$executeRaw`delete from role where role = 'partner' and scope_id in (${localityId('COV')}::uuid, ${localityId('SUR')}::uuid)`;
  for (const prefix of ['COV', 'SUR']) for (let place = 0; place < 6; place += 1) await addPerson(localityId(prefix), { phase: 'primary' });
  head = await addPerson(localityId('COV'), { phase: 'special' });
  await addPerson(localityId('SUR'), { phase: 'special' });
  for (let place = 0; place < 4; place += 1) await addPerson(localityId('COV'), {});
  // Here until the day before, and gone on the day itself.
  await addPerson(localityId('COV'), { phase: 'primary', leftOn: '2026-11-20' });
  await addPerson(localityId('COV'), { phase: 'primary', leftOn: '2026-11-19' });
};

const evaluator = (): Actor => ({
  personId: '',
  post: '',
  email: null,
  zone: 'UTC',
  organisationId: null,
  roles: [{ role: 'evaluator', scopeKind: 'programme', scopeId: (places[0] as Place).programmeId }],
});

const extent = (): Omit<Extent, 'tx'> => ({
  localityIds: places.map(({ localityId }) => localityId),
  to: '2026-11-19T13:59:50.000Z',
  secret: bot.core.secret,
  actor: evaluator(),
  places,
});

const localityId = (prefix: string) => (places.find((place) => place.prefix === prefix) as Place).localityId;

let telling: string;
let told: string;
let few: string;
/** Of the only special school of Coventry that has a partner. */
let head: string;
/** Told of few children and was checked, and now tells of many. */
let grown: string;
/** Was said to tell of few children twice, and checked but once. */
let unsure: string;

beforeAll(async () => {
  bot = await testBot();
  places = await bot.core.db.$transaction((tx) => allPlaces(tx));
  web = await startWeb(bot);
  const suspensions = await kpiOf('COV', 'Suspensions in partner schools');
  await bot.core.db.$executeRaw`update kpi_definition set counts = 'children', unit = 'children' where kpi_id = ${suspensions}::uuid`;
  telling = await addReading(suspensions, '2020-01', { value: 3, of: 140, note: NOTE });
  told = await addReading(suspensions, '2020-02', { value: 30, of: 140, note: 'nothing to hide' });
  await addReading(suspensions, '2020-03', { value: -5, note: FORMULA });
  await bot.core.db
    .$executeRaw`update project set name = ${FORMULA}, theme = ${FULL_WIDTH} where id = (select id from project where locality_id = ${localityId('COV')}::uuid order by id limit 1)`;
  few = await addStory(localityId('WAK'), { summary: FEW, few: true });
  await addStory(localityId('WAK'), { summary: CHECKED, few: true, checked: true });
  await addStory(
    localityId('WAK'),
    { summary: 'A quote that its giver wanted out.', quote: 'GONE: we are the only ones here.' },
    { summary: 'A story without a quote.' },
  );
  await addStory(
    localityId('WAK'),
    { summary: 'GONE: a story that is no more.' },
    { summary: 'GONE: a story that is no more.', withdrawn: true },
  );
  await addSteps(localityId('WAK'), '2019/20-autumn', [3, 'GONE: what the step before rested on.'], [4, 'What the step rests on.']);
  await addSteps(localityId('WAK'), '2019/20-spring', [3, 'GONE: what a withdrawn step rested on.'], [null, 'GONE: why it was withdrawn.']);
  grown = await addStory(
    localityId('WAK'),
    { summary: 'Two children read to the old.', few: true, checked: true },
    { summary: 'A whole class reads to the old.' },
  );
  unsure = await addStory(
    localityId('WAK'),
    { summary: 'A year group sang.' },
    { summary: 'Three of a year group sang.', few: true },
    { summary: 'Three of a year group sang, all told.', few: true, checked: true },
    { summary: 'Four of a year group sang.', few: true },
    { summary: 'Some of a year group sang.' },
  );
  await addByName(localityId('EAL'));
  await addGuest(localityId('EAL'));
  await addPulse(localityId('EAL'));
  await withOwnPeople();
  zipped = (await byScript(bot, { freeText: true })).bytes;
  whole = exported(zipped);
  wordless = exported((await byScript(bot, { xlsx: true })).bytes);
}, 120_000);
afterAll(async () => {
  await web?.stop();
  await bot?.close();
});

const count = async (table: string): Promise<number> => {
  const [row] = await bot.core.db.$queryRawUnsafe<{ many: bigint }[]>(`select count(*) as many from ${table}`);
  return Number(row?.many);
};

describe('the export of the demonstration', () => {
  it.each([
    ['localities', 'locality'],
    ['organisations', 'organisation where locality_id is not null'],
    ['taking_part', 'taking_part'],
    ['kpi_definitions', 'kpi_definition'],
    ['kpi_targets', 'kpi_target'],
    ['kpi_owners', 'kpi_owner'],
    ['kpi_readings', 'reading'],
    ['action_versions', 'action_version'],
    ['action_ratings', 'rating'],
    ['criterion_questions', 'criterion_question'],
    ['assessment_steps', 'assessment_step'],
    ['finding_versions', 'finding_version'],
    ['context_points', 'context_point'],
  ])('has every row of %s', async (table, from) => {
    expect(whole.rows(table)).toHaveLength(await count(from));
  });

  it('has the figures that the screens show: of every KPI its last value, baseline and target', async () => {
    const kpis = await bot.core.db.$transaction((tx) =>
      kpisIn(tx, [(places[0] as Place).programmeId], { day: '2026-11-19', periods: 400 }),
    );
    const readings = Map.groupBy(
      whole.rows('kpi_readings').filter(({ latest, value }) => latest === 'true' && value !== ''),
      ({ kpi_id }) => kpi_id,
    );
    const definitions = new Map(
      whole
        .rows('kpi_definitions')
        .filter(({ latest }) => latest === 'true')
        .map((row) => [row.kpi_id, row]),
    );
    const targets = new Map(
      whole
        .rows('kpi_targets')
        .filter(({ latest }) => latest === 'true')
        .map((row) => [row.kpi_id, row]),
    );
    const last = (rows: readonly Cells[] | undefined) =>
      rows?.toSorted((a, b) => ((a.period_start as string) < (b.period_start as string) ? -1 : 1)).at(-1)?.value;
    const logged = kpis.filter(({ coverage, counts }) => coverage === null && counts !== 'children');
    expect(logged.length).toBeGreaterThan(20);
    for (const kpi of logged) {
      const shown = standing(kpi).at(-1)?.value;
      expect(last(readings.get(kpi.id)), kpi.name).toBe(shown === undefined ? undefined : String(shown));
      expect(definitions.get(kpi.id)?.baseline).toBe(kpi.baseline === null ? '' : String(kpi.baseline));
      expect(targets.get(kpi.id)?.target ?? '').toBe(kpi.target === null ? '' : String(kpi.target));
    }
  });

  it('has every reading with both dates, as it stands in the database', async () => {
    const kept = await bot.core.db.$queryRaw<Record<string, string | null>[]>`
      select r.id, r.period_start::text, r.period_end::text, trim_scale(r.value)::text as value, r.version::text,
        to_char(r.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as recorded_at from reading r`;
    const read = new Map(whole.rows('kpi_readings').map((row) => [row.reading_id, row]));
    for (const row of kept) {
      const found = read.get(row.id as string);
      expect(found).toMatchObject({
        period_start: row.period_start,
        period_end: row.period_end,
        version: row.version,
        recorded_at: row.recorded_at,
      });
      if (found?.value_symbol !== '[c]') expect(found?.value).toBe(row.value ?? '');
    }
  });

  it('has the released results of pulses, and of nothing else', async () => {
    const released = await bot.core.db.$queryRaw<{ cell: string; item: string; shown: { as: string; shares?: number[] } }[]>`
      select r.cell_id as cell, r.item, r.shown from pulse_result r`;
    const results = new Map(whole.rows('pulse_results').map((row) => [`${row.cell_id} ${row.item}`, row]));
    const shares = Map.groupBy(whole.rows('pulse_shares'), (row) => `${row.cell_id} ${row.item}`);
    expect(released.length).toBeGreaterThan(0);
    for (const { cell: id, item, shown } of released) {
      const cell = cellCode(bot.core.secret, id);
      const row = results.get(`${cell} ${item}`);
      expect(row?.precision).toBe(shown.as === 'c' ? '' : shown.as);
      expect(row?.result_symbol).toBe(shown.as === 'c' ? '[c]' : '');
      expect((shares.get(`${cell} ${item}`) ?? []).map(({ share }) => Number(share))).toEqual(shown.shares ?? []);
    }
    expect(whole.rows('pulse_cells').every((row) => !('invited' in row))).toBe(true);
  });

  it('explains every column of every table, and every word in one that has a list of words', () => {
    const rating = whole.rows('dictionary').find(({ table, column }) => table === 'action_ratings' && column === 'rating');
    expect(String(rating?.meaning), 'why its counts are not those of the screens').toContain(
      'Screens count an action that is neither closed nor on hold as “No update in time”',
    );
    const dictionary = new Map(
      [...Map.groupBy(whole.rows('dictionary'), ({ table }) => table)].map(([table, rows]) => [table, rows.map(({ column }) => column)]),
    );
    const codebook = new Set((whole.rows('codebook') as Cells[]).map(({ table, column, value }) => `${table} ${column} ${value}`));
    const coded = new Set([...codebook].map((line) => line.split(' ').slice(0, 2).join(' ')));
    for (const { name } of TABLES) {
      const [header = ''] = whole.text(`${name}.csv`).split('\r\n');
      expect(header.split(','), name).toEqual(dictionary.get(name));
      for (const row of whole.rows(name))
        for (const [column, value] of Object.entries(row))
          if (value !== '' && coded.has(`${name} ${column}`) && name !== 'pulse_items')
            expect(codebook).toContain(`${name} ${column} ${value}`);
    }
  });

  it('has checksums that are right', () => {
    const lines = whole.text('SHA256SUMS').trim().split('\n');
    const summed = lines.map((line) => line.split('  '));
    expect(summed.map(([, name]) => name).sort()).toEqual(whole.names.filter((name) => name !== 'SHA256SUMS').sort());
    for (const [sum, name] of summed) expect(whole.sha256(name as string)).toBe(sum);
  });

  it('has the same rows in its workbook', () => {
    const sheets = unzipSync(wordless.files['tables.xlsx'] as Uint8Array);
    const names = [...strFromU8(sheets['xl/workbook.xml'] as Uint8Array).matchAll(/<sheet [^>]*name="([^"]+)"/gu)].map(([, name]) => name);
    expect(names).toEqual(TABLES.filter(({ freeText }) => !freeText).map(({ name }) => name));
    const at = TABLES.findIndex(({ name }) => name === 'kpi_readings') + 1;
    const rows = strFromU8(sheets[`xl/worksheets/sheet${at}.xml`] as Uint8Array).match(/<row /gu) ?? [];
    expect(rows).toHaveLength(whole.rows('kpi_readings').length + 1);
  });

  it('is read by Python as it is by others', () => {
    const script = `
import csv, io, json, sys, zipfile
zip = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert zip.testzip() is None
print(json.dumps({n: sum(1 for _ in csv.DictReader(io.TextIOWrapper(zip.open(n), encoding='utf-8', newline=''), strict=True)) for n in zip.namelist() if n.endswith('.csv')}))`;
    const counts = Object.fromEntries(
      whole.names.filter((name) => name.endsWith('.csv')).map((name) => [name, whole.rows(name.slice(0, -4)).length]),
    );
    const python = spawnSync('python3', ['-W', 'error', '-c', script], { input: zipped, maxBuffer: 10_000_000 });
    // Where there is no Python the counts are csv-parse's, which the other tests hold against the database.
    if (python.error) return expect((python.error as NodeJS.ErrnoException).code).toBe('ENOENT');
    expect(python.stderr.toString()).toBe('');
    expect(JSON.parse(python.stdout.toString())).toEqual(counts);
  });
});

/** Everything that the zip says, its workbook unpacked. */
const textOf = ({ files, names }: Exported, leaveOut: readonly string[] = []): string =>
  names
    .filter((name) => !leaveOut.includes(name))
    .flatMap((name) =>
      name.endsWith('.xlsx')
        ? Object.values(unzipSync(files[name] as Uint8Array)).map((part) => strFromU8(part))
        : [strFromU8(files[name] as Uint8Array)],
    )
    .join('\n');

/** Posts, addresses, and names and numbers of organisations that a text says. */
const namedIn = async (text: string): Promise<string[]> => {
  const rows = await bot.core.db.$queryRaw<{ name: string }[]>`
    select post as name from person union select email from person where email is not null
    union select name from organisation union select urn from organisation where urn is not null`;
  const isWord = (letter: string | undefined) => letter !== undefined && /[\w-]/u.test(letter);
  const says = (name: string) => {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
      if (!isWord(text[at - 1]) && !isWord(text[at + name.length])) return true;
    return false;
  };
  return rows.map(({ name }) => name).filter(says);
};

describe('who is in it', () => {
  it('names no person, no address and no organisation, in any file', async () => {
    expect(await namedIn(textOf(wordless))).toEqual([]);
  });

  it('control: a file that names them is seen', async () => {
    const key = new TextDecoder().decode((await byScript(bot, { key: true })).bytes);
    expect((await namedIn(key)).length).toBeGreaterThan(1_000);
    expect(await namedIn('Asked of: wakefield.lead@example.org')).toEqual(['wakefield.lead@example.org']);
  });

  it('keeps what people wrote out unless it is asked for', async () => {
    expect(wordless.names).not.toContain('free_text.csv');
    const words = whole
      .rows('free_text')
      .map(({ text }) => text as string)
      .filter((text) => text.length > 60);
    expect(words.length).toBeGreaterThan(100);
    const said = textOf(wordless);
    expect(words.filter((text) => said.includes(text))).toEqual([]);
    // Control: where it was asked for they are there.
    expect(textOf(whole).includes(words[0] as string)).toBe(true);
  });

  it('calls an organisation by one code everywhere, and the key says which it is', async () => {
    const codes = new Set(whole.rows('organisations').map(({ organisation }) => organisation));
    expect(codes.size).toBe(whole.rows('organisations').length);
    const guest = organisationCode(bot.core.secret, GUEST.id);
    for (const { organisation } of [...whole.rows('taking_part'), ...whole.rows('group_members')])
      if (organisation !== guest) expect(codes).toContain(organisation);
    const again = exported((await byScript(bot, { scope: 'wakefield' })).bytes);
    for (const { organisation } of again.rows('organisations')) expect(codes).toContain(organisation);
    const key = (await byScript(bot, { key: true })).bytes;
    const named = new TextDecoder()
      .decode(key)
      .split('\r\n')
      .filter((line) => line.includes(',organisation,'))
      .map((line) => line.split(',')[0]);
    expect(new Set(named)).toEqual(new Set([...codes, organisationCode(bot.core.secret, GUEST.id)]));
  });

  it('the key of a locality has every code of its tables, also of who takes part and is of no locality', async () => {
    const ealing = localityId('EAL');
    const lines = (await bot.core.db.$transaction((tx) => keyFile(tx, bot.core.secret, [ealing]))).split('\r\n');
    const keyed = new Map(lines.map((line) => [line.split(',')[0], line]));
    expect(keyed.get(organisationCode(bot.core.secret, GUEST.id))).toContain(`,organisation,,${GUEST.name},charity,`);
    const shown = whole.rows('taking_part').filter(({ locality_id }) => locality_id === ealing);
    expect(shown.filter(({ organisation }) => !keyed.has(organisation))).toEqual([]);
  });

  describe('the order of rows', () => {
    /** Of all pairs the share that stands in the order of what they are called. */
    const inOrder = (places: readonly number[]): number => {
      const pairs = places.flatMap((one, at) => places.slice(at + 1).map((other) => one < other));
      return pairs.filter(Boolean).length / pairs.length;
    };
    const placesIn = (table: string, codes: readonly string[]): number[] =>
      whole.rows(table).flatMap(({ organisation, group }) => {
        const place = codes.indexOf((table === 'groups' ? group : organisation) as string);
        return place < 0 ? [] : [place];
      });
    const codesOf = () => BY_NAME.map(({ id }) => organisationCode(bot.core.secret, id));

    it.each(['organisations', 'taking_part', 'group_members', 'organisation_closed_days'])(
      'of %s says nothing of which organisation a code stands for, though all were brought in by name',
      (table) => {
        const places = placesIn(table, codesOf());
        expect(places).toHaveLength(BY_NAME.length);
        expect(Math.abs(inOrder(places) - 0.5)).toBeLessThan(0.25);
      },
    );

    it('control: by their ids they stand in the order of their names', async () => {
      const rows = await bot.core.db.$queryRaw<{ id: string }[]>`
        select o.id from taking_part t join organisation o on o.id = t.organisation_id where o.name like 'School __ of the alphabet' order by t.id`;
      expect(inOrder(rows.map(({ id }) => BY_NAME.findIndex((one) => one.id === id)))).toBe(1);
    });

    /** The places of groups, in the order of their names, in the order of the rows that tell of them. */
    const groupsIn = (rows: readonly Cells[]): number[] => {
      const ofCell = new Map(whole.rows('pulse_cells').map(({ cell_id, group }) => [cell_id, group]));
      const codes = CLUSTERS.map(({ id }) => groupCode(bot.core.secret, id));
      const said = rows.map(({ cell_id, subject_id }) => codes.indexOf(ofCell.get(cell_id ?? subject_id ?? '') as string));
      return said.filter((place) => place >= 0);
    };
    const WITH_CELLS: [table: string, groups: number][] = [
      ['pulse_cells', CLUSTERS.length],
      ['pulse_results', CLUSTERS.length],
      ['pulse_shares', (CLUSTERS.length / 2) * 3],
      ['free_text', CLUSTERS.length],
    ];

    it.each(WITH_CELLS)('of %s, and the code of a part of a pulse, say nothing of which group a code stands for', (table, many) => {
      const rows = whole.rows(table);
      const [places, byCode] = [
        rows,
        rows.toSorted((a, b) => (String(a.cell_id ?? a.subject_id) < String(b.cell_id ?? b.subject_id) ? -1 : 1)),
      ].map(groupsIn);
      expect(places).toHaveLength(many);
      for (const order of [places, byCode]) expect(Math.abs(inOrder(order as number[]) - 0.5)).toBeLessThan(0.25);
    });

    it('control: by the ids of those parts, and as they stood in the pulse, they are in the order of their names', () => {
      const rows = [...CLUSTERS].map(({ cell }) => ({ cell_id: cellCode(bot.core.secret, cell) }));
      expect(inOrder(groupsIn(rows))).toBe(1);
    });

    it('what is confidential is counted in a part that the table of parts knows', () => {
      const known = new Set(whole.rows('pulse_cells').map(({ cell_id }) => cell_id));
      for (const { parent_id } of whole.rows('pulse_cells')) if (parent_id) expect(known).toContain(parent_id);
      const counted = whole.rows('pulse_results').flatMap(({ counted_in }) => counted_in || []);
      expect(counted.filter((id) => id === cellCode(bot.core.secret, ALL_OF_WAVE))).toHaveLength(CLUSTERS.length / 2);
      for (const id of counted) expect(known).toContain(id);
    });

    it('no id of an organisation, of a group, of a part of a pulse, or of what one takes part in is in any file or cursor', async () => {
      const rows = await bot.core.db.$queryRaw<{ id: string }[]>`
        select id from organisation union all select id from "group" union all select id from taking_part union all select id from group_member
        union all select id from pulse_cell`;
      const ids = new Set(rows.map(({ id }) => id));
      const idsIn = (text: string) => text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu)?.filter((id) => ids.has(id)) ?? [];
      expect(idsIn(textOf(whole))).toEqual([]);
      for (const name of ['organisations', 'taking_part', 'groups', 'group_members', 'organisation_closed_days', 'pulse_cells']) {
        const table = TABLES.find((one) => one.name === name) as Table;
        const { next } = await bot.core.db.$transaction((tx) => table.page({ ...extent(), tx }, null, 3));
        expect(idsIn(next as string)).toEqual([]);
      }
      expect(idsIn(`control: ${BY_NAME[0]?.id}`)).toHaveLength(1);
    });
  });

  it('says of every role group that it is one, or that there was none', () => {
    const known = new Set([...whole.rows('role_groups').map(({ role_group }) => role_group), 'none', '']);
    for (const table of ['kpi_owners', 'kpi_readings', 'action_versions', 'action_ratings'])
      for (const row of whole.rows(table))
        for (const column of ['owner', 'deputy', 'recorded_by']) if (column in row) expect(known).toContain(row[column]);
    expect(whole.rows('kpi_owners').some(({ owner }) => owner?.startsWith('partner-'))).toBe(true);
  });

  const partnersOf = (prefix: string) =>
    whole
      .rows('role_groups')
      .filter(({ role, scope_id }) => role === 'partner' && scope_id === localityId(prefix))
      .map(({ role_group, phase, people }) => [role_group, phase, people]);

  it('counts who is still here, by the day where the programme is, and keeps the phase of fewer than five to itself', () => {
    expect(partnersOf('COV')).toEqual([
      ['partner-COV', '', '5'],
      ['partner-primary-COV', 'primary', '7'],
    ]);
  });

  it('keeps every phase to itself where what is left would tell', () => {
    expect(partnersOf('SUR')).toEqual([['partner-SUR', '', '7']]);
  });

  it('calls one person in other tables as their group is called', async () => {
    const codeOf = async (day: string) =>
      (await bot.core.db.$transaction((tx) => roleGroupsOf({ ...extent(), tx }, [head]))).codeOf(head, localityId('COV'), day);
    expect(await codeOf('2026-11-01')).toBe('partner-COV');
  });

  it('control: by the phase alone a group of one would be named', async () => {
    const rows = await bot.core.db.$queryRaw<{ id: string }[]>`
      select p.id from role r join person p on p.id = r.person_id join organisation o on o.id = p.organisation_id
      where r.role = 'partner' and r.scope_id = ${localityId('COV')}::uuid and o.phase = 'special'`;
    expect(rows).toEqual([{ id: head }]);
  });

  it('a day begins at midnight where the programme is: who did something at half past, in summer, did it on the new day', async () => {
    const [row] = await bot.core.db.$queryRaw<{ day: string }[]>`select ${dayOf(sql`'2026-06-30T23:30:00Z'::timestamptz`)}::text as day`;
    expect(row?.day).toBe('2026-07-01');
  });
});

describe('figures about few children', () => {
  const rowOf = (from: Exported, id: string) => from.rows('kpi_readings').find(({ reading_id }) => reading_id === id);

  it('a value about 1 to 4 children is [c] in every export, the lead’s own among them, and its note goes with it', async () => {
    const { bytes } = await byScript(bot, { as: 'coventry.lead@example.org', freeText: true });
    for (const one of [whole, exported(bytes)]) {
      expect(rowOf(one, telling)).toMatchObject({ value: '', numerator: '', denominator: '', value_symbol: '[c]' });
      expect(rowOf(one, told)).toMatchObject({ value: '30', numerator: '30', denominator: '140', value_symbol: '' });
      expect(textOf(one)).not.toContain(NOTE);
      expect(textOf(one)).toContain('nothing to hide');
    }
  });

  it('control: that reading and its note are in the database', async () => {
    const [row] = await bot.core.db.$queryRaw<
      { value: number; note: string }[]
    >`select value::float8 as value, note from reading where id = ${telling}::uuid`;
    expect(row).toEqual({ value: 3, note: NOTE });
  });

  it('a story of few children is in none before it was checked for identification', async () => {
    const { bytes } = await byScript(bot, { as: 'wakefield.lead@example.org', freeText: true });
    for (const one of [whole, exported(bytes)]) {
      expect(one.rows('register_versions').some(({ entry_id }) => entry_id === few)).toBe(false);
      expect(textOf(one)).not.toContain(FEW);
      expect(textOf(one)).toContain(CHECKED);
    }
  });

  const versionsOf = (id: string) =>
    whole.rows('register_versions').flatMap(({ entry_id, version, latest }) => (entry_id === id ? [[version, latest]] : []));

  it('one that was checked, and no longer tells of few, goes by its own words, and is the version that counts', () => {
    expect(versionsOf(grown)).toEqual([
      ['1', 'false'],
      ['2', 'true'],
    ]);
    expect(textOf(whole)).toContain('A whole class reads to the old.');
  });

  it('wordings that nobody checked are left out, and none before them is said to count', () => {
    expect(versionsOf(unsure)).toEqual([['3', 'false']]);
    expect(textOf(whole)).not.toContain('of a year group sang');
  });
});

describe('words that were taken out', () => {
  it('are in no export: those of an earlier version, of an entry or a step that was taken back', async () => {
    expect(textOf(whole)).not.toContain('GONE');
    for (const words of ['A story without a quote.', 'What the step rests on.']) expect(textOf(whole)).toContain(words);
  });

  it('control: they are kept in the database', async () => {
    expect(await count(`register_version where concat(summary, quote) like '%GONE%'`)).toBe(3);
    expect(await count(`assessment_step where evidence like 'GONE%'`)).toBe(3);
  });
});

describe('cells that look like formulas', () => {
  it('begin with an apostrophe, and numbers stay what they are', () => {
    const project = whole.rows('projects').find(({ name }) => name?.includes('cmd'));
    expect(project).toMatchObject({ name: `'${FORMULA}`, theme: `'${FULL_WIDTH}` });
    expect(whole.rows('free_text').find(({ text }) => text?.includes('cmd'))?.text).toBe(`'${FORMULA}`);
    expect(whole.rows('kpi_readings').find(({ value }) => value === '-5')).toBeDefined();
  });

  it('control: no cell of any table begins as a formula does, and as they are stored some do', async () => {
    const isFormula = (text: string) => /^[=+@\t\r\uff1d\uff0b\uff0d\uff20]|^-(?!\d+(?:\.\d+)?$)/u.test(text);
    for (const { name } of TABLES) for (const row of whole.rows(name)) expect(Object.values(row).filter(isFormula)).toEqual([]);
    const stored = await bot.core.db.$queryRaw<{ name: string }[]>`select name from project`;
    expect(stored.some(({ name }) => isFormula(name))).toBe(true);
  });
});

describe('whose it is', () => {
  const localitiesIn = (one: Exported) =>
    new Set(
      TABLES.filter(({ name }) => one.names.includes(`${name}.csv`)).flatMap(({ name }) =>
        one.rows(name).flatMap((row) => row.locality_id || []),
      ),
    );

  it.each([
    ['wakefield.lead', 'WAK'],
    ['wakefield.coordinator', 'WAK'],
    ['programme.coordinator', 'all'],
    ['evaluator', 'all'],
  ])('%s exports only localities where their role says so', async (name, prefixes) => {
    const one = exported((await byScript(bot, { as: `${name}@example.org`, freeText: true })).bytes);
    const theirs = places.filter(({ prefix }) => prefixes === 'all' || prefixes.includes(prefix));
    expect(localitiesIn(one)).toEqual(new Set(theirs.map((place) => place.localityId)));
  });

  it.each(['wakefield.head.1', 'pilot1.adviser', 'admin'])('%s may export nothing', async (name) => {
    await expect(byScript(bot, { as: `${name}@example.org` })).rejects.toThrow('may not make exports');
    const there = atExports(web.origin, name);
    expect((await there.there('/exports')).status).toBe(404);
    expect((await there.post('/exports', { scope: `locality ${localityId('WAK')}` })).status).not.toBe(303);
  });

  it('nobody exports another locality by asking for it', async () => {
    await expect(byScript(bot, { as: 'wakefield.lead@example.org', scope: 'coventry' })).rejects.toThrow('There is no place “coventry”');
    await expect(byScript(bot, { as: 'wakefield.lead@example.org', key: true })).rejects.toThrow('may not make the key');
    await expect(byScript(bot, { as: 'nobody@example.org' })).rejects.toThrow('Nobody here has the address');
  });
});

describe('on the web', () => {
  it('an export is asked for, made, and downloaded by who asked for it and by nobody else', async () => {
    const there = atExports(web.origin, 'evaluator');
    expect((await there.post('/exports', {})).text).toContain('Choose what you want tables of');
    expect((await there.post('/exports', { scope: 'locality:nobody' })).text).toContain('what was chosen is not yours to export');
    const path = await there.ask({ scope: `locality ${localityId('WAK')}`, freeText: 'yes', xlsx: 'yes' });
    expect((await there.there(path)).text).toContain('Download common-cause-wakefield-2026-11-19.zip');
    const { status, headers, bytes } = await there.file(`${path}/file`);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toBe('attachment; filename="common-cause-wakefield-2026-11-19.zip"');
    expect(Number(headers.get('content-length'))).toBe(bytes.length);
    expect(
      exported(bytes)
        .rows('localities')
        .map(({ name }) => name),
    ).toEqual(['Wakefield']);
    for (const name of ['wakefield.lead', 'programme.coordinator', 'admin']) {
      const other = atExports(web.origin, name);
      expect((await other.there(path)).status).toBe(404);
      expect((await other.file(`${path}/file`)).status).toBe(404);
    }
    expect((await there.file('/exports/00000000-0000-4000-8000-000000000000/file')).status).toBe(404);
    expect((await there.file("/exports/'/file")).status).toBe(404);
  });

  it('a download ends with the role', async () => {
    const there = atExports(web.origin, 'surrey.lead');
    const path = await there.ask({});
    expect((await there.file(`${path}/file`)).status).toBe(200);
    await bot.core.db
      .$executeRaw`update role set "to" = '2026-11-18'::date where person_id = (select id from person where email = 'surrey.lead@example.org')`;
    expect((await there.file(`${path}/file`)).status).toBe(404);
  });

  it('the key is given to administrators, and that is kept', async () => {
    const admin = atExports(web.origin, 'admin');
    const key = await admin.post('/exports/key', {});
    expect(key.headers['content-disposition']).toBe('attachment; filename="common-cause-localed-key-2026-11-19.csv"');
    expect(key.text.split('\r\n')[0]).toBe('code,what,locality,name,kind,phase,urn');
    expect(await count(`audit_event where what = 'export.key_made' and person_id is not null`)).toBe(1);
    for (const name of ['evaluator', 'wakefield.lead', 'programme.coordinator']) {
      const other = atExports(web.origin, name);
      expect((await other.there('/exports/key')).status).toBe(404);
      expect((await other.post('/exports/key', {})).text).not.toContain('urn');
    }
  });

  it('what is new since the last one is said, and after a day the file is forgotten while what it held is not', async () => {
    const there = atExports(web.origin, 'programme.coordinator');
    const wakefield = { scope: `locality ${localityId('WAK')}` };
    const first = await there.ask(wakefield);
    const attendance = await kpiOf('WAK', 'Attendance');
    bot.clock.advance({ hours: 1 });
    await addReading(attendance, '2020-W02', { value: 91.5, at: bot.clock.now().subtract({ minutes: 30 }).toString() });
    const [before, after] = [
      exported((await there.file(`${first}/file`)).bytes),
      exported((await there.file(`${await there.ask(wakefield)}/file`)).bytes),
    ];
    const line = (one: Exported, table: string) => one.rows('changelog').find((row) => row.table === table);
    const rows = before.rows('kpi_readings').length;
    expect(line(before, 'kpi_readings')).toMatchObject({ change: 'first export', rows_now: String(rows) });
    expect(line(after, 'kpi_readings')).toMatchObject({
      change: 'changed',
      rows_before: String(rows),
      rows_now: String(rows + 1),
      rows_recorded_since: '1',
      previous_export_recorded_to: '2026-11-19T13:59:50.000Z',
    });
    expect(line(after, 'kpi_targets')).toMatchObject({ change: 'same', rows_recorded_since: '0' });

    bot.clock.advance({ days: 1, minutes: 1 });
    await tidy(bot.core);
    expect(await count('export_chunk')).toBe(0);
    expect((await there.file(`${first}/file`)).status).toBe(404);
    expect((await there.there(first)).text).toContain('its file was forgotten after a day');
    expect(exported((await there.file(`${await there.ask(wakefield)}/file`)).bytes).rows('changelog')[0]).toMatchObject({ change: 'same' });
  });
});

describe('while data change', () => {
  const moments = (one: Exported) =>
    TABLES.filter(
      ({ name, columns }) => columns.some((column) => column.name === 'recorded_at') && one.names.includes(`${name}.csv`),
    ).flatMap(({ name }) => one.rows(name).flatMap(({ recorded_at }) => recorded_at || []));

  /** An export during which somebody logs a reading of every KPI after each page. */
  const during = async (to: string) => {
    const bytes: Uint8Array[] = [];
    let turns = 0;
    await writeArchive(
      {
        ...extent(),
        to,
        db: bot.core.db,
        scope: { kind: 'programme', id: (places[0] as Place).programmeId, name: 'LocalEd', localityIds: [...extent().localityIds] },
        freeText: true,
        xlsx: false,
        demonstration: true,
        previous: undefined,
      },
      async (some) => void bytes.push(new Uint8Array(some)),
      async () => {
        turns += 1;
        await addReading(await kpiOf('WAK', 'Attendance'), `late-${to}-${turns}`, { value: 90, at: '2026-11-19T15:00:00Z' });
      },
    );
    return { turns, one: exported(new Uint8Array(Buffer.concat(bytes))) };
  };

  it('nothing that was recorded after its moment is in it', async () => {
    const to = '2026-11-19T14:30:00.000Z';
    const { turns, one } = await during(to);
    expect(turns).toBeGreaterThan(20);
    expect(moments(one).filter((moment) => moment > to)).toEqual([]);
  });

  it('control: without that moment it is', async () => {
    const { one } = await during('2026-12-31T00:00:00.000Z');
    expect(moments(one).some((moment) => moment >= '2026-11-19T15:00:00')).toBe(true);
  });
});

describe('a page of a table', () => {
  const all = async (name: string, limit: number): Promise<Value[][]> => {
    const table = TABLES.find((one) => one.name === name) as Table;
    const rows: Value[][] = [];
    for (let after: string | null = null, more = true; more; ) {
      const from: string | null = after;
      const page: Awaited<ReturnType<Table['page']>> = await bot.core.db.$transaction((tx) => table.page({ ...extent(), tx }, from, limit));
      if (!table.freeText) expect(page.rows.length).toBeLessThanOrEqual(limit);
      rows.push(...page.rows);
      after = page.next;
      more = after !== null;
    }
    return rows;
  };

  it.each([
    'organisations',
    'taking_part',
    'group_members',
    'organisation_closed_days',
    'role_groups',
    'kpi_milestones',
    'kpi_readings',
    'action_steps',
    'action_ratings',
    'pulse_results',
    'pulse_shares',
    'school_halves',
    'free_text',
  ])('however short, the pages of %s make the whole, each row once', async (name) => {
    const long = await all(name, 100_000);
    const short = await all(name, 37);
    // Comments of a pulse stand in an order that says nothing, so sets are compared.
    expect(short.map((row) => JSON.stringify(row)).sort()).toEqual(long.map((row) => JSON.stringify(row)).sort());
  });

  it('that is worked out part by part is worked out of few parts, however few rows they have', async () => {
    const worked: string[] = [];
    const ids = Array.from({ length: 153 }, (_, place) => String(place).padStart(3, '0'));
    const table = madeTable({
      name: 'made',
      title: '',
      meaning: '',
      columns: [{ name: 'id', type: 'code', meaning: '' }],
      parts: async () => ids.map((id) => ({ id })),
      // Of every tenth part three rows, and of the others none.
      rowsOf: someOf(async (_, { id }: { id: string }) => {
        worked.push(id);
        return id.endsWith('0') ? [{ id }, { id }, { id }] : [];
      }),
    });
    const rows: Value[] = [];
    let most = 0;
    for (let after: string | null = null, more = true; more; ) {
      const before = worked.length;
      const page: Awaited<ReturnType<Table['page']>> = await table.page({ ...extent(), tx: bot.core.db }, after, 4);
      most = Math.max(most, worked.length - before);
      rows.push(...page.rows.flat());
      after = page.next;
      more = after !== null;
    }
    expect(rows).toEqual(ids.filter((id) => id.endsWith('0')).flatMap((id) => [id, id, id]));
    expect(most).toBeLessThanOrEqual(20);
  });

  it('of comments to a pulse reads no more comments than it has', async () => {
    const { db } = bot.core;
    const [cell] = await db.$queryRaw<{ id: string }[]>`select cell_id as id from pulse_comment order by cell_id limit 1`;
    for (let place = 0; place < 200; place += 1)
      await db.$executeRaw`insert into pulse_comment (id, cell_id, text) values (${bot.core.newId()}::uuid, ${cell?.id}::uuid, ${`Comment ${place}`})`;
    const table = TABLES.find(({ freeText }) => freeText) as Table;
    let read = 0;
    const counting = new Proxy(db, {
      get: (target, key) =>
        key === '$queryRaw'
          ? async (text: TemplateStringsArray, ...values: unknown[]) => {
              const rows = await target.$queryRaw<unknown[]>(text, ...values);
              if (text.join('').includes('select text, marks from pulse_comment')) read += rows.length;
              return rows;
            }
          : Reflect.get(target, key),
    });
    const found: string[] = [];
    let [after, most] = ['["11",""]' as string | null, 0];
    while (after !== null) {
      read = 0;
      const page: Awaited<ReturnType<Table['page']>> = await table.page({ ...extent(), tx: counting }, after, 30);
      most = Math.max(most, read);
      found.push(...page.rows.map((row) => row[4] as string));
      after = page.next;
    }
    const kept = await db.$queryRaw<{ text: string }[]>`select text from pulse_comment`;
    expect(found.toSorted()).toEqual(kept.map(({ text }) => text).toSorted());
    expect(most).toBe(30);
  });

  it.each(['', '{', '[]', '["x"]', '["1","2","3","4"]', '[null]', `["'; drop table reading; --","a","1"]`])(
    'refuses a cursor that is none: %s',
    async (cursor) => {
      for (const table of TABLES)
        await expect(bot.core.db.$transaction((tx) => table.page({ ...extent(), tx }, cursor, 10))).rejects.toThrow(BadCursor);
    },
  );
});
