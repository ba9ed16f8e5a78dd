import type { Logger } from 'pino';
import type { Temporal } from 'temporal-polyfill';
import type { Config } from './config.ts';
import type { Db, Tx } from './db/client.ts';
import type { WaveKeys } from './wave-keys.ts';

/** A message to be sent: what the outbox keeps and a platform's `send` takes. */
export type Message = (
  | {
      /** An answer, a shared card or a notice on a chat platform. */
      kind: 'card';
      platform: 'slack' | 'teams';
      /** The platform's own address: for Slack {channel, user?, thread?}, for Teams a conversation reference. */
      to: Record<string, unknown>;
      /** A sealed card (src/cards/card.ts). */
      card: unknown;
    }
  | { kind: 'home'; platform: 'slack'; to: Record<string, unknown>; card: unknown }
  /** `secret`: its text holds a link that lets somebody in; the outbox forgets it once it has gone. */
  | { kind: 'email'; to: string; subject: string; text: string; secret?: true }
) & {
  /** The message that nobody asked for, of which this is a try (the id of its delivery). */
  delivery?: string;
  /** ISO: it does not leave after this moment; whoever decided it looks again. */
  until?: string;
  /**
   * `true`: nothing of it is kept once it has gone, or may have, or cannot: its row is deleted. One of a delivery that has failed is kept
   * until another way was looked for. `words`: its row is kept, and what it said is not.
   */
  forget?: true | 'words';
  /** Of a delivery that is forgotten: the ways by which it was sent, this one last. What is kept of the delivery does not say. */
  ways?: readonly { platform: string; tenant?: string; user?: string; again?: string }[];
};

/**
 * Writes one message to the outbox in the caller's transaction; it is sent once that has committed, and only then.
 * `id`: of its row, for a caller who asks later what became of it.
 */
export type Later = (tx: Tx, message: Message, options?: { id?: string; notBefore?: Temporal.Instant }) => Promise<void>;

/** What every part of the product may use. Nothing in it can send. */
export type Core = {
  db: Db;
  /** The moment. Only main.ts and the test support know where it comes from. */
  now: () => Temporal.Instant;
  /** A new UUID version 7, so that rows sort by the moment they were made. */
  newId: () => string;
  log: Logger;
  config: Config;
  /** The secret key, 32 bytes: seals cards, hashes codes, signs links. Each use derives its own key from it. */
  secret: Uint8Array;
  later: Later;
  /** The keys of open pulses, kept outside the database. */
  waveKeys: WaveKeys;
};

/** Who writes, when, with ids for new rows: what a turn or a script brings to a use case. `personId` null: the operator's own script. */
export type Writer<Person extends string | null = string> = { tx: Tx; now: Temporal.Instant; newId: () => string; personId: Person };

/** Core, and the power to send: for the jobs and the dispatcher only. */
export type App = Core & {
  /** Sends one message now; throws a PlatformError that says whether it may be sent again. Returns what the platform called it. */
  send: (message: Message) => Promise<Record<string, unknown>>;
};
