import { createTransport } from 'nodemailer';
import type { Message } from '../../app.ts';
import type { Config } from '../../config.ts';
import { PlatformError } from '../../errors.ts';
import { emailHtml } from './render.ts';

/** Sends e-mail through the configured server, and says of each failure whether the message may be sent again. */

/** How long a mail server may take, in milliseconds: to be reached, to greet, to answer. */
const PATIENCE = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

type Email = Extract<Message, { kind: 'email' }>;

/** What nodemailer tells of a failure; `originalCode` is the socket's own. */
type Failure = { code?: string; originalCode?: string; timeoutType?: string; responseCode?: number };

/** The message had not left yet: nobody was reached, or we were not let in. */
const NEVER_LEFT = new Set([
  'EDNS',
  'ETLS',
  'EAUTH',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
]);

/** What went wrong, for the outbox. The server's own words stay out: they may repeat the address. */
const outcomeOf = ({ code = 'unknown', originalCode, timeoutType, responseCode }: Failure): PlatformError => {
  const what = `the mail server: ${[code, originalCode, timeoutType, responseCode].filter(Boolean).join(' ')}`;
  const neverLeft = [code, originalCode, timeoutType].some((sign) => sign !== undefined && NEVER_LEFT.has(sign));
  if (neverLeft) return new PlatformError(what, { outcome: 'again' });
  // A reply is certain: 4yz asks to try later, 5yz is a no for good.
  if (responseCode !== undefined) return new PlatformError(what, { outcome: responseCode < 500 ? 'again' : 'refused' });
  // Closed or silent in between: it may have been taken.
  return new PlatformError(what, { outcome: 'unconfirmed' });
};

export const createEmail = (config: Pick<Config, 'mail' | 'demo'>, patience: typeof PATIENCE = PATIENCE) => {
  const { mail } = config;
  const transport = mail ? createTransport({ url: mail.url, ...patience, disableFileAccess: true, disableUrlAccess: true }) : undefined;
  return {
    name: 'email' as const,
    /**
     * Sends one e-mail; in the demonstration without a mail server it is only shown, at /chat/mail.
     * @throws PlatformError
     */
    send: async (message: Email): Promise<Record<string, unknown>> => {
      if (!transport || !mail) {
        if (config.demo) return { shown: '/chat/mail' };
        throw new PlatformError('e-mail: SMTP_URL is not set', { outcome: 'refused' });
      }
      try {
        const { messageId } = await transport.sendMail({
          from: mail.from,
          to: { name: '', address: message.to }, // an object is one address; a string could be a list
          subject: message.subject,
          text: message.text,
          html: emailHtml(message.text),
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { messageId };
      } catch (error) {
        throw outcomeOf(error as Failure);
      }
    },
  };
};
