import type { Command } from '../src/bot/contract.ts';
import { anew, begun } from './pulse/anew.ts';
import { answer } from './pulse/answer.ts';
import { ask, when } from './pulse/change.ts';
import { comments } from './pulse/comments.ts';
import { runsPulses } from './pulse/context.ts';
import { close, extend, extended, later } from './pulse/extend.ts';
import { added, question, questions, reword, reworded } from './pulse/items.ts';
import { meeting } from './pulse/meeting.ts';
import { newPulse } from './pulse/new.ts';
import { next, open, opened } from './pulse/open.ts';
import { discard, join } from './pulse/plan.ts';
import { pool } from './pulse/pool.ts';
import { preview } from './pulse/preview.ts';
import { replied, reply } from './pulse/reply.ts';
import { results } from './pulse/results.ts';
import { post, share } from './pulse/share.ts';
import { typed, wave } from './pulse/waves.ts';

/** Pulses: short anonymous surveys, answered by whoever is asked, run by coordinators and the evaluation team. */

export const pulse: Command = {
  name: 'pulse',
  aliases: ['pulses', 'survey', 'surveys'],
  summary: 'Answer a pulse: a few anonymous questions, under a minute; read and run pulses',
  usage: '',
  listedFor: 'all',
  help: (slash, turn) => [
    `${slash}pulse: what is open for you, and its questions`,
    `${slash}pulse results: what the last one said · ${slash}pulse results wakefield`,
    ...(runsPulses(turn)
      ? [
          `${slash}pulse new: plan one, from a template or questions that you choose; nobody is asked before you open it`,
          `${slash}pulse open TITLE · ${slash}pulse extend TITLE to 11 December: it closes by itself`,
          `${slash}pulse questions: those there are; word one anew, add your own · ${slash}pulse comments: read them, word for word`,
        ]
      : []),
  ],
  verbs: { answer, new: newPulse, open, extend, close, end: close, stop: close, delete: close, results, comments, questions },
  presses: {
    wave,
    preview,
    ask,
    when,
    join,
    discard,
    pool,
    meeting,
    opened,
    next,
    extended,
    later,
    share,
    post,
    question,
    added,
    reword,
    reworded,
    anew,
    begun,
    reply,
    replied,
  },
  otherwise: typed,
};
