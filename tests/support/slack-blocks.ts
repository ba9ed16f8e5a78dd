/**
 * What Slack refuses, written down from its own reference (https://docs.slack.dev/reference/block-kit) and from what people met
 * in live workspaces. Shares nothing with the product, so that a limit misread there is found here.
 */

type Json = Record<string, unknown>;
type Surface = 'message' | 'modal' | 'home';
type Say = (problem: string) => void;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const known = (object: Json, at: string, allowed: string[], say: Say) => {
  for (const key of Object.keys(object)) if (!allowed.includes(key)) say(`${at}: no such property ${key}`);
};

const text = (value: unknown, at: string, most: number, say: Say, types = ['plain_text']) => {
  if (!isObject(value)) return say(`${at}: a text object is missing`);
  known(value, at, ['type', 'text', 'emoji', 'verbatim'], say);
  if (!types.includes(String(value.type))) say(`${at}: ${String(value.type)} is not one of ${types.join(', ')}`);
  if (typeof value.text !== 'string' || value.text.trim().length === 0) say(`${at}: must be more than 0 characters`);
  else if (value.text.length > most) say(`${at}: ${value.text.length} characters, must be less than ${most + 1}`);
  if (value.type === 'mrkdwn' && 'emoji' in value) say(`${at}: emoji is only for plain_text`);
};
const string = (value: unknown, at: string, most: number, say: Say) => {
  if (typeof value !== 'string' || value.length === 0) say(`${at}: missing`);
  else if (value.length > most) say(`${at}: ${value.length} characters, at most ${most}`);
};
const url = (value: unknown, at: string, say: Say) => {
  string(value, at, 3000, say);
  if (typeof value === 'string' && !/^https?:\/\/[^\s]+$/u.test(value)) say(`${at}: not a URL`);
};

const option = (value: unknown, at: string, say: Say) => {
  if (!isObject(value)) return say(`${at}: missing`);
  known(value, at, ['text', 'value', 'description', 'url'], say);
  text(value.text, `${at}.text`, 75, say, ['plain_text', 'mrkdwn']);
  string(value.value, `${at}.value`, 75, say);
};
const options = (element: Json, at: string, most: number, say: Say) => {
  const all = list(element.options);
  if (all.length === 0 || all.length > most) say(`${at}.options: ${all.length}, must be 1 to ${most}`);
  for (const [index, one] of all.entries()) option(one, `${at}.options[${index}]`, say);
  if (element.initial_option !== undefined && !all.some((one) => JSON.stringify(one) === JSON.stringify(element.initial_option)))
    say(`${at}.initial_option: not one of the options`);
};

const button = (element: Json, at: string, say: Say) => {
  known(element, at, ['type', 'action_id', 'text', 'value', 'url', 'style', 'confirm', 'accessibility_label'], say);
  string(element.action_id, `${at}.action_id`, 255, say);
  text(element.text, `${at}.text`, 75, say);
  if (element.value !== undefined) string(element.value, `${at}.value`, 2000, say);
  if (element.url !== undefined) url(element.url, `${at}.url`, say);
  if (element.style !== undefined && element.style !== 'primary' && element.style !== 'danger')
    say(`${at}.style: ${String(element.style)}`);
  if (element.accessibility_label !== undefined) string(element.accessibility_label, `${at}.accessibility_label`, 75, say);
};

const inputElement = (element: Json, at: string, say: Say) => {
  string(element.action_id, `${at}.action_id`, 255, say);
  switch (element.type) {
    case 'plain_text_input': {
      known(
        element,
        at,
        [
          'type',
          'action_id',
          'multiline',
          'max_length',
          'min_length',
          'initial_value',
          'placeholder',
          'focus_on_load',
          'dispatch_action_config',
        ],
        say,
      );
      const most = typeof element.max_length === 'number' ? element.max_length : 3000;
      if (most < 1 || most > 3000) say(`${at}.max_length: ${most}`);
      if (typeof element.initial_value === 'string' && element.initial_value.length > most)
        say(`${at}.initial_value: longer than max_length`);
      return;
    }
    case 'datepicker':
      known(element, at, ['type', 'action_id', 'initial_date', 'placeholder', 'confirm', 'focus_on_load'], say);
      if (element.initial_date !== undefined && !/^\d{4}-\d{2}-\d{2}$/u.test(String(element.initial_date))) say(`${at}.initial_date`);
      return;
    case 'radio_buttons':
      return options(element, at, 10, say);
    case 'static_select':
      return options(element, at, 100, say);
    default:
      say(`${at}: unsupported element ${String(element.type)}`);
  }
};

