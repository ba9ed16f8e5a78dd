import { Temporal } from 'temporal-polyfill';
import { dayWords, formatDate } from '../../calendar/dates.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { isToBegin } from '../../pulses/key.ts';
import type { Wave } from '../../pulses/pulse.ts';
import { type Day, shortened, small } from '../actions/parts.ts';
import { figure } from '../summary-words.ts';
import { closingTime, pulseLine } from './form.ts';
import { daysWords, placesWords } from './plan.ts';
import { TURNOUT_WORDS } from './words.ts';

/** Pulses that somebody runs → cards. Of an open one nobody sees more than the band of its turnout, worked out once a day. */

const LONGEST_NAME = 60;
const MOST_WAVES = 15;

const day = (iso: string) => Temporal.PlainDate.from(iso);
/** "4 December", and the year where it is another than today's. */
const dayOf = (iso: string, today: Day) => dayWords(day(iso)).replace(new RegExp(` ${today.year}$`, 'u'), '');
const short = (iso: string, today: Day) => formatDate(day(iso), today);

/** A wave, with the names of its places. */
export type Run = { wave: Wave; places: readonly string[]; paused: boolean };

const stateWords = ({ wave, paused }: Run, today: Day): string => {
  if (wave.state === 'draft') return `draft: ${daysWords(wave, today)}`;
  if (wave.state === 'scheduled') return `opens on ${short(wave.opensOn, today)}`;
  if (wave.state === 'closed') return `closed ${short(wave.closesOn, today)}`;
  if (isToBegin(wave)) return 'begins anew, empty, within five minutes';
  if (paused) return 'paused: its key is missing';
  return `open until ${short(wave.closesOn, today)}${wave.turnout ? `: ${TURNOUT_WORDS[wave.turnout]}` : ''}`;
};

const ORDER: Wave['state'][] = ['open', 'scheduled', 'draft', 'closed'];

const button = ({ wave }: Run): Button => {
  const what = wave.state === 'closed' ? 'Results' : 'Look';
  return {
    label: what,
    press: { verb: wave.state === 'closed' ? 'pulse.results' : 'pulse.wave', state: { wave: wave.id } },
    says: `${what}: ${wave.title}`,
  };
};

const several = (runs: readonly Run[], state: Wave['state'], word: string): string[] => {
  const some = runs.filter(({ wave }) => wave.state === state).length;
  return some === 0 ? [] : [`${figure(some)} ${word}`];
};

/** "1 open, 2 planned": the first line where nothing waits for whoever runs them. */
export const runsTitle = (runs: readonly Run[]): string => {
  const said = [...several(runs, 'open', 'open'), ...several(runs, 'scheduled', 'to open'), ...several(runs, 'draft', 'in draft')];
  return said.length === 0 ? 'No pulse of yours is open or planned.' : `Your pulses: ${said.join(', ')}.`;
};

const listed = (runs: readonly Run[], today: Day): Part => ({
  type: 'list',
  items: runs.slice(0, MOST_WAVES).map((run) => ({
    text: `${shortened(run.wave.title, LONGEST_NAME)}, ${shortened(placesWords(run.places), LONGEST_NAME)}`,
    detail: stateWords(run, today),
    button: button(run),
  })),
});

/** Those that nobody can answer, for somebody who does not run them and can begin them anew. */
export const pausedParts = (runs: readonly Run[], today: Day): Part[] =>
  runs.length === 0 ? [] : [{ type: 'text', style: 'heading', text: 'Pulses that nobody can answer' }, listed(runs, today)];

/** Those that somebody runs: open ones first, the newest first; and what they can begin. */
export const wavesParts = (runs: readonly Run[], today: Day): Part[] => {
  const newest = (one: Run, other: Run) => other.wave.opensOn.localeCompare(one.wave.opensOn);
  const sorted = ORDER.flatMap((state) => runs.filter(({ wave }) => wave.state === state).sort(newest));
  return [
    { type: 'text', style: 'heading', text: 'Pulses you run' },
    ...(sorted.length === 0 ? [{ type: 'text', text: 'None yet.' } satisfies Part] : [listed(sorted, today)]),
    ...(sorted.length > MOST_WAVES ? [small(`And ${figure(sorted.length - MOST_WAVES)} older ones: pulse results.`)] : []),
    {
      type: 'buttons',
      buttons: [
        { label: 'New pulse', press: { verb: 'pulse.new' } },
        { label: 'Questions', press: { verb: 'pulse.questions' } },
      ],
    },
  ];
};

/** One of a few that a word may mean. */
export const whichCard = (title: string, runs: readonly Run[], press: (wave: string) => Button, today: Day): Card => ({
  title,
  parts: [
    {
      type: 'list',
      items: runs.slice(0, MOST_WAVES).map((run) => ({
        text: `${shortened(run.wave.title, LONGEST_NAME)}, ${shortened(placesWords(run.places), LONGEST_NAME)}`,
        detail: stateWords(run, today),
        button: press(run.wave.id),
      })),
    },
  ],
});

type OpenView = { run: Run; asked: number; buttons: readonly Button[]; done?: string };

const REMINDED = 'The bot reminds them; nobody can see who has answered. Nothing of it can be changed any more but its closing day.';

