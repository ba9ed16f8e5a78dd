import type { Button, Part } from '../../cards/card.ts';
import type { TreeCell } from '../../pulses/pulse.ts';
import { precisionOf } from '../../statistics/disclosure/said.ts';
import { small } from '../actions/parts.ts';
import { figure } from '../summary-words.ts';

/** Which groups will have something to read, if half of those asked answer: said before a pulse opens. */

/** Longer trees say their first rows. */
const MOST_ROWS = 20;

const PRECISION_WORDS = { words: 'in words', tens: 'to the nearest 10 %', whole: 'in percentages' };

/** How a cell would be shown if half of it answered. */
const shownAs = ({ invited }: TreeCell): string => PRECISION_WORDS[precisionOf(Math.round(invited / 2))];

/** The cell above that is shown and counts its answers. */
const countedIn = (cell: TreeCell, tree: readonly TreeCell[], shown: ReadonlySet<string>): TreeCell | undefined => {
  const above = tree.find(({ key }) => key === cell.parent);
  return above === undefined || shown.has(above.key) ? above : countedIn(above, tree, shown);
};

const seenWords = (cell: TreeCell, tree: readonly TreeCell[], shown: ReadonlySet<string>) => {
  if (shown.has(cell.key)) return shownAs(cell);
  const above = countedIn(cell, tree, shown);
  return above ? `counted in ${above.name}` : 'not shown';
};

/** "both of its parts" · "3 of its 5 parts" · "none of its 5 parts" */
const partsSeen = (seen: number, parts: number): string => {
  if (parts === 1) return seen === 1 ? 'its one part' : 'not its one part';
  if (seen === parts) return `${seen === 2 ? 'both' : `all ${figure(seen)}`} of its parts`;
  return `${seen === 0 ? 'none' : figure(seen)} of its ${figure(parts)} parts`;
};

const sentence = (root: TreeCell, parts: readonly TreeCell[], shown: ReadonlySet<string>): string => {
  const seen = parts.filter(({ key }) => shown.has(key)).length;
  const start = 'At half turnout';
  if (shown.has(root.key))
    return `${start} you will see ${root.name}${parts.length === 0 ? `, ${shownAs(root)}` : `, and ${partsSeen(seen, parts.length)}`}.`;
  return seen === 0
    ? `${start} there would be nothing to see: too few people, or too many of one organisation.`
    : `${start} you will not see ${root.name} as a whole, because too few would be left over, but ${partsSeen(seen, parts.length)}.`;
};

/** @param join joins the parts again; undefined where there is nothing to join */
export const forecastParts = (tree: readonly TreeCell[], shown: ReadonlySet<string>, join: Button | undefined): Part[] => {
  const root = tree.find(({ parent }) => parent === null);
  if (!root) return [];
  const parts = tree.filter((cell) => cell !== root);
  const offered = join !== undefined && parts.length > 0 && tree.some(({ key }) => !shown.has(key));
  return [
    { type: 'text', text: `${sentence(root, parts, shown)}${offered ? ' Join them?' : ''}` },
    ...(parts.length === 0
      ? []
      : [
          {
            type: 'table',
            caption: 'At half turnout',
            columns: [{ label: 'Group' }, { label: 'Asked', align: 'right' }, { label: 'Results' }],
            rows: tree.slice(0, MOST_ROWS).map((cell) => [cell.name, figure(cell.invited), seenWords(cell, tree, shown)]),
          } satisfies Part,
        ]),
    ...(tree.length > MOST_ROWS ? [small(`And ${figure(tree.length - MOST_ROWS)} more groups.`)] : []),
    ...(offered ? [{ type: 'buttons', buttons: [join] } satisfies Part] : []),
  ];
};
