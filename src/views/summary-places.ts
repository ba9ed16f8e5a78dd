import { RATING_WORDS } from '../actions/differences.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import { COUNTED, type Summary, sumOf, type Tally } from '../summaries/summary.ts';
import { small } from './actions/parts.ts';
import type { Besides } from './summary.ts';
import { changesWords, counted, type Day, figure, firstLine, kpiWords, listed, moved, whenWords } from './summary-words.ts';

/** The summary of several localities → card: a row for each in their fixed order, never ranked. */

export type Row = {
  localityId: string;
  locality: string;
  prefix: string;
  summary: Summary;
  /** Its plan may be read, not only its counts. */
  full: boolean;
  showsKpis: boolean;
  /** Titles of those that went from red to green, where no more may be told. */
  redToGreen: readonly string[];
};

export type PlacesSummary = {
  /** "Vulnerable children", "LocalEd" */
  name: string;
  /** All of them, for the sums. */
  tallies: readonly Tally[];
  /** Those on this page. */
  rows: readonly Row[];
  since: Day;
  first: boolean;
  today: Day;
  asAt: boolean;
  /** For others to read. */
  shared: boolean;
};

/** So many codes in one line: there are as many lines as localities. */
const MOST_CODES = 4;

const TABLE = ['red', 'amber', 'green', 'complete', 'no_update'] as const;
const OTHER = COUNTED.filter((what) => !(TABLE as readonly string[]).includes(what));

const cell = (now: number, before: number) => {
  const change = moved(now, before);
  return change ? `${figure(now)} (${change})` : figure(now);
};

const tablePart = (rows: readonly Row[]): Part => ({
  type: 'table',
  caption: 'Actions by rating, in the programme’s own order',
  columns: ['Locality', 'Actions', ...TABLE.map((what) => (what === 'no_update' ? 'No update' : RATING_WORDS[what])), 'Other'].map(
    (label, at) => (at === 0 ? { label } : { label, align: 'right' as const }),
  ),
  rows: rows.map(({ locality, summary: { actions, counts, before } }) => [
    locality,
    figure(actions),
    ...TABLE.map((what) => cell(counts[what], before[what])),
    figure(OTHER.reduce((sum, what) => sum + counts[what], 0)),
  ]),
});

/** What is to be known of one locality beside its counts, in words. */
const rowWords = ({ prefix, summary, full, showsKpis, redToGreen }: Row): string => {
  const codes = (lines: readonly { number: number }[]) =>
    listed(
      lines.map(({ number }) => `${prefix}-${number}`),
      MOST_CODES,
    );
  const plan = full
    ? [
        summary.newlyRed.length > 0 ? `newly red ${codes(summary.newlyRed)}` : '',
        summary.movedToGreen.length > 0 ? `moved to green ${codes(summary.movedToGreen)}` : '',
        summary.pastDate.length > 0 ? `${summary.pastDate.length} past the date` : '',
        summary.figuresDiffer.length > 0 ? `rating and figures differ ${codes(summary.figuresDiffer)}` : '',
        summary.adviserDiffers.length > 0 ? `adviser sees ${summary.adviserDiffers.length} otherwise` : '',
        summary.withoutOwner.length > 0 ? `without an owner ${codes(summary.withoutOwner)}` : '',
        summary.dueSoon.length > 0 ? `${summary.dueSoon.length} due in two weeks` : '',
      ]
    : [redToGreen.length > 0 ? `from red to green: ${listed(redToGreen, 1)}` : ''];
  const kpis = showsKpis ? kpiWords(summary.kpis) : '';
  const said = [...plan, kpis && `KPIs: ${kpis}`].filter(Boolean);
  return said.length > 0 ? said.join('; ') : 'nothing new';
};

/** @param open the button that opens one locality; none on a card for others */
export const placesCard = (
  places: PlacesSummary,
  { first = [], last = [], buttons = [], open }: Besides & { open?: (row: Row) => Button },
): Card => {
  const { name, tallies, rows, today, asAt } = places;
  const named = `${name}, ${tallies.length === 1 ? '1 locality' : `${tallies.length} localities`}`;
  const { title, counts } = firstLine(named, whenWords(today, asAt), sumOf(tallies));
  return {
    title,
    parts: [
      ...(counts ? [{ type: 'text' as const, text: counts }] : []),
      ...first,
      tablePart(rows),
      {
        type: 'list',
        items: rows.map((row) => ({ text: row.locality, detail: rowWords(row), ...(open ? { button: open(row) } : {}) })),
      },
      ...(rows.length < tallies.length
        ? [
            {
              type: 'text' as const,
              style: 'small' as const,
              text: `${rows.length} of ${counted(tallies.length, 'locality').replace('localitys', 'localities')} on this page.`,
            },
          ]
        : []),
      ...last,
      small(changesWords(places)),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons: [...buttons] }] : []),
    ],
  };
};
