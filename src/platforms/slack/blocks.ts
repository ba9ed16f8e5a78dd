import type {
  ActionsBlock,
  InputBlock,
  KnownBlock,
  RichTextBlock,
  RichTextElement,
  RichTextSection,
  Button as SlackButton,
  TableBlock,
} from '@slack/types';
import type { Button, Field, Part, SealedForm, SealedPress, StatusTone } from '../../cards/card.ts';
import { chartNotes, figureWords, signsOf } from '../../cards/chart-words.ts';
import { capital, formatOf, formatValue } from '../../cards/format.ts';
import { chartBlock } from './chart.ts';
import { LIMITS, SURFACES, type Surface } from './limits.ts';
import { clip, cut, plain } from './text.ts';

/** Parts of a card → blocks. Total and exhaustive: every part becomes something that Slack takes. */

/** How a button says what it does; receive.ts reads it. The verb is for people who read logs: only the token is trusted. */
export type Deed = 'press' | 'form' | 'submit' | 'link';

/** What one rendering hands out: button numbers, the one table and the charts that a message may have. */
export type Drawing = { surface: Surface; buttons: number; forms: number; tables: number; charts: number };

const MARKS: Record<StatusTone, string> = { good: '✓', close: '~', bad: '✗', neutral: '•' };
const words = (text: string, style?: { bold?: true; italic?: true }): RichTextElement => ({
  type: 'text',
  text: clip(text, LIMITS.text),
  ...(style && { style }),
});
const section = (...elements: RichTextElement[]): RichTextSection => ({ type: 'rich_text_section', elements });
const rich = (...elements: RichTextBlock['elements']): RichTextBlock => ({ type: 'rich_text', elements });
const preformatted = (text: string): RichTextBlock =>
  rich({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: clip(text, LIMITS.text) }] });
export const small = (text: string): KnownBlock => ({ type: 'context', elements: [plain(text)] });

/** Slack opens http and https only. */
const isLink = (url: string) => url.length <= LIMITS.url && /^https?:\/\/\S+$/u.test(url) && URL.canParse(url);
const linkTo = (label: string, url: string): RichTextBlock =>
  rich(section(isLink(url) ? { type: 'link', url, text: clip(label, LIMITS.text) } : words(`${label} (${url})`)));

const actionId = (drawing: Drawing, deed: Deed, verb: string) => {
  drawing.buttons += 1;
  return `${deed}:${cut(verb, LIMITS.actionId - 20)}#${drawing.buttons}`;
};

const pressed = (
  drawing: Drawing,
  deed: Deed,
  label: string,
  press: SealedPress,
  more: { style?: 'primary' | 'warning'; says?: string },
): SlackButton => ({
  type: 'button',
  action_id: actionId(drawing, deed, press.verb),
  text: plain(label, LIMITS.button),
  value: clip(press.token, LIMITS.token),
  ...(more.style && { style: more.style === 'warning' ? 'danger' : 'primary' }),
  ...(more.says && { accessibility_label: clip(more.says, LIMITS.accessibilityLabel) }),
});

/** Undefined: a link that Slack would refuse. */
const button = (drawing: Drawing, spec: Button<SealedPress>): SlackButton | undefined => {
  if ('press' in spec) return pressed(drawing, spec.press.form ? 'form' : 'press', spec.label, spec.press, spec);
  if (!isLink(spec.url)) return undefined;
  return {
    type: 'button',
    action_id: actionId(drawing, 'link', ''),
    text: plain(spec.label, LIMITS.button),
    url: spec.url,
    ...(spec.says && { accessibility_label: clip(spec.says, LIMITS.accessibilityLabel) }),
  };
};

const rows = (elements: SlackButton[]): ActionsBlock[] => {
  const blocks: ActionsBlock[] = [];
  for (let from = 0; from < elements.length; from += LIMITS.buttonsInRow)
    blocks.push({ type: 'actions', elements: elements.slice(from, from + LIMITS.buttonsInRow) });
  return blocks;
};

type PartOf<T extends Part['type']> = Extract<Part<SealedPress>, { type: T }>;

const textBlock = ({ text, style }: PartOf<'text'>): KnownBlock[] => {
  if (text.trim() === '') return [];
  if (style === 'heading' && text.length <= LIMITS.title) return [{ type: 'header', text: plain(text, LIMITS.title) }];
  if (style === 'small') return [small(text)];
  return [rich(section(words(text, style ? { bold: true } : undefined)))];
};

const factsBlock = ({ facts }: PartOf<'facts'>): KnownBlock[] =>
  facts.length === 0
    ? []
    : [
        rich(
          section(
            ...facts.flatMap(({ label, value }, index) => [words(`${index > 0 ? '\n' : ''}${label}: `, { bold: true }), words(value)]),
          ),
        ),
      ];

