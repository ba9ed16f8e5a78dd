import type { Command, Verb } from '../src/bot/contract.ts';
import { define, definitions } from './rag/definitions.ts';
import { findsAmong } from './rag/finds.ts';
import { more } from './rag/list.ts';
import { next } from './rag/next.ts';
import { say } from './rag/rate.ts';
import { explain, rateForm } from './rag/rate-form.ts';
import { typed } from './rag/say.ts';
import { history, shown, why } from './rag/show.ts';

/** The action plan: what it says, and what its owners, advisers and leads say of it. */

/** Verbs that stand alone after `rag`. */
const verbs: Record<string, Verb> = { next, definitions };

/** Verbs about one action, typed behind its code or before it: `12 edit`, `edit 12`. */
const ofOne: Record<string, Verb> = { why, history };

/** Verbs that only buttons reach. */
const presses: Record<string, Verb> = { show: shown, say, rate: rateForm, explain, more, define };

export const rag: Command = {
  name: 'rag',
  aliases: ['action', 'actions'],
  summary: 'RAG-rate your actions, or see your plan and what waits for you',
  usage: '12 amber waiting for the data agreement',
  listedFor: ['partner', 'lead', 'coordinator', 'adviser', 'evaluator'],
  help: (slash) => [
    `${slash}rag: your actions and what waits for you · ${slash}rag next: one after the other`,
    `${slash}rag 12 green · ${slash}rag 12 amber waiting for the data agreement · ${slash}rag 12 red · ${slash}rag 12 same`,
    `${slash}rag 12: one action · ${slash}rag 12 done · ${slash}rag 12 why · ${slash}rag 12 comment TEXT`,
    `${slash}rag all · ${slash}rag wakefield red · past · no update · no owner · differ: the plan, filtered`,
    `${slash}rag 12 due 1 March · ${slash}rag 12 owner @person · ${slash}rag new: for pilot leads and coordinators`,
    `${slash}rag raise SENTENCE: tell your coordinator what worries you · ${slash}rag definitions: what the colours mean`,
  ],
  verbs,
  presses: { ...ofOne, ...presses },
  finds: findsAmong(Object.keys(ofOne)),
  otherwise: typed,
};
