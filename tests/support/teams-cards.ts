/**
 * What Teams does with a card: refuses it, or shows it. The stub's own reading of the Adaptive Cards schema 1.5 and of Teams' extensions to it,
 * with its own constants: nothing here comes from src/.
 */

type Json = Record<string, unknown>;
export type Surface = 'message' | 'dialog';

const COMMON = [
  'type',
  'id',
  'spacing',
  'separator',
  'height',
  'isVisible',
  'fallback',
  'horizontalAlignment',
  'lang',
  'key',
  'requires',
  'targetWidth',
];
const INPUT = ['label', 'isRequired', 'errorMessage', 'value', 'placeholder'];

/** Element type → what it must have, and what it may have beside the common properties. */
const ELEMENTS: Record<string, { must: string[]; may: string[] }> = {
  TextBlock: { must: ['text'], may: ['size', 'weight', 'color', 'isSubtle', 'wrap', 'maxLines', 'style', 'fontType'] },
  RichTextBlock: { must: ['inlines'], may: [] },
  TextRun: {
    must: ['text'],
    may: ['size', 'weight', 'color', 'isSubtle', 'italic', 'strikethrough', 'highlight', 'underline', 'fontType', 'selectAction'],
  },
  Container: { must: ['items'], may: ['style', 'bleed', 'minHeight', 'verticalContentAlignment', 'rtl'] },
  ColumnSet: { must: ['columns'], may: ['style', 'bleed', 'minHeight'] },
  Column: { must: ['items'], may: ['width', 'style', 'bleed', 'minHeight', 'verticalContentAlignment', 'rtl'] },
  Table: {
    must: ['columns', 'rows'],
    may: [
      'firstRowAsHeaders',
      'showGridLines',
      'gridStyle',
      'horizontalCellContentAlignment',
      'verticalCellContentAlignment',
      'style',
      'showBorder',
      'roundedCorners',
    ],
  },
  TableRow: { must: ['cells'], may: ['style', 'horizontalCellContentAlignment', 'verticalCellContentAlignment'] },
  TableCell: { must: ['items'], may: ['style', 'bleed', 'minHeight', 'verticalContentAlignment', 'rtl', 'selectAction'] },
  ActionSet: { must: ['actions'], may: [] },
  Image: { must: ['url'], may: ['altText', 'size', 'style', 'width', 'backgroundColor', 'selectAction'] },
  'Input.Text': { must: ['id'], may: [...INPUT, 'isMultiline', 'maxLength', 'regex', 'style', 'inlineAction'] },
  'Input.Date': { must: ['id'], may: [...INPUT, 'min', 'max'] },
  'Input.ChoiceSet': { must: ['id', 'choices'], may: [...INPUT, 'style', 'wrap', 'isMultiSelect'] },
  'Chart.Line': {
    must: ['data'],
    may: ['title', 'showTitle', 'xAxisTitle', 'yAxisTitle', 'colorSet', 'color', 'showLegend', 'maxWidth', 'yMin', 'yMax'],
  },
  ProgressBar: { must: [], may: ['value', 'max', 'color'] },
};
const EXTENSIONS = ['Chart.Line', 'ProgressBar'];
const ACTIONS: Record<string, { must: string[]; may: string[] }> = {
  'Action.Execute': {
    must: ['title'],
    may: ['verb', 'data', 'style', 'tooltip', 'associatedInputs', 'fallback', 'id', 'mode', 'iconUrl', 'isEnabled', 'type'],
  },
  'Action.Submit': {
    must: ['title'],
    may: ['data', 'style', 'tooltip', 'associatedInputs', 'fallback', 'id', 'mode', 'iconUrl', 'isEnabled', 'type'],
  },
  'Action.OpenUrl': { must: ['title', 'url'], may: ['style', 'tooltip', 'fallback', 'id', 'mode', 'iconUrl', 'isEnabled', 'type'] },
};
/** Which actions each surface answers. */
const ANSWERED: Record<Surface, string[]> = {
  message: ['Action.Execute', 'Action.Submit', 'Action.OpenUrl'],
  dialog: ['Action.Submit', 'Action.OpenUrl'],
};

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Everything that is wrong with a card; an empty list is a card that Teams takes. */
export const problemsOf = (card: unknown, surface: Surface): string[] => {
  const problems: string[] = [];
  const inputs = new Set<string>();
  const check = (thing: Json, rules: { must: string[]; may: string[] } | undefined, at: string) => {
    if (!rules) return void problems.push(`${at}: ${String(thing.type)} is not known`);
    for (const name of rules.must)
      if (thing[name] === undefined || thing[name] === '') problems.push(`${at}: ${String(thing.type)} has no ${name}`);
    for (const name of Object.keys(thing))
      if (!rules.must.includes(name) && !rules.may.includes(name) && !COMMON.includes(name))
        problems.push(`${at}: ${String(thing.type)} has an unknown ${name}`);
  };
  const action = (thing: Json, at: string) => {
    check(thing, ACTIONS[String(thing.type)], at);
    if (!ANSWERED[surface].includes(String(thing.type))) problems.push(`${at}: ${String(thing.type)} does nothing in a ${surface}`);
    if (thing.type === 'Action.OpenUrl' && !/^https?:\/\//u.test(String(thing.url))) problems.push(`${at}: no web address`);
    if (thing.fallback && thing.fallback !== 'drop') action(thing.fallback as Json, `${at}.fallback`);
  };
  const element = (thing: Json, at: string) => {
    if (typeof thing !== 'object' || thing === null) return void problems.push(`${at}: no element`);
    check(thing, ELEMENTS[String(thing.type)], at);
    if (EXTENSIONS.includes(String(thing.type)) && !thing.fallback) problems.push(`${at}: ${String(thing.type)} has no fallback`);
    if (thing.fallback && thing.fallback !== 'drop') element(thing.fallback as Json, `${at}.fallback`);
    if (String(thing.type).startsWith('Input.')) {
      if (inputs.has(String(thing.id))) problems.push(`${at}: two inputs are called ${String(thing.id)}`);
      inputs.add(String(thing.id));
      if (thing.isRequired && !thing.errorMessage) problems.push(`${at}: a required input says nothing when it is empty`);
      if (thing.value !== undefined && typeof thing.value !== 'string') problems.push(`${at}: a value that is no text`);
      if (thing.type === 'Input.Date' && thing.value !== undefined && !/^\d{4}-\d\d-\d\d$/u.test(String(thing.value)))
        problems.push(`${at}: no date`);
    }
    if (thing.type === 'Chart.Line') {
      const series = list(thing.data);
      if (new Set(series.map(({ legend }) => legend)).size < series.length) problems.push(`${at}: two lines of one name`);
      for (const { values } of series)
        for (const { x, y, ...more } of list(values))
          if (typeof x !== 'string' || typeof y !== 'number' || !Number.isFinite(y) || Object.keys(more).length > 0)
            problems.push(`${at}: a point that is no name and number`);
    }
    if (thing.type === 'Table') {
      const columns = list(thing.columns).length;
      for (const row of list(thing.rows))
        if (list(row.cells).length !== columns) problems.push(`${at}: a row has ${list(row.cells).length} cells of ${columns}`);
    }
    if (thing.type === 'ActionSet') {
      const actions = list(thing.actions);
      if (actions.length === 0) problems.push(`${at}: no action`);
      if (actions.length > 6) problems.push(`${at}: ${actions.length} actions, six are shown`);
      for (const [index, each] of actions.entries()) action(each, `${at}.actions[${index}]`);
    }
    for (const name of ['items', 'columns', 'rows', 'cells', 'inlines']) {
      if (name === 'columns' && thing.type === 'Table') continue;
      for (const [index, child] of list(thing[name]).entries()) element(child, `${at}.${name}[${index}]`);
    }
  };

  const root = card as Json;
  if (root?.type !== 'AdaptiveCard') return ['no AdaptiveCard'];
  if (!['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'].includes(String(root.version)))
    problems.push(`version ${String(root.version)} is not drawn by Teams`);
  for (const name of Object.keys(root))
    if (!['type', 'version', 'body', 'actions', 'fallbackText', 'speak', 'msteams', '$schema', 'lang', 'refresh'].includes(name))
      problems.push(`card: unknown ${name}`);
  if (!root.fallbackText || !root.speak) problems.push('card: nothing to read aloud');
  for (const [index, each] of list(root.body).entries()) element(each, `body[${index}]`);
  for (const [index, each] of list(root.actions).entries()) action(each, `actions[${index}]`);
  return problems;
};

/** Markdown as Teams reads it, simply: what a person would see of a text that has been through it. */
export const throughMarkdown = (text: string): string =>
  text
    .replace(/<[^>]*>/gu, '')
    .replace(/&(amp|lt|gt|quot);/gu, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '')
    .replace(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/(\*\*|__|[*_`~])(\S(?:.*?\S)?)\1/gu, '$2')
    .replace(/^\s*(?:[-+*]|\d+\.)\s+/gmu, '')
    .replace(/\\([\\`*_{}[\]()#+.!-])/gu, '$1');

/** What a person reads on a card, a line for each block; buttons as `[Label]`, fields as `label ____`. */
export const readCard = (card: unknown): string[] => {
  const lines: string[] = [];
  const read = (thing: Json): string => {
    switch (thing.type) {
      case 'TextBlock':
        return throughMarkdown(String(thing.text));
      case 'TextRun':
        return String(thing.text);
      case 'RichTextBlock':
        return list(thing.inlines).map(read).join('');
      case 'ActionSet':
        return list(thing.actions)
          .map((action) => `[${String(action.title)}]`)
          .join(' ');
      case 'TableRow':
        return list(thing.cells).map(read).join(' | ');
      case 'Table':
        return list(thing.rows).map(read).join('\n');
      case 'ColumnSet':
        return list(thing.columns).map(read).join('  ');
      case 'Image':
        return `(${String(thing.altText ?? '')})`;
      case 'Chart.Line':
        return `(chart: ${String(thing.title)})`;
      case 'ProgressBar':
        return '';
      default:
        if (String(thing.type).startsWith('Input.')) return `${String(thing.label)} __${String(thing.value ?? '')}__`;
        return list(thing.items).map(read).join('\n');
    }
  };
  for (const element of list((card as Json).body)) lines.push(...read(element).split('\n').filter(Boolean));
  return lines;
};

/** Every button on a card, in order. */
export const buttonsOf = (card: unknown): Json[] => {
  const found: Json[] = [];
  const walk = (thing: unknown): void => {
    if (Array.isArray(thing)) for (const each of thing) walk(each);
    if (typeof thing !== 'object' || thing === null || Array.isArray(thing)) return;
    if (String((thing as Json).type).startsWith('Action.')) found.push(thing as Json);
    for (const [name, value] of Object.entries(thing)) if (name !== 'fallback' && name !== 'data') walk(value);
  };
  walk(card);
  return found;
};

/** Every input on a card: its id, its label, what it opens with. */
export const inputsOf = (card: unknown): { id: string; label: string; value: string; required: boolean }[] => {
  const found: { id: string; label: string; value: string; required: boolean }[] = [];
  const walk = (thing: unknown): void => {
    if (Array.isArray(thing)) for (const each of thing) walk(each);
    if (typeof thing !== 'object' || thing === null || Array.isArray(thing)) return;
    const input = thing as Json;
    if (String(input.type).startsWith('Input.'))
      found.push({
        id: String(input.id),
        label: String(input.label ?? ''),
        value: String(input.value ?? ''),
        required: input.isRequired === true,
      });
    for (const value of Object.values(thing)) walk(value);
  };
  walk(card);
  return found;
};
