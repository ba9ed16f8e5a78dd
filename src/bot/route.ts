import type { Command, Verb } from './contract.ts';

/** Where words lead: the verb's dotted name, the verb, and the words left for it. */
export type Route = { command: Command; name: string; verb: Verb; words: string } | { command: Command; help: true } | undefined;

/** The first command is the home of the bot: `commoncause` takes every other word behind it. */
const find = (commands: readonly Command[], word: string) =>
  commands.find((command) => command.name === word || command.aliases.includes(word));

const split = (text: string): [string, string] => {
  const trimmed = text.trim();
  const gap = trimmed.search(/\s/u);
  return gap < 0 ? [trimmed, ''] : [trimmed.slice(0, gap), trimmed.slice(gap).trim()];
};

const ownVerb = ({ verbs, presses }: Command, name: string): Verb | undefined => {
  if (Object.hasOwn(verbs, name)) return verbs[name];
  return Object.hasOwn(presses, name) ? presses[name] : undefined;
};

/**
 * Routes what somebody typed, without running anything. A leading slash is optional; `commoncause rag …` is `rag …`.
 * Undefined: the first word is no command of ours, or the home of the bot has words behind it that it cannot use.
 */
export const route = (commands: readonly Command[], text: string): Route => {
  const [first, rest] = split(text);
  const command = find(commands, first.toLowerCase().replace(/^\//u, ''));
  // What only the home of the bot does may be said alone: "join CODE" is how people are told to send it in a message.
  const home = commands[0];
  if (!command)
    return home && Object.hasOwn(home.verbs, first.toLowerCase().replace(/^\//u, ''))
      ? route(commands, `${home.name} ${text.trim().replace(/^\//u, '')}`)
      : undefined;
  const [second, more] = split(rest);
  const word = second.toLowerCase();
  if (command === home && find(commands, word.replace(/^\//u, '')) && find(commands, word.replace(/^\//u, '')) !== command)
    return route(commands, rest);
  if (word === 'help' || (Object.hasOwn(command.verbs, word) && more.toLowerCase() === 'help')) return { command, help: true };
  const verb = Object.hasOwn(command.verbs, word) ? command.verbs[word] : undefined;
  const led = verb ? undefined : command.finds?.(rest);
  const ledTo = led && ownVerb(command, led.verb);
  if (led && ledTo) return { command, name: `${command.name}.${led.verb}`, verb: ledTo, words: led.words };
  // Home would show itself and drop them: whoever meant a command would think that it was done.
  if (!verb && command === home && rest !== '') return undefined;
  return verb
    ? { command, name: `${command.name}.${word}`, verb, words: more }
    : { command, name: command.name, verb: command.otherwise, words: rest };
};

/** The verb behind a press or form, by its dotted name: `kpi.undo`, or `kpi` for what a command does otherwise. */
export const verbNamed = (commands: readonly Command[], name: string): Verb | undefined => {
  const [commandName = '', word] = name.split('.');
  const command = commands.find((candidate) => candidate.name === commandName);
  if (!command) return undefined;
  return word === undefined ? command.otherwise : ownVerb(command, word);
};
