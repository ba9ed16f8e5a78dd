import type { Button, Card, Part, Press } from '../cards/card.ts';
import type { ActionLine, Line } from '../nudges/line.ts';
import type { Thing } from '../nudges/not-mine.ts';
import { ratingButtons } from './actions/buttons.ts';
import { count, type Day, LONGEST_TITLE, shortened, small } from './actions/parts.ts';
import { undoNotMine } from './nudge-said.ts';
import { type AskingLine, asks, isNews, lineWords, minutesFor, moreWords, THEN_NOTHING } from './nudge-words.ts';

/** What waits for somebody → the one message of their week: each line is answered where it stands. */

/** One line of the message, as it is now. */
export type Entry =
  /** It waits still. */
  | { key: string; line: AskingLine }
  /** It does not wait any more: how it stands, "✓ WAK-31: Complete". */
  | { key: string; says: string /** They said that it is not theirs, and can take it back. */; notMine?: { name: string; thing: Thing } }
  /** A sentence to read: news, or that a pulse has closed. */
  | { key: string; told: string };

/** Lines that were gathered just now, as a message of now says them. */
export const entriesOf = (lines: readonly Line[]): Entry[] =>
  lines.flatMap((line): Entry[] => (asks(line) ? [{ key: line.key, line }] : isNews(line) ? [{ key: line.key, told: line.text }] : []));

type Answered = Extract<Entry, { says: string }>;

export type Nudged = {
  /** The message that was sent; none: a preview, whose buttons do the same but draw no card anew. */
  delivery?: string | undefined;
  entries: readonly Entry[];
  /** What waits besides and is not in this message: how many lines, and how many pieces of news. */
  more: { asking: number; news: number };
  /** What changed because of what they gave. */
  back?: string | undefined;
  /** What was just saved. */
  saved?: Card | undefined;
  /** Their organisation is a school: only schools say so that they have Ofsted. */
  atSchool: boolean;
  today: Day;
  /** How words are typed here: "/" or "". */
  slash: string;
};

/** The verbs that open a form: pressed in a message of ours they come back to it. */
const FORMS = new Set(['rag.rate', 'rag.done', 'rag.answer', 'kpi.log', 'rag.new', 'rag.reply', 'rag.heard', 'rag.meet']);
/** The verbs that answer at once and come back to it. */
const CARDS = new Set(['rag.say', 'rag.leave', 'rag.notthismonth']);

/** A press as it is on its own, or as one that comes back to the message in which it was made. */
const within = (delivery: string | undefined, key: string, press: Press): Press => {
  const { verb, state = {} } = press;
  if (delivery === undefined) return press;
  if (FORMS.has(verb)) return { verb: 'nudge.fill', state: { delivery, key, verb, state } };
  if (CARDS.has(verb)) return { verb: 'nudge.do', state: { delivery, key, verb, state } };
  return press;
};

const at = (delivery: string | undefined) => (delivery === undefined ? {} : { delivery });

/** A colour that stands is kept by *Same as before*: its own button would say the same. */
const ratings = (action: ActionLine, today: Day): Button[] => {
  const buttons = ratingButtons({ action, kind: 'self', today });
  const standing = buttons[0]?.label === 'Same as before' ? action.self?.rating : undefined;
  return buttons.filter(({ label }) => label.toLowerCase() !== standing);
};

const answerPulse = ({ waveId, title }: Extract<AskingLine, { kind: 'pulse' }>): Button => ({
  label: 'Answer',
  press: { verb: 'pulse.answer', state: { wave: waveId } },
  says: `Answer the pulse ${title}`,
});

