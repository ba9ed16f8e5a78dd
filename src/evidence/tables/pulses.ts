import { sql } from '../../db/client.ts';
import type { Item, Wave } from '../../pulses/pulse.ts';
import { placesNamed, waveById } from '../../pulses/queries.ts';
import {
  asksIn,
  coveredBy,
  entriesFor,
  type Reach,
  type ResultCell,
  reachOf,
  resultCells,
  scopesOf,
  shownIn,
} from '../../pulses/results.ts';
import type { Shown } from '../../statistics/disclosure.ts';
import { cellCode, groupCode } from '../codes.ts';
import { madeTable, type Row, readTable, recordedAt, someOf } from './rows.ts';
import { type Extent, symbols, type Table } from './table.ts';

/** Pulses as they were released, for who reads it on their screen: closed waves only, and nothing that the release does not say. */

/** What the actor may read of the extent: a pilot, or the programme, only where all of it is asked for. */
export const reachIn = (extent: Extent, permission: 'pulse.results' | 'pulse.comments'): Reach => {
  const { localities, pilots, programme } = reachOf(extent.actor, permission, extent.places);
  const asked = new Set(extent.localityIds);
  const isWhole = (within: (place: Extent['places'][number]) => boolean) =>
    extent.places.filter(within).every(({ localityId }) => asked.has(localityId));
  return {
    localities: localities.filter(({ localityId }) => asked.has(localityId)),
    pilots: new Set([...pilots].filter((id) => isWhole(({ pilotId }) => pilotId === id))),
    programme: programme && isWhole(() => true),
  };
};

/** Of the localities in which results may be read, with what is above them. */
const scopes = (extent: Extent) => scopesOf(reachIn(extent, 'pulse.results').localities);

/** The waves that had closed by then and asked somebody within reach. */
export const closedWaves = async (extent: Extent): Promise<{ id: string }[]> =>
  extent.tx.$queryRaw<{ id: string }[]>`
    select w.id from pulse_wave w
    where w.state = 'closed' and w.closed_at <= ${extent.to}::timestamptz and ${asksIn(scopes(extent))} order by w.id`;

export type Opened = {
  wave: Wave;
  /** Every cell of the wave, in the order of their codes: those of a locality were made in the order of their names. */
  cells: readonly ResultCell[];
  /** Those that the actor may open, in the same order. */
  open: readonly ResultCell[];
  /** What stands for the id of a cell of the wave. */
  codeOf: (id: string | null) => string | null;
};

/** A closed wave with what of it may be read. */
export const openWave = async (extent: Extent, id: string, permission: 'pulse.results' | 'pulse.comments'): Promise<Opened> => {
  const wave = (await waveById(extent.tx, id)) as Wave;
  const cells = await resultCells(extent.tx, id);
  const places = await placesNamed(extent.tx, wave.places);
  const entries = entriesFor(cells, places, coveredBy(places, extent.places), reachIn(extent, permission));
  const codes = new Map(cells.map((cell) => [cell.id, cellCode(extent.secret, cell.id)]));
  const codeOf = (of: string | null) => (of && codes.get(of)) ?? null;
  const inOrder = (some: readonly ResultCell[]) =>
    some.toSorted((one, other) => ((codeOf(one.id) ?? '') < (codeOf(other.id) ?? '') ? -1 : 1));
  return { wave, cells: inOrder(cells), open: inOrder(entries.map(({ cell }) => cell)), codeOf };
};

type Answered = { cell: ResultCell; item: Item; shown: Shown | undefined };

/** What is published question by question, with what each withheld one is counted in. */
const answeredIn = async (extent: Extent, { wave, cells, open }: Opened): Promise<Answered[]> => {
  const shown = await shownIn(
    extent.tx,
    cells.map(({ id }) => id),
  );
  const isOpen = new Set(open.map(({ id }) => id));
  const countedIn = new Set(
    open.flatMap(({ id }) =>
      [...(shown.get(id) ?? [])].flatMap(([item, said]) => (said.as === 'c' && said.in ? [`${said.in} ${item}`] : [])),
    ),
  );
  return cells.flatMap((cell) =>
    wave.questions.flatMap((item): Answered[] =>
      isOpen.has(cell.id) || countedIn.has(`${cell.id} ${item.item}`) ? [{ cell, item, shown: shown.get(cell.id)?.get(item.item) }] : [],
    ),
  );
};

