import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Button, Field, Part, SealedCard, SealedForm, SealedPress } from '../../src/cards/card.ts';
import { SURFACES, type Surface } from '../../src/platforms/slack/limits.ts';
import { renderCard, renderForm, renderHome, renderNotice } from '../../src/platforms/slack/render.ts';
import { cards, forms, HOSTILE } from '../cards/catalogue.ts';
import { blockProblems, viewProblems } from '../support/slack-blocks.ts';

const surfaces = Object.keys(SURFACES) as Surface[];
const problemsOf = (card: SealedCard) => [
  ...surfaces
    .filter((surface) => surface === 'message' || surface === 'acknowledgement')
    .flatMap((surface) => blockProblems(renderCard(card, surface).blocks, 'message')),
  ...viewProblems(renderHome(card)),
  ...viewProblems(renderNotice(card)),
];

describe('every sample card and form is one that Slack takes', () => {
  test.each(Object.keys(cards))('the card "%s"', (name) => {
    expect(problemsOf(cards[name] as SealedCard)).toEqual([]);
  });
  test.each(Object.keys(forms))('the form "%s"', (name) => {
    expect(viewProblems(renderForm(forms[name] as SealedForm, 'C0123'))).toEqual([]);
  });
});

// ── Any card at all ───────────────────────────────────────────────────────────────────────────

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...Object.values(HOSTILE), '', ' ', '\0', '\uD800', 'a'.repeat(3_001), '😀'.repeat(1_600)),
);
const anyPress: fc.Arbitrary<SealedPress> = fc.record({
  verb: fc.constantFrom('kpi.undo', 'k'.repeat(300)),
  form: fc.boolean(),
  token: fc.string({ minLength: 1, maxLength: 1_900 }),
});
const anyButton: fc.Arbitrary<Button<SealedPress>> = fc.oneof(
  fc.record({
    label: anyText,
    press: anyPress,
    says: fc.option(anyText, { nil: undefined }),
    style: fc.constantFrom('primary' as const, 'warning' as const, undefined),
  }),
  fc.record({ label: anyText, url: fc.oneof(fc.webUrl(), anyText) }),
);
const anyField: fc.Arbitrary<Field> = fc
  .record({
    label: anyText,
    hint: fc.option(anyText, { nil: undefined }),
    value: fc.option(anyText, { nil: undefined }),
    optional: fc.boolean(),
    rest: fc.oneof(
      fc.record({
        kind: fc.constantFrom('text' as const, 'longtext' as const),
        maxLength: fc.option(fc.integer({ min: -1, max: 9_999 }), { nil: undefined }),
      }),
      fc.record({ kind: fc.constantFrom('number' as const, 'date' as const) }),
      fc.record({
        kind: fc.constant('choice' as const),
        options: fc.array(fc.record({ value: anyText, label: anyText }), { maxLength: 120 }),
      }),
    ),
  })
  .map(({ rest, ...field }) => ({ name: 'unnamed', ...field, ...rest }));
const anyForm: fc.Arbitrary<SealedForm> = fc
  .record({
    title: anyText,
    intro: fc.option(anyText, { nil: undefined }),
    fields: fc.array(anyField, { maxLength: 6 }),
    submit: fc.record({ label: anyText, press: anyPress }),
  })
  .map((form) => ({ ...form, fields: form.fields.map((field, index) => ({ ...field, name: `field${index}` })) }));
