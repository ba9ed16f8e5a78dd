import type { Button, Field, Part, SealedCard, SealedForm, SealedPress } from '../../src/cards/card.ts';

/** Sample cards and forms that every renderer must cope with: each kind of part, every limit passed, and text that bites. */

const press = (verb: string, form = false): SealedPress => ({ verb, form, token: `sealed-${verb}` });
const button = (label: string, verb: string, style?: 'primary' | 'warning'): Button<SealedPress> => ({
  label,
  press: press(verb),
  ...(style && { style }),
});
const count = <T>(many: number, make: (number: number) => T): T[] => Array.from({ length: many }, (_, index) => make(index + 1));
const card = (title: string, ...parts: Part<SealedPress>[]): SealedCard => ({ title, parts });

/** Exactly as long as asked, in words, so that a cut is seen. */
const words = (length: number) => 'every school counts '.repeat(Math.ceil(length / 20)).slice(0, length);

/** What people type and platforms read as something else; every renderer shows it as typed. */
export const HOSTILE = {
  slack_mention: '<!channel> <!here> <@U1> <#C1|general> <https://example.org|safe>',
  markdown:
    '*bold* _slanted_ ~struck~ `code` ```block``` [name](https://example.org) ![image](https://example.org/a.png) # heading > quote',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the sample
  teams_mention: '<at>everyone</at> {{DATE(2026-11-16T00:00:00Z, SHORT)}} ${name}',
  html: '<script>alert(1)</script> <img src=x onerror=alert(1)> &amp; &lt; & < > " \'',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are the sample
  template: '{{ constructor }} {% raw %} {# note #} ${7*7} %s %d',
  direction: 'turned \u202Eround and never back',
  isolates: '\u2067right to left \u2066and back',
  marks: 'zero\u200Bwidth no\u00A0break so\u00ADft \uFEFFmark',
  emoji: '👩🏽‍🏫 families 👨‍👩‍👧‍👦 in 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 1️⃣',
  scripts: 'حضور 93.2 ٪ · 出席率 · посещаемость · Ünïcödé',
  lines: 'first line\nsecond line\r\nthird\ttabbed\n\n\nafter a gap',
  links: 'https://example.org/?a=1&b=2 javascript:alert(1) someone@example.org',
  combining: `Z${'\u0351'.repeat(60)}algo`,
} as const;

const everyField: Field[] = [
  { kind: 'text', name: 'name', label: 'Name of the KPI', hint: 'As people call it', value: 'Attendance', maxLength: 80 },
  { kind: 'number', name: 'value', label: 'Reading', hint: 'A percentage, 0 to 100', value: '93.2' },
  { kind: 'longtext', name: 'note', label: 'Note', optional: true, maxLength: 1000 },
  { kind: 'date', name: 'date', label: 'Day', value: '2026-11-16' },
  {
    kind: 'choice',
    name: 'improvement',
    label: 'Which way is better?',
    value: 'increase',
    options: [
      { value: 'increase', label: 'Higher' },
      { value: 'decrease', label: 'Lower' },
      { value: 'neutral', label: 'Neither' },
    ],
  },
  {
    kind: 'choice',
    name: 'criterion',
    label: 'Criterion',
    optional: true,
    options: count(9, (number) => ({ value: `c${number}`, label: `Criterion ${number}` })),
  },
];
const form = (title: string, fields: Field[], intro?: string): SealedForm => ({
  title,
  ...(intro && { intro }),
  fields,
  submit: { label: 'Save', press: press('kpi.save', true) },
});

