import type { Temporal } from 'temporal-polyfill';
import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import type { Card, Form, SealedCard } from '../cards/card.ts';
import { isId, type Tx } from '../db/client.ts';
import { inTransaction, isUniqueViolation } from '../db/transaction.ts';
import { CommitUnconfirmed, DatabaseUnavailable, UserError } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { type Actor, findActor } from '../people/actor.ts';
import { pupilIdentifier, withoutNumbers } from '../people/identifiers.ts';
import { linkByAddress, personByAddress } from '../people/linking.ts';
import { MOST_BYTES, showable, unkeepable } from '../people/notes.ts';
import type { Account, Answer, Command, Dispatch, Incoming, Turn, Verb } from './contract.ts';
import { createFinish } from './finish.ts';
import { helpCard } from './help.ts';
import { realTimer, startPatience, type Timer } from './patience.ts';
import * as replies from './replies.ts';
import { route, verbNamed } from './route.ts';
import { sealForm } from './seal.ts';
import { answerStranger } from './strangers.ts';

/**
 * Every asking, from every platform, passes here: who is it, what do they want, one transaction for the effect,
 * the de-duplication row and the answer. A handler returns a card; only what is in the outbox is sent.
 */

/** Somebody else wrote the same chain first: each retry reads what they wrote. */
const MOST_ATTEMPTS = 5;

/** Milliseconds for a look at what was kept, after the database has failed: who asked has waited for long enough. */
const LAST_LOOK = 1_000;

/** This delivery was answered before: the answer is given again and this turn's effect is rolled back. */
class AlreadyAnswered extends Error {}

/** The account is not linked to anybody. */
class Stranger extends Error {}

/** What is to be done, before the actor is known. */
type Wanted =
  | {
      kind: 'run';
      name: string;
      verb: Verb;
      words: string;
      state: Record<string, unknown> | undefined;
      inputs: Record<string, string>;
      submit: boolean;
    }
  | { kind: 'help'; command: Command }
  | {
      kind: 'card';
      card: Card;
      /** The words led to a quiet verb. */
      quiet?: true;
    };

const isQuiet = (want: Wanted): boolean => (want.kind === 'run' ? want.verb.quiet : want.kind === 'card' && want.quiet) === true;

/** One asking on its way through here. */
type Asked = {
  incoming: Incoming;
  want: Wanted;
  now: Temporal.Instant;
  /** Of whoever asks quietly by an account that is not linked, as its workspace or tenant vouches for it. */
  address?: string;
};

export type DispatchParts = {
  core: Core;
  commands: readonly Command[];
  /** Wakes the relay after a commit that left messages in the outbox. */
  kick: () => void;
  timer?: Timer;
};

