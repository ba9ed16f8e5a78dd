import { Temporal } from 'temporal-polyfill';
import { fullDay } from '../calendar/dates.ts';
import type { Card } from '../cards/card.ts';
import { NEVER } from '../nudges/settings.ts';
import { LONGEST_TITLE, shortened, small } from './actions/parts.ts';
import { listed } from './nudge-words.ts';

/** What is said once somebody has answered otherwise than by a rating or a reading. */

export const noUpdateCard = (name: string, reason: string): Card => ({
  title: shortened(`Noted: no update yet of ${name}`, LONGEST_TITLE),
  parts: [
    { type: 'text', text: `“${reason}”` },
    small("The coordinator's summary says so. You are not asked for it for a while; you can still give it at any time."),
  ],
});

export const notMineCard = (name: string, told: readonly string[]): Card => ({
  title: shortened(`Not yours: ${name.replace(/,$/u, '')}. You are not asked for it again until it changes hands.`, LONGEST_TITLE),
  parts: [
    small(
      told.length === 0
        ? 'There is nobody else to tell: whoever leads there can give it to somebody.'
        : `Who is told that you say so: ${listed(told)}.`,
    ),
  ],
});

/** @param delivery the message that it was pressed in, for the way back */
export const whichNotMineCard = (things: readonly { key: string; name: string }[], delivery: string | undefined): Card => ({
  title: 'Which one is not yours? Nothing was changed yet.',
  parts: [
    {
      type: 'list',
      items: things.map(({ key, name }) => ({
        text: name.replace(/,$/u, ''),
        button: {
          label: 'Not mine',
          press: { verb: 'nudge.notmine', state: { key, ...(delivery ? { delivery } : {}) } },
          says: `Not mine: ${name}`,
        },
      })),
    },
    ...(delivery ? [{ type: 'buttons' as const, buttons: [{ label: 'Back', press: { verb: 'nudge.card', state: { delivery } } }] }] : []),
  ],
});

/**
 * It says neither why nor who asked: what is answered is kept for a while.
 * @param delivery the message in whose place it stands, for the way back to what waits
 */
export const quietCard = (until: string, delivery?: string): Card => ({
  title:
    until === NEVER
      ? 'Quiet: you are not written to unasked any more.'
      : `Quiet until ${fullDay(Temporal.PlainDate.from(until))}: nothing comes unasked before that day.`,
  parts: [
    small('Nobody is told. Whatever you ask is answered as ever.'),
    {
      type: 'buttons',
      buttons: [
        { label: 'Write to me again', press: { verb: 'nudge.on' } },
        ...(delivery ? [{ label: 'Back', press: { verb: 'nudge.card', state: { delivery } }, says: 'Back to what waits for you' }] : []),
        { label: 'My settings', press: { verb: 'nudge' } },
      ],
    },
  ],
});
