import type { PlainTextElement } from '@slack/types';
import { closeDirections } from '../../cards/direction.ts';
import { LIMITS } from './limits.ts';

/**
 * People's text on its way to Slack. It goes into plain_text and rich_text only, where Slack interprets nothing, so `*x*`,
 * `<!channel>` and `<@U1>` come out as typed; only the summary line of a message is mrkdwn and is escaped here, once.
 */

/** Shortened to so many UTF-16 units, with an ellipsis where something is left out; no character is cut in two. */
export const cut = (text: string, most: number): string => {
  const clean = text.toWellFormed().replaceAll('\0', '\uFFFD');
  if (clean.length <= most) return clean;
  const kept = clean.slice(0, most - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
};

/** The same for what is read: Slack refuses blank texts, and a change of direction in one must not turn what follows it. */
export const clip = (text: string, most: number): string => {
  const words = text.trim() === '' ? '–' : text;
  for (let length = most; ; length -= 1) {
    const read = closeDirections(cut(words, length));
    if (read.length <= most) return read;
  }
};

/** Text that Slack shows as it is: no markup, no `:emoji:`. */
export const plain = (text: string, most: number = LIMITS.text): PlainTextElement => ({
  type: 'plain_text',
  text: clip(text, most),
  emoji: false,
});

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The summary of a message, for notifications and screen readers. Sent with `mrkdwn: false`, so that only mentions need escaping. */
export const summary = (text: string): string => {
  for (let most: number = LIMITS.summary; ; most = Math.floor(most / 2)) {
    const safe = escaped(clip(text, most));
    if (safe.length <= LIMITS.summary) return safe;
  }
};

const LABELLED = /<(?<sort>[@#!]?)(?<what>[^<>|]*)(?:\|(?<label>[^<>]*))?>/gu;

/**
 * What a person typed, from what Slack sends: links, channels and groups as they read, people as `<@U1>`, and `&lt;` as `<`.
 */
export const typed = (text: string): string =>
  text
    .replaceAll(LABELLED, (_whole, sort: string, what: string, label: string | undefined) => {
      if (sort === '@') return `&lt;@${what}&gt;`;
      if (sort === '#') return `#${label || what}`;
      if (sort === '!') return label ?? `@${what.split('^')[0]}`;
      // A link that Slack made of what was typed reads as its label: "example.org", "a@b.org".
      return label ?? what;
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