const anyPart: fc.Arbitrary<Part<SealedPress>> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    text: anyText,
    style: fc.constantFrom('heading' as const, 'strong' as const, 'small' as const, undefined),
  }),
  fc.record({ type: fc.constant('facts' as const), facts: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 20 }) }),
  fc.record({
    type: fc.constant('table' as const),
    caption: anyText,
    columns: fc.array(fc.record({ label: anyText, align: fc.constantFrom('right' as const, undefined) }), { maxLength: 25 }),
    rows: fc.array(fc.array(anyText, { maxLength: 25 }), { maxLength: 120 }),
  }),
  fc.record({
    type: fc.constant('list' as const),
    items: fc.array(
      fc.record({ text: anyText, detail: fc.option(anyText, { nil: undefined }), button: fc.option(anyButton, { nil: undefined }) }),
      { maxLength: 60 },
    ),
  }),
  fc.record({
    type: fc.constant('status' as const),
    tone: fc.constantFrom('good' as const, 'close' as const, 'bad' as const, 'neutral' as const),
    word: anyText,
    text: anyText,
  }),
  fc.record({
    type: fc.constant('chart' as const),
    title: anyText,
    unit: anyText,
    decimals: fc.integer({ min: 0, max: 6 }),
    points: fc.array(
      fc.record(
        {
          label: fc.oneof(
            anyText,
            fc.integer({ min: 1, max: 999 }).map((week) => `week ${week}`),
          ),
          value: fc.option(fc.double({ noNaN: true }), { nil: null }),
          mean: fc.double({ noNaN: true, noDefaultInfinity: true }),
          lower: fc.double({ noNaN: true, noDefaultInfinity: true }),
          upper: fc.double({ noNaN: true, noDefaultInfinity: true }),
          kind: fc.constantFrom('common_cause' as const, 'improvement' as const, 'concern' as const),
        },
        { requiredKeys: ['label', 'value'] },
      ),
      { maxLength: 30 },
    ),
    says: anyText,
  }),
  fc.record({ type: fc.constant('progress' as const), label: anyText, done: fc.integer(), of: fc.integer() }),
  fc.constant({ type: 'divider' as const }),
  fc.record({ type: fc.constant('buttons' as const), buttons: fc.array(anyButton, { maxLength: 60 }) }),
  fc.record({ type: fc.constant('inputs' as const), form: anyForm }),
  fc.record({ type: fc.constant('image' as const), url: fc.oneof(fc.webUrl(), anyText), alt: anyText }),
);
const anyCard: fc.Arbitrary<SealedCard> = fc.record({
  title: anyText,
  parts: fc.array(anyPart, { maxLength: 8 }),
  demonstration: fc.boolean(),
});

test('whatever is on a card, Slack takes it in a message, in an acknowledgement, in a modal and on the home tab', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      expect(problemsOf(card)).toEqual([]);
    }),
    { seed: 20261119, numRuns: 250 },
  );
}, 60_000);

test('whatever is in a form, Slack opens it', () => {
  fc.assert(
    fc.property(anyForm, (form) => {
      expect(viewProblems(renderForm(form))).toEqual([]);
    }),
    { seed: 20261119, numRuns: 250 },
  );
}, 60_000);

// ── What is said when something does not fit ──────────────────────────────────────────────────

const everything = (card: SealedCard, surface: Surface = 'message') => JSON.stringify(renderCard(card, surface).blocks);

describe('what does not fit is left out and said', () => {
  test('a card of seventy parts says that there is more', () => {
    expect(everything(cards['many-parts'] as SealedCard)).toContain('Shortened: there is more than Slack can show');
  });
  test('a card that fits says nothing of the kind', () => {
    expect(everything(cards['every-part'] as SealedCard)).not.toContain('Shortened');
  });
  test('the buttons at the end of a long card stay', () => {
    const long: SealedCard = {
      title: 'Long',
      parts: [
        ...Array.from({ length: 60 }, (_, index): Part<SealedPress> => ({ type: 'text', text: `Part ${index}` })),
        { type: 'buttons', buttons: [{ label: 'Undo', press: { verb: 'kpi.undo', form: false, token: 't' } }] },
      ],
    };
    expect(everything(long)).toContain('"Undo"');
  });
  test('a long table says how many rows are missing', () => {
    expect(everything(cards['many-rows'] as SealedCard)).toContain('Shortened: 21 more rows');
    expect(everything(cards['many-rows'] as SealedCard, 'acknowledgement')).toContain('Shortened: 80 more rows');
  });
  test('a long text ends in an ellipsis', () => {
    expect(everything(cards['long-text'] as SealedCard)).toContain('…');
  });
});

