import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Incoming } from '../../bot/contract.ts';

/** What a page of ours posts, and what the dispatcher is asked with it. */

/** A sealed token is at most 1,900 characters; a nonce is ours, 22. */
const Posted = z.intersection(
  z.object({ nonce: z.string().min(16).max(64) }),
  z.discriminatedUnion('ask', [
    z.object({ ask: z.literal('words'), text: z.string() }),
    z.object({ ask: z.literal('press'), token: z.string().max(2_000) }),
    z.object({ ask: z.literal('submit'), token: z.string().max(2_000) }),
  ]),
);

const DATE_BOX = /^(?<name>.+)\.(?<box>day|month|year)$/u;

/** The fields of a form, by name; a date comes in three boxes and leaves as one, as it was typed when it is no date. */
export const postedValues = (body: Record<string, string>): Record<string, string> => {
  const values: Record<string, string> = {};
  const dates = new Map<string, Record<string, string>>();
  for (const [key, value] of Object.entries(body)) {
    if (!key.startsWith('field.')) continue;
    const name = key.slice('field.'.length);
    const { groups } = DATE_BOX.exec(name) ?? {};
    if (groups) dates.set(groups.name as string, { ...dates.get(groups.name as string), [groups.box as string]: value.trim() });
    else values[name] = value;
  }
  for (const [name, { year = '', month = '', day = '' }] of dates) {
    const two = (text: string) => (/^\d$/u.test(text) ? `0${text}` : text);
    values[name] = year || month || day ? `${year}-${two(month)}-${two(day)}` : '';
  }
  return values;
};

/**
 * What was asked, from one person's page.
 * The key is the page's own nonce and what was asked with it: a double click or a reload is the same asking,
 * while other words typed into a page that was gone back to are another.
 * @returns undefined for a body that no page of ours posts
 */
export const receive = (body: unknown, personId: string): Incoming | undefined => {
  const strings = z.record(z.string(), z.string()).safeParse(body);
  if (!strings.success) return undefined;
  const posted = Posted.safeParse(strings.data);
  if (!posted.success) return undefined;
  const values = postedValues(strings.data);
  const ask: Incoming['ask'] =
    posted.data.ask === 'words'
      ? { kind: 'words', text: posted.data.text }
      : posted.data.ask === 'press'
        ? { kind: 'press', token: posted.data.token, inputs: values }
        : { kind: 'submit', token: posted.data.token, values };
  const what = createHash('sha256').update(JSON.stringify(ask)).digest('base64url');
  return {
    key: `${posted.data.nonce}.${what}`,
    account: { platform: 'web', tenant: 'web', user: personId },
    where: { kind: 'web', seenByOthers: false },
    ask,
    answerBy: 'reply',
  };
};