const richElements = (elements: Json[], at: string, say: Say) => {
  if (elements.length === 0) say(`${at}: must have at least one element`);
  for (const [index, element] of elements.entries()) {
    const here = `${at}[${index}]`;
    switch (element.type) {
      case 'text':
        known(element, here, ['type', 'text', 'style'], say);
        if (typeof element.text !== 'string' || element.text.length === 0) say(`${here}: must be more than 0 characters`);
        break;
      case 'link':
        known(element, here, ['type', 'text', 'url', 'style', 'unsafe'], say);
        url(element.url, `${here}.url`, say);
        break;
      default:
        say(`${here}: unexpected rich text ${String(element.type)}`);
    }
  }
};
const richText = (block: Json, at: string, say: Say) => {
  const parts = list(block.elements);
  if (parts.length === 0) say(`${at}.elements: empty`);
  for (const [index, part] of parts.entries()) {
    const here = `${at}.elements[${index}]`;
    if (part.type === 'rich_text_list') {
      if (part.style !== 'bullet' && part.style !== 'ordered') say(`${here}.style`);
      const sections = list(part.elements);
      if (sections.length === 0) say(`${here}: an empty list`);
      for (const [line, section] of sections.entries()) richElements(list(section.elements), `${here}.elements[${line}]`, say);
    } else if (['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'].includes(String(part.type)))
      richElements(list(part.elements), here, say);
    else say(`${here}: unexpected ${String(part.type)}`);
  }
};

const table = (block: Json, at: string, say: Say) => {
  const rows = Array.isArray(block.rows) ? (block.rows as Json[][]) : [];
  if (rows.length === 0 || rows.length > 100) say(`${at}.rows: ${rows.length}, must be 1 to 100`);
  let characters = 0;
  for (const [index, row] of rows.entries()) {
    if (row.length === 0 || row.length > 20) say(`${at}.rows[${index}]: ${row.length} cells, must be 1 to 20`);
    if (row.length !== rows[0]?.length) say(`${at}.rows[${index}]: rows differ in length`);
    for (const cell of row) {
      if (cell.type !== 'raw_text' || typeof cell.text !== 'string' || cell.text.length === 0)
        say(`${at}.rows[${index}]: a cell is not raw_text or empty`);
      else characters += cell.text.length;
    }
  }
  if (characters > 10_000) say(`${at}: ${characters} characters in a table`);
  if (list(block.column_settings).length > 20) say(`${at}.column_settings`);
};

/** As the changelog of 2026-06-16 and the block's own page say; where they differ (6 or 12 lines), the smaller. */
const chart = (value: Json, at: string, say: Say) => {
  known(value, at, ['type', 'block_id', 'title', 'chart'], say);
  string(value.title, `${at}.title`, 50, say);
  const drawn = isObject(value.chart) ? value.chart : {};
  known(drawn, `${at}.chart`, ['type', 'series', 'axis_config'], say);
  if (drawn.type !== 'line') say(`${at}.chart.type: ${String(drawn.type)}`);
  const axis = isObject(drawn.axis_config) ? drawn.axis_config : {};
  known(axis, `${at}.chart.axis_config`, ['categories', 'x_label', 'y_label'], say);
  for (const name of ['x_label', 'y_label']) if (axis[name] !== undefined) string(axis[name], `${at}.${name}`, 50, say);
  const categories = Array.isArray(axis.categories) ? axis.categories : [];
  if (categories.length < 1 || categories.length > 20) say(`${at}.categories: ${categories.length}, must be 1 to 20`);
  for (const one of categories) string(one, `${at}.categories`, 20, say);
  for (const twice of duplicates(categories)) say(`${at}.categories: ${String(twice)} twice`);
  const series = list(drawn.series);
  if (series.length < 1 || series.length > 6) say(`${at}.series: ${series.length}, must be 1 to 6`);
  for (const twice of duplicates(series.map(({ name }) => name))) say(`${at}.series: ${String(twice)} twice`);
  for (const one of series) {
    known(one, `${at}.series`, ['name', 'data'], say);
    string(one.name, `${at}.series.name`, 20, say);
    const data = list(one.data);
    for (const point of data) {
      known(point, `${at}.data`, ['label', 'value'], say);
      if (typeof point.value !== 'number' || !Number.isFinite(point.value)) say(`${at}.data: a value is no number`);
    }
    if (JSON.stringify(data.map(({ label }) => label).sort()) !== JSON.stringify([...categories].sort()))
      say(`${at}.series ${String(one.name)}: one point for each category`);
  }
};

