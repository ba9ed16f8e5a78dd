import type { Button, Part } from '../../cards/card.ts';
import type { TreeCell } from '../../pulses/pulse.ts';
import { small } from '../actions/parts.ts';
import { figure } from '../summary-words.ts';

/** Which groups will have something to read, if half of those asked answer: said before a pulse opens. */

/** Longer trees say their first rows. */
const MOST_ROWS = 20;

/** Answers from which on shares are said, to the nearest 10 % and whole. */
const [TENS, WHOLE] = [20, 50];

const precisionWords = (answers: number) => (answers < TENS ? 'in words' : answers < WHOLE ? 'to the nearest 10 %' : 'in percentages');

/** The cell above that is shown and counts its answers. */
const countedIn = (cell: TreeCell, tree: readonly TreeCell[], shown: ReadonlySet<string>): TreeCell | undefined => {
  const above = tree.find(({ key }) => key === cell.parent);
  return above === undefined || shown.has(above.key) ? above : countedIn(above, tree, shown);
};

const seenWords = (cell: TreeCell, tree: readonly TreeCell[], shown: ReadonlySet<string>) => {
  if (shown.has(cell.key)) return precisionWords(Math.round(cell.invited / 2));
  const above = countedIn(cell, tree, shown);
  return above ? `counted in ${above.name}` : 'not shown';
};

const sentence = (root: TreeCell, parts: readonly TreeCell[], shown: ReadonlySet<string>): string => {
  const seen = parts.filter(({ key }) => shown.has(key)).length;
  if (!shown.has(root.key)) return 'At half turnout there would be nothing to see: too few people, or too many of one organisation.';
  if (parts.length === 0) return `At half turnout you will see ${root.name}.`;
  if (seen === parts.length)
    return `At half turnout you will see ${root.name} and ${seen === 1 ? 'its one part' : seen === 2 ? 'both of its parts' : `all ${figure(seen)} of its parts`}.`;
  return `At half turnout you will see ${root.name}, ${parts.length === 1 ? 'not its one part' : `and ${seen === 0 ? 'none' : figure(seen)} of these ${figure(parts.length)} parts`}.`;
};

/** @param join joins the parts again; undefined where there is nothing to join */
export const forecastParts = (tree: readonly TreeCell[], shown: ReadonlySet<string>, join: Button | undefined): Part[] => {
  const root = tree.find(({ parent }) => parent === null);
  if (!root) return [];
  const parts = tree.filter((cell) => cell !== root);
  const offered = join !== undefined && parts.some(({ key }) => !shown.has(key));
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
