import { describe, expect, test } from 'vitest';
import { renderCard, renderForm, renderInlineForm } from '../../src/platforms/teams/render.ts';
import { cards, forms, HOSTILE } from '../cards/catalogue.ts';
import { buttonsOf, inputsOf, problemsOf, readCard, throughMarkdown } from '../support/teams-cards.ts';

const LINK = 'https://commoncause.example.org';
/** A message with its card may hold 100 KB of UTF-16. */
const LARGEST = 51_200;

describe('a card for Teams', () => {
  test.each(Object.keys(cards))('"%s" is one that Teams takes, in a message and in a dialog', (sample) => {
    const card = cards[sample] as (typeof cards)[string];
    for (const surface of ['message', 'dialog'] as const) {
      const drawn = renderCard(card, { link: LINK, surface });
      expect(problemsOf(drawn.card, surface)).toEqual([]);
      expect(JSON.stringify({ summary: drawn.summary, attachments: [{ content: drawn.card }] }).length).toBeLessThan(LARGEST - 5_000);
      expect(drawn.summary.length).toBeGreaterThan(0);
    }
  });

  test.each(Object.entries(HOSTILE))('text from people comes out as typed wherever it stands: %s', (_, text) => {
    const [line = ''] = text.split(/[\r\n]/u);
    const drawn = renderCard(
      {
        title: line,
        parts: [
          { type: 'text', text: line },
          { type: 'text', style: 'heading', text: line },
          { type: 'facts', facts: [{ label: line, value: line }] },
          { type: 'table', caption: line, columns: [{ label: 'One' }], rows: [[line]] },
          { type: 'list', items: [{ text: line, detail: line }] },
          { type: 'status', tone: 'good', word: 'on track', text: line },
        ],
      },
      { link: LINK },
    );
    const read = readCard(drawn.card);
    const shown = (part: string) => part.replaceAll(/[\u2069\u202C]+$/gu, '').slice(0, 100);
    const wanted = shown(line).slice(0, 100);
    expect(read.length).toBeGreaterThanOrEqual(8);
    for (const block of read.filter((each) => !each.includes('One')))
      expect(block.replaceAll(/[\u2069\u202C]/gu, '')).toContain(wanted.replaceAll(/[\u2069\u202C]/gu, '').slice(0, 90));
  });

  test('the reading of Markdown used here does change such text, so that the test above could fail', () => {
    expect(throughMarkdown('*bold* [name](https://example.org) <at>everyone</at>')).toBe('bold name everyone');
  });

  test('a plain title is a heading for screen readers', () => {
    const { card } = renderCard({ title: 'Attendance, Wakefield, week of 16 Nov: 92.8 → 93.2 % (+0.4)', parts: [] }, { link: LINK });
    expect(card.body[0]).toMatchObject({ type: 'TextBlock', style: 'heading' });
  });

  test('what is too long is left out, the buttons are kept, and the card says so with a link', () => {
    const long = Array.from({ length: 30 }, () => ({ type: 'text' as const, text: 'every school counts '.repeat(190) }));
    const buttons = {
      type: 'buttons' as const,
      buttons: [{ label: 'Undo', press: { verb: 'kpi.undo', form: false, token: 't'.repeat(1_900) } }],
    };
    const { card } = renderCard({ title: 'Long', parts: [...long, buttons] }, { link: LINK });
    expect(JSON.stringify(card).length).toBeLessThan(LARGEST - 5_000);
    expect(buttonsOf(card).map((button) => button.title)).toEqual(['Undo', 'See everything']);
    expect(readCard(card).join('\n')).toContain('some of it is not shown here');
  });

  test('fifty people and their codes are shown whole: they are shown only once', () => {
    const rows = Array.from({ length: 50 }, (_, index) => [
      `Attendance officer ${index}`,
      'Education service, Wakefield council',
      `CODE${index}-12345`,
    ]);
    const columns = [{ label: 'Post' }, { label: 'Organisation' }, { label: 'Code' }];
    const { card } = renderCard(
      { title: 'Invited', parts: [{ type: 'table', caption: 'Codes', columns, rows }] },
      { link: LINK, surface: 'dialog' },
    );
    for (const [, , code] of rows) expect(readCard(card).join('\n')).toContain(code);
  });

  test('one long part does not push the others out', () => {
    const items = Array.from({ length: 30 }, (_, index) => ({
      text: `KPI ${index}`,
      button: { label: 'Log', press: { verb: 'kpi.log', form: true, token: 't'.repeat(1_900) } },
    }));
    const { card } = renderCard(
      {
        title: 'T',
        parts: [
          { type: 'list', items },
          { type: 'text', text: 'The last word' },
        ],
      },
      { link: LINK },
    );
    expect(readCard(card)).toContain('The last word');
    expect(readCard(card).join('\n')).toMatch(/KPI 5[\s\S]*\d+ more are not shown here\.\n\[See everything\]/u);
  });

  test('a status is a mark and a word, never a colour alone', () => {
    const { card } = renderCard(
      { title: 'T', parts: [{ type: 'status', tone: 'bad', word: 'off track', text: 'short by 2' }] },
      { link: LINK },
    );
    expect(readCard(card)).toContain('✗ Off track: short by 2');
  });

  test('a chart stands beside what it says, with a table where charts are not drawn', () => {
    const points = [
      { label: '9 Nov', value: 92.8 },
      { label: '16 Nov', value: null },
      { label: '23 Nov', value: 93.2 },
    ];
    const { card } = renderCard(
      {
        title: 'T',
        parts: [
          { type: 'chart', title: 'Attendance', unit: '%', decimals: 1, target: 94, points, says: 'Two readings, both below the target.' },
        ],
      },
      { link: LINK },
    );
    const chart = card.body.find((element) => element.type === 'Chart.Line');
    expect(chart?.data).toEqual([
      {
        legend: '%',
        values: [
          { x: '9 Nov', y: 92.8 },
          { x: '23 Nov', y: 93.2 },
        ],
      },
      { legend: 'Target', values: points.map(({ label }) => ({ x: label, y: 94 })) },
    ]);
    expect(readCard({ body: [chart?.fallback] })).toEqual(['When | %', '9 Nov | 92.8', '16 Nov | no reading', '23 Nov | 93.2']);
    expect(readCard(card)).toContain('Two readings, both below the target.');
  });

  test('mean and limits are lines of their own, and what chance hardly explains is said in words', () => {
    const points = Array.from({ length: 3 }, (_, week) => ({
      label: `week ${week + 1}`,
      value: 93,
      ...(week > 0 && { mean: 93, lower: 92, upper: 94, kind: week === 2 ? ('concern' as const) : ('common_cause' as const) }),
      ...(week === 1 && { anew: true as const }),
    }));
    const { card } = renderCard(
      { title: 'T', parts: [{ type: 'chart', title: 'A', unit: '%', decimals: 1, target: 95, points, stage: 'full', says: 'Below.' }] },
      { link: LINK },
    );
    const chart = card.body.find((element) => element.type === 'Chart.Line');
    expect(chart?.data?.map(({ legend, values }) => [legend, values?.length])).toEqual([
      ['%', 3],
      ['Mean', 2],
      ['Lower limit', 2],
      ['Upper limit', 2],
      ['Target', 3],
    ]);
    const read = readCard(card);
    expect(read).toContain('Mean now 93.0, limits now 92.0 to 94.0.');
    expect(read).toContain('Worse than chance explains: week 3.');
    expect(readCard({ body: [chart?.fallback] })).toEqual([
      'When | % | What it shows',
      expect.stringMatching(/^week 1 \| 93\.0 \|\s*$/u),
      'week 2 | 93.0 | the limits begin anew',
      'week 3 | 93.0 | worse than chance explains',
    ]);
  });

  test('a demonstration says so on the card and in the notification', () => {
    const drawn = renderCard({ title: 'Attendance', parts: [], demonstration: true }, { link: LINK });
    expect(readCard(drawn.card)[0]).toMatch(/^DEMONSTRATION/u);
    expect(drawn.summary).toBe('DEMONSTRATION: Attendance');
  });
});

