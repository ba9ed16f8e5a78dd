import type { Command } from '../src/bot/contract.ts';
import { due } from './summary/due.ts';
import { reds, show, typed } from './summary/say.ts';
import { post, share } from './summary/share.ts';
import { end, every, subscribe, subscribed, unsubscribe } from './summary/subscribe.ts';

/** The plan in one look: counts, what moved, what wants a talk. */
export const summary: Command = {
  name: 'summary',
  aliases: ['overview'],
  summary: 'See a plan in one look: reds first, what moved, what wants a talk',
  usage: 'wakefield',
  listedFor: ['lead', 'coordinator', 'adviser'],
  help: (slash) => [
    `${slash}summary: your locality, or a line for each of yours`,
    `${slash}summary wakefield · a group · a project: one plan, or a part of it`,
    `${slash}summary pilot 1 · ${slash}summary programme: a line for each locality`,
    `${slash}summary as at 1 October · ${slash}summary wakefield as at last Friday: as it stood then`,
    `${slash}summary subscribe · ${slash}summary subscribe wakefield every month: it comes to you, or to the channel you ask in`,
    `${slash}summary unsubscribe: what comes by itself, and how each of them ends`,
  ],
  verbs: { subscribe, unsubscribe },
  presses: { show, reds, share, post, due, every, subscribed, end },
  otherwise: typed,
};
