import type { Command, Verb } from '../src/bot/contract.ts';
import { answer, leave } from './rag/answer.ts';
import { comment, remark } from './rag/comment.ts';
import { create } from './rag/create.ts';
import { define, definitions } from './rag/definitions.ts';
import { done } from './rag/done.ts';
import { due } from './rag/due.ts';
import { edit } from './rag/edit.ts';
import { findsAmong } from './rag/finds.ts';
import { history } from './rag/history.ts';
import { more } from './rag/list.ts';
import { meet, meeting, meetingDay, meetings, notThisMonth, withdraw } from './rag/meeting.ts';
import { next } from './rag/next.ts';
import { deputy, owner } from './rag/owner.ts';
import { project } from './rag/project.ts';
import { projects } from './rag/projects.ts';
import { raise, worry } from './rag/raise.ts';
import { say } from './rag/rate.ts';
import { explain, rateForm } from './rag/rate-form.ts';
import { hold, reopen, stop } from './rag/rest.ts';
import { typed } from './rag/say.ts';
import { details, manage, shown, why } from './rag/show.ts';
import { step, undo } from './rag/step.ts';
import { tie } from './rag/tie.ts';
import { heard, reply } from './rag/worry.ts';

/** The action plan: what it says, and what its owners, advisers and leads say of it. */

/** Verbs that stand alone after `rag`. */
const verbs: Record<string, Verb> = { new: create, next, raise, projects, project, definitions, meeting, meetings, tie };

/** Verbs about one action, typed behind its code or before it: `12 edit`, `edit 12`. */
const ofOne: Record<string, Verb> = {
  manage,
  why,
  history,
  edit,
  done,
  due,
  owner,
  deputy,
  hold,
  stop,
  reopen,
  step,
  undo,
  comment,
  raise,
};

/** Verbs that only buttons reach. */
const presses: Record<string, Verb> = {
  show: shown,
  say,
  rate: rateForm,
  explain,
  more,
  define,
  details,
  answer,
  leave,
  meet,
  meetingday: meetingDay,
  withdraw,
  notthismonth: notThisMonth,
  remark,
  worry,
  reply,
  heard,
};

export const rag: Command = {
  name: 'rag',
  aliases: ['action', 'actions'],
  summary: 'RAG-rate your actions, or see your plan and what waits for you',
  usage: '12 amber waiting for the data agreement',
  listedFor: ['partner', 'lead', 'coordinator', 'adviser', 'evaluator'],
  help: (slash) => [
    `${slash}rag: your actions and what waits · ${slash}rag next: one after the other · all · wakefield red · past · no update · differ: the plan, filtered`,
    `${slash}rag 12 green · amber REASON · red · same · done · comment TEXT · step 2 · undo step 2 · history · why: your action`,
    `${slash}rag new · 12 edit · due 1 March · owner @person · deputy @person · hold · stop · reopen: for pilot leads and coordinators`,
    `${slash}rag projects · ${slash}rag project new: projects · ${slash}rag definitions: what the colours mean · ${slash}rag raise SENTENCE: tell your coordinator`,
    `${slash}rag meeting wakefield 3 Dec · ${slash}rag meetings · ${slash}rag tie wakefield chairs the board: for advisers`,
    `The rest is on the action's card: type ${slash}rag 12 and press More.`,
  ],
  verbs,
  presses: { ...ofOne, ...presses },
  finds: findsAmong(Object.keys(ofOne)),
  otherwise: typed,
};
