import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import type { Away } from '../nudges/away.ts';
import type { Line } from '../nudges/line.ts';
import { NEVER } from '../nudges/settings.ts';
import { count, type Day, LONGEST_TITLE, shortened, small } from './actions/parts.ts';
import { waitingList } from './nudge.ts';
import { countLines } from './nudge-words.ts';

/** When somebody is written to next, what it would hold, and what they have set → cards. */

export type Coming = {
  /** Until when they are quiet, YYYY-MM-DD; 9999-12-31 = for ever. */
  quietUntil: string | null;
  /** When the next message could come, in words: "Tuesday 24 November at 08:30"; undefined: in none of the next weeks. */
  when: string | undefined;
  /** What it would say, as things stand. */
  lines: readonly Line[];
  /** How many things wait by then, whether or not they are told then. */
  waits: number;
  /** How many of them a message has told. */
  told: number;
  /** When they come otherwise than on the next day for messages, in words; undefined: not in the coming weeks. */
  later: string | undefined;
  /** When a summary says what waits in the place of a message, in words; undefined: none does. */
  weekly: string | undefined;
};

const longDay = (iso: string, today: Day): string => formatDate(Temporal.PlainDate.from(iso), today);

/** Why what waits makes no message now, and when it comes. */
const patienceWords = ({ waits, told, later }: Pick<Coming, 'waits' | 'told' | 'later'>): string => {
  const one = waits === 1;
  const things = `${count(waits, 'thing')} that ${one ? 'waits' : 'wait'}`;
  if (told < waits) {
    const until = later ? `until ${later}` : 'for your next message';
    return told === 0
      ? `the ${things} can wait to share a message, ${until}${later ? ' at the latest' : ''}.`
      : `you were told of ${told} of the ${things}, and the rest can wait ${until}.`;
  }
  const again = later
    ? `${one ? 'It comes' : 'They come'} again on ${later} if not done by then.`
    : `No message comes for ${one ? 'it' : 'them'} alone.`;
  return `you were told of the ${things}. ${again}`;
};

/** Whether something comes, and when: the first line of the settings and of a preview of nothing. */
export const comingWords = (coming: Coming, today: Day): string => {
  const { quietUntil, when, lines, waits, weekly } = coming;
  if (quietUntil === NEVER) return 'Quiet: you are not written to unasked. Type nudge on again to change that.';
  const quiet = quietUntil ? `Quiet until ${longDay(quietUntil, today)}. ` : '';
  if (when === undefined) return `${quiet}No message is to come: you are not at work on your day in the coming weeks.`;
  if (lines.length > 0) return `${quiet}Your next message comes on ${when}, with ${count(lines.length, 'thing')}.`;
  if (waits === 0) return `${quiet}Nothing comes on ${when}: nothing waits for you.`;
  return weekly
    ? `${quiet}What waits for you comes with your summary on ${weekly}: ${count(waits, 'thing')}.`
    : `${quiet}Nothing comes on ${when}: ${patienceWords(coming)}`;
};

const awayWords = (away: readonly Pick<Away, 'from' | 'to'>[], today: Day): string =>
  away.map((days) => spanWords(days, today)).join('; ') || 'none noted';

/** "20 Dec to 3 Jan" */
export const spanWords = ({ from, to }: Pick<Away, 'from' | 'to'>, today: Day): string =>
  from === to ? longDay(from, today) : `${longDay(from, today)} to ${longDay(to, today)}`;

export type Settings = {
  coming: Coming;
  /** Everything that waits for them now. */
  waiting: readonly Line[];
  /** "Tuesdays at 08:30" */
  day: string;
  zone: string;
  away: readonly Away[];
  /** Their organisation is a school. */
  atSchool: boolean;
  today: Day;
  /** How words are typed here: "/" or "". */
  slash: string;
  /** What was just changed, above the rest. */
  saved?: string | undefined;
};

/** @param atSchool only schools say so that they have Ofsted */
const changes = (atSchool: boolean): Button[] => [
  { label: 'Another day or hour', press: { verb: 'nudge.when' } },
  { label: 'Quiet until…', press: { verb: 'nudge.until' }, says: 'Quiet until a day: nothing comes before it' },
  ...(atSchool ? [{ label: 'We have Ofsted this week', press: { verb: 'nudge.ofsted' } }] : []),
  { label: 'Days away', press: { verb: 'nudge.days' } },
];

export const settingsCard = ({ coming, waiting, day, zone, away, atSchool, today, saved, slash }: Settings): Card => {
  const { quietUntil, lines } = coming;
  const { news } = countLines(waiting);
  return {
    title: shortened(comingWords(coming, today), LONGEST_TITLE),
    parts: [
      ...(saved ? [small(saved)] : []),
      ...waitingList(waiting, 0, today),
      ...(news > 0 ? [small(`${count(news, 'piece')} of news: ${slash}commoncause`)] : []),
      {
        type: 'facts',
        facts: [
          { label: 'Your day and hour', value: `${day} (${zone})` },
          { label: 'Quiet', value: quietUntil === NEVER ? 'always' : quietUntil ? `until ${longDay(quietUntil, today)}` : 'no' },
          { label: 'Your days away', value: awayWords(away, today) },
        ],
      },
      {
        type: 'buttons',
        buttons: [
          ...(lines.length > 0 ? [{ label: 'Preview', press: { verb: 'nudge.preview' }, style: 'primary' as const }] : []),
          ...(quietUntil ? [{ label: 'Write to me again', press: { verb: 'nudge.on' } }] : []),
          ...changes(atSchool),
        ],
      },
      small(
        'At most one message a week, and none when nothing waits. If you are not at work on your day, it comes on a later one of that week.',
      ),
    ],
  };
};

/** A preview of nothing: why nothing comes. */
export const nothingComesCard = (coming: Coming, today: Day): Card => ({
  title: shortened(comingWords(coming, today), LONGEST_TITLE),
  parts: [
    ...(coming.quietUntil === null && coming.waits > 0 && coming.weekly !== undefined
      ? [small('A message of its own comes only for what cannot wait until then.')]
      : []),
    { type: 'buttons', buttons: [{ label: 'My settings', press: { verb: 'nudge' } }] },
  ],
});

/** Above the card that would go: what is looked at can be answered already. */
export const previewNote = (when: string, quietUntil: string | null): Part =>
  small(
    `A preview: it ${quietUntil ? 'would come' : 'comes'} on ${when}, as things stand. Looking at it records nothing. Its buttons work.`,
  );

export const awayCard = (away: readonly Away[], today: Day, saved?: string): Card => ({
  title: shortened(saved ?? (away.length === 0 ? 'No days away are noted.' : `Your days away: ${awayWords(away, today)}.`), LONGEST_TITLE),
  parts: [
    ...(away.length > 0
      ? [
          {
            type: 'list',
            items: away.map((days) => ({
              text: spanWords(days, today),
              button: {
                label: 'Take back',
                press: { verb: 'nudge.back', state: { away: days.id } },
                says: `Take back ${spanWords(days, today)}`,
              },
            })),
          } satisfies Part,
        ]
      : []),
    small('Nothing comes unasked on these days. Nobody is told about them.'),
    {
      type: 'buttons',
      buttons: [
        { label: 'Add days', press: { verb: 'nudge.days' } },
        { label: 'My settings', press: { verb: 'nudge' } },
      ],
    },
  ],
});
