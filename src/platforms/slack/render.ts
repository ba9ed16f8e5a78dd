import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import type { SealedCard, SealedForm } from '../../cards/card.ts';
import { type Drawing, formBlocks, partBlocks, small } from './blocks.ts';
import { chartBlock } from './chart.ts';
import { LIMITS, SURFACES, type Surface } from './limits.ts';
import { clip, plain, summary } from './text.ts';

/** Cards and forms → what Slack draws. Never throws: what does not fit is left out and said. */

/** What a message to Slack is made of. */
export type Drawn = { text: string; blocks: KnownBlock[] };

/** Characters as Slack counts them for a message: everything that is text, whatever it is called. */
const characters = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + characters(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (typeof item === 'string' ? (key === 'text' || key === 'alt_text' ? item.length : 0) : characters(item)),
    0,
  );
};

/** What may go first when a card is too long; buttons and fields go last, because they are what a person can do. */
const mayGo = (block: KnownBlock) => block.type !== 'actions' && block.type !== 'input';

/** Leaves out from the end until it fits, and says so where it did. */
const fitted = (blocks: KnownBlock[], surface: Surface): KnownBlock[] => {
  const { blocks: most } = SURFACES[surface];
  const kept = [...blocks];
  let left: number | undefined;
  let length = characters(kept);
  while (kept.length + (left === undefined ? 0 : 1) > most || length > LIMITS.charactersInAll) {
    const at = kept.findLastIndex((block, index) => index > 0 && mayGo(block));
    left = at < 0 ? kept.length - 1 : at;
    length -= characters(kept.splice(left, 1));
  }
  if (left !== undefined)
    kept.splice(left, 0, small('Shortened: there is more than Slack can show. Ask for one thing at a time, or look on the web.'));
  return kept;
};

const blocksOf = (card: SealedCard, surface: Surface): KnownBlock[] => {
  const drawing: Drawing = { surface, buttons: 0, forms: 0, tables: 0, charts: 0 };
  return fitted(
    [
      { type: 'header', text: plain(card.title, LIMITS.title) },
      ...(card.demonstration ? [small('DEMONSTRATION: invented people and figures')] : []),
      ...card.parts.flatMap((part) => partBlocks(drawing, part)),
    ],
    surface,
  );
};

export const renderCard = (card: SealedCard, surface: Surface = 'message'): Drawn => ({
  text: summary(card.title),
  blocks: blocksOf(card, surface),
});

/**
 * A card with charts as two messages: one in blocks that Slack cannot refuse, which says what they mean, and one that draws them.
 * `charts`: undefined where there is nothing to draw.
 */
export const chartsApart = (card: SealedCard): { said: SealedCard; charts: SealedCard | undefined } => {
  const charts = card.parts.filter((part) => part.type === 'chart' && chartBlock(part) !== undefined).slice(0, SURFACES.message.charts);
  const [first] = charts;
  if (first?.type !== 'chart') return { said: card, charts: undefined };
  return {
    said: {
      ...card,
      parts: card.parts.map((part) => (part.type === 'chart' && charts.includes(part) ? { type: 'text', text: part.says } : part)),
    },
    charts: { title: first.title, parts: charts, ...(card.demonstration && { demonstration: true }) },
  };
};

/** The home tab. */
export const renderHome = (card: SealedCard): HomeView => ({ type: 'home', blocks: blocksOf(card, 'home') });

/** What a view carries to its submission; receive.ts reads it. `c` is the conversation that the form was opened from. */
const carried = (token: string, conversation: string | undefined) => JSON.stringify({ t: token, ...(conversation && { c: conversation }) });

export const renderForm = (form: SealedForm, conversation?: string): ModalView => {
  const blocks = formBlocks(form).slice(0, SURFACES.modal.blocks);
  return {
    type: 'modal',
    callback_id: 'form',
    title: plain(form.title, LIMITS.modalTitle),
    submit: plain(form.submit.label, LIMITS.modalSubmit),
    close: plain('Cancel'),
    private_metadata: carried(form.submit.press.token, conversation),
    blocks: blocks.length > 0 ? blocks : [small('There is nothing to fill in: press the button below.')],
  };
};

/** A card in a modal. Fields in it make it a form, because a modal has one button that sends. */
export const renderNotice = (card: SealedCard, conversation?: string): ModalView => {
  const inputs = card.parts.find((part) => part.type === 'inputs');
  return {
    type: 'modal',
    callback_id: inputs ? 'form' : 'notice',
    title: plain('Common Cause'),
    close: plain('Close'),
    private_metadata: carried(inputs?.form.submit.press.token ?? '', conversation),
    ...(inputs && { submit: plain(inputs.form.submit.label, LIMITS.modalSubmit) }),
    blocks: blocksOf({ ...card, parts: card.parts.filter((part) => part.type !== 'inputs' || part === inputs) }, 'modal'),
  };
};

/** A form whose mistakes can no longer be said beside its fields: they stand above it. */
export const renderFormAgain = (form: SealedForm, mistakes: Record<string, string>, conversation?: string): ModalView => {
  const view = renderForm(form, conversation);
  return { ...view, blocks: [small(mistakeSentence(form, mistakes)), ...view.blocks].slice(0, SURFACES.modal.blocks) };
};

const mistakeSentence = (form: SealedForm, mistakes: Record<string, string>) =>
  `Not saved yet. ${Object.entries(mistakes)
    .map(([name, message]) => `${form.fields.find((field) => field.name === name)?.label ?? name}: ${message}`)
    .join(' ')}`;

/** The same in a message, where there is no modal. */
export const mistakesCard = (form: SealedForm, mistakes: Record<string, string>): SealedCard => ({
  title: 'Not saved yet: please look again.',
  parts: [
    { type: 'text', text: mistakeSentence(form, mistakes) },
    { type: 'inputs', form },
  ],
});

/** A form that is still being fetched: opened first, because a trigger lives for three seconds. */
export const waitingView = (words: string): ModalView => ({
  type: 'modal',
  callback_id: 'notice',
  title: plain('Common Cause'),
  close: plain('Close'),
  blocks: [{ type: 'section', text: plain(words) }],
});

/** What Slack puts beside a field. */
export const fieldError = (message: string) => clip(message, LIMITS.fieldError);
