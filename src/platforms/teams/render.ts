import type { ActionArray, CardElement, CardElementArray, IAdaptiveCard, ITable } from '@microsoft/teams.cards';
import type { Button, ChartPoint, Part, PointKind, SealedCard, SealedForm, SealedPress, StatusTone } from '../../cards/card.ts';
import { chartNotes, figureWords, pointWords, signsOf } from '../../cards/chart-words.ts';
import { capital, formatOf } from '../../cards/format.ts';
import { type ButtonData, formElements, type Surface } from './inputs.ts';
import { LIMITS } from './limits.ts';
import { heading, line, paragraphs, run, shorten } from './text.ts';

/** A card for Teams, and the sentence that a notification shows. */
export type Rendered = { card: IAdaptiveCard; summary: string };

/** Where the whole of something shortened can be read. */
type Options = { link: string; surface?: Surface };

const DEMONSTRATION = 'DEMONSTRATION: these figures are made up';

const STATUS: Record<StatusTone, { mark: string; color: 'Good' | 'Warning' | 'Attention' | 'Default' }> = {
  good: { mark: '✓', color: 'Good' },
  close: { mark: '~', color: 'Warning' },
  bad: { mark: '✗', color: 'Attention' },
  neutral: { mark: '•', color: 'Default' },
};

const note = (text: string): CardElement => line([run(text, { isSubtle: true, size: 'Small' })]);

const open = (title: string, url: string): CardElement =>
  ({ type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: shorten(title, LIMITS.label), url }] }) as CardElement;

const action = (button: Button<SealedPress>, surface: Surface): ActionArray[number] => {
  const title = shorten(button.label, LIMITS.label);
  const says = button.says ? { tooltip: shorten(button.says, LIMITS.summary) } : {};
  if ('url' in button) return { type: 'Action.OpenUrl', title, url: button.url, ...says };
  const style = button.style ? ({ primary: 'positive', warning: 'destructive' } as const)[button.style] : undefined;
  const look = { title, ...(style ? { style } : {}), ...says };
  const data: ButtonData = { ask: button.press.form ? 'form' : 'press', token: button.press.token };
  // A dialog is opened by Action.Submit alone; what stands in one already asks for the next by being submitted.
  if (surface === 'dialog') return { type: 'Action.Submit', ...look, data: { ...data }, associatedInputs: 'none' };
  if (button.press.form)
    return { type: 'Action.Submit', ...look, data: { ...data, msteams: { type: 'task/fetch' } }, associatedInputs: 'none' };
  return { type: 'Action.Execute', ...look, verb: button.press.verb, data: { ...data }, associatedInputs: 'none' };
};

const rows = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

const measure = (content: unknown) => JSON.stringify(content).length;

/** As many as are allowed and fit into one part, drawn. */
const fitting = <T, D>(all: readonly T[], most: number, draw: (item: T) => D): D[] => {
  const drawn: D[] = [];
  let room: number = LIMITS.part;
  for (const item of all.slice(0, most)) {
    const next = draw(item);
    room -= measure(next) + 1;
    if (room < 0) break;
    drawn.push(next);
  }
  return drawn;
};

const buttons = (all: readonly Button<SealedPress>[], surface: Surface): CardElementArray => {
  const drawn = fitting(all, LIMITS.buttons, (button) => action(button, surface));
  const sets = rows(drawn, LIMITS.buttonsInRow).map((actions) => ({ type: 'ActionSet' as const, actions }));
  return [
    ...sets,
    ...(all.length > drawn.length ? [note(`${all.length - drawn.length} more buttons are not shown here.`)] : []),
  ] as CardElementArray;
};

const cell = (text: string, head: boolean, right: boolean | undefined) => ({
  type: 'TableCell' as const,
  items: [line([run(text, head ? { weight: 'Bolder' } : {}, LIMITS.cell)], right ? { horizontalAlignment: 'Right' } : {})],
});

type Column = { label: string; align?: 'right' };

const gridRow = (columns: readonly Column[], cells: readonly string[], head: boolean) => ({
  type: 'TableRow' as const,
  cells: columns.map((column, index) => cell(cells[index] ?? '', head, column.align === 'right')),
});

/** A table with its header; only as many rows as fit. */
const grid = (columns: readonly Column[], body: readonly string[][]): ITable & { rows: unknown[] } => ({
  type: 'Table',
  firstRowAsHeaders: true,
  showGridLines: false,
  columns: columns.map(() => ({ width: 1 })),
  rows: [
    gridRow(
      columns,
      columns.map(({ label }) => label),
      true,
    ),
    ...fitting(body, LIMITS.tableRows, (cells) => gridRow(columns, cells, false)),
  ],
});

type PartOf<T extends Part['type']> = Extract<Part<SealedPress>, { type: T }>;