/** @param noUpdate the button that says why there is none of what is named */
const buttonsOf = (line: AskingLine, today: Day, noUpdate: (of: string) => Button): Button[] => {
  switch (line.kind) {
    case 'red':
    case 'due':
    case 'half_term':
      return [...ratings(line.action, today), noUpdate(line.action.code)];
    case 'reading':
      return [
        {
          label: 'Log',
          press: { verb: 'kpi.log', state: { kpi: line.kpi.id, at: line.period.key } },
          style: 'primary',
          says: `Log ${line.kpi.name}, ${line.kpi.locality}`,
        },
        noUpdate(line.kpi.name),
      ];
    case 'answer': {
      const state = { action: line.action.id, rating: line.ratingId };
      return [
        { label: 'Answer', press: { verb: 'rag.answer', state }, says: `Answer the adviser on ${line.action.code}` },
        { label: 'Leave it', press: { verb: 'rag.leave', state }, says: `Leave the adviser's rating of ${line.action.code} as it is` },
      ];
    }
    case 'worry': {
      const state = { worry: line.worryId };
      return [
        { label: 'Make it an action', press: { verb: 'rag.new', state }, says: `Make this worry in ${line.locality} an action` },
        { label: 'Answer', press: { verb: 'rag.reply', state }, says: `Answer this worry in ${line.locality}` },
        { label: 'Heard, not now', press: { verb: 'rag.heard', state }, says: `Heard, not now: this worry in ${line.locality}` },
      ];
    }
    case 'meeting':
      return [
        { label: 'One after the other', press: { verb: 'rag.next' } },
        { label: 'My meetings', press: { verb: 'rag.meetings' } },
      ];
    case 'ask_meeting': {
      const state = { locality: line.localityId };
      return [
        { label: 'Note the day', press: { verb: 'rag.meet', state }, says: `Note when you meet ${line.locality}` },
        { label: 'Not this month', press: { verb: 'rag.notthismonth', state }, says: `Not this month: ${line.locality}` },
      ];
    }
    case 'without_owner':
      return [{ label: 'Give to someone', press: { verb: 'partners.unowned', state: { in: line.localityId } } }];
    case 'terms':
      return line.areas.map(({ id: area, name }) => ({
        label: line.areas.length === 1 ? 'Look at the dates' : name,
        press: { verb: 'partners.terms', state: { area, year: line.year } },
        says: `Look at the term dates of ${name}`,
      }));
    case 'pulse':
      return [answerPulse(line)];
  }
};

/** The numbered lines that wait, each with what answers it; shared with the summary, whose first section they are. */
export const askingParts = (line: AskingLine, number: number | undefined, today: Day, delivery?: string): Part[] => {
  const noUpdate = (of: string): Button => ({
    label: 'No update yet',
    press: { verb: 'nudge.noupdate', state: { key: line.key, ...at(delivery) } },
    says: `No update yet of ${of}: say why`,
  });
  return [
    { type: 'text', text: `${number === undefined ? '' : `${number}  `}${lineWords(line, today)}` },
    {
      type: 'buttons',
      buttons: buttonsOf(line, today, noUpdate).map((button) =>
        'press' in button ? { ...button, press: within(delivery, line.key, button.press) } : button,
      ),
    },
  ];
};

/** How many of what waits are listed together: with a button each, within what every platform takes. */
const PAGE = 20;
const LONGEST_LINE = 200;

/** One thing that waits in a list, with the press that opens it; a pulse opens at once, as its form. */
export const openable = (line: AskingLine, today: Day) => {
  const text = shortened(lineWords(line, today), LONGEST_LINE);
  if (line.kind === 'pulse') return { text, button: answerPulse(line) };
  return { text, button: { label: 'Open', press: { verb: 'nudge.line', state: { key: line.key } }, says: `Open: ${text}` } };
};

/** Everything that waits, each with the press that opens it; page by page. @param from place of the first of this page */
export const waitingList = (lines: readonly Line[], from: number, today: Day): Part[] => {
  const asking = lines.filter(asks);
  const page = asking.slice(from, from + PAGE);
  const left = asking.length - from - page.length;
  if (page.length === 0) return [];
  return [
    { type: 'text', style: 'heading', text: `Waiting for you: ${count(asking.length, 'thing')}` },
    {
      type: 'list',
      items: page.map((line) => openable(line, today)),
    },
    ...(left > 0
      ? [
          {
            type: 'buttons' as const,
            buttons: [
              {
                label: `Show the ${left > PAGE ? 'next' : 'last'} ${Math.min(PAGE, left)}`,
                press: { verb: 'nudge.waiting', state: { from: from + PAGE } },
              },
            ],
          },
        ]
      : []),
  ];
};

/** A page of what waits that is not the first. */
export const waitingCard = (lines: readonly Line[], from: number, today: Day): Card => {
  const parts = waitingList(lines, from, today);
  return parts.length === 0
    ? { title: 'Nothing more waits for you.', parts }
    : { title: `What waits for you: ${from + 1} to ${Math.min(from + PAGE, lines.filter(asks).length)}`, parts: parts.slice(1) };
};