const block = (value: Json, at: string, surface: Surface, say: Say) => {
  if (value.block_id !== undefined) string(value.block_id, `${at}.block_id`, 255, say);
  switch (value.type) {
    case 'header':
      known(value, at, ['type', 'block_id', 'text', 'level'], say);
      return text(value.text, `${at}.text`, 150, say);
    case 'section':
      known(value, at, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand'], say);
      text(value.text, `${at}.text`, 3000, say, ['plain_text', 'mrkdwn']);
      if (isObject(value.accessory)) button(value.accessory, `${at}.accessory`, say);
      return;
    case 'context': {
      const elements = list(value.elements);
      if (elements.length === 0 || elements.length > 10) say(`${at}.elements: ${elements.length}, must be 1 to 10`);
      for (const [index, element] of elements.entries()) text(element, `${at}.elements[${index}]`, 3000, say, ['plain_text', 'mrkdwn']);
      return;
    }
    case 'actions': {
      const elements = list(value.elements);
      if (elements.length === 0 || elements.length > 25) say(`${at}.elements: ${elements.length}, must be 1 to 25`);
      for (const [index, element] of elements.entries()) button(element, `${at}.elements[${index}]`, say);
      return;
    }
    case 'input':
      known(value, at, ['type', 'block_id', 'label', 'hint', 'optional', 'element', 'dispatch_action'], say);
      text(value.label, `${at}.label`, 2000, say);
      if (value.hint !== undefined) text(value.hint, `${at}.hint`, 2000, say);
      return isObject(value.element) ? inputElement(value.element, `${at}.element`, say) : say(`${at}.element: missing`);
    case 'divider':
      return;
    case 'image':
      url(value.image_url, `${at}.image_url`, say);
      return string(value.alt_text, `${at}.alt_text`, 2000, say);
    case 'rich_text':
      return richText(value, at, say);
    case 'data_visualization':
      if (surface !== 'message') say(`${at}: a chart is only in a message`);
      return chart(value, at, say);
    case 'table':
      if (surface === 'modal') say(`${at}: no table in a modal`);
      return table(value, at, say);
    default:
      say(`${at}: unsupported type: ${String(value.type)}`);
  }
};

const everyText = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + everyText(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : everyText(item)),
    0,
  );
};

const duplicates = (names: unknown[]) => names.filter((name, index) => name !== undefined && names.indexOf(name) !== index);

/** What is wrong with the blocks of a message, modal or home tab; empty when Slack would draw them. */
export const blockProblems = (blocks: unknown, surface: Surface): string[] => {
  const problems: string[] = [];
  const say: Say = (problem) => problems.push(problem);
  if (!Array.isArray(blocks)) return ['blocks: not a list'];
  const most = surface === 'message' ? 50 : 100;
  if (blocks.length > most) say(`blocks: ${blocks.length}, at most ${most}`);
  for (const [index, one] of blocks.entries())
    isObject(one) ? block(one, `blocks[${index}]`, surface, say) : say(`blocks[${index}]: not an object`);
  for (const id of duplicates(list(blocks).map((one) => one.block_id))) say(`block_id ${String(id)} is used twice`);
  for (const one of list(blocks))
    for (const id of duplicates(list(one.elements).map((element) => element.action_id)))
      say(`action_id ${String(id)} is used twice in a block`);
  if (list(blocks).filter((one) => one.type === 'data_visualization').length > 2) say('more than two charts');
  if (list(blocks).filter((one) => one.type === 'table').length > 1) say('only_one_table_allowed');
  if (surface === 'message' && everyText(blocks) > 13_200) say('msg_blocks_too_long');
  return problems;
};

/** What is wrong with a view. */
export const viewProblems = (view: unknown): string[] => {
  const problems: string[] = [];
  const say: Say = (problem) => problems.push(problem);
  if (!isObject(view)) return ['view: missing'];
  if (view.type !== 'modal' && view.type !== 'home') say(`view.type: ${String(view.type)}`);
  if (JSON.stringify(view).length > 250_000) say('view_too_large');
  if (view.private_metadata !== undefined && String(view.private_metadata).length > 3000) say('private_metadata: over 3000');
  if (view.callback_id !== undefined && String(view.callback_id).length > 255) say('callback_id: over 255');
  if (view.type === 'modal') {
    known(
      view,
      'view',
      [
        'type',
        'title',
        'submit',
        'close',
        'blocks',
        'private_metadata',
        'callback_id',
        'clear_on_close',
        'notify_on_close',
        'external_id',
        'submit_disabled',
      ],
      say,
    );
    text(view.title, 'title', 24, say);
    for (const name of ['submit', 'close']) if (view[name] !== undefined) text(view[name], name, 24, say);
    if (view.submit === undefined && list(view.blocks).some((one) => one.type === 'input')) say('submit: missing, with input blocks');
  }
  return [...problems, ...blockProblems(view.blocks, view.type === 'home' ? 'home' : 'modal')];
};