const table = (part: PartOf<'table'>, link: string): CardElementArray => {
  const columns = part.columns.slice(0, LIMITS.tableColumns);
  const drawn = grid(columns, part.rows);
  const hiddenRows = part.rows.length - (drawn.rows.length - 1);
  const hidden = [
    hiddenRows > 0 ? `${hiddenRows} more rows` : '',
    part.columns.length > columns.length ? `${part.columns.length - columns.length} more columns` : '',
  ].filter(Boolean);
  return [
    line([run(part.caption, { weight: 'Bolder' })]),
    drawn,
    ...(hidden.length > 0 ? [note(`${hidden.join(' and ')} are not shown here.`)] : []),
    ...(part.more ? [open(part.more.label, part.more.url)] : hidden.length > 0 ? [open('See everything', link)] : []),
  ] as CardElementArray;
};

const listItem = (item: PartOf<'list'>['items'][number], surface: Surface) => {
  const text = [line([run(item.text)]), ...(item.detail ? [line([run(item.detail, { isSubtle: true })], { spacing: 'None' })] : [])];
  const column = (width: 'stretch' | 'auto', items: CardElement[]) => ({
    type: 'Column' as const,
    width,
    verticalContentAlignment: 'Center' as const,
    items,
  });
  const button = item.button ? [column('auto', [{ type: 'ActionSet', actions: [action(item.button, surface)] } as CardElement])] : [];
  return { type: 'ColumnSet' as const, columns: [column('stretch', text), ...button] };
};

const list = (part: PartOf<'list'>, surface: Surface, link: string): CardElementArray => {
  const drawn = fitting(part.items, LIMITS.listItems, (item) => listItem(item, surface));
  const hidden = part.items.length - drawn.length;
  return [
    ...drawn,
    ...(hidden > 0 ? [note(`${hidden} more are not shown here.`)] : []),
    ...(part.more ? [open(part.more.label, part.more.url)] : hidden > 0 ? [open('See everything', link)] : []),
  ] as CardElementArray;
};

const chart = (part: PartOf<'chart'>): CardElementArray => {
  const points = part.points.slice(-LIMITS.chartPoints);
  const last = points.slice(-LIMITS.chartRows);
  const isSigned = last.some((point) => signsOf(point).length > 0);
  const series = (legend: string, of: (point: ChartPoint) => number | null | undefined) => {
    const values = points.flatMap((point) => {
      const y = of(point);
      return y === null || y === undefined ? [] : [{ x: point.label, y }];
    });
    return values.length > 0 ? [{ legend, values }] : [];
  };
  const isCharted = points.some(({ mean }) => mean !== undefined);
  return [
    ...paragraphs(part.says),
    ...chartNotes(part).map(note),
    {
      type: 'Chart.Line',
      title: part.title,
      showTitle: true,
      yAxisTitle: part.unit,
      data: [
        // An empty line is still one: a chart without any is refused.
        ...(points.every(({ value }) => value === null) ? [{ legend: part.unit, values: [] }] : series(part.unit, ({ value }) => value)),
        ...(isCharted
          ? [
              ...series('Mean', ({ mean }) => mean),
              ...series('Lower limit', ({ lower }) => lower),
              ...series('Upper limit', ({ upper }) => upper),
            ]
          : []),
        ...series('Target', () => part.target),
      ],
      fallback: grid(
        [{ label: 'When' }, { label: part.unit, align: 'right' }, ...(isSigned ? [{ label: 'What it shows' }] : [])],
        last.map((point) => [point.label, figureWords(point, part.decimals), ...(isSigned ? [signsOf(point).join('; ')] : [])]),
      ),
    },
    ...signsNotDrawn(points),
  ] as CardElementArray;
};

/** What a line cannot show of its points: which of them chance hardly explains, the latest of each kind. */
const signsNotDrawn = (points: readonly ChartPoint[]): CardElementArray => {
  const found = Map.groupBy(
    points.filter(({ kind }) => kind !== undefined && kind !== 'common_cause'),
    ({ kind }) => pointWords(kind as PointKind),
  );
  return [...found].map(([words, those]) =>
    note(
      `${capital(words)}: ${those
        .slice(-LIMITS.chartRows)
        .map(({ label }) => label)
        .join(', ')}.`,
    ),
  ) as CardElementArray;
};

const progress = (part: PartOf<'progress'>): CardElementArray => [
  line([run(`${part.label}: `, { weight: 'Bolder' }), run(formatOf(part.done, part.of))]),
  // The words above say it all, so a client without bars leaves it out.
  { type: 'ProgressBar', value: Math.max(0, Math.min(part.done, part.of)), max: Math.max(part.of, 1), fallback: 'drop' },
];