export const createDispatch = ({ core, commands, kick, timer = realTimer }: DispatchParts): Dispatch => {
  const { sealer, sealFor, finish: finishFor } = createFinish(core, commands);
  const finish = (incoming: Incoming, card: Card, now: Temporal.Instant): SealedCard => finishFor(incoming.account, card, now);

  const wanted = (incoming: Incoming, now: Temporal.Instant): Wanted => {
    const { ask } = incoming;
    const run = (name: string, verb: Verb, rest: Partial<Extract<Wanted, { kind: 'run' }>>): Wanted => ({
      kind: 'run',
      name,
      verb,
      words: '',
      state: undefined,
      inputs: {},
      submit: false,
      ...rest,
    });
    if (ask.kind === 'words') return wantedByWords(incoming.account, ask.text, run);
    if (ask.kind === 'open') {
      const verb = verbNamed(commands, ask.verb);
      return verb ? run(ask.verb, verb, { state: ask.state }) : { kind: 'card', card: replies.staleCard() };
    }
    const opened = sealer.open(incoming.account, ask.token, now);
    if (opened === 'expired' || opened === 'invalid') return { kind: 'card', card: replies.staleCard() };
    if (opened.verb === AGAIN && !opened.anyone) return wantedByWords(incoming.account, opened.words, run);
    const verb = verbNamed(commands, opened.verb);
    if (!verb || (opened.anyone && !verb.anyone)) return { kind: 'card', card: replies.staleCard() };
    const submit = ask.kind === 'submit';
    return run(opened.verb, verb, { words: opened.words, state: opened.state, submit, inputs: (submit ? ask.values : ask.inputs) ?? {} });
  };

  const wantedByWords = (
    { platform }: Account,
    text: string,
    run: (name: string, verb: Verb, rest: Partial<Extract<Wanted, { kind: 'run' }>>) => Wanted,
  ): Wanted => {
    const found = route(commands, text);
    const quiet: { quiet?: true } = found && 'verb' in found && found.verb.quiet ? { quiet: true } : {};
    if (unkeepable(text)) return { kind: 'card', card: replies.unkeepableCard(quiet.quiet ? undefined : text), ...quiet };
    // Wherever it stands: a name that was not understood is given back in an answer, and answers are kept.
    const number = pupilIdentifier(text);
    if (number === 'UPN' || number === 'NHS number')
      return { kind: 'card', card: replies.pupilCard(platform, `This looks as if it has a pupil's number (${number}) in it.`), ...quiet };
    const home = commands[0] as Command;
    if (!found)
      return text.trim() === '' ? run(home.name, home.otherwise, {}) : { kind: 'card', card: replies.notUnderstood(text, commands) };
    if ('help' in found) return { kind: 'help', command: found.command };
    return run(found.name, found.verb, { words: found.words });
  };

  const perform = async (turn: Turn, incoming: Incoming, want: Wanted): Promise<Answer | Card> => {
    if (want.kind === 'card') return want.card;
    if (want.kind === 'help') return helpCard(want.command, turn);
    const { verb, words } = want;
    const read = want.state === undefined ? undefined : verb.state.safeParse(want.state);
    if (read && !read.success) return replies.staleCard(); // a card from before a change of ours
    const state = read?.data;
    if (verb.opens === 'card') return verb.run(turn, { words, state, inputs: want.inputs });
    const seal = sealFor(incoming.account, turn.now);
    if (want.submit) {
      const broken = Object.keys(want.inputs).filter((name) => unkeepable(want.inputs[name] ?? ''));
      const done =
        broken.length > 0
          ? { fields: Object.fromEntries(broken.map((name) => [name, 'There is a character in it that cannot be kept. Write it anew.'])) }
          : await verb.submit(turn, { values: want.inputs, state });
      if (!('fields' in done)) return done;
      const form = await verb.form(turn, { words, state });
      if (!('submit' in form)) return form;
      const kept: Form = {
        ...form,
        fields: form.fields.map((field) => ({ ...field, value: unrepeatable(showable(want.inputs[field.name] ?? field.value ?? '')) })),
      };
      return { kind: 'fields', fields: done.fields, form: sealForm(kept, seal) };
    }
    // A message brings nothing that a form could be opened with: its answer is a button that does.
    if (incoming.answerBy !== 'reply') {
      // The outbox keeps nothing of what somebody wrote beside a quiet verb: what is deleted there lies on the disk for a while.
      if (verb.quiet) return replies.openFormCard({ verb: want.name, state: want.state });
      const kept = [words, ...Object.values(want.state ?? {}).filter((value) => typeof value === 'string')].join('\n').trim();
      return replies.noteRefusal(incoming.account.platform, kept) ?? replies.openFormCard({ verb: want.name, state: want.state, words });
    }
    const form = await verb.form(turn, { words, state });
    return 'submit' in form ? { kind: 'form', form: sealForm(form, seal) } : form;
  };

  /** Everything that one delivery does to the database, in one transaction. */
  const turnIn = async (tx: Tx, { incoming, want, now, address }: Asked): Promise<Answer> => {
    const today = dayIn(now);
    const actor = (await findActor(tx, incoming.account, today.toString())) ?? (address && (await actorAt(tx, address, now)));
    if (!actor) throw new Stranger();
    const { account, where, ask } = incoming;
    const mentions = (ask.kind === 'words' && ask.mentions) || [];
    const { platform, tenant } = account;
    const atOnce = incoming.answerBy === 'reply';
    const turn: Turn = {
      core,
      tx,
      now,
      today,
      actor,
      where,
      platform,
      tenant,
      mentions,
      atOnce,
      seal: (card) => finish(incoming, card, now),
    };
    const done = await perform(turn, incoming, want);
    if ('kind' in done) return done; // an open form, or one with mistakes: nothing was written
    const card = finish(incoming, done, now);
    await keep(tx, { incoming, want, now }, card, actor.personId);
    return { kind: 'card', card };
  };

  /** Whoever has an address, for one turn of which nothing is kept: an account is linked by what may be known of it. */
  const actorAt = async (tx: Tx, address: string, now: Temporal.Instant): Promise<Actor | undefined> => {
    const person = await personByAddress(core, tx, address, now);
    return person && findActor(tx, { platform: 'web', tenant: 'web', user: person.id }, dayIn(now).toString());
  };

  /** The de-duplication row with its answer and, where the answer is a message, the message: in the transaction of the effect. */
  const keep = async (tx: Tx, { incoming, want, now }: Asked, card: SealedCard, personId: string | null) => {
    const { answerBy } = incoming;
    if (!isQuiet(want)) {
      const inserted = await tx.$executeRaw`
        insert into inbound_event (platform, key, at, person_id, answer)
        values (${incoming.account.platform}, ${keyOf(incoming)}, ${now.toString()}::timestamptz, ${personId}::uuid, ${JSON.stringify(card.secret ? replies.shownOnce() : card)}::jsonb)
        on conflict do nothing`;
      if (inserted === 0) throw new AlreadyAnswered();
    }
    if (answerBy === 'reply') return;
    if (card.secret) throw new Error('a card with a secret may only be a reply: the outbox would keep it');
    const forget = isQuiet(want) ? { forget: true as const } : {};
    await core.later(tx, { kind: 'card', platform: answerBy.platform, to: answerBy.to, card, ...forget });
  };

  const keptAnswer = async (incoming: Incoming): Promise<Answer | undefined> => {
    const row = await core.db.inboundEvent.findUnique({
      where: { platform_key: { platform: incoming.account.platform, key: keyOf(incoming) } },
      select: { answer: true },
    });
    return row ? { kind: 'card', card: (row.answer as SealedCard | null) ?? replies.shownOnce() } : undefined;
  };

  /** Tries again as long as somebody else was first; what they wrote is read anew each time. */
  const attempt = async (asked: Asked): Promise<Answer> => {
    const { incoming } = asked;
    for (let attempts = 1; ; attempts += 1) {
      try {
        const answer = await inTransaction(core.db, (tx) => turnIn(tx, asked));
        // A form that was saved and comes again is wrong now ("there is one of this name"): what it was told counts.
        return answer.kind === 'fields' ? ((await keptAnswer(incoming)) ?? answer) : answer;
      } catch (error) {
        const answered =
          error instanceof AlreadyAnswered || isUniqueViolation(error) || error instanceof UserError
            ? await keptAnswer(incoming)
            : undefined;
        if (answered) return answered;
        if (!isUniqueViolation(error) || attempts === MOST_ATTEMPTS) throw error;
      }
    }
  };

  /** A refusal is an answer too: where answers are messages it goes the same way, once. */
  const refuse = (asked: Asked, card: SealedCard) =>
    asked.incoming.answerBy === 'reply'
      ? undefined
      : inTransaction(core.db, (tx) => keep(tx, asked, card, null)).catch((error) => {
          if (!(error instanceof AlreadyAnswered)) throw error;
        });

  const meet = async (asked: Asked): Promise<Answer> => {
    const { incoming, want, now } = asked;
    const { account } = incoming;
    const profile = account.platform === 'web' || asked.address ? undefined : await account.profile?.();
    if (profile?.email && !profile.outsider) {
      const { email } = profile;
      // A link is kept and told to others: a quiet asking is answered without one.
      if (isQuiet(want)) return answer({ ...asked, address: email });
      const linked = await inTransaction(core.db, (tx) => linkByAddress(core, tx, account, email, now)).catch((error) => {
        if (isUniqueViolation(error)) return true; // linked a moment ago by another delivery
        throw error;
      });
      if (linked) return attempt(asked);
    }
    try {
      const card = await inTransaction(core.db, async (tx) => {
        const told = finish(incoming, await answerStranger({ core, tx, now }, incoming, commands, wordsOf(asked)), now);
        await keep(tx, asked, told, null);
        return told;
      });
      return { kind: 'card', card };
    } catch (error) {
      // The same delivery was answered, or another one linked this account, a moment ago.
      if (isUniqueViolation(error)) return attempt(asked);
      const answered = error instanceof AlreadyAnswered ? await keptAnswer(incoming) : undefined;
      if (answered) return answered;
      throw error;
    }
  };

  const answer = async (asked: Asked): Promise<Answer> => {
    try {
      return await attempt(asked);
    } catch (error) {
      if (error instanceof Stranger) return meet(asked);
      throw error;
    }
  };

  /**
   * The database failed, but only the answer of its COMMIT may have been lost: what is kept was saved, all of it.
   * Nothing kept proves nothing: a COMMIT that nobody waits for may still be under way.
   */
  const savedAfterAll = async (incoming: Incoming): Promise<Answer | undefined> => {
    const patience = startPatience(timer, LAST_LOOK);
    const looked = await patience.waitFor(keptAnswer(incoming).catch(() => undefined));
    patience.end();
    return looked === 'late' ? undefined : looked.result;
  };

  const refusedWith = async (asked: Asked, error: UserError): Promise<Answer> => {
    const card = finish(asked.incoming, replies.refusal(error, wordsOf(asked)), asked.now);
    await refuse(asked, card);
    kick();
    return { kind: 'card', card, failed: 'user' };
  };

  const failedWith = (asked: Asked, error: unknown, reference: string): Answer => {
    const { incoming, want, now } = asked;
    const database = error instanceof DatabaseUnavailable;
    const told =
      error instanceof CommitUnconfirmed
        ? replies.perhapsSaved({ reference, said: said(asked), twice: isQuiet(want) })
        : replies.notSaved({ database, reference, said: said(asked), again: again(incoming) });
    return { kind: 'card', card: finish(incoming, told, now), failed: database ? 'database' : 'bug' };
  };

  /** An asking that leaves no trace of who asked; of a failure the log has the reference and its kind. */
  const quietly = async (asked: Asked, reference: string): Promise<Answer> => {
    try {
      const result = await answer(asked);
      kick();
      return result;
    } catch (error) {
      try {
        if (error instanceof UserError) return await refusedWith(asked, error);
      } catch {
        // Told as any other failure.
      }
      core.log.error({ ref: reference, fault: faultOf(error).type }, whatFailed(error));
      return failedWith(asked, error, reference);
    }
  };

  return async (incoming) => {
    const now = core.now();
    const reference = core.newId().replaceAll('-', '').slice(-6).toUpperCase();
    const log = core.log.child({ ref: reference, platform: incoming.account.platform, ask: incoming.ask.kind });
    let asked: Asked = { incoming, want: { kind: 'card', card: replies.staleCard() }, now };
    try {
      asked = { ...asked, want: wanted(incoming, now) };
      if (isQuiet(asked.want)) return { ...(await quietly(asked, reference)), quiet: true };
      const result = await answer(asked);
      log.info({ answer: result.kind }, 'turn');
      kick();
      return result;
    } catch (error) {
      try {
        if (error instanceof UserError) {
          const refused = await refusedWith(asked, error);
          log.info({ answer: 'refused' }, 'turn');
          return refused;
        }
      } catch (nested) {
        log.error({ fault: faultOf(nested) }, 'a refusal could not be written');
      }
      const database = error instanceof DatabaseUnavailable;
      const saved = database ? await savedAfterAll(incoming) : undefined;
      if (saved) {
        log.warn({ fault: faultOf(error), answer: saved.kind }, 'the database failed, but this was saved');
        kick();
        return saved;
      }
      log.error({ fault: faultOf(error) }, whatFailed(error));
      return failedWith(asked, error, reference);
    }
  };
};

