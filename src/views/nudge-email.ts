import type { Line } from '../nudges/line.ts';
import { count, type Day } from './actions/parts.ts';
import { type AskingLine, asks, countLines, lineTitle, minutesFor, shownOf, THEN_NOTHING, type ToldBefore } from './nudge-words.ts';

/** What waits for somebody who has no chat → an e-mail: titles and links, no figures, nobody's name, nothing that anybody wrote. */

type Links = {
  /** Their personal link to a pulse. */
  pulseLink: (waveId: string) => string;
};

/** One line that waits, as an e-mail says it: a pulse is answered by a link of its own. */
export const emailLine = (line: AskingLine, today: Day, { pulseLink }: Links): string =>
  line.kind === 'pulse'
    ? `${lineTitle(line, today)}: ${pulseLink(line.waveId)} (this link is yours alone: please do not pass it on)`
    : lineTitle(line, today);

type Where = Links & {
  /** Where this server is reached. */
  publicUrl: string;
  /** In the demonstration, the address of the person whose chat the link opens. */
  as?: string | undefined;
  today: Day;
  /** What they were told before. */
  told?: ToldBefore;
  /** Keys of lines that are not said: pulses that they have answered. */
  leftOut?: readonly string[];
};

export const nudgeEmail = (
  lines: readonly Line[],
  { publicUrl, as, today, told, leftOut = [], pulseLink }: Where,
): { subject: string; text: string } => {
  const shown = shownOf(lines, told).filter(asks);
  const asking = shown.filter(({ key }) => !leftOut.includes(key));
  const all = countLines(lines);
  const more = all.asking - shown.length;
  const isInChat = asking.some(({ kind }) => kind !== 'pulse');
  const subject = asking.length > 0 ? `${minutesFor(asking)} this week` : 'News for you';
  const chat = `${publicUrl}/chat${as ? `?as=${encodeURIComponent(as)}` : ''}`;
  return {
    subject,
    text: [
      asking.length > 0 ? `${subject}, ${THEN_NOTHING}` : `${subject}: there is nothing to do.`,
      '',
      ...asking.map((line, index) => `${index + 1}. ${emailLine(line, today, { pulseLink })}`),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(all.news > 0 ? [`${count(all.news, 'piece')} of news for you`] : []),
      '',
      `${isInChat ? 'Answer here' : asking.length > 0 ? 'Everything else' : 'Read here'}: ${chat}`,
      '',
      'To get nothing for a while, open it and type: nudge quiet until 1 March. To get nothing any more: nudge quiet always. Another day or hour: nudge.',
    ].join('\n'),
  };
};