describe('a form for Teams', () => {
  test.each(Object.keys(forms))('"%s" is one that Teams takes, in a dialog and in a message', (sample) => {
    const form = forms[sample] as (typeof forms)[string];
    const wrong = Object.fromEntries(form.fields.map((field) => [field.name, 'Say it in other words']));
    expect(problemsOf(renderForm(form).card, 'dialog')).toEqual([]);
    expect(problemsOf(renderForm(form, wrong).card, 'dialog')).toEqual([]);
    expect(problemsOf(renderInlineForm(form, wrong).card, 'message')).toEqual([]);
  });

  const press = { verb: 'kpi.log', form: true, token: 'sealed' };
  test('a mistake stands above its field, in words, with what was typed kept', () => {
    const { card } = renderForm(
      { title: 'Log', fields: [{ kind: 'number', name: 'value', label: 'Reading', value: '932' }], submit: { label: 'Save', press } },
      { value: 'Attendance is a percentage, so 0 to 100.' },
    );
    expect(readCard(card)).toEqual(['Error: Attendance is a percentage, so 0 to 100.', 'Reading __932__', '[Save]']);
  });

  test('a field cannot pass for what a button carries', () => {
    const { card } = renderForm({
      title: 'Log',
      fields: [{ kind: 'text', name: 'token', label: 'Token' }],
      submit: { label: 'Save', press },
    });
    const [button] = buttonsOf(card);
    expect(Object.keys(button?.data as object)).not.toContain(inputsOf(card)[0]?.id);
  });

  test('two forms on one card share no name, and neither holds the other back', () => {
    const form = { title: 'Log', fields: [{ kind: 'text' as const, name: 'value', label: 'Value' }], submit: { label: 'Save', press } };
    const { card } = renderCard(
      {
        title: 'T',
        parts: [
          { type: 'inputs', form },
          { type: 'inputs', form },
        ],
      },
      { link: LINK },
    );
    expect(new Set(inputsOf(card).map(({ id }) => id)).size).toBe(2);
    expect(inputsOf(card).some(({ required }) => required)).toBe(false);
  });
});
