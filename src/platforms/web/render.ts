import type { Button, Field, Form, Part, SealedCard, SealedForm, SealedPress } from '../../cards/card.ts';
import { type Plot, plot } from './chart.ts';

/**
 * Cards and forms as what the templates draw. Nothing here is HTML and nothing is escaped:
 * Nunjucks escapes every string, once. The web has room, so nothing is shortened either.
 */

type ButtonView = { label: string; says: string | undefined } & (
  | { kind: 'press'; token: string; style: 'primary' | 'warning' | 'secondary' }
  | { kind: 'link'; url: string }
  /** A link that leads nowhere safe: its words stay. */
  | { kind: 'words' }
);

type FieldView = Field & {
  id: string;
  /** The name in the posted form. */
  posted: string;
  /** The label, with "(optional)" where it is and the form does not say so. */
  shown: string;
  error: string | undefined;
  /** A date in its three boxes. */
  boxes: { day: string; month: string; year: string };
};

export type FormView = {
  title: string;
  intro: string | undefined;
  fields: FieldView[];
  label: string;
  token: string;
  /** What the browser is to say: a form that was sent, or a press that brings values with it. */
  ask: 'submit' | 'press';
  /** The error summary: each links to its field. */
  errors: { text: string; href: string }[];
};

export type PartView =
  | Exclude<Part<SealedPress>, { type: 'buttons' | 'list' | 'inputs' | 'chart' | 'status' | 'progress' | 'image' | 'table' }>
  | (Omit<Extract<Part<SealedPress>, { type: 'table' }>, 'more'> & { more: ButtonView | undefined })
  | { type: 'status'; mark: string; colour: string; word: string; text: string }
  | { type: 'progress'; label: string; words: string; done: number; of: number }
  | { type: 'buttons'; buttons: ButtonView[] }
  | { type: 'list'; items: { text: string; detail: string | undefined; button: ButtonView | undefined }[]; more: ButtonView | undefined }
  | { type: 'inputs'; form: FormView }
  | { type: 'chart'; id: string; title: string; unit: string; says: string; plot: Plot }
  /** A picture of another server is a link: showing it would tell that server who reads. */
  | { type: 'image'; url: string | undefined; own: boolean; alt: string };

export type CardView = { title: string; demonstration: boolean; parts: PartView[] };

/** A mark beside the word, for those who see colours alike. */
const STATUS = {
  good: { mark: '✓', colour: 'green' },
  close: { mark: '~', colour: 'yellow' },
  bad: { mark: '✗', colour: 'red' },
  neutral: { mark: '•', colour: 'grey' },
} as const;

/** Where a link may lead; anything else (`javascript:`, `data:`) stays words. */
const SAFE_PROTOCOLS = new Set(['https:', 'http:', 'mailto:']);
export const safeUrl = (url: string): string | undefined => {
  if (/^\/(?![/\\])/u.test(url)) return url;
  return URL.canParse(url) && SAFE_PROTOCOLS.has(new URL(url).protocol) ? url : undefined;
};

const link = (label: string, url: string, says?: string): ButtonView => {
  const safe = safeUrl(url);
  return safe ? { kind: 'link', label, url: safe, says } : { kind: 'words', label, says };
};

const button = (from: Button<SealedPress>): ButtonView => {
  // A spoken name must hold the words that are seen, or those who speak to their computer cannot press it.
  const says = from.says === undefined ? undefined : from.says.includes(from.label) ? from.says : `${from.label}: ${from.says}`;
  if ('url' in from) return link(from.label, from.url, says);
  return { kind: 'press', label: from.label, says, token: from.press.token, style: from.style ?? 'secondary' };
};

const more = (from: { label: string; url: string } | undefined) => (from ? link(from.label, from.url) : undefined);

const boxesOf = (value: string | undefined) => {
  const [year = '', month = '', ...day] = (value ?? '').split('-');
  const plain = (text: string) => text.replace(/^0(?=\d$)/u, '');
  return { year, month: plain(month), day: plain(day.join('-')) };
};

const field = (from: Field, prefix: string, error: string | undefined): FieldView => ({
  ...from,
  id: `${prefix}-${from.name}`,
  posted: `field.${from.name}`,
  shown: from.optional === true ? `${from.label} (optional)` : from.label,
  error,
  boxes: boxesOf(from.kind === 'date' ? from.value : undefined),
});

const errorHref = (view: FieldView) => `#${view.id}${view.kind === 'date' ? '-day' : ''}`;

/** @param errors field name → what is expected, shown above the form and beside the field */
export const formView = (
  form: SealedForm,
  errors: Record<string, string> = {},
  prefix = 'field',
  ask: FormView['ask'] = 'submit',
): FormView => {
  const fields = form.fields.map((from) => field(from, prefix, Object.hasOwn(errors, from.name) ? errors[from.name] : undefined));
  // What is wrong with no field that is shown is still said.
  const known = new Set(form.fields.map(({ name }) => name));
  const loose = Object.entries(errors).flatMap(([name, text]) =>
    known.has(name) ? [] : [{ text, href: `#${fields[0]?.id ?? 'main-content'}` }],
  );
  return {
    title: form.title,
    intro: form.intro,
    fields,
    label: form.submit.label,
    token: form.submit.press.token,
    ask,
    errors: [...fields.flatMap((view) => (view.error ? [{ text: view.error, href: errorHref(view) }] : [])), ...loose],
  };
};

const inCard = (form: Form<SealedPress>, index: number) => formView(form, {}, `card-${index}`, form.submit.press.form ? 'submit' : 'press');

export type ChartView = Extract<PartView, { type: 'chart' }>;

/** A chart for the macro of chart.njk. @param id of its title and description, unique on its page */
export const chartView = (part: Extract<Part<unknown>, { type: 'chart' }>, id: string): ChartView => ({
  type: 'chart',
  id,
  title: part.title,
  unit: part.unit,
  says: part.says,
  plot: plot(part),
});

const partView = (part: Part<SealedPress>, index: number): PartView => {
  switch (part.type) {
    case 'text':
    case 'facts':
    case 'divider':
      return part;
    case 'table':
      return { ...part, more: more(part.more) };
    case 'list':
      return {
        type: 'list',
        items: part.items.map((item) => ({ text: item.text, detail: item.detail, button: item.button ? button(item.button) : undefined })),
        more: more(part.more),
      };
    case 'status':
      return { type: 'status', ...STATUS[part.tone], word: part.word, text: part.text };
    case 'chart':
      return chartView(part, `chart-${index}`);
    case 'progress': {
      const of = Math.max(part.of, 0);
      const done = Math.min(Math.max(part.done, 0), of);
      return { type: 'progress', label: part.label, words: `${part.done} of ${part.of}`, done, of: of || 1 };
    }
    case 'buttons':
      return { type: 'buttons', buttons: part.buttons.map(button) };
    case 'inputs':
      return { type: 'inputs', form: inCard(part.form, index) };
    case 'image':
      return { type: 'image', url: safeUrl(part.url), own: part.url.startsWith('/') && safeUrl(part.url) !== undefined, alt: part.alt };
    default:
      return part satisfies never;
  }
};

export const cardView = (card: SealedCard): CardView => ({
  title: card.title,
  demonstration: card.demonstration ?? false,
  parts: card.parts.map(partView),
});
