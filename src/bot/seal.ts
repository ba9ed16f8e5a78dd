import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { Card, Form, Part, Press, SealedCard, SealedForm, SealedPress } from '../cards/card.ts';
import type { Account } from './contract.ts';

/**
 * Sealed state: what a flow needs travels in its card, encrypted, authenticated, bound to the account it was made for, and expiring.
 * Nothing else in a card is trusted, and no conversation is kept on the server.
 */

/** The most a sealed token may measure, in bytes: Slack keeps 2,000 characters in a button. */
const MOST_SEALED_BYTES = 1_900;
/** Most text that state may carry decompressed: stops a forged bomb before it is opened (it cannot be forged, but limits are cheap). */
const MOST_OPENED_BYTES = 16_384;

/** How long a card's buttons work, in seconds: a half-term and its holiday. */
const LIFETIME = 60 * 24 * 60 * 60;

const Sealed = z.object({ v: z.string(), x: z.number(), w: z.string().optional(), s: z.record(z.string(), z.unknown()).optional() });

/** What was sealed: the verb, the words typed before a form could be opened, and the state. */
export type Opened = {
  verb: string;
  words: string;
  state: Record<string, unknown> | undefined;
  /** It was sealed for everybody of a workspace or tenant: only a verb that says so may be opened by it. */
  anyone?: true;
};

export type Sealer = {
  /** Seals a press for one account or, with `anyone`, for all accounts of its workspace or tenant. Throws if it would not fit a button: a limit on its texts was forgotten. */
  seal: (account: Account, press: Press, now: { epochMilliseconds: number }) => string;
  /** Opens a token from this account; says why not. */
  open: (account: Account, token: string, now: { epochMilliseconds: number }) => Opened | 'expired' | 'invalid';
};

/** A shorter tag would be easier to guess: node takes one unless it is told. */
const TAG_BYTES = 16;

const boundTo = ({ platform, tenant, user }: Account, anyone: boolean) =>
  Buffer.from(JSON.stringify(anyone ? [platform, tenant] : [platform, tenant, user]));

/** @param secret the server's secret key, 32 bytes */
export const createSealer = (secret: Uint8Array): Sealer => {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'common-cause card state v1', 32)));
  const opened = (token: string, bound: Buffer): z.infer<typeof Sealed> | undefined => {
    try {
      const bytes = Buffer.from(token, 'base64url');
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: TAG_BYTES })
        .setAAD(bound)
        .setAuthTag(bytes.subarray(12, 12 + TAG_BYTES));
      const plain = Buffer.concat([cipher.update(bytes.subarray(12 + TAG_BYTES)), cipher.final()]);
      return Sealed.parse(JSON.parse(inflateRawSync(plain, { maxOutputLength: MOST_OPENED_BYTES }).toString()));
    } catch {
      return undefined;
    }
  };
  return {
    seal(account, press, now) {
      const plain: z.infer<typeof Sealed> = { v: press.verb, x: Math.floor(now.epochMilliseconds / 1000) + LIFETIME };
      if (press.words) plain.w = press.words;
      if (press.state) plain.s = press.state;
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(account, press.anyone ?? false));
      const body = Buffer.concat([cipher.update(deflateRawSync(JSON.stringify(plain))), cipher.final()]);
      const token = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
      if (token.length > MOST_SEALED_BYTES)
        throw new Error(`the state of ${press.verb} is ${token.length} bytes sealed, ${MOST_SEALED_BYTES} fit`);
      return token;
    },
    open(account, token, now) {
      if (token.length > MOST_SEALED_BYTES) return 'invalid';
      const own = opened(token, boundTo(account, false));
      const sealed = own ?? opened(token, boundTo(account, true));
      if (!sealed) return 'invalid';
      const { v, x, w, s } = sealed;
      if (x * 1000 < now.epochMilliseconds) return 'expired';
      return { verb: v, words: w ?? '', state: s, ...(own ? {} : { anyone: true }) };
    },
  };
};

/** How one press becomes a sealed one. */
type SealPress = (press: Press) => SealedPress;

const sealForm = (form: Form, seal: SealPress): SealedForm => ({ ...form, submit: { ...form.submit, press: seal(form.submit.press) } });

const sealPart = (part: Part, seal: SealPress): Part<SealedPress> => {
  switch (part.type) {
    case 'buttons':
      return { ...part, buttons: part.buttons.map((button) => ('press' in button ? { ...button, press: seal(button.press) } : button)) };
    case 'list':
      return {
        ...part,
        items: part.items.map(({ button, ...item }) =>
          button ? { ...item, button: 'press' in button ? { ...button, press: seal(button.press) } : button } : item,
        ),
      };
    case 'inputs':
      return { ...part, form: sealForm(part.form, seal) };
    default:
      return part;
  }
};

/** Seals every press of a card. */
export const sealCard = (card: Card, seal: SealPress): SealedCard => ({ ...card, parts: card.parts.map((part) => sealPart(part, seal)) });

export { sealForm };