test.each(Object.entries(HOSTILE))('%s comes out as typed, once, in the title and in the notification', (_name, text) => {
  const { blocks, text: notified } = renderCard({ title: text, parts: [{ type: 'text', text }] });
  const body = JSON.stringify(blocks[1]);
  expect(body).toContain(JSON.stringify(text).slice(1, -1));
  expect(notified).not.toMatch(/[<>]/u);
  expect(notified.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')).toContain(text);
});

test('no text of a card is ever given to Slack as markup', () => {
  for (const card of Object.values(cards)) for (const surface of surfaces) expect(everything(card, surface)).not.toContain('mrkdwn');
});

test('an acknowledgement holds nothing that Slack might refuse or fail to fetch', () => {
  for (const card of Object.values(cards)) {
    const types = renderCard(card, 'acknowledgement').blocks.map(({ type }) => type);
    expect(types).not.toContain('table');
    expect(types).not.toContain('data_visualization');
    expect(types).not.toContain('image');
  }
});

describe('a chart in a message', () => {
  type Drawn = { title: string; chart: { series: { name: string; data: unknown[] }[]; axis_config: { categories: string[] } } };
  type Point = Extract<Part, { type: 'chart' }>['points'][number];
  const drawnOf = (points: Point[], more: object = {}) => {
    const part: Part<SealedPress> = { type: 'chart', title: 'Attendance', unit: '%', decimals: 1, says: 'It rose.', points, ...more };
    const { blocks } = renderCard({ title: 'T', parts: [part] });
    const drawn = blocks.find(({ type }) => String(type) === 'data_visualization') as unknown as Drawn | undefined;
    return { drawn, words: JSON.stringify(blocks) };
  };
  const weeks = (many: number, make: (week: number) => Omit<Point, 'label'>): Point[] =>
    Array.from({ length: many }, (_, week) => ({ label: `week ${week + 1}`, ...make(week + 1) }));
  const limits = { mean: 93, lower: 92, upper: 94 };

  test('has a line each for readings, mean, limits and target', () => {
    const { drawn } = drawnOf(
      weeks(8, () => ({ value: 93, ...limits })),
      { target: 95 },
    );
    expect(drawn?.chart.series.map(({ name }) => name)).toEqual(['Reading', 'Mean', 'Lower limit', 'Upper limit', 'Target']);
  });
  test('holds the latest twenty readings, and says so; a week without one is left out', () => {
    const { drawn, words } = drawnOf(weeks(30, (week) => ({ value: week % 10 === 0 ? null : week })));
    expect(drawn?.chart.axis_config.categories).toHaveLength(20);
    expect(drawn?.chart.axis_config.categories.at(-1)).toBe('week 29');
    expect(words).toContain('The latest 20 of 27 readings.');
  });
  test('begins where its limits do, because every line needs every week', () => {
    const { drawn } = drawnOf(weeks(18, (week) => ({ value: week, ...(week > 10 && limits) })));
    expect(drawn?.chart.axis_config.categories[0]).toBe('week 11');
  });
  test('has its readings alone where the last of them have no limits yet', () => {
    const { drawn } = drawnOf(weeks(18, (week) => ({ value: week, ...(week < 15 && limits) })));
    expect(drawn?.chart.series.map(({ name, data }) => [name, data.length])).toEqual([['Reading', 18]]);
  });
  test('says in words which readings chance hardly explains', () => {
    const { words } = drawnOf(weeks(8, (week) => ({ value: 93, ...limits, kind: week === 7 ? 'concern' : 'common_cause' })));
    expect(words).toContain('Worse than chance explains: week 7.');
  });
  test('is words alone where Slack would refuse it', () => {
    for (const points of [
      [],
      weeks(1, () => ({ value: 93 })),
      weeks(4, () => ({ value: null })),
      [
        { label: 'a', value: 1 },
        { label: 'a', value: 2 },
      ],
    ])
      expect(drawnOf(points).drawn).toBeUndefined();
  });
  test('control: the small Slack refuses a line with a week missing, two categories of one name, and a chart in a modal', () => {
    const chart = (data: object[], categories: string[]) => [
      { type: 'data_visualization', title: 'T', chart: { type: 'line', series: [{ name: 'a', data }], axis_config: { categories } } },
    ];
    const one = { label: 'x', value: 1 };
    expect(blockProblems(chart([one], ['x']), 'message')).toEqual([]);
    expect(blockProblems(chart([one], ['x', 'y']), 'message')).not.toEqual([]);
    expect(blockProblems(chart([one, one], ['x', 'x']), 'message')).not.toEqual([]);
    expect(blockProblems(chart([one], ['x']), 'modal')).not.toEqual([]);
  });
});

test('a status is said in a word, never by colour alone', () => {
  expect(everything({ title: 'T', parts: [{ type: 'status', tone: 'bad', word: 'off track', text: 'well short' }] })).toContain(
    '✗ Off track',
  );
});
