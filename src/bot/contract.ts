import type { Temporal } from 'temporal-polyfill';
import type { z } from 'zod';
import type { Core } from '../app.ts';
import type { Card, Form, SealedCard, SealedForm } from '../cards/card.ts';
import type { Tx } from '../db/client.ts';
import type { Actor } from '../people/actor.ts';
import type { Mention } from '../people/mention.ts';
import type { RoleName } from '../people/permissions.ts';

export type PlatformName = 'slack' | 'teams' | 'web';

/** Who acts, as the platform proves it: never what a payload merely claims. */
export type Account = {
  platform: PlatformName;
  /** The home workspace or tenant of the *user* (not of the channel). */
  tenant: string;
  user: string;
  /** IANA zone, where the payload brings it. */
  zone?: string;
  /**
   * What the platform says of an account that we do not know yet; asked only then.
   * `outsider` = guest, bot or another organisation's user: never linked by address.
   */
  profile?: () => Promise<{ email?: string; zone?: string; outsider: boolean }>;
};

/** Where somebody asked. Answers are private to them wherever that is. */
export type Where = {
  kind: 'personal' | 'group' | 'channel' | 'web';
  /** The channel or conversation, for sharing; the platform's own id. */
  conversation?: string;
  /** What people call it: "#wakefield". */
  name?: string;
  /** The platform's own address for messages there (Message.to). */
  to?: Record<string, unknown>;
  /** What was asked could be read by others there (a code typed so is burnt). */
  seenByOthers: boolean;
};

/** What came in, once the platform has verified and parsed it. */
export type Incoming = {
  /** Unique for this delivery on this platform and the same when it is delivered again. */
  key: string;
  account: Account;
  where: Where;
  ask: /** Words: a command with its text, a mention or a direct message; a leading slash is optional. `/kpi attendance 93.2`. */
    | { kind: 'words'; text: string /** Who is mentioned by name in it; `<@U1>` speaks for itself. */; mentions?: readonly Mention[] }
    /** A button. `token` comes from a SealedPress; `inputs` from fields inside the card. */
    | { kind: 'press'; token: string; inputs?: Record<string, string> }
    /** A form that was sent. */
    | { kind: 'submit'; token: string; values: Record<string, string> }
    /** The log form opened from a message (Slack shortcut, Teams message extension): a verb by name with its state. */
    | { kind: 'open'; verb: string; state: Record<string, unknown> };
  /**
   * How the answer leaves. `reply`: it is the response to this very request (slash command, press, web page).
   * Otherwise a message to this address, written to the outbox in the turn's own transaction.
   */
  answerBy: 'reply' | { platform: 'slack' | 'teams'; to: Record<string, unknown> };
};

/** What the dispatcher gives back to a platform. With `answerBy` a message, the card is already in the outbox. */
export type Answer = (
  | {
      kind: 'card';
      card: SealedCard;
      /** The turn failed. The card says so, and that nothing was saved; or, after a COMMIT without an answer, that this is not known. */
      failed?: 'user' | 'database' | 'bug';
    }
  | { kind: 'form'; form: SealedForm }
  /** A form's own fields were wrong; the form stays open. Nothing was saved. */
  | { kind: 'fields'; fields: Record<string, string>; form: SealedForm }
) & {
  /** Nothing of this asking is kept: the platform keeps nothing of it either, not even that it has heard from somebody. */
  quiet?: true;
};

/** One asking by one person: all a handler gets. `tx` is the one transaction that its effect, the de-duplication row and the answer share. */
export type Turn = {
  core: Core;
  tx: Tx;
  /** The moment of this turn: one value for everything it writes. */
  now: Temporal.Instant;
  /** Today in the programme's zone. */
  today: Temporal.PlainDate;
  actor: Actor;
  where: Where;
  platform: PlatformName;
  /** The home workspace or tenant of the actor's account: a mention is of somebody there. */
  tenant: string;
  /** Who is mentioned by name in the words, for `findPerson`. */
  mentions: readonly Mention[];
  /** Whether the answer is the response to this very request: only then may it hold a secret, as nothing keeps it. */
  atOnce: boolean;
  /** Seals a card for the account that asks: for a message of theirs that is to be brought up to date. */
  seal: (card: Card) => SealedCard;
};

/** A form was filled in wrongly: field name → what is expected. */
export type FieldErrors = { fields: Record<string, string> };

/**
 * A verb answers with a card, or opens a form: said here, before anything runs,
 * because a Slack form must be opened before its handler has run.
 * `state` is the zod shape of what its presses carry; `words` is what was typed after the verb.
 */
export type CardVerb<S extends z.ZodType = z.ZodType> = {
  opens: 'card';
  state: S;
  run: (turn: Turn, ask: { words: string; state: z.infer<S> | undefined; inputs: Record<string, string> }) => Promise<Card>;
};
export type FormVerb<S extends z.ZodType = z.ZodType> = {
  opens: 'form';
  state: S;
  form: (turn: Turn, ask: { words: string; state: z.infer<S> | undefined }) => Promise<Form | Card>;
  submit: (turn: Turn, ask: { values: Record<string, string>; state: z.infer<S> | undefined }) => Promise<Card | FieldErrors>;
};
type Manners = {
  /**
   * A turn of which nothing is kept that says who acted: no inbound row, no line in the log. What it does must be harmless to do twice.
   * Its answer to a message is forgotten once it has gone.
   */
  quiet?: true;
  /** A button that opens it may stand in a card that others see (`Press.anyone`). */
  anyone?: true;
};
export type Verb = (CardVerb | FormVerb) & Manners;

/** What a person can type: one file in commands/, one line in commands/index.ts. */
export type Command = {
  name: string;
  aliases: string[];
  /** For Slack's and Teams' command lists; at most 100 characters, starts with a verb. */
  summary: string;
  /** Slack's usage hint: "attendance 93.2 flu in two schools". */
  usage: string;
  /** Whose help lists it (never a permission). 'all' = everyone. */
  listedFor: RoleName[] | 'all';
  /** At most six lines of examples with what they do, for whoever asks; `slash` is "/" in Slack and on the web, "" in Teams. */
  help: (slash: string, turn: Turn) => string[] | Promise<string[]>;
  /** Words after the command that name a verb: `new` → kpi.new. Anything else goes to `otherwise`. */
  verbs: Record<string, Verb>;
  /** Verbs that only buttons reach, never typed: `save`, `period`. */
  presses: Record<string, Verb>;
  /**
   * Where words lead that begin with no verb: a verb or press by its name, and the words for it; undefined leads to `otherwise`.
   * Pure, because it is asked before anything runs: `7 red` opens a form, `7 green` answers with a card.
   */
  finds?: (words: string) => { verb: string; words: string } | undefined;
  otherwise: Verb;
};

/** Defines a verb with its state's type inferred. */
export const cardVerb = <S extends z.ZodType>(verb: Omit<CardVerb<S>, 'opens'> & Manners): CardVerb & Manners =>
  ({ opens: 'card', ...verb }) as unknown as CardVerb & Manners;
export const formVerb = <S extends z.ZodType>(verb: Omit<FormVerb<S>, 'opens'> & Manners): FormVerb & Manners =>
  ({ opens: 'form', ...verb }) as unknown as FormVerb & Manners;

/** Handles one thing that came in: never throws. `failed` on the answer says whose fault it was. */
export type Dispatch = (incoming: Incoming) => Promise<Answer>;
