import type { Column, ColumnType, Table } from '../../evidence/tables/table.ts';
import { MOST_ROWS, USUAL_ROWS } from './api-asked.ts';
import { TITLES } from './api-problem.ts';

/** The API as OpenAPI 3.1 describes it, made from the tables themselves. https://spec.openapis.org/oas/v3.1.1.html */

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const DAY = '\\d{4}-\\d{2}-\\d{2}';
const LOOKS: Record<ColumnType, { [name: string]: Json }> = {
  text: { type: ['string', 'null'] },
  code: { type: ['string', 'null'] },
  symbol: { type: ['string', 'null'] },
  integer: { type: ['integer', 'null'] },
  number: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  date: { type: ['string', 'null'], format: 'date', pattern: `^${DAY}$` },
  moment: { type: ['string', 'null'], format: 'date-time', pattern: `^${DAY}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$` },
};

const meaningOf = ({ meaning, unit, values = {} }: Column): string =>
  [meaning, unit && `Unit: ${unit}.`, ...Object.entries(values).map(([word, means]) => `- \`${word}\`: ${means}`)]
    .filter(Boolean)
    .join('\n');

const cell = (column: Column): Json => ({
  ...LOOKS[column.type],
  description: meaningOf(column),
  ...(column.values && { enum: [...Object.keys(column.values), null] }),
});

