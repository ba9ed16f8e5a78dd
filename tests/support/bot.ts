import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { commands } from '../../commands/index.ts';
import type { App, Core } from '../../src/app.ts';
import type { Account, Answer, Dispatch, Incoming, Where } from '../../src/bot/contract.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import type { SealedCard, SealedForm, SealedPress } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import { parseConfig } from '../../src/config.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { createOutbox } from '../../src/jobs/outbox.ts';
import { loadDemonstration } from '../../src/programme/demo.ts';
import { loadBank } from '../../src/pulses/bank.ts';
import { createWaveKeys } from '../../src/wave-keys.ts';
import { testClock, testIds } from './clock.ts';
import { type Filling, type TestDatabase, testDatabase } from './database.ts';

/** The whole bot but for its platforms, over a real database with the demonstration programme and a clock that stands still. */

/** A Thursday afternoon in term. */
const NOW = '2026-11-19T14:00:00Z';

export type TestBot = Awaited<ReturnType<typeof testBot>>;

const PERSONAL: Where = { kind: 'web', seenByOthers: false };

/** The demonstration as it is loaded at a moment: once in a run, then copied. */
export const demonstrationAt = (now: Core['now']): Filling => ({
  name: `demonstration-${now().toString()}`,
  fill: ({ db }) => loadDemonstration({ db, now, newId: testIds(2), log: pino({ level: 'silent' }) }),
});

export const testBot = async (options: { now?: string; env?: Record<string, string>; database?: TestDatabase } = {}) => {
  const clock = testClock(options.now ?? NOW);
  const database = options.database ?? (await testDatabase(demonstrationAt(clock.now)));
  const newId = testIds();
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const senders: Partial<Record<'slack' | 'teams' | 'email', App['send']>> = {};
  const outbox = createOutbox({
    db: database.db,
    now: clock.now,
    newId,
    log,
    send: async (message) => {
      const send = senders[message.kind === 'email' ? 'email' : message.platform];
      if (!send) throw new Error(`nothing sends for ${message.kind}`);
      return send(message);
    },
  });
  // Made with its first key.
  const keysDir = join(tmpdir(), `common-cause-test-keys-${randomBytes(6).toString('hex')}`);
  const config = parseConfig({ KEYS_DIR: keysDir, ...options.env });
  const core: Core = {
    db: database.db,
    now: clock.now,
    newId,
    log,
    config,
    secret: new Uint8Array(32).fill(7),
    later: outbox.later,
    waveKeys: createWaveKeys(config, randomBytes),
  };
  await loadDemonstration(core); // does nothing where it is there already
  await inTransaction(core.db, (tx) => loadBank({ tx, now: core.now() }));
  const dispatch: Dispatch = createDispatch({
    core,
    commands,
    // Without a platform to send through, messages wait in the outbox, where a test can read them.
    kick: () => void (Object.keys(senders).length > 0 && outbox.kick()),
  });

  let deliveries = 0;
  const nextKey = () => {
    deliveries += 1;
    return `delivery-${deliveries}`;
  };

  /** Somebody on the web, by their address before the @: `bot.as('wakefield.lead')`. */
  const as = async (name: string) => {
    const person = await database.db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } });
    return conversation({ platform: 'web', tenant: 'web', user: person.id });
  };

  /** A conversation with one account: what they say, press and send, and what they see. */
  const conversation = (account: Account, where: Where = PERSONAL) => {
    const ask = async (asked: Incoming['ask'], key = nextKey(), extra: Partial<Incoming> = {}): Promise<Seen> =>
      seen(await dispatch({ key, account, where, ask: asked, answerBy: 'reply', ...extra }));
    return {
      account,
      ask,
      say: (text: string, key?: string) => ask({ kind: 'words', text }, key),
      /** Presses a button by its label; `inputs` are fields in the card. */
      press: (on: Seen, label: string, key?: string) => ask({ kind: 'press', token: on.button(label).token }, key),
      /** Sends a form with some fields changed; the others keep what they open with. */
      submit: (on: Seen, values: Record<string, string>, key?: string) => {
        const form = on.form();
        const kept = Object.fromEntries(form.fields.map(({ name, value }) => [name, value ?? '']));
        return ask({ kind: 'submit', token: form.submit.press.token, values: { ...kept, ...values } }, key);
      },
    };
  };

  return {
    core,
    database,
    clock,
    dispatch,
    commands,
    logged,
    outbox,
    /** Platforms that messages leave by: `bot.senders.slack = slack.send`. */
    senders,
    as,
    conversation,
    close: async () => {
      await outbox.stop();
      await database.close();
      await rm(keysDir, { recursive: true, force: true });
    },
  };
};

/** What somebody sees. */
export type Seen = {
  answer: Answer;
  /** The plain-text form of the card, or the form's title and fields. */
  text: string;
  title: string;
  card: () => SealedCard;
  form: () => SealedForm;
  fields: () => Record<string, string>;
  labels: string[];
  button: (label: string) => SealedPress;
};

const buttonsOf = (card: SealedCard) =>
  card.parts.flatMap((part) =>
    part.type === 'buttons' ? part.buttons : part.type === 'list' ? part.items.flatMap(({ button }) => button ?? []) : [],
  );

const seen = (answer: Answer): Seen => {
  const buttons = answer.kind === 'card' ? buttonsOf(answer.card) : [];
  const card = () => {
    if (answer.kind !== 'card') throw new Error(`a card was expected, this is ${answer.kind}: ${JSON.stringify(answer).slice(0, 500)}`);
    return answer.card;
  };
  const form = () => {
    if (answer.kind === 'card') throw new Error(`a form was expected, this is the card “${answer.card.title}”`);
    return answer.form;
  };
  return {
    answer,
    card,
    form,
    title: answer.kind === 'card' ? answer.card.title : answer.form.title,
    text:
      answer.kind === 'card'
        ? plainText(answer.card)
        : [answer.form.title, answer.form.intro ?? '', ...answer.form.fields.map(({ label }) => label)].join('\n'),
    fields: () => (answer.kind === 'fields' ? answer.fields : {}),
    labels: buttons.map(({ label }) => label),
    button: (label) => {
      const found = buttons.find((button) => button.label === label);
      if (!found || !('press' in found))
        throw new Error(
          `there is no button “${label}” on “${answer.kind === 'card' ? answer.card.title : answer.kind}”, only: ${buttons.map((button) => button.label).join(', ')}`,
        );
      return found.press;
    },
  };
};