/** One part, whole; anything it had to leave out is said in it. */
const elements = (part: Part<SealedPress>, { surface = 'message', link }: Options, at: number, alone: boolean): CardElementArray => {
  switch (part.type) {
    case 'text':
      return part.style === 'heading'
        ? [heading(part.text, 'Medium')]
        : paragraphs(
            part.text,
            part.style === 'strong' ? { weight: 'Bolder' } : part.style === 'small' ? { size: 'Small', isSubtle: true } : {},
          );
    case 'facts':
      return [
        ...part.facts
          .slice(0, LIMITS.facts)
          .map(({ label, value }, index) =>
            line([run(`${label}: `, { weight: 'Bolder' }), run(value)], index === 0 ? {} : { spacing: 'Small' }),
          ),
        ...(part.facts.length > LIMITS.facts ? [note(`${part.facts.length - LIMITS.facts} more are not shown here.`)] : []),
      ];
    case 'table':
      return table(part, link);
    case 'list':
      return list(part, surface, link);
    case 'status': {
      const { mark, color } = STATUS[part.tone];
      return [line([run(`${mark} ${capital(part.word)}`, { weight: 'Bolder', color }), ...(part.text ? [run(`: ${part.text}`)] : [])])];
    }
    case 'chart':
      return chart(part);
    case 'progress':
      return progress(part);
    case 'divider':
      return []; // the line stands on top of what follows it
    case 'buttons':
      return buttons(part.buttons, surface);
    case 'inputs':
      return [heading(part.form.title, 'Medium'), ...formElements(part.form, surface, at, alone)];
    case 'image':
      // Teams fetches images itself: one that it could not reach is told in words.
      return part.url.startsWith('https://')
        ? [{ type: 'Image', url: part.url, altText: shorten(part.alt, LIMITS.summary) }]
        : paragraphs(part.alt);
    default:
      return part satisfies never;
  }
};

/** Buttons and forms are what a card is for, so they are kept before anything that is only read. */
const keptFirst = (part: Part<SealedPress>) => part.type === 'buttons' || part.type === 'inputs';

const adaptive = (body: CardElementArray, says: string): IAdaptiveCard => ({
  type: 'AdaptiveCard',
  version: LIMITS.cardVersion,
  fallbackText: shorten(says, LIMITS.summary),
  // Read as SSML where it can be: a bracket or an ampersand in it would be markup.
  speak: shorten(says.replace(/&/gu, ' and ').replace(/[<>]/gu, ' '), LIMITS.summary),
  msteams: { width: 'full' },
  body,
});

/** Draws a card for Teams. Total: any card becomes one that Teams takes. */
export const renderCard = (card: SealedCard, options: Options): Rendered => {
  const alone = card.parts.filter((part) => part.type === 'inputs').length <= 1;
  const top: CardElementArray = [...(card.demonstration ? [note(DEMONSTRATION)] : []), heading(card.title, 'Large')];
  const drawn = card.parts.map((part, at) => ({ first: keptFirst(part), body: elements(part, options, at, alone), at }));
  const shortened = [note('This is too long for Teams, so some of it is not shown here.'), open('See everything', options.link)];
  let room = LIMITS.card - measure(adaptive([...top, ...shortened], card.title)) - measure(card.title);
  const kept = new Set<number>();
  for (const part of [...drawn.filter(({ first }) => first), ...drawn.filter(({ first }) => !first)]) {
    const size = measure(part.body);
    if (size > room) continue;
    room -= size;
    kept.add(part.at);
  }
  const whole = kept.size === drawn.length;
  const shown = drawn
    .filter(({ at }) => kept.has(at))
    .flatMap(({ body: [first, ...rest], at }) => {
      const divided = card.parts[at - 1]?.type === 'divider';
      return first ? [divided ? { ...first, separator: true } : first, ...rest] : [];
    });
  const body = [...top, ...shown, ...(whole ? [] : shortened)] as CardElementArray;
  return {
    card: adaptive(body, card.title),
    summary: shorten(`${card.demonstration ? 'DEMONSTRATION: ' : ''}${card.title}`, LIMITS.summary),
  };
};

/** Draws a form for a Teams dialog, with what was wrong beside each field and what was typed kept. */
export const renderForm = (form: SealedForm, errors: Record<string, string> = {}): Rendered => {
  const wrong = Object.keys(errors).length > 0;
  return {
    card: adaptive(formElements(form, 'dialog', 0, true, errors), wrong ? `${form.title}: there is a problem` : form.title),
    summary: shorten(form.title, LIMITS.formTitle),
  };
};

/** Draws a form inside a message, for where no dialog can be opened. */
export const renderInlineForm = (form: SealedForm, errors: Record<string, string> = {}): Rendered => ({
  card: adaptive([heading(form.title, 'Large'), ...formElements(form, 'message', 0, true, errors)] as CardElementArray, form.title),
  summary: shorten(form.title, LIMITS.summary),
});