/** Of the groups that answers fall into, in the order of `shares`. */
const GROUPS = {
  agree: ['agree', 'neither', 'disagree'],
  ten: ['7 to 10', '4 to 6', '0 to 3'],
  yes_no: ['yes', 'no'],
};
const groupsOf = ({ scale, options }: Item): readonly string[] => (scale === 'choice' ? options : GROUPS[scale]);

/** Words know only the two ends of a scale. */
const mostlyOf = (item: Item, most: number | null): string => {
  if (most === null) return 'mixed';
  const isThree = item.scale === 'agree' || item.scale === 'ten';
  return `mostly ${groupsOf(item)[isThree ? most * 2 : most] ?? ''}`;
};

const waves = madeTable({
  name: 'pulse_waves',
  title: 'Pulses',
  meaning: 'A wave of a pulse that has closed. Waves of one survey ask the same again.',
  columns: [
    { name: 'wave_id', type: 'code', meaning: 'The wave.' },
    { name: 'survey_id', type: 'code', meaning: 'The survey: the id of its first wave.' },
    { name: 'number', type: 'integer', meaning: '1 for the first wave of its survey.' },
    { name: 'title', type: 'text', meaning: 'What it is called.' },
    {
      name: 'audience',
      type: 'code',
      meaning: 'Who was asked, of those with a role in its places.',
      values: {
        schools: 'Partners who work at a school.',
        partners: 'Partners.',
        leads: 'Pilot leads.',
        everybody: 'Everybody but administrators.',
      },
    },
    { name: 'smallest_base', type: 'integer', meaning: 'The smallest number of answers of which anything is published.', unit: 'answers' },
    { name: 'opens_on', type: 'date', meaning: 'Its first day.' },
    { name: 'closes_on', type: 'date', meaning: 'Its last day.' },
    { name: 'closed_at', type: 'moment', meaning: 'When it was released: once and for all.' },
    {
      name: 'origin',
      type: 'code',
      meaning: 'Where it comes from.',
      values: { person: 'It was asked.', demonstration: 'Made up, for the demonstration: nobody gave these answers.' },
    },
  ],
  parts: closedWaves,
  rowsOf: someOf(async ({ tx }, { id }: { id: string }) => {
    const wave = (await waveById(tx, id)) as Wave;
    return [
      {
        wave_id: wave.id,
        survey_id: wave.surveyId,
        number: wave.number,
        title: wave.title,
        audience: wave.audience,
        smallest_base: wave.k,
        opens_on: wave.opensOn,
        closes_on: wave.closesOn,
        closed_at: wave.closedAt,
        origin: wave.origin,
      },
    ];
  }),
});

const items = readTable({
  name: 'pulse_items',
  title: 'Questions of pulses',
  meaning:
    'One version of a question, out of the question bank or of somebody’s own, that a pulse in these localities has asked. Another wording is another version, and breaks the series.',
  columns: [
    { name: 'item', type: 'code', meaning: 'The question, the same for ever.', from: sql`i.item` },
    { name: 'version', type: 'integer', meaning: 'The version of its wording.', from: sql`i.version` },
    { name: 'text', type: 'text', meaning: 'The question as it was asked.', from: sql`i.text` },
    {
      name: 'scale',
      type: 'code',
      meaning: 'How it is answered.',
      values: {
        agree: 'Strongly agree, agree, neither, disagree, strongly disagree, don’t know.',
        ten: '0 to 10.',
        yes_no: 'Yes or no.',
        choice: 'One of its options.',
      },
      from: sql`i.scale`,
    },
    {
      name: 'options',
      type: 'text',
      meaning: 'Of a choice its options, in order, with | between them.',
      from: sql`nullif(array_to_string(i.options, ' | '), '')`,
    },
    { name: 'criterion_id', type: 'code', meaning: 'The criterion that it speaks to (criteria).', from: sql`i.criterion_id` },
    recordedAt(sql`i.recorded_at`),
  ],
  key: [
    { from: sql`i.item`, type: 'text' },
    { from: sql`i.version`, type: 'int' },
  ],
  source: (extent) => sql`from pulse_item i where exists (select 1 from pulse_wave w
    where w.state = 'closed' and w.closed_at <= ${extent.to}::timestamptz and ${asksIn(scopes(extent))}
      and w.items @> jsonb_build_array(jsonb_build_object('item', i.item, 'version', i.version)))`,
});

