import type { Line } from '../nudges/line.ts';
import { count, type Day } from './actions/parts.ts';
import { asks, countLines, lineTitle, minutesFor, shownOf, THEN_NOTHING, type ToldBefore } from './nudge-words.ts';

/** What waits for somebody who has no chat → an e-mail: titles and links, no figures, nobody's name, nothing that anybody wrote. */

type Where = {
  /** Where this server is reached. */
  publicUrl: string;
  /** In the demonstration, the address of the person whose chat the link opens. */
  as?: string | undefined;
  today: Day;
  /** What they were told before. */
  told?: ToldBefore;
};

export const nudgeEmail = (lines: readonly Line[], { publicUrl, as, today, told }: Where): { subject: string; text: string } => {
  const asking = shownOf(lines, told).filter(asks);
  const all = countLines(lines);
  const more = all.asking - asking.length;
  const subject = asking.length > 0 ? `${minutesFor(asking)} this week` : 'News for you';
  const chat = `${publicUrl}/chat${as ? `?as=${encodeURIComponent(as)}` : ''}`;
  return {
    subject,
    text: [
      asking.length > 0 ? `${subject}, ${THEN_NOTHING}` : `${subject}: there is nothing to do.`,
      '',
      ...asking.map((line, index) => `${index + 1}. ${lineTitle(line, today)}`),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...(all.news > 0 ? [`${count(all.news, 'piece')} of news for you`] : []),
      '',
      `${asking.length > 0 ? 'Answer' : 'Read'} here: ${chat}`,
      '',
      'To get nothing for a while, open it and type: nudge quiet until 1 March. To get nothing any more: nudge quiet always. Another day or hour: nudge.',
    ].join('\n'),
  };
};