/** A pulse that is open. */
export const openCard = ({ run, asked, buttons, done }: OpenView, today: Day): Card => {
  const { wave, places } = run;
  return {
    title: `${shortened(wave.title, LONGEST_NAME)}. Open: ${figure(asked)} people are asked until ${dayOf(wave.closesOn, today)}.`,
    parts: [
      ...(done ? [{ type: 'text', text: done } satisfies Part] : []),
      { type: 'text', text: REMINDED },
      {
        type: 'facts',
        facts: [
          { label: 'Asked', value: placesWords(places) },
          { label: 'Answered', value: wave.turnout ? TURNOUT_WORDS[wave.turnout] : 'said from tomorrow 06:00 on' },
          ...(wave.reopenedAt ? [{ label: 'Begun anew, empty', value: short(wave.reopenedAt.slice(0, 10), today) }] : []),
        ],
      },
      { type: 'buttons', buttons: [...buttons] },
    ],
  };
};

/** One whose key is missing: nobody can answer into it, and what was answered cannot be read. */
export const pausedCard = ({ wave }: Run, buttons: readonly Button[]): Card => ({
  title: `${shortened(wave.title, LONGEST_NAME)} is paused: its key is missing. Nobody can answer until it is back.`,
  parts: [
    {
      type: 'text',
      text: 'Ask whoever runs this server whether the folder of the keys (KEYS_DIR) is connected. Once the key is there, the pulse goes on by itself, with every answer that was given.',
    },
    {
      type: 'text',
      text: 'Is it lost? Then what was answered cannot be read by anybody. You can begin anew: the same people are asked again, from nothing.',
    },
    { type: 'buttons', buttons: [...buttons] },
  ],
});

export const beginAnewCard = ({ wave }: Run, asked: number, buttons: readonly Button[]): Card => ({
  title: `Begin “${shortened(wave.title, LONGEST_NAME)}” anew, empty? ${figure(asked)} people are asked again.`,
  parts: [
    { type: 'text', text: 'What was answered so far is lost for good, even if the key is found later.' },
    { type: 'buttons', buttons: [...buttons] },
  ],
});

/** Between the asking to begin anew and the tick that does it. */
export const beginsAnewCard = ({ wave }: Run, buttons: readonly Button[]): Card => ({
  title: `${shortened(wave.title, LONGEST_NAME)} begins anew, empty, within five minutes. Everybody is asked again.`,
  parts: buttons.length > 0 ? [{ type: 'buttons', buttons: [...buttons] }] : [],
});

/** What others read where a pulse is told of; its button opens the form privately, for whoever presses it. */
export const invitationCard = (wave: Pick<Wave, 'id' | 'title' | 'questions' | 'closesOn'>, operator: string): Card => ({
  title: `Pulse: ${pulseLine(wave)}, anonymous`,
  parts: [
    {
      type: 'text',
      text: `Open until ${closingTime(wave)} for those it asks. The form opens for you alone. Answers are counted, not kept: nobody can see who said what, or who has answered.`,
    },
    small(`This server is run by ${operator}.`),
    {
      type: 'buttons',
      buttons: [{ label: 'Answer', press: { verb: 'pulse.answer', state: { wave: wave.id }, anyone: true }, style: 'primary' }],
    },
  ],
});

/** A draft or scheduled pulse that is gone. */
export const discardedCard = ({ title }: Pick<Wave, 'title'>, again: Button): Card => ({
  title: `Discarded: ${shortened(title, 100)}. Nobody was asked anything.`,
  parts: [{ type: 'buttons', buttons: [again] }],
});

/** What has closed opens no more. */
export const closedCard = ({ wave }: Run, today: Day): Card => ({
  title: `${shortened(wave.title, LONGEST_NAME)} closed on ${dayOf(wave.closesOn, today)}.`,
  parts: [{ type: 'buttons', buttons: [{ label: 'Results', press: { verb: 'pulse.results', state: { wave: wave.id } } }] }],
});

/** Before an open pulse closes later: people are told that they have until then. @param changed since this was asked */
export const extendCard = (
  wave: Pick<Wave, 'title' | 'closesOn'>,
  { on, changed }: { on: string; changed: boolean },
  buttons: readonly Button[],
): Card => ({
  title: `“${shortened(wave.title, LONGEST_NAME)}” will close on ${dayWords(day(on))} instead of ${dayWords(day(wave.closesOn))}. This cannot be taken back.`,
  parts: [
    ...(changed
      ? [
          {
            type: 'text',
            style: 'strong',
            text: 'It was not extended: its last day has changed since you were asked. This is how it is now.',
          } satisfies Part,
        ]
      : []),
    { type: 'buttons', buttons: [...buttons] },
  ],
});

/** Somebody wants to end a pulse. @param open those of theirs that are open */
export const endsByItselfCard = (open: readonly Run[]): Card => {
  const [only, ...others] = open;
  return {
    title:
      only && others.length === 0
        ? `“${shortened(only.wave.title, LONGEST_NAME)}” closes by itself on ${closingTime(only.wave)}.`
        : 'A pulse closes by itself, in the evening of its last day.',
    parts: [
      {
        type: 'text',
        text: 'Once it is open it can only close later, and it cannot be taken back: people have answered it on these terms. A draft can be discarded.',
      },
      { type: 'buttons', buttons: [{ label: 'My pulses', press: { verb: 'pulse' } }] },
    ],
  };
};
