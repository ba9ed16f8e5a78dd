import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { cardVerb, type Turn } from '../../src/bot/contract.ts';
import { SLASH } from '../../src/bot/help.ts';
import { quoted } from '../../src/bot/replies.ts';
import { dayWords } from '../../src/calendar/dates.ts';
import { dayIn } from '../../src/calendar/zone.ts';
import type { Card, Part } from '../../src/cards/card.ts';
import { LINK_MINUTES, linkForChat, linkPath, MOST_LINKS } from '../../src/people/sign-in.ts';
import { tokensOf } from '../../src/people/tokens.ts';
import { linesFor } from './lines.ts';
import { type Page, pagesNamed, startPage } from './meant.ts';
import { pageAt } from './pages.ts';

/** The way to a page of the dashboards. Where nobody is signed in it is a link that signs in, and is shown to nobody else and kept nowhere. */

const MOST_LISTED = 8;

/** The actor's tokens, which act as them: so that one they do not know of is seen. */
const tokens = async (turn: Turn): Promise<Part[]> => {
  const some = await tokensOf(turn.tx, turn.actor.personId, turn.now);
  if (some.length === 0) return [];
  return [
    { type: 'text', style: 'heading', text: 'Your tokens for the API' },
    {
      type: 'list',
      items: some.map(({ name, scope, expiresAt }) => ({
        text: name,
        detail: [scope, `until ${dayWords(dayIn(Temporal.Instant.fromEpochMilliseconds(expiresAt.getTime())))}`]
          .filter(Boolean)
          .join(' · '),
      })),
    },
    { type: 'text', style: 'small', text: `To end one, type ${SLASH[turn.platform]}evidence account.` },
  ];
};

/** What stands below the way in. */
const besides = async (turn: Turn): Promise<Part[]> => [
  ...(await tokens(turn)),
  { type: 'text', style: 'heading', text: 'What you can type' },
  {
    type: 'list',
    items: linesFor(turn).map(({ words, does }) => ({ text: `${SLASH[turn.platform]}evidence ${words}`.trim(), detail: does })),
  },
];

const open = (url: string): Part => ({ type: 'buttons', buttons: [{ label: 'Open the page', url }] });

/** The way to a page for whoever asks where they ask. */
const wayTo = async (turn: Turn, { path, name }: Page): Promise<Card> => {
  const { core, actor, platform } = turn;
  const parts = await besides(turn);
  // Whoever asks on the web is signed in there, and in the demonstration nobody needs to be.
  if (core.config.demo || platform === 'web') return { title: `This way to ${name}.`, parts: [open(pageAt(turn, path)), ...parts] };
  if (!turn.atOnce)
    return {
      title: `One press gives you a link to ${name}.`,
      parts: [
        { type: 'text', text: `The link signs you in. It works once, for ${LINK_MINUTES} minutes.` },
        {
          type: 'buttons',
          buttons: [{ label: 'Give me the link', press: { verb: 'evidence.open', state: { path, name } }, style: 'primary' }],
        },
        ...parts,
      ],
    };
  const link = await linkForChat(core, turn.tx, { personId: actor.personId, page: path }, turn.now);
  if (link === 'tooMany')
    return {
      title: `You have asked for ${MOST_LINKS} links within the hour, the most there can be.`,
      parts: [{ type: 'text', text: `Those that you have not opened work for another ${LINK_MINUTES} minutes: use the newest.` }, ...parts],
    };
  return {
    secret: true,
    title: `Here is your link to ${name}. It works once, for ${LINK_MINUTES} minutes.`,
    parts: [
      open(`${core.config.publicUrl}${linkPath(link.token, path)}`),
      { type: 'text', text: `It signs in whoever opens it as ${actor.post}: do not pass it on.` },
      ...parts,
    ],
  };
};

/** A page by its name; without one, where one begins. */
export const typed = cardVerb({
  state: z.undefined(),
  run: async (turn, { words }) => {
    if (words === '') return wayTo(turn, startPage(turn));
    const named = await pagesNamed(turn, words);
    if ('path' in named) return wayTo(turn, named);
    const { perhaps, alike } = named;
    const pages = perhaps.length > 0 ? perhaps : [startPage(turn)];
    return {
      title: alike
        ? `Which one do you mean? ${perhaps.length} have that name.`
        : `I do not know a page called ${quoted(words)}. ${perhaps.length > 0 ? 'Did you mean one of these?' : 'You can begin here:'}`,
      parts: [
        {
          type: 'list',
          items: pages.slice(0, MOST_LISTED).map(({ path, name }) => ({
            text: name,
            button: { label: 'This one', press: { verb: 'evidence.open', state: { path, name } }, says: `Open ${name}` },
          })),
        },
      ],
    };
  },
});

/** The page that a button names. Whether it may be read is asked when it is opened. */
export const opened = cardVerb({
  state: z.object({ path: z.string(), name: z.string() }),
  run: (turn, { state }) => wayTo(turn, state ?? startPage(turn)),
});
