import { joined, type Sql, sql } from '../../db/client.ts';
import type { Permission } from '../../people/permissions.ts';
import { commentCounts, commentsIn } from '../../pulses/results.ts';
import { assessmentSteps, findingAnswers, findingVersions, stepStands } from './criteria.ts';
import { kpiDefinitions, kpiRebases } from './kpis.ts';
import { actionComments, actionRatings, actionVersions } from './plan.ts';
import { projects } from './projects.ts';
import { closedWaves, openWave } from './pulses.ts';
import { countsOf, kpiReadings, tells } from './readings.ts';
import { registerVersions, wordsStand } from './register.ts';
import { chained, madeTable, type Read, type ReadColumn, type ReadTable, type Row, readTable } from './rows.ts';
import type { Column, Extent, Table, Value } from './table.ts';

/** What people wrote, word for word, in one table of its own: it may name somebody, so that it is left out unless it is asked for. */

const COLUMNS = [
  { name: 'subject_table', type: 'code', meaning: 'The table of what it is about.' },
  { name: 'subject_id', type: 'code', meaning: 'The row of that table, by its first column.' },
  { name: 'version', type: 'integer', meaning: 'The version of that row, where it has versions.' },
  { name: 'field', type: 'code', meaning: 'What it says of it: note, reason, quote …' },
  { name: 'text', type: 'text', meaning: 'The words. They may identify somebody: handle them as personal data.' },
  { name: 'locality_id', type: 'code', meaning: 'The locality.' },
  { name: 'recorded_at', type: 'moment', meaning: 'When it was recorded; empty where that is not kept.' },
] as const satisfies readonly Column[];

type Words = {
  /** The table that they are about: who may read its rows may read what is said of them. */
  of: ReadTable;
  /** By field: a text, or for “step” several. At most as many as there are fields, and steps. */
  fields: Readonly<Record<string, Sql>>;
  /** Of which of its rows, where not of all. */
  where?: (extent: Extent) => Sql;
  needs?: Permission;
  /** Besides what is said of each row. */
  also?: readonly ReadColumn[];
  conceal?: NonNullable<Read['conceal']>;
};

const hidden = (name: string, from: Sql): ReadColumn => ({ name, type: 'text', meaning: '', from, hidden: true });

const STEPS = 'step';

const textsOf = (name: string, value: Value | undefined): [field: string, text: string][] => {
  if (value === null || value === undefined) return [];
  if (name !== STEPS) return [[name, value as string]];
  return (JSON.parse(value as string) as string[]).map((text, index) => [`${name} ${index + 1}`, text]);
};

/** Of many rows few may have words: no page reads more rows than its share, and each row’s words are in one page. */
const wordsOf = ({ of: { name: subject, read }, fields, where, needs = read.needs, also = [], conceal }: Words): Table => {
  const names = Object.keys(fields);
  const column = (name: string) => read.columns.find((one) => one.name === name)?.from;
  const from: Record<(typeof COLUMNS)[number]['name'], ReadColumn['from'] | undefined> = {
    subject_table: sql`${subject}::text`,
    subject_id: read.columns[0]?.from,
    version: column('latest') && column('version'),
    field: undefined,
    text: undefined,
    locality_id: column('locality_id'),
    recorded_at: column('recorded_at'),
  };
  const table = readTable({
    name: subject,
    title: subject,
    meaning: '',
    ...(needs && { needs }),
    columns: [
      ...COLUMNS.map((one) => ({ ...one, from: from[one.name] ?? (one.type === 'moment' ? sql`null::timestamptz` : sql`null`) })),
      ...names.map((name) => hidden(name, fields[name] as Sql)),
      ...also,
    ],
    key: read.key,
    source: where ? (extent) => sql`${read.source(extent)} and ${where(extent)}` : read.source,
    keep: joined(
      names.map((name) => sql`(${fields[name] as Sql}) is not null`),
      ' or ',
    ),
    conceal: async (extent, rows, at) => {
      const seen = conceal ? await conceal(extent, rows, at) : rows;
      return seen.flatMap((row) =>
        names.flatMap((name) => textsOf(name, row[at(name)])).map(([field, text]) => row.with(at('field'), field).with(at('text'), text)),
      );
    },
  });
  return { ...table, page: (extent, after, limit) => table.page(extent, after, Math.max(1, Math.floor(limit / names.length))) };
};