/** Rows cut to what fits, and what to say of the rest. */
const fittingRows = (table: PartOf<'table'>, mostRows: number, mostCharacters: number) => {
  const width = Math.min(table.columns.length, LIMITS.tableColumns);
  const header = table.columns.slice(0, width).map(({ label }) => clip(label, 100));
  const fitted: string[][] = [];
  let characters = header.join('').length;
  for (const row of table.rows) {
    const cells = header.map((_label, column) => clip(row[column] ?? '', 300));
    characters += cells.join('').length;
    if (fitted.length >= mostRows || characters > mostCharacters) break;
    fitted.push(cells);
  }
  const left = table.rows.length - fitted.length;
  const columnsLeft = table.columns.length - width;
  const said = [
    left > 0 && `${left} more ${left === 1 ? 'row' : 'rows'}`,
    columnsLeft > 0 && `${columnsLeft} more ${columnsLeft === 1 ? 'column' : 'columns'}`,
  ].filter(Boolean);
  return { header, fitted, left: said.length > 0 ? `Shortened: ${said.join(' and ')}.` : undefined };
};

const inColumns = (header: string[], body: string[][], right: boolean[]) => {
  const widths = header.map((label, column) =>
    Math.max(...[label, ...body.map((row) => row[column] ?? '')].map((cell) => [...cell].length)),
  );
  const pad = (cell: string, column: number) => {
    const space = ' '.repeat((widths[column] ?? 0) - [...cell].length);
    return right[column] ? space + cell : cell + space;
  };
  return [header, ...body].map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
};

const tableBlocks = (drawing: Drawing, table: PartOf<'table'>): KnownBlock[] => {
  if (table.columns.length === 0) return [];
  const native = drawing.tables < SURFACES[drawing.surface].tables;
  const { header, fitted, left } = fittingRows(table, native ? LIMITS.tableRows - 1 : 40, native ? LIMITS.tableCharacters : 1_500);
  const right = table.columns.map(({ align }) => align === 'right');
  const blocks: KnownBlock[] = [rich(section(words(table.caption, { bold: true })))];
  if (native) {
    drawing.tables += 1;
    const cell = (text: string) => ({ type: 'raw_text' as const, text });
    const drawn: TableBlock = {
      type: 'table',
      rows: [header, ...fitted].map((row) => row.map(cell)),
      column_settings: header.map((_label, column) => ({ align: right[column] ? ('right' as const) : ('left' as const) })),
    };
    blocks.push(drawn);
  } else blocks.push(preformatted(inColumns(header, fitted, right)));
  if (left) blocks.push(small(left));
  if (table.more) blocks.push(linkTo(table.more.label, table.more.url));
  return blocks;
};

const listBlocks = (drawing: Drawing, { items, more }: PartOf<'list'>): KnownBlock[] => {
  const blocks: KnownBlock[] = [];
  let bullets: RichTextSection[] = [];
  const endBullets = () => {
    if (bullets.length > 0) blocks.push(rich({ type: 'rich_text_list', style: 'bullet', elements: bullets }));
    bullets = [];
  };
  for (const item of items) {
    const accessory = item.button && button(drawing, item.button);
    if (accessory) {
      endBullets();
      blocks.push({ type: 'section', text: plain(item.detail ? `${item.text}\n${item.detail}` : item.text), accessory });
    } else bullets.push(section(words(item.text), ...(item.detail ? [words(`\n${item.detail}`)] : [])));
  }
  endBullets();
  if (more) blocks.push(linkTo(more.label, more.url));
  return blocks;
};

/** In words where it is not drawn: what it means, and its latest figures. */
const chartBlocks = (drawing: Drawing, chart: PartOf<'chart'>): KnownBlock[] => {
  const { title, unit, decimals, points, target, says } = chart;
  const said = [says, ...(target === undefined ? [] : [`Target: ${formatValue(target, unit, decimals)}.`]), ...chartNotes(chart)].join(' ');
  const sentence = rich(section(words(title, { bold: true }), words(`\n${said}`)));
  const drawn = drawing.charts < SURFACES[drawing.surface].charts ? chartBlock(chart) : undefined;
  if (drawn) {
    drawing.charts += 1;
    return [sentence, drawn.block, ...(drawn.left ? [small(drawn.left)] : [])];
  }
  const latest = points.slice(-8).map((point) => [point.label, figureWords(point, decimals), signsOf(point).join('; ')]);
  const isSigned = latest.some(([, , signs]) => signs !== '');
  return [
    sentence,
    ...(latest.length > 0
      ? [
          preformatted(
            inColumns(
              ['', unit.trim() || 'value', ...(isSigned ? [''] : [])],
              latest.map((row) => (isSigned ? row : row.slice(0, 2))),
              [false, true, false],
            ),
          ),
        ]
      : []),
  ];
};

const progressBlock = ({ label, done, of }: PartOf<'progress'>): KnownBlock => {
  const share = of > 0 ? Math.min(Math.max(done / of, 0), 1) : 0;
  const full = Math.round(share * 10);
  return rich(
    section(
      words(`${label}: `, { bold: true }),
      words(`${'▰'.repeat(full)}${'▱'.repeat(10 - full)} ${formatOf(done, of)} (${Math.round(share * 100)} %)`),
    ),
  );
};

