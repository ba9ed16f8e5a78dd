import { Temporal } from 'temporal-polyfill';
import { fullDay } from '../calendar/dates.ts';
import type { Button, Card } from '../cards/card.ts';
import type { Thing } from '../nudges/not-mine.ts';
import { NEVER } from '../nudges/settings.ts';
import { LONGEST_TITLE, listed, shortened, small } from './actions/parts.ts';

/** What is said once somebody has answered otherwise than by a rating or a reading. */

export const noUpdateCard = (name: string, reason: string): Card => ({
  title: shortened(`Noted: no update yet of ${name}`, LONGEST_TITLE),
  parts: [
    { type: 'text', text: `“${reason}”` },
    small("The coordinator's summary says so. You are not asked for it for a while; you can still give it at any time."),
  ],
});

/** "Attendance, Wakefield," is said within a sentence. */
const alone = (name: string): string => name.replace(/,$/u, '');

/** @param delivery the message that it was pressed in, for the way back */
export const isItNotMineCard = (
  { key, name }: { key: string; name: string },
  leaders: readonly string[],
  delivery: string | undefined,
): Card => ({
  title: shortened(`Is it not yours? ${alone(name)}. Nothing was changed yet.`, LONGEST_TITLE),
  parts: [
    {
      type: 'text',
      text: `${
        leaders.length === 0 ? 'There is nobody to tell.' : `These are told, with the next thing they read: ${listed(leaders)}.`
      } You are not asked for it again until it changes hands.`,
    },
    {
      type: 'buttons',
      buttons: [
        {
          label: 'It is not mine',
          press: { verb: 'nudge.notmine', state: { key, sure: true, ...(delivery ? { delivery } : {}) } },
          style: 'primary',
          says: `It is not mine: ${alone(name)}`,
        },
        { label: 'Keep it', press: delivery ? { verb: 'nudge.card', state: { delivery } } : { verb: 'nudge.line', state: { key } } },
      ],
    },
  ],
});

/** The way back from "not mine". @param name what it is, as somebody hears it */
export const undoNotMine = (name: string, { kind, id }: Thing, delivery?: string): Button => ({
  label: 'Undo',
  press: { verb: 'nudge.mine', state: { kind, id, ...(delivery ? { delivery } : {}) } },
  says: `Undo: ${name} is mine`,
});

/** @param name of what waits for them again; undefined: it does not */
export const mineCard = (name: string | undefined, wasRead: boolean): Card => ({
  title: shortened(name ? `Taken back: ${alone(name)} is yours, and waits for you again.` : 'Taken back: it is yours.', LONGEST_TITLE),
  parts: [small(wasRead ? 'Whoever had read that it is not yours is told.' : 'Nobody had read that it is not yours, and nobody will.')],
});

/** @param undo what can be taken back from here */
export const notMineCard = (name: string, told: readonly string[], undo: Thing | undefined): Card => ({
  title: shortened(`Not yours: ${alone(name)}. You are not asked for it again until it changes hands.`, LONGEST_TITLE),
  parts: [
    small(
      told.length === 0
        ? 'There is nobody else to tell: whoever leads there can give it to somebody.'
        : `Who is told that you say so: ${listed(told)}.`,
    ),
    ...(undo ? [{ type: 'buttons' as const, buttons: [undoNotMine(alone(name), undo)] }] : []),
  ],
});

/** @param delivery the message that it was pressed in, for the way back */
export const whichNotMineCard = (things: readonly { key: string; name: string }[], delivery: string | undefined): Card => ({
  title: 'Which one is not yours? Nothing was changed yet.',
  parts: [
    {
      type: 'list',
      items: things.map(({ key, name }) => ({
        text: alone(name),
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