const record = (properties: { [name: string]: Json }, more: { [name: string]: Json } = {}): Json => ({
  type: 'object',
  ...more,
  required: Object.keys(properties),
  properties,
  additionalProperties: false,
});
const list = (items: Json): Json => ({ type: 'array', items });
const text = (description: string, more: { [name: string]: Json } = {}): Json => ({ type: 'string', description, ...more });
const ref = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` });
const json = (schema: Json, type = 'application/json'): Json => ({ [type]: { schema } });

const rowOf = (table: Table): Json =>
  record(Object.fromEntries(table.columns.map((column) => [column.name, cell(column)])), { description: table.meaning });

const pageOf = ({ name }: Table): Json =>
  record({
    table: { type: 'string', const: name },
    recordedTo: text('What was recorded by this moment is in it: the same on all pages.', { format: 'date-time' }),
    columns: list(ref('schemas', 'Column')),
    rows: list(ref('schemas', name)),
    next: {
      type: ['string', 'null'],
      description: 'The address of the next page; null: this was the last. A page may be short, or empty, and have a next one.',
    },
  });

const SHARED_SCHEMAS = {
  Column: record({
    name: text('Its name, the same for ever.'),
    type: text('What is in it. Every cell may be null.', { enum: Object.keys(LOOKS) }),
  }),
  DescribedColumn: {
    type: 'object',
    required: ['name', 'type', 'meaning'],
    properties: {
      name: text('Its name, the same for ever.'),
      type: text('What is in it. Every cell may be null.', { enum: Object.keys(LOOKS) }),
      meaning: text('What it says.'),
      unit: text('What a number in it is of.'),
      values: { type: 'object', description: 'What each word in it means.', additionalProperties: { type: 'string' } },
    },
    additionalProperties: false,
  },
  Start: record({
    title: text('What this is.'),
    demonstration: { type: 'boolean', description: 'Whether figures, people and answers are made up.' },
    freeText: { type: 'boolean', description: 'Whether the token reads the tables that may identify somebody.' },
    localities: list(record({ locality_id: text('Its id in every table.'), prefix: text('WAK'), name: text('Wakefield') })),
    tables: text('Where the tables are listed.'),
    description: text('Where this description is.'),
  }),
  Tables: record({
    tables: list(
      record({
        name: text('Its name, the same for ever.'),
        title: text('What it is called.'),
        meaning: text('What one row of it is.'),
        freeText: { type: 'boolean', description: 'It may identify somebody.' },
        columns: list(ref('schemas', 'DescribedColumn')),
        json: text('Where it is read page by page.'),
        csv: text('Where it is read at once.'),
      }),
    ),
  }),
  Problem: record({
    type: { type: 'string', const: 'about:blank' },
    title: text('What it is, in a few words.'),
    status: { type: 'integer', enum: Object.keys(TITLES).map(Number) },
    detail: text('What to do.'),
    reference: text('By this the log of the server knows it.'),
  }),
} satisfies { [name: string]: Json };

const header = (description: string): Json => ({ description, schema: { type: 'string' } });
const RETRY = { 'Retry-After': header('Seconds to wait.') };
const HEADERS: Record<string, { [name: string]: Json }> = {
  401: { 'WWW-Authenticate': header('Both ways in which a token can be sent.') },
  405: { Allow: header('GET, HEAD') },
  429: RETRY,
  503: RETRY,
};
const problemResponses = Object.fromEntries(
  Object.entries(TITLES).map(([status, description]): [string, Json] => [
    `Problem${status}`,
    {
      description,
      ...(HEADERS[status] && { headers: HEADERS[status] }),
      content: json(ref('schemas', 'Problem'), 'application/problem+json'),
    },
  ]),
);
const problems = (...statuses: (keyof typeof TITLES)[]) =>
  Object.fromEntries(statuses.map((status): [string, Json] => [String(status), ref('responses', `Problem${status}`)]));
const ANY = problems(400, 401, 403, 429, 500, 503);

const parameter = (name: string, description: string, schema: Json): Json => ({ name, in: 'query', description, schema });
const PARAMETERS = {
  limit: parameter('limit', 'The most rows on a page.', { type: 'integer', minimum: 1, maximum: MOST_ROWS, default: USUAL_ROWS }),
  after: parameter('after', 'Where the page begins. Follow `next` rather than making it up.', { type: 'string', maxLength: 2_000 }),
  to: parameter(
    'to',
    'Up to when; where none is said, or what was recorded by then is still being written, a few seconds ago (see Recorded-To). At most 24 hours ago: tables read with the same one fit together.',
    {
      type: 'string',
      format: 'date-time',
    },
  ),
  locality: parameter('locality', 'Only the rows of this locality, by its prefix: WAK.', { type: 'string', maxLength: 20 }),
};
const parameters = (...names: (keyof typeof PARAMETERS)[]): Json => names.map((name) => ref('parameters', name));

const CSV =
  'All of it: RFC 4180 in UTF-8, a first line of names. A text that a spreadsheet would take for a formula begins with an apostrophe.';
const RECORDED_TO = { 'Recorded-To': header('What was recorded by this moment is in it.') };
const csv = (): Json => ({ 'text/csv': { schema: { type: 'string', description: CSV } } });

const operation = (operationId: string, summary: string, rest: { [name: string]: Json }): Json => ({
  get: { operationId, summary, ...rest },
});
const described = (schema: Json) => ({ responses: { 200: { description: 'What there is.', content: json(schema) }, ...ANY } });

/** @param address where the API is: "https://cc.example.org/api/v1" */
export const describeApi = (tables: readonly Table[], address: string): Json => ({
  openapi: '3.1.1',
  info: {
    title: 'Common Cause API',
    version: '1',
    summary: 'What a programme knows, as tables to be read.',
    description:
      'Each table as pages of JSON or, at once, as CSV; what a token reads is what its person may export now. Symbols stand beside a cell that is empty: see each column.',
  },
  servers: [{ url: address }],
  security: [{ bearer: [] }, { basic: [] }],
  paths: {
    '/': operation('start', 'What the token reads', described(ref('schemas', 'Start'))),
    '/tables': operation('tables', 'The tables, with what each column means', described(ref('schemas', 'Tables'))),
    '/openapi.json': operation('description', 'This description', {
      security: [],
      responses: { 200: { description: 'OpenAPI 3.1.', content: json({ type: 'object' }) }, ...problems(400, 500) },
    }),
    ...Object.fromEntries(
      tables.flatMap((table): [string, Json][] => [
        [
          `/tables/${table.name}`,
          operation(table.name, table.title, {
            description: table.meaning,
            parameters: parameters('limit', 'after', 'to', 'locality'),
            responses: {
              200: {
                description: 'A page of it; with `Accept: text/csv` all of it.',
                headers: RECORDED_TO,
                content: { ...(json(pageOf(table)) as object), ...(csv() as object) },
              },
              ...ANY,
              ...problems(404),
            },
          }),
        ],
        [
          `/tables/${table.name}.csv`,
          operation(`${table.name}_csv`, `${table.title}, as CSV`, {
            description: table.meaning,
            parameters: parameters('to', 'locality'),
            responses: { 200: { description: CSV, headers: RECORDED_TO, content: csv() }, ...ANY, ...problems(404) },
          }),
        ],
      ]),
    ),
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'A personal token, made on the page “Your account”.' },
      basic: { type: 'http', scheme: 'basic', description: 'The token as the password; the user name is not looked at.' },
    },
    parameters: PARAMETERS,
    responses: problemResponses,
    schemas: { ...SHARED_SCHEMAS, ...Object.fromEntries(tables.map((table) => [table.name, rowOf(table)])) },
  },
});
