import type { Card, Part } from '../../cards/card.ts';
import type { Wave } from '../../pulses/pulse.ts';
import type { OpenWave } from '../../pulses/queries.ts';
import { small } from '../actions/parts.ts';
import { closingDay } from './form.ts';

/** What whoever is asked is told besides the questions: the same whoever has answered, but for the thanks. */

/** One title, and what follows it in words; a page says it as a card does. */
export type Told = { title: string; lines: string[] };

/** The very same for answers that were counted just now and for those that were before. */
export const thanks = (wave: Pick<Wave, 'title' | 'closesOn'>): Told => ({
  title: 'Thank you: your answers are counted, not kept.',
  lines: [
    `Results of “${wave.title}” come on ${closingDay(wave)}. You cannot change an answer: nobody can tell which one is yours.`,
    'There is nothing more to do. Any reminder of this pulse is sent by the bot, and nobody sees who gets one.',
  ],
});

/** @param command how `pulse` is typed where they are */
export const closed = (wave: Pick<Wave, 'state'> | undefined, command: string): Told => ({
  title: 'This pulse has closed.',
  lines: [wave?.state === 'open' ? `Results come within the hour: type ${command} results.` : `Results: type ${command} results.`],
});

export const notInvited = (command: string): Told => ({
  title: 'This pulse asks other people.',
  lines: [`Whom a pulse asks is settled when it opens. Type ${command} to see what is open for you.`],
});

export const noKey = (): Told => ({
  title: 'This pulse cannot take answers just now: nothing was saved. Your coordinator has been told.',
  lines: ['Please try again tomorrow.'],
});

export const toldCard = ({ title, lines }: Told): Card => ({ title, parts: lines.map((text) => ({ type: 'text', text })) });

const openUntil = (wave: OpenWave) => `open until ${closingDay(wave)}, if you have not answered yet`;

/** What is open for somebody, each with its button; nothing where nothing is. */
export const openParts = (waves: readonly OpenWave[]): Part[] =>
  waves.length === 0
    ? []
    : [
        {
          type: 'list',
          items: waves.map((wave) => ({
            text: wave.title,
            detail: openUntil(wave),
            button: {
              label: 'Answer',
              says: `Answer: ${wave.title}`,
              style: 'primary',
              press: { verb: 'pulse.answer', state: { wave: wave.waveId } },
            },
          })),
        },
        small('Under a minute each. Answers are counted, not kept.'),
      ];

export const openCard = (waves: readonly OpenWave[]): Card =>
  waves.length === 0
    ? {
        title: 'No pulse is open for you just now.',
        parts: [{ type: 'text', text: 'When one opens for you it is a line of your weekly message. There is nothing to do.' }],
      }
    : {
        title: waves.length === 1 ? 'One pulse is open for you.' : `${waves.length} pulses are open for you.`,
        parts: openParts(waves),
      };
