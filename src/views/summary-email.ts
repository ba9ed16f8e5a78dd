/** A summary for somebody who has no chat → an e-mail: whose it is and a link, no figures; others may read it on the way. */

type Where = {
  /** Where this server is reached. */
  publicUrl: string;
  /** In the demonstration, the address of the person whose chat the link opens. */
  as?: string | undefined;
  every: 'week' | 'month';
  /** Titles of what waits for its reader (`lineTitle` in nudge-words.ts), no figures and no names in them. */
  waiting?: readonly string[];
};

const MOST_LINES = 5;

/** @param name of the scope: "Wakefield" */
export const summaryEmail = (name: string, { publicUrl, as, every, waiting = [] }: Where): { subject: string; text: string } => {
  const subject = `${name}: the summary of the ${every}`;
  const more = waiting.length - MOST_LINES;
  return {
    subject,
    text: [
      `${subject} is ready: what is red, what moved and what wants a talk.`,
      '',
      ...(waiting.length > 0
        ? [
            'Waiting for you:',
            ...waiting.slice(0, MOST_LINES).map((title, index) => `${index + 1}. ${title}`),
            ...(more > 0 ? [`and ${more} more`] : []),
            '',
          ]
        : []),
      `Open it and type summary: ${publicUrl}/chat${as ? `?as=${encodeURIComponent(as)}` : ''}`,
      '',
      'For nothing until a day, type: nudge quiet until 1 March. To end one that you subscribed to: summary unsubscribe.',
    ].join('\n'),
  };
};
