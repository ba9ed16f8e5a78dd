import { z } from 'zod';
import { commands } from '../../commands/index.ts';
import type { Account, Answer, Dispatch, Verb } from '../../src/bot/contract.ts';
import { createDispatch } from '../../src/bot/dispatch.ts';
import { createSealer } from '../../src/bot/seal.ts';
import type { Field } from '../../src/cards/card.ts';
import { plainText } from '../../src/cards/plain-text.ts';
import type { TestBot } from '../support/bot.ts';
import { undone } from '../support/undone.ts';

/** Every verb and press of every command, pressed with things of Wakefield in it as if a card had once shown them. */

/** Stands in every name, title and text that lies in Wakefield: whoever reads it was shown something of there. */
export const MARK = '§';

type Values = Record<string, unknown>;
type Property = {
  type?: string;
  enum?: unknown[];
  format?: string;
  properties?: Record<string, Property>;
  anyOf?: Property[];
  prefixItems?: unknown[];
};

/** All verbs by their dotted names; what a command does otherwise by its own. */
export const VERBS: [name: string, verb: Verb][] = commands.flatMap((command) => [
  [command.name, command.otherwise] as [string, Verb],
  ...[...new Map([...Object.entries(command.verbs), ...Object.entries(command.presses)])].map(([word, verb]): [string, Verb] => [
    `${command.name}.${word}`,
    verb,
  ]),
]);

const carried = (name: string, { type, enum: choices, format }: Property, known: Values): unknown => {
  if (name in known && (!choices || choices.includes(known[name]))) return known[name];
  if (choices) return choices[0];
  if (format === 'date') return '2026-11-12';
  if (format === 'uuid') return known.id;
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  if (type === 'array') return [];
  if (type === 'object') return {};
  return 'words';
};

/**
 * What a press of this verb carries: made from the verb's own shape, so that a new verb is tried too. What may be left out is there only
 * where it names something known.
 */
export const stateOf = (verb: Verb, known: Values): Values | undefined => {
  const { properties = {}, required = [] } = z.toJSONSchema(verb.state, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const names = Object.keys(properties).filter((name) => required.includes(name) || name in known);
  return names.length === 0
    ? undefined
    : Object.fromEntries(names.map((name) => [name, carried(name, properties[name] as Property, known)]));
};

/**
 * What somebody might send in a form: what it opens with, and something wherever it opens with nothing; without the mark, as what they
 * sent may be given back to them.
 */
export const valuesFor = (answer: Answer): Record<string, string> =>
  answer.kind === 'card'
    ? {}
    : Object.fromEntries(answer.form.fields.map((field) => [field.name, (field.value || somethingIn(field)).replaceAll(MARK, '')]));
const somethingIn = (field: Field): string => {
  if (field.kind === 'choice') return field.options[0]?.value ?? '';
  return { number: '93.2', date: '2026-12-10', text: 'A few words', longtext: 'A few words' }[field.kind];
};

type Tried = {
  /** They were shown something of Wakefield. */
  reads: boolean;
  /** A form opened. */
  opens: boolean;
  opened: Answer;
  /** The tables that were written to. */
  writes: string[];
  /** What was shown. */
  text: string;
  /** It went wrong in a way that no person did. */
  failed: boolean;
};

const textOf = (answer: Answer): string => (answer.kind === 'card' ? plainText(answer.card) : JSON.stringify(answer.form));

export const trying = (bot: TestBot) => {
  let written: string[] = [];
  const core = undone(bot.core, bot.database, (tables) => void written.push(...tables.filter((table) => table !== 'inbound_event')));
  const dispatch = createDispatch({ core, commands, kick: () => {} });
  const sealer = createSealer(bot.core.secret);
  let deliveries = 0;
  const send = (account: Account, ask: Parameters<Dispatch>[0]['ask']) => {
    deliveries += 1;
    return dispatch({ key: `tried-${deliveries}`, account, where: { kind: 'web', seenByOthers: false }, ask, answerBy: 'reply' });
  };
  /** @param sent what is sent in a form; the form itself is opened too */
  return async (
    account: Account,
    verb: string,
    { state, words = '', sent }: { state?: Values | undefined; words?: string; sent?: Record<string, string> },
  ): Promise<Tried> => {
    written = [];
    const token = sealer.seal(account, { verb, words, ...(state && { state }) }, bot.core.now());
    const opened = await send(account, { kind: 'press', token });
    const answers = [opened, ...(sent ? [await send(account, { kind: 'submit', token, values: sent })] : [])];
    const text = answers.map(textOf).join('\n');
    return {
      reads: text.includes(MARK),
      opens: opened.kind === 'form',
      opened,
      writes: [...new Set(written)],
      text,
      failed: answers.some((answer) => 'failed' in answer && answer.failed !== undefined && answer.failed !== 'user'),
    };
  };
};
