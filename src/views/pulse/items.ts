import type { Button, Card, Part } from '../../cards/card.ts';
import type { Item } from '../../pulses/pulse.ts';
import type { Comment } from '../../pulses/results.ts';
import { count } from '../actions/parts.ts';
import { marksWords } from './comments.ts';
import { scaleWords } from './plan.ts';

/** The questions that pulses are made of → cards. */

/** Questions in one card; the others are on the next. */
export const PAGE = 20;

const versionWords = ({ version }: Item) => (version === 1 ? '' : `, version ${version}`);

const list = (items: readonly Item[]): Part => ({
  type: 'list',
  items: items.map((item) => ({ text: item.text, detail: `${scaleWords(item)}${versionWords(item)}` })),
});

/** Before a question is kept that looks as if it named somebody: whoever is asked it anywhere would read that. */
export const namedCard = (text: string, marks: Comment['marks'], buttons: readonly Button[]): Card => ({
  title: `This question looks as if it names ${marksWords(marks)}. Nothing is saved yet.`,
  parts: [
    { type: 'text', text: `“${text}”` },
    {
      type: 'text',
      text: 'Everybody who runs pulses reads it, and can ask it anywhere. Once it is saved it can be worded anew, not taken away.',
    },
    { type: 'buttons', buttons: [...buttons] },
  ],
});

/**
 * @param mine whether the reader may word one of them anew
 * @param nameOf a criterion's name; questions of none come last
 */
export const itemsCard = (
  items: readonly Item[],
  { from, mine }: { from: number; mine: boolean },
  nameOf: (criterionId: string) => string,
  done?: string,
): Card => {
  const sorted = [...items.filter(({ criterionId }) => criterionId !== null), ...items.filter(({ criterionId }) => criterionId === null)];
  const headingOf = ({ criterionId }: Item) => (criterionId === null ? 'Other questions' : nameOf(criterionId));
  const grouped = Map.groupBy(sorted.slice(from, from + PAGE), headingOf);
  const more: Button[] =
    from + PAGE < sorted.length ? [{ label: 'More questions', press: { verb: 'pulse.questions', state: { from: from + PAGE } } }] : [];
  return {
    title: done ?? `${count(items.length, 'question')} that a pulse can ask`,
    parts: [
      ...[...grouped].flatMap(([heading, some]): Part[] => [{ type: 'text', style: 'heading', text: heading }, list(some)]),
      {
        type: 'text',
        style: 'small',
        text: 'A question that is worded anew is another version: its results are not compared with those of before.',
      },
      {
        type: 'buttons',
        buttons: [
          ...more,
          { label: 'Add a question', press: { verb: 'pulse.question' } },
          ...(mine ? [{ label: 'Reword one', press: { verb: 'pulse.reword' } }] : []),
          { label: 'New pulse', press: { verb: 'pulse.new' } },
        ],
      },
    ],
  };
};