const ofKey = ({ key }: ResultCell, place: number): string | null => key.split(' ')[place] ?? null;

const cells = madeTable({
  name: 'pulse_cells',
  title: 'Reporting groups of pulses',
  meaning: 'A group whose results were released together, declared before its wave opened.',
  columns: [
    { name: 'cell_id', type: 'code', meaning: 'The group in this wave, by its code, the same in every export.' },
    { name: 'wave_id', type: 'code', meaning: 'The wave.' },
    { name: 'parent_id', type: 'code', meaning: 'The group that holds it wholly; empty: the whole wave.' },
    {
      name: 'kind',
      type: 'code',
      meaning: 'What it is.',
      values: {
        programme: 'The programme.',
        pilot: 'A pilot.',
        locality: 'A locality.',
        group: 'A group of organisations.',
        project: 'Who takes part in a project.',
        phase: 'The schools of one phase in a locality.',
        pool: 'Several places together.',
      },
    },
    { name: 'pilot_id', type: 'code', meaning: 'The pilot that it is, or lies in.' },
    { name: 'locality_id', type: 'code', meaning: 'The locality that it is, or lies in.' },
    { name: 'project_id', type: 'code', meaning: 'Of a project: which.' },
    { name: 'group', type: 'code', meaning: 'Of a group of organisations: its code.' },
    {
      name: 'phase',
      type: 'code',
      meaning: 'Of the schools of one phase: which.',
      values: { primary: 'Primary schools.', secondary: 'Secondary schools.', special: 'Special schools.', other: 'Other schools.' },
    },
  ],
  parts: closedWaves,
  rowsOf: someOf(async (extent, { id }: { id: string }) => {
    const opened = await openWave(extent, id, 'pulse.results');
    const seen = new Set((await answeredIn(extent, opened)).map(({ cell }) => cell));
    return opened.cells
      .filter((cell) => seen.has(cell))
      .map((cell) => ({
        cell_id: opened.codeOf(cell.id),
        wave_id: id,
        parent_id: opened.codeOf(cell.parentId),
        kind: cell.kind,
        pilot_id: cell.pilotId,
        locality_id: cell.localityId,
        project_id: cell.kind === 'project' ? ofKey(cell, 1) : null,
        group: cell.kind === 'group' ? groupCode(extent.secret, ofKey(cell, 1) ?? '') : null,
        phase: cell.kind === 'phase' ? ofKey(cell, 2) : null,
      }));
  }),
});

/** By cell's key and question: the version that was asked the same kind of people there before. */
const versionsBefore = async ({ tx }: Extent, { id, audience, closedAt }: Wave): Promise<Map<string, number>> => {
  const rows = await tx.$queryRaw<{ key: string; item: string; version: number }[]>`
    select distinct on (c.key, r.item) c.key, r.item, r.version
    from pulse_cell c join pulse_wave w on w.id = c.wave_id join pulse_result r on r.cell_id = c.id
    where w.state = 'closed' and w.audience = ${audience} and w.id <> ${id}::uuid and w.closed_at < ${closedAt}::timestamptz
    order by c.key, r.item, w.closed_at desc, w.id desc`;
  return new Map(rows.map(({ key, item, version }) => [`${key} ${item}`, version]));
};

const symbolOf = ({ cell, item, shown }: Answered, before: ReadonlyMap<string, number>): string | null => {
  if (!shown) return '[x]';
  if (shown.as === 'c') return '[c]';
  return (before.get(`${cell.key} ${item.item}`) ?? item.version) === item.version ? null : '[b]';
};

