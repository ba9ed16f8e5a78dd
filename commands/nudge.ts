import { z } from 'zod';
import { type Command, cardVerb } from '../src/bot/contract.ts';
import { away, back, days } from './nudge/away.ts';
import { act, card, fill } from './nudge/card.ts';
import { preview } from './nudge/coming.ts';
import { isAtSchool } from './nudge/context.ts';
import { noUpdate } from './nudge/no-update.ts';
import { mine, notMine } from './nudge/not-mine.ts';
import { always, at, never, ofsted, on, quiet, typed, until, when } from './nudge/settings.ts';
import { line, waiting } from './nudge/waiting.ts';

/** The one message a week: when it comes, what it would say, and how to be quiet for a while; and the message itself, answered where it stands. */
export const nudge: Command = {
  name: 'nudge',
  aliases: ['reminders', 'nudges', 'reminder'],
  summary: 'See when your weekly message comes and what it would say, or be quiet for a while',
  usage: 'quiet until 1 March',
  listedFor: 'all',
  help: async (slash, turn) => [
    `${slash}nudge: when my next message comes, and what it would say · ${slash}nudge preview: the very message`,
    `${slash}nudge tuesday 9:00 · ${slash}nudge wednesdays at 10: another day or hour`,
    `${slash}nudge quiet until 1 March · quiet always · on again: nobody is told`,
    ...((await isAtSchool(turn)) ? [`${slash}nudge ofsted: nothing for two weeks; why is kept nowhere`] : []),
    `${slash}nudge away 20 Dec to 3 Jan · away next week · away easter: nothing comes on those days · ${slash}nudge away: my own days away`,
  ],
  verbs: { preview: cardVerb({ state: z.undefined(), run: preview }), quiet, off: quiet, stop: quiet, never, on, ofsted, away },
  presses: { card, do: act, fill, noupdate: noUpdate, notmine: notMine, mine, at, when, until, always, days, back, line, waiting },
  otherwise: typed,
};