const options = (choices: { value: string; label: string }[]) => {
  const unique = choices.filter(
    ({ value }, index) =>
      value !== '' && value.length <= LIMITS.optionValue && choices.findIndex((other) => other.value === value) === index,
  );
  return unique.slice(0, LIMITS.options).map(({ value, label }) => ({ text: plain(label, LIMITS.optionText), value }));
};

/** One field → an input block whose id is the field's name, so that Slack can say what is wrong beside it. */
const inputBlock = (field: Field, blockId = field.name): InputBlock | KnownBlock => {
  const frame = {
    type: 'input' as const,
    block_id: clip(blockId, LIMITS.blockId),
    label: plain(field.label, LIMITS.label),
    optional: Boolean(field.optional),
    ...(field.hint && { hint: plain(field.hint, LIMITS.label) }),
  };
  const textInput = (multiline: boolean, most: number = LIMITS.typed): InputBlock => {
    const longest = Math.min(Math.max(Math.trunc(most), 1), LIMITS.typed);
    return {
      ...frame,
      element: {
        type: 'plain_text_input',
        action_id: 'value',
        multiline,
        max_length: longest,
        ...(field.value && { initial_value: cut(field.value, longest) }),
      },
    };
  };
  switch (field.kind) {
    case 'text':
      return textInput(false, field.maxLength);
    case 'number':
      return textInput(false);
    case 'longtext':
      return textInput(true, field.maxLength);
    case 'date': {
      const known = field.value && /^\d{4}-\d{2}-\d{2}$/u.test(field.value) && !Number.isNaN(Date.parse(field.value));
      return { ...frame, element: { type: 'datepicker', action_id: 'value', ...(known && { initial_date: field.value }) } };
    }
    case 'choice': {
      const choices = options(field.options);
      if (choices.length === 0) return small(`${field.label}: there is nothing to choose from.`);
      const left = field.options.length - choices.length;
      const hint =
        left > 0 ? { hint: plain([field.hint, `Shortened: ${left} more choices.`].filter(Boolean).join(' '), LIMITS.label) } : {};
      const chosen = choices.find(({ value }) => value === field.value);
      const element =
        choices.length <= LIMITS.radios
          ? { type: 'radio_buttons' as const, action_id: 'value', options: choices, ...(chosen && { initial_option: chosen }) }
          : { type: 'static_select' as const, action_id: 'value', options: choices, ...(chosen && { initial_option: chosen }) };
      return { ...frame, ...hint, element };
    }
  }
};

export const formBlocks = (form: SealedForm): KnownBlock[] => [
  ...(form.intro ? textBlock({ type: 'text', text: form.intro }) : []),
  ...form.fields.map((field) => inputBlock(field)),
];

/** Fields in a message: the button sends them, found again by the number of their form. */
const inputsBlocks = (drawing: Drawing, { form }: PartOf<'inputs'>): KnownBlock[] => {
  if (!SURFACES[drawing.surface].inputs) return formBlocks(form);
  drawing.forms += 1;
  const prefix = `in${drawing.forms}`;
  return [
    rich(section(words(form.title, { bold: true }))),
    ...(form.intro ? textBlock({ type: 'text', text: form.intro }) : []),
    ...form.fields.map((field) => inputBlock(field, `${prefix}:${field.name}`)),
    {
      type: 'actions',
      block_id: prefix,
      elements: [pressed(drawing, 'submit', form.submit.label, form.submit.press, { style: 'primary' })],
    },
  ];
};

const imageBlock = (drawing: Drawing, { url, alt }: PartOf<'image'>): KnownBlock =>
  SURFACES[drawing.surface].pictures && isLink(url) && url.startsWith('https://')
    ? { type: 'image', image_url: url, alt_text: clip(alt, LIMITS.alt) }
    : linkTo(alt, url);

export const partBlocks = (drawing: Drawing, part: Part<SealedPress>): KnownBlock[] => {
  switch (part.type) {
    case 'text':
      return textBlock(part);
    case 'facts':
      return factsBlock(part);
    case 'table':
      return tableBlocks(drawing, part);
    case 'list':
      return listBlocks(drawing, part);
    case 'status':
      return [
        rich(section(words(`${MARKS[part.tone]} ${capital(part.word)}`, { bold: true }), ...(part.text ? [words(`  ${part.text}`)] : []))),
      ];
    case 'chart':
      return chartBlocks(drawing, part);
    case 'progress':
      return [progressBlock(part)];
    case 'divider':
      return [{ type: 'divider' }];
    case 'buttons':
      return rows(part.buttons.flatMap((spec) => button(drawing, spec) ?? []));
    case 'inputs':
      return inputsBlocks(drawing, part);
    case 'image':
      return [imageBlock(drawing, part)];
  }
};
