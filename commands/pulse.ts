import type { Command } from '../src/bot/contract.ts';
import { answer, openList } from './pulse/answer.ts';
import { comments } from './pulse/comments.ts';
import { replied, reply } from './pulse/reply.ts';
import { results } from './pulse/results.ts';

/** Pulses: short anonymous surveys, answered by whoever is asked. */

export const pulse: Command = {
  name: 'pulse',
  aliases: [],
  summary: 'Answer a pulse: a few anonymous questions, under a minute',
  usage: '',
  listedFor: 'all',
  help: (slash) => [`${slash}pulse: what is open for you, and its questions`],
  verbs: { answer, results, comments },
  presses: { reply, replied },
  otherwise: openList,
};
