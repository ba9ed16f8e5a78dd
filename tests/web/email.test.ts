import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PlatformError } from '../../src/errors.ts';
import { emailHtml, pieces } from '../../src/platforms/email/render.ts';
import { createEmail } from '../../src/platforms/email/send.ts';
import { mailServer } from '../support/mail.ts';

const MAIL = {
  kind: 'email' as const,
  to: 'wakefield.lead@example.org',
  subject: 'Your link to Common Cause',
  text: 'Open https://cause.example.org/sign-in/link/abc.\n\n<b>É & é</b>',
};
/** Short, so that a server which never answers is given up within the test; what is waited for is its end, not a time. */
const IMPATIENT = { connectionTimeout: 300, greetingTimeout: 300, socketTimeout: 600 };

let server: Awaited<ReturnType<typeof mailServer>>;
beforeEach(async () => {
  server = await mailServer();
});
afterEach(() => server.stop());

const sender = (url = server.url) => createEmail({ mail: { url, from: 'Common Cause <bot@example.org>' }, demo: false }, IMPATIENT);
const failure = (sending: Promise<unknown>): Promise<PlatformError> =>
  sending.then(
    () => {
      throw new Error('it was sent');
    },
    (error: PlatformError) => error,
  );

describe('an e-mail', () => {
  test('arrives at one address, as text and as its HTML twin', async () => {
    const sent = await sender().send(MAIL);
    expect(sent.messageId).toMatch(/@/u);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({ from: 'bot@example.org', to: ['wakefield.lead@example.org'] });
    const source = server.received[0]?.source ?? '';
    expect(source).toContain('Content-Type: multipart/alternative');
    expect(source).toContain('Auto-Submitted: auto-generated');
    expect(source.replaceAll('=\r\n', '')).toContain('<a href=3D"https://cause.example.org/sign-in/link/abc">');
  });

  test('goes to nobody else, whatever the address or subject holds', async () => {
    await sender().send({ ...MAIL, subject: 'Hello\r\nBcc: everyone@example.org' });
    await failure(sender().send({ ...MAIL, to: 'a@example.org, b@example.org' })).catch(() => {});
    expect(server.received.flatMap(({ to }) => to)).not.toContain('everyone@example.org');
    expect(server.received.flatMap(({ to }) => to)).not.toContain('b@example.org');
    expect(server.received[0]?.source).not.toMatch(/^Bcc:/mu);
  });
});

describe('what may be sent again', () => {
  test.each<[string, Parameters<typeof server.becomes>[0], PlatformError['outcome']]>([
    ['a mailbox that is busy may', { refusesRecipient: 450 }, 'again'],
    ['a message that is put off may', { refusesMessage: 451 }, 'again'],
    ['a mailbox that does not exist may not', { refusesRecipient: 550 }, 'refused'],
    ['a message that is refused may not', { refusesMessage: 554 }, 'refused'],
    ['a message that the server had when it hung up is unconfirmed', 'hangs up after the message', 'unconfirmed'],
    ['a message that the server never answered is unconfirmed', 'is silent after the message', 'unconfirmed'],
  ])('%s', async (_name, mood, outcome) => {
    server.becomes(mood);
    const error = await failure(sender().send(MAIL));
    expect(error).toBeInstanceOf(PlatformError);
    expect(error.outcome).toBe(outcome);
    expect(error.message).not.toContain('wakefield');
  });

  test('a login that is refused may, once somebody has put it right', async () => {
    server.becomes({ refusesLogin: true });
    expect((await failure(sender(server.url.replace('//', '//user:wrong@')).send(MAIL))).outcome).toBe('again');
  });

  test('a server that is not there may', async () => {
    await server.stop();
    expect((await failure(sender().send(MAIL))).outcome).toBe('again');
    server = await mailServer();
  });

  test('a server that never greets may: nothing had left', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    expect((await failure(sender(`smtp://127.0.0.1:${(mute.address() as AddressInfo).port}`).send(MAIL))).outcome).toBe('again');
    mute.close();
  });
});

test('in the demonstration without a mail server it is only shown', async () => {
  expect(await createEmail({ mail: undefined, demo: true }).send(MAIL)).toEqual({ shown: '/chat/mail' });
  expect((await failure(createEmail({ mail: undefined, demo: false }).send(MAIL))).outcome).toBe('refused');
});

describe('the text of an e-mail', () => {
  test('is split at its links without losing a letter', () => {
    const text = 'See https://example.org/a?b=1&c=(d). Or http://example.org, or <https://example.org/e>!';
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
    expect(pieces(text).flatMap(({ url }) => url ?? [])).toEqual([
      'https://example.org/a?b=1&c=(d',
      'http://example.org',
      'https://example.org/e',
    ]);
  });

  test('is escaped in its HTML twin', () => {
    const html = emailHtml('<script>alert(1)</script> "https://example.org/a\'b"');
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('<a href="https://example.org/a&#39;b">');
  });
});
