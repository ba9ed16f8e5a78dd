import type { Button, Card, Field, Form, Part } from './card.ts';
import { chartNotes, figureWords, signsOf } from './chart-words.ts';
import { closeDirections } from './direction.ts';
import { capital, formatNumber } from './format.ts';

/**
 * The plain-text form of cards and forms: for notifications, e-mail, screen readers and tests.
 * It never drops a word; it only lays them out.
 */

/** Columns line up as far as this; a longer cell pushes only its own line. */
const WIDEST = 40;
const GAP = '  ';
const BLANK = '______';

const block = (text: string) => closeDirections(text.trim());
const line = (text: string) => closeDirections(text.replace(/\s+/gu, ' ').trim());
const width = (text: string) => [...text].length;
const pad = (text: string, to: number, right: boolean) => {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
};

/** Rows with their columns lined up; `right` says which columns hold figures. */
const aligned = (rows: string[][], right: boolean[] = []): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(0, ...rows.map((row) => width(row[column] ?? '')).filter((size) => size <= WIDEST)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, right[column] ?? false))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
};

const link = ({ label, url }: { label: string; url: string }) => `${line(label)}: ${url}`;
const button = (shown: Button<unknown>) => ('url' in shown ? `[${link(shown)}]` : `[${line(shown.label)}]`);

const field = (asked: Field): string[] => {
  const label = `${line(asked.label)}${asked.optional === true ? ' (optional)' : ''}`;
  const hint = asked.hint ? [line(asked.hint)] : [];
  if (asked.kind === 'choice')
    return [
      label,
      ...hint,
      asked.options.map(({ value, label: option }) => `(${value === asked.value ? '•' : ' '}) ${line(option)}`).join(GAP),
    ];
  return [`[ ${label}${asked.value ? `: ${block(asked.value)}` : ` ${BLANK}`} ]`, ...hint];
};

const formBody = (form: Form<unknown>): string[] => [
  ...(form.intro ? [block(form.intro)] : []),
  ...form.fields.flatMap(field),
  `[${line(form.submit.label)}]`,
];

const figures = (value: number, decimals: number, unit: string) => `${formatNumber(value, decimals)} ${line(unit)}`.trim();

const part = (shown: Part<unknown>): string => {
  switch (shown.type) {
    case 'text':
      return block(shown.text);
    case 'facts':
      return aligned(shown.facts.map(({ label, value }) => [line(label), line(value)]));
    case 'table':
      return [
        line(shown.caption),
        aligned(
          [shown.columns.map(({ label }) => line(label)), ...shown.rows.map((row) => row.map(line))],
          shown.columns.map(({ align }) => align === 'right'),
        ),
        ...(shown.more ? [link(shown.more)] : []),
      ].join('\n');
    case 'list':
      return [
        aligned(shown.items.map((item) => [line(item.text), line(item.detail ?? ''), item.button ? button(item.button) : ''])),
        ...(shown.more ? [link(shown.more)] : []),
      ].join('\n');
    case 'status':
      return [capital(line(shown.word)), line(shown.text)].filter(Boolean).join(': ');
    case 'chart':
      return [
        line(shown.title),
        line(shown.says),
        ...(shown.target === undefined ? [] : [`Target ${figures(shown.target, shown.decimals, shown.unit)}`]),
        ...chartNotes(shown).map(line),
        aligned(
          shown.points.map((point) => [
            line(point.label),
            point.value === null ? figureWords(point, shown.decimals) : figures(point.value, shown.decimals, shown.unit),
            ...(signsOf(point).length > 0 ? [signsOf(point).join('; ')] : []),
          ]),
        ),
      ].join('\n');
    case 'progress':
      return `${line(shown.label)}: ${formatNumber(shown.done)} of ${formatNumber(shown.of)}`;
    case 'divider':
      return '──';
    case 'buttons':
      return shown.buttons.map(button).join(GAP);
    case 'inputs':
      return [line(shown.form.title), ...formBody(shown.form)].join('\n');
    case 'image':
      return `${line(shown.alt)}: ${shown.url}`;
  }
};

/** A card as plain text: its title is the first line. */
export const plainText = (card: Card<unknown>): string =>
  [`${card.demonstration ? 'DEMONSTRATION: ' : ''}${line(card.title)}`, ...card.parts.map(part)].filter((text) => text !== '').join('\n');

/** A form as plain text: its title is the first line. */
export const plainForm = (form: Form<unknown>): string => [line(form.title), ...formBody(form)].join('\n');