/** A note on a figure about 1 to 4 children goes with the figure. */
const withoutTelling: NonNullable<Read['conceal']> = async (extent, rows, at) => {
  const kpis = await countsOf(
    extent,
    rows.map((row) => row[at('kpi_id')] as string),
  );
  const isTelling = (row: Value[]) =>
    tells(kpis.get(row[at('kpi_id')] as string), {
      value: row[at('value')] as number | null,
      numerator: row[at('numerator')] as number | null,
      denominator: row[at('denominator')] as number | null,
    });
  return rows.filter((row) => !isTelling(row));
};

const WORDS = [
  wordsOf({
    of: projects,
    fields: { 'theory of action': sql`p.theory_of_action`, hypothesis: sql`p.hypothesis` },
    needs: 'action.read',
  }),
  wordsOf({ of: kpiDefinitions, fields: { definition: sql`v.definition`, source: sql`v.source` } }),
  wordsOf({ of: kpiRebases, fields: { reason: sql`v.reason` } }),
  wordsOf({
    of: kpiReadings,
    fields: { note: sql`r.note`, evidence: sql`r.evidence` },
    also: [
      hidden('kpi_id', sql`r.kpi_id`),
      { ...hidden('value', sql`r.value`), type: 'number' },
      { ...hidden('numerator', sql`r.numerator`), type: 'number' },
      { ...hidden('denominator', sql`r.denominator`), type: 'number' },
    ],
    conceal: withoutTelling,
  }),
  wordsOf({
    of: actionVersions,
    fields: {
      title: sql`v.title`,
      'success measure': sql`nullif(v.success_measure, '')`,
      [STEPS]: sql`(select json_agg(s.step ->> 'text' order by s.place) from jsonb_array_elements(v.steps) with ordinality as s (step, place))`,
    },
  }),
  wordsOf({
    of: actionRatings,
    fields: { reason: sql`v.reason`, remedy: sql`v.remedy`, 'decided by': sql`v.decided_by`, evidence: sql`v.evidence`, also: sql`v.also` },
  }),
  wordsOf({ of: actionComments, fields: { comment: sql`v.text`, evidence: sql`v.evidence` } }),
  wordsOf({ of: assessmentSteps, fields: { evidence: sql`s.evidence` }, where: stepStands }),
  wordsOf({ of: findingVersions, fields: { finding: sql`v.text` } }),
  wordsOf({ of: findingAnswers, fields: { answer: sql`w.text` } }),
  wordsOf({
    of: registerVersions,
    fields: { summary: sql`v.summary`, link: sql`v.link`, quote: sql`case when v.consent then v.quote end` },
    where: wordsStand,
  }),
];

const pulseComments = madeTable({
  name: 'pulse_cells',
  title: 'pulse_cells',
  meaning: '',
  columns: COLUMNS,
  parts: closedWaves,
  // However many comments a wave has, a page reads its own and no more: how many each group has is known for good.
  rowsOf: async (extent, { id }, from, most) => {
    const { open, codeOf } = await openWave(extent, id, 'pulse.comments');
    const counts = await commentCounts(
      extent.tx,
      open.map((cell) => cell.id),
    );
    const rows: Row[] = [];
    let before = 0;
    for (const cell of open) {
      const many = counts.get(cell.id) ?? 0;
      const begins = Math.max(0, from - before);
      before += many;
      if (begins >= many || rows.length >= most) continue;
      for (const { text } of await commentsIn(extent.tx, cell.id, { from: begins, most: most - rows.length }))
        rows.push({
          subject_table: 'pulse_cells',
          subject_id: codeOf(cell.id),
          version: null,
          field: 'comment',
          text,
          locality_id: cell.localityId,
          recorded_at: null,
        });
    }
    return rows;
  },
});

const freeText = chained(
  {
    name: 'free_text',
    title: 'Free text',
    meaning: 'Words that people wrote about a row of another table. They may identify somebody.',
    freeText: true,
    columns: COLUMNS,
  },
  [...WORDS, pulseComments],
);

export const FREE_TEXT: readonly Table[] = [freeText];