/** A KPI with limits that began anew, a gap, a cycle, and one reading that chance hardly explains. */
const charted: Part<SealedPress> = {
  type: 'chart',
  title: 'Persistent absence, Wakefield',
  unit: '%',
  decimals: 1,
  says: 'Below its lower limit: an improvement unlikely to be chance.',
  stage: 'full',
  target: 16,
  marks: [{ from: 8, to: 11, label: 'Calling home on the first day', days: '24 Feb to 25 Mar' }],
  later: ['Breakfast, from 8 Jun on: after the last reading'],
  begins: ['The limits begin anew on 24 Feb: after the new register'],
  points: count(22, (week) => {
    const isAnew = week > 8;
    const lines = isAnew ? { mean: 18.52, lower: 17.31, upper: 19.73 } : { mean: 20.04, lower: 18.7, upper: 21.38 };
    const value = week === 22 ? 17 : week === 5 ? null : (isAnew ? 18.5 : 20) + (week % 3) / 10;
    const kind = week === 22 ? ('improvement' as const) : ('common_cause' as const);
    return { label: `week ${week}`, value, ...lines, ...(value !== null && { kind }), ...(week === 9 && { anew: true as const }) };
  }),
};

export const cards: Record<string, SealedCard> = {
  'chart-with-limits': card('Persistent absence, Wakefield, week of 16 Nov: 18.6 → 17.0 % (−1.6)', charted),
  'reading-logged': card(
    'Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)',
    { type: 'status', tone: 'good', word: 'on track', text: 'Target 94.0 % by July, 0.8 to go (93.1 expected by now)' },
    { type: 'text', text: 'One reading is not a trend: the last 9 lie between 92.1 and 93.6.' },
    {
      type: 'buttons',
      buttons: [
        button('Undo', 'kpi.undo'),
        button('It was the week before', 'kpi.period'),
        { label: 'Chart', url: 'https://example.org/kpi/1' },
        { ...button('Share', 'kpi.share'), says: 'Share this reading with the channel' } as Button<SealedPress>,
      ],
    },
  ),
  'not-saved': card('Not saved. Attendance is a percentage, so 0 to 100. Did you mean 93.2?', {
    type: 'buttons',
    buttons: [button('Save 93.2', 'kpi.save', 'primary'), { label: 'Change', press: press('kpi.log', true) }],
  }),
  'my-kpis': card('Wakefield: 1 of your 4 waits for you', {
    type: 'list',
    items: [
      { text: 'Persistent absence', detail: '18.9 %, waiting since Friday', button: { label: 'Log', press: press('kpi.log', true) } },
      { text: 'Attendance', detail: '93.2 %, next 27 Nov' },
      { text: 'Visits in hubs', detail: '41, next 4 Dec' },
      { text: 'Schools at workshops', detail: '84 of 131, end of term' },
      { text: 'No detail at all' },
    ],
    more: { label: 'All KPIs of Wakefield', url: 'https://example.org/wakefield' },
  }),
  'every-part': {
    ...card(
      'Every kind of part',
      { type: 'text', text: 'A heading', style: 'heading' },
      { type: 'text', text: 'Plain words.' },
      { type: 'text', text: 'Strong words.', style: 'strong' },
      { type: 'text', text: 'Small print.', style: 'small' },
      {
        type: 'facts',
        facts: [
          { label: 'Owner', value: 'Wakefield pilot lead' },
          { label: 'Data source', value: 'The register' },
        ],
      },
      {
        type: 'table',
        caption: 'Readings of Attendance',
        columns: [{ label: 'Week' }, { label: 'Value', align: 'right' }],
        rows: [
          ['week of 2 Nov', '92.8 %'],
          ['week of 9 Nov', '100 %'],
        ],
        more: { label: 'All readings', url: 'https://example.org/readings' },
      },
      { type: 'list', items: [{ text: 'One line', detail: 'with a detail', button: button('Open', 'kpi.show') }] },
      { type: 'status', tone: 'good', word: 'on track', text: 'better than expected' },
      { type: 'status', tone: 'close', word: 'close', text: 'a little short' },
      { type: 'status', tone: 'bad', word: 'off track', text: 'well short' },
      { type: 'status', tone: 'neutral', word: 'too early to say', text: '' },
      {
        type: 'chart',
        title: 'Attendance, Wakefield',
        unit: '%',
        decimals: 1,
        points: [
          { label: '2 Nov', value: 92.8 },
          { label: '9 Nov', value: null },
          { label: '16 Nov', value: 93.2 },
        ],
        target: 94,
        says: 'Attendance rose from 92.8 % to 93.2 % in two weeks.',
      },
      { type: 'progress', label: 'Schools at workshops', done: 84, of: 131 },
      { type: 'divider' },
      {
        type: 'buttons',
        buttons: [
          button('First', 'kpi.first', 'primary'),
          button('Careful', 'kpi.careful', 'warning'),
          { label: 'Elsewhere', url: 'https://example.org/' },
        ],
      },
      { type: 'inputs', form: form('Log a reading', everyField, 'For the week of 16 Nov.') },
      { type: 'image', url: 'https://example.org/chart.png', alt: 'Attendance by week' },
    ),
    demonstration: true,
  },
  'title-only': card('Undone. Attendance, week of 16 Nov, is 92.8 % again.'),
  'empty-parts': card(
    'Nothing here yet',
    { type: 'text', text: '' },
    { type: 'facts', facts: [] },
    { type: 'table', caption: 'No readings yet', columns: [{ label: 'Week' }, { label: 'Value', align: 'right' }], rows: [] },
    { type: 'list', items: [] },
    { type: 'chart', title: 'Attendance', unit: '%', decimals: 1, points: [], says: 'No readings yet.' },
    { type: 'progress', label: 'Schools at workshops', done: 0, of: 0 },
    { type: 'buttons', buttons: [] },
  ),
  'long-title': card(words(400), { type: 'text', text: 'The title is longer than any platform takes.' }),
  'long-text': card('5,000 characters', { type: 'text', text: words(5000) }, { type: 'text', text: words(13_000), style: 'small' }),
  'long-heading': card('A heading past every limit', { type: 'text', text: words(500), style: 'heading' }),
  'long-lines': card(
    'Long cells everywhere',
    {
      type: 'facts',
      facts: [
        { label: words(300), value: words(3000) },
        { label: 'Short', value: 'short' },
      ],
    },
    {
      type: 'list',
      items: [
        {
          text: words(3500),
          detail: words(3500),
          button: button('A label longer than thirty characters, and longer than seventy-five', 'kpi.long'),
        },
        { text: 'Short', detail: 'short' },
      ],
    },
    { type: 'status', tone: 'bad', word: words(100), text: words(3500) },
    { type: 'image', url: `https://example.org/${'a'.repeat(3500)}`, alt: words(2500) },
    { type: 'progress', label: words(3500), done: 1_234_567, of: 7_654_321 },
  ),
  'many-facts': card('60 facts', { type: 'facts', facts: count(60, (number) => ({ label: `Fact ${number}`, value: `value ${number}` })) }),
  'many-rows': card('120 rows', {
    type: 'table',
    caption: 'Every week since the baseline',
    columns: [{ label: 'Week' }, { label: 'Value', align: 'right' }, { label: 'Note' }],
    rows: count(120, (number) => [`week ${number}`, `${number}.5 %`, `note ${number}`]),
    more: { label: 'All 120 on the dashboard', url: 'https://example.org/rows' },
  }),
  'many-columns': card('30 columns', {
    type: 'table',
    caption: 'Every KPI by locality',
    columns: count(30, (number) => ({ label: `Column ${number}`, ...(number > 1 && { align: 'right' as const }) })),
    rows: count(3, (row) => count(30, (column) => `${row}.${column}`)),
  }),
  'ragged-rows': card('Rows of different lengths', {
    type: 'table',
    caption: 'Too few and too many cells',
    columns: [{ label: 'One' }, { label: 'Two' }],
    rows: [['only one'], ['one', 'two', 'three'], []],
  }),
  'many-lines': card('120 lines with a button each', {
    type: 'list',
    items: count(120, (number) => ({
      text: `Line ${number}`,
      detail: `detail ${number}`,
      button: button(`Open ${number}`, `kpi.open${number}`),
    })),
    more: { label: 'All 120 on the dashboard', url: 'https://example.org/lines' },
  }),
  'many-buttons': card('60 buttons', {
    type: 'buttons',
    buttons: count(60, (number) => button(`Button ${number}`, `kpi.button${number}`)),
  }),
  'many-points': card('A chart of 150 weeks', {
    type: 'chart',
    title: words(300),
    unit: 'visits',
    decimals: 0,
    points: count(150, (number) => ({ label: `week ${number}`, value: number % 10 === 0 ? null : number * 37 })),
    target: 5000,
    says: words(400),
  }),
  'many-parts': card('70 parts', ...count(70, (number): Part<SealedPress> => ({ type: 'text', text: `Part ${number}` }))),
  'long-form-inside': card('A form past every limit', {
    type: 'inputs',
    form: form(
      words(60),
      [
        { kind: 'longtext', name: 'note', label: words(200), hint: words(300), value: words(4000) },
        {
          kind: 'choice',
          name: 'one_of_many',
          label: 'One of 120',
          options: count(120, (number) => ({ value: `v${number}`, label: `${words(100)} ${number}` })),
        },
        ...count(40, (number): Field => ({ kind: 'text', name: `field${number}`, label: `Field ${number}` })),
      ],
      words(3500),
    ),
  }),
  ...Object.fromEntries(
    Object.entries(HOSTILE).map(([name, text]) => [
      `hostile-${name.replace('_', '-')}`,
      card(
        text,
        { type: 'text', text },
        { type: 'text', text, style: 'heading' },
        { type: 'text', text, style: 'strong' },
        { type: 'text', text, style: 'small' },
        { type: 'facts', facts: [{ label: text, value: text }] },
        {
          type: 'table',
          caption: text,
          columns: [{ label: text }, { label: text, align: 'right' }],
          rows: [[text, text]],
          more: { label: text, url: 'https://example.org/' },
        },
        {
          type: 'list',
          items: [{ text, detail: text, button: button(text, 'kpi.bite') }],
          more: { label: text, url: 'https://example.org/' },
        },
        { type: 'status', tone: 'good', word: text, text },
        { type: 'chart', title: text, unit: text, decimals: 0, points: [{ label: text, value: 1 }], says: text },
        { type: 'progress', label: text, done: 1, of: 2 },
        { type: 'buttons', buttons: [button(text, 'kpi.bite'), { label: text, url: 'https://example.org/', says: text }] },
        {
          type: 'inputs',
          form: form(
            text,
            [
              { kind: 'text', name: 'text', label: text, hint: text, value: text },
              { kind: 'longtext', name: 'longtext', label: text, value: text },
              { kind: 'choice', name: 'choice', label: text, value: 'one', options: [{ value: 'one', label: text }] },
            ],
            text,
          ),
        },
        { type: 'image', url: 'https://example.org/a.png', alt: text },
      ),
    ]),
  ),
};

