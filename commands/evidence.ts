import type { Command } from '../src/bot/contract.ts';
import { criteria, shown, shows, step } from './evidence/criteria.ts';
import { agree, answer, findings } from './evidence/findings.ts';
import { linesFor } from './evidence/lines.ts';
import { opened, typed } from './evidence/link.ts';
import { log, unlog } from './evidence/log.ts';

/** The way to the dashboards, and what is written down as evidence. */
export const evidence: Command = {
  name: 'evidence',
  aliases: ['dashboard', 'dashboards'],
  summary: 'Open the dashboards with a link that signs you in',
  usage: 'wakefield',
  listedFor: ['lead', 'coordinator', 'adviser', 'evaluator'],
  help: (slash, turn) => linesFor(turn).map(({ words, does }) => `${`${slash}evidence ${words}`.trim()}: ${does}`),
  verbs: { log, criteria, findings },
  presses: { open: opened, unlog, step, shows, shown, agree, answer },
  otherwise: typed,
};
