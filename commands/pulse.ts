import type { Command } from '../src/bot/contract.ts';
import { answer, openList } from './pulse/answer.ts';

/** Pulses: short anonymous surveys, answered by whoever is asked. */

export const pulse: Command = {
  name: 'pulse',
  aliases: [],
  summary: 'Answer a pulse: a few anonymous questions, under a minute',
  usage: '',
  listedFor: 'all',
  help: (slash) => [`${slash}pulse: what is open for you, and its questions`],
  verbs: { answer },
  presses: {},
  otherwise: openList,
};