export const forms: Record<string, SealedForm> = {
  'log-a-reading': form('Log a reading', everyField, 'For the week of 16 Nov.'),
  'one-field': form('Why?', [{ kind: 'longtext', name: 'reason', label: 'What is in the way?' }]),
  'past-every-limit': form(
    words(60),
    [
      { kind: 'text', name: 'text', label: words(200), hint: words(300), value: words(400), maxLength: 5000 },
      { kind: 'longtext', name: 'longtext', label: words(2500), hint: words(2500), value: words(4000), maxLength: 9000 },
      {
        kind: 'choice',
        name: 'many',
        label: 'One of 120',
        value: 'v120',
        options: count(120, (number) => ({ value: `v${number}`, label: `${words(100)} ${number}` })),
      },
      { kind: 'choice', name: 'none', label: 'One of none', options: [] },
    ],
    words(3500),
  ),
  'many-fields': form(
    '120 fields',
    count(120, (number): Field => ({ kind: 'text', name: `field${number}`, label: `Field ${number}`, optional: true })),
  ),
  ...Object.fromEntries(
    Object.entries(HOSTILE).map(([name, text]) => [
      `hostile-${name.replace('_', '-')}`,
      form(
        text,
        [
          { kind: 'text', name: 'text', label: text, hint: text, value: text },
          { kind: 'number', name: 'number', label: text, hint: text, value: text },
          { kind: 'longtext', name: 'longtext', label: text, hint: text, value: text },
          { kind: 'choice', name: 'choice', label: text, hint: text, value: 'one', options: [{ value: 'one', label: text }] },
        ],
        text,
      ),
    ]),
  ),
};