/** One thing that waits, with all that answers it. */
export const lineCard = (line: AskingLine, today: Day): Card => {
  const [text, ...parts] = askingParts(line, undefined, today);
  return {
    title: shortened(lineWords(line, today), LONGEST_TITLE),
    parts: [
      ...(text && lineWords(line, today).length > LONGEST_TITLE ? [text] : []),
      ...parts,
      {
        type: 'buttons',
        buttons: [
          ...(mayBeNotMine(line) ? [{ label: 'Not mine', press: { verb: 'nudge.notmine', state: { key: line.key } } }] : []),
          { label: 'All that waits', press: { verb: 'nudge' } },
        ],
      },
    ],
  };
};

/** What was just saved, above the lines: its first line small, and what else it says or asks. */
const savedParts = ({ title, parts }: Card): Part[] => [
  small(title),
  ...parts.flatMap((part): Part[] => {
    if (part.type !== 'buttons') return [part];
    const buttons = part.buttons.filter((button) => !('press' in button) || button.press.verb !== 'rag.show');
    return buttons.length === 0 ? [] : [{ type: 'buttons', buttons }];
  }),
];

/** What may be said to be not theirs: what they are asked about because they own it. */
export const mayBeNotMine = (line: Line): boolean => 'action' in line || 'kpi' in line;

const NOTHING_MORE = 'Nothing more until you are needed.';

/** Pulses are the same whoever has answered: they are left out of what is done and of what is left to do. */
const titleOf = (waits: readonly AskingLine[], more: number, isNew: boolean): string => {
  const todo = waits.filter(({ kind }) => kind !== 'pulse');
  if (todo.length > 0 || (waits.length > 0 && isNew)) return `${minutesFor(waits)} this week, ${THEN_NOTHING}`;
  if (more > 0) return `Done, thank you. ${count(more, 'more thing')} ${more === 1 ? 'waits' : 'wait'} for you.`;
  if (waits.length > 0) return `Done but for the pulse, if you have not answered it yet. ${NOTHING_MORE}`;
  return `Done, thank you. ${NOTHING_MORE}`;
};

const linesOf = (entries: readonly Entry[]): AskingLine[] => entries.flatMap((entry) => ('line' in entry ? [entry.line] : []));

const answeredParts = ({ says, notMine }: Answered, number: number, delivery: string | undefined): Part[] => [
  { type: 'text', text: `${number}  ${says}` },
  ...(notMine ? [{ type: 'buttons' as const, buttons: [undoNotMine(notMine.name, notMine.thing, delivery)] }] : []),
];

export const nudgeCard = ({ delivery, entries, more, back, saved, atSchool, today, slash }: Nudged): Card => {
  const asked = entries.flatMap((entry) => ('told' in entry ? [] : [entry]));
  const told = entries.flatMap((entry) => ('told' in entry ? [entry.told] : []));
  const waits = linesOf(asked);
  return {
    title: shortened(
      asked.length === 0 ? 'News for you: there is nothing to do.' : titleOf(waits, more.asking, waits.length === asked.length),
      LONGEST_TITLE,
    ),
    parts: [
      ...(saved ? savedParts(saved) : []),
      ...asked.flatMap((entry, index) =>
        'line' in entry ? askingParts(entry.line, index + 1, today, delivery) : answeredParts(entry, index + 1, delivery),
      ),
      ...(more.asking > 0 ? [small(moreWords(more.asking, slash))] : []),
      ...told.map((text): Part => ({ type: 'text', text })),
      ...(more.news > 0 ? [small(`${count(more.news, 'more piece')} of news: ${slash}commoncause`)] : []),
      ...(back ? [{ type: 'text', text: back } satisfies Part] : []),
      {
        type: 'buttons',
        buttons: [
          ...(atSchool ? [{ label: 'We have Ofsted this week', press: { verb: 'nudge.ofsted', state: at(delivery) } }] : []),
          { label: 'Quiet until…', press: { verb: 'nudge.until' }, says: 'Quiet until a day: nothing comes before it' },
          ...(waits.some(mayBeNotMine) ? [{ label: 'Not mine', press: { verb: 'nudge.notmine', state: at(delivery) } }] : []),
        ],
      },
    ],
  };
};