const resultRow = ({ wave, codeOf }: Opened, answered: Answered, before: ReadonlyMap<string, number>): Row => {
  const { cell, item, shown } = answered;
  return {
    wave_id: wave.id,
    cell_id: codeOf(cell.id),
    item: item.item,
    version: item.version,
    precision: shown && shown.as !== 'c' ? shown.as : null,
    mostly: shown?.as === 'words' ? mostlyOf(item, shown.most) : null,
    base: shown?.as === 'tens' || shown?.as === 'whole' ? shown.base : null,
    result_symbol: symbolOf(answered, before),
    counted_in: shown?.as === 'c' ? codeOf(shown.in) : null,
    comparable: !(shown?.as === 'words' && shown.coarse),
  };
};

const results = madeTable({
  name: 'pulse_results',
  title: 'Results of pulses',
  meaning: 'What was released of one question in one group. The shares, where there are any, are in pulse_shares.',
  columns: [
    { name: 'wave_id', type: 'code', meaning: 'The wave.' },
    { name: 'cell_id', type: 'code', meaning: 'The group (pulse_cells).' },
    { name: 'item', type: 'code', meaning: 'The question (pulse_items).' },
    { name: 'version', type: 'integer', meaning: 'The version of its wording.' },
    {
      name: 'precision',
      type: 'code',
      meaning: 'How precisely it is said: as precisely as its base allows.',
      values: {
        words: 'In three words: fewer than 20 answers, or figures could tell what somebody said.',
        tens: 'To the nearest 10 %: 20 to 49 answers.',
        whole: 'In whole percentages: 50 answers or more.',
      },
    },
    {
      name: 'mostly',
      type: 'text',
      meaning: 'Where it is said in words: what at least two thirds chose, or mixed. Don’t know is left out.',
    },
    {
      name: 'base',
      type: 'integer',
      meaning: 'Answers, to the nearest 5; empty for fewer than 20, whatever the precision.',
      unit: 'answers',
    },
    { name: 'result_symbol', type: 'symbol', meaning: 'What is to be known of the result.', values: symbols('[c]', '[x]', '[b]') },
    {
      name: 'counted_in',
      type: 'code',
      meaning: 'Of what is confidential: the smallest group that is shown and holds it; empty: none is.',
    },
    {
      name: 'comparable',
      type: 'boolean',
      meaning: 'False: nearly the same people were asked the time before, so no change between the two is to be worked out.',
    },
  ],
  parts: closedWaves,
  rowsOf: someOf(async (extent, { id }: { id: string }) => {
    const opened = await openWave(extent, id, 'pulse.results');
    const before = await versionsBefore(extent, opened.wave);
    return (await answeredIn(extent, opened)).map((answered) => resultRow(opened, answered, before));
  }),
});

const shares = madeTable({
  name: 'pulse_shares',
  title: 'Shares of answers to pulses',
  meaning:
    'What share of the answers to a question fell into one group of options, where it was released in figures. Rounded, so that they need not make 100; the highest and lowest stand for “or more” and “or fewer”. Don’t know is left out.',
  columns: [
    { name: 'wave_id', type: 'code', meaning: 'The wave.' },
    { name: 'cell_id', type: 'code', meaning: 'The group (pulse_cells).' },
    { name: 'item', type: 'code', meaning: 'The question (pulse_items).' },
    { name: 'version', type: 'integer', meaning: 'The version of its wording.' },
    { name: 'position', type: 'integer', meaning: 'The place of the options among the question’s, from 1.' },
    { name: 'answer', type: 'text', meaning: 'The options.' },
    { name: 'share', type: 'number', meaning: 'The share.', unit: '%' },
  ],
  parts: closedWaves,
  rowsOf: someOf(async (extent, { id }: { id: string }) => {
    const opened = await openWave(extent, id, 'pulse.results');
    return (await answeredIn(extent, opened)).flatMap(({ cell, item, shown }) =>
      shown?.as === 'tens' || shown?.as === 'whole'
        ? shown.shares.map((share, at) => ({
            wave_id: id,
            cell_id: opened.codeOf(cell.id),
            item: item.item,
            version: item.version,
            position: at + 1,
            answer: groupsOf(item)[at] ?? null,
            share,
          }))
        : [],
    );
  }),
});

export const PULSES: readonly Table[] = [waves, items, cells, results, shares];