const whatFailed = (error: unknown): string => {
  if (error instanceof CommitUnconfirmed) return 'the database did not answer at the commit: whether it was saved is not known';
  return error instanceof DatabaseUnavailable ? 'the database could not be reached: nothing was saved' : 'a turn failed: nothing was saved';
};

/** The press behind [Try again]: the same words once more. Not a command's verb, so that nobody can type it. */
const AGAIN = 'again';

const keyOf = ({ account, key }: Incoming) => `${account.tenant}:${account.user}:${key}`;

/** What somebody chose of a short list of a quiet form: its place there, which says nothing to them. */
const PLACE = /^\d{1,2}$/u;

/** What somebody wrote into a form; what they chose of a list is an id that says nothing to them. */
const wordsOf = ({ incoming: { ask }, want }: Asked): string =>
  ask.kind === 'submit'
    ? Object.values(ask.values)
        .map((value) => value.trim())
        .filter((value) => value !== '' && !isId(value) && !(isQuiet(want) && PLACE.test(value)))
        .join(' · ')
    : '';

/** A person's own words, to be given back. */
const said = (asked: Asked): string | undefined => {
  const { ask } = asked.incoming;
  if (ask.kind === 'words') return showable(ask.text);
  if (ask.kind === 'submit') return showable(isQuiet(asked.want) ? wordsOf(asked) : Object.values(ask.values).filter(Boolean).join(' · '));
  return undefined;
};

/** A child's identifier in a field of a form that comes back is taken out of it, with all of the field where it is no number alone. */
const unrepeatable = (value: string): string => withoutNumbers(value) ?? '';

/** Longer words would not fit the button; they are given back whole, to be sent again. */
const again = ({ ask }: Incoming) =>
  ask.kind === 'words' && !unkeepable(ask.text) && Buffer.byteLength(ask.text) <= MOST_BYTES ? { verb: AGAIN, words: ask.text } : undefined;
