import type { Button, Card, Part } from '../../cards/card.ts';
import type { Wave } from '../../pulses/pulse.ts';
import type { OpenWave } from '../../pulses/queries.ts';
import { small } from '../actions/parts.ts';
import { begunAnew, closingDay, closingTime } from './form.ts';

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
  title: 'This pulse is paused: nothing can be saved just now, and nothing was.',
  lines: [
    'Its key is missing, or not the right one. Those who run the pulse are told when they next look here. Please try again tomorrow.',
  ],
});

export const toldCard = ({ title, lines }: Told): Card => ({ title, parts: lines.map((text) => ({ type: 'text', text })) });

/** One that is open, and whether nothing can be saved in it just now. */
export type Open = OpenWave & { paused: boolean };

const detailOf = (wave: Open): string => {
  if (wave.paused) return 'paused: nothing can be saved just now';
  const anew = begunAnew(wave);
  return `${anew ? `${anew}: please answer once more, ` : ''}open until ${closingTime(wave)}, if you have not answered ${anew ? 'since' : 'yet'}`;
};

const answerButton = (wave: Open): Button => ({
  label: 'Answer',
  says: `Answer: ${wave.title}`,
  style: 'primary',
  press: { verb: 'pulse.answer', state: { wave: wave.waveId } },
});

/** What is open for somebody, each with its button where it takes answers; nothing where nothing is. */
export const openParts = (waves: readonly Open[]): Part[] =>
  waves.length === 0
    ? []
    : [
        {
          type: 'list',
          items: waves.map((wave) => ({
            text: wave.title,
            detail: detailOf(wave),
            ...(wave.paused ? {} : { button: answerButton(wave) }),
          })),
        },
        small('Under a minute each. Answers are counted, not kept.'),
      ];

const openTitle = (waves: readonly Open[]): string => {
  if (waves.every(({ paused }) => paused)) return waves.length === 1 ? 'The pulse for you is paused.' : 'The pulses for you are paused.';
  return waves.length === 1 ? 'One pulse is open for you.' : `${waves.length} pulses are open for you.`;
};

export const openCard = (waves: readonly Open[]): Card =>
  waves.length === 0
    ? {
        title: 'No pulse is open for you just now.',
        parts: [{ type: 'text', text: 'When one opens for you it is a line of your weekly message. There is nothing to do.' }],
      }
    : { title: openTitle(waves), parts: openParts(waves) };
