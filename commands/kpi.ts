import type { Command } from '../src/bot/contract.ts';
import { create, edit } from './kpi/define.ts';
import { evidence } from './kpi/evidence.ts';
import { log } from './kpi/log.ts';
import { rebase, unrebase } from './kpi/rebase.ts';
import { savePressed } from './kpi/save.ts';
import { all, chart, chosen, typed } from './kpi/say.ts';
import { post, share } from './kpi/share.ts';
import { move, undo } from './kpi/undo.ts';

/** KPI readings: one line in, old → new out. */
export const kpi: Command = {
  name: 'kpi',
  aliases: ['kpis'],
  summary: 'Log a KPI reading, or see your KPIs and what waits for you',
  usage: 'attendance 93.2 flu in two schools',
  listedFor: ['partner', 'lead', 'coordinator', 'evaluator', 'adviser'],
  help: (slash) => [
    `${slash}kpi: your KPIs and what waits for you`,
    `${slash}kpi attendance 93.2 flu in two schools: log a reading with a note`,
    `${slash}kpi workshops 84 of 131 autumn term · ${slash}kpi attendance 93.2 on 14 Nov: for another period`,
    `${slash}kpi attendance: the KPI with its chart`,
    `${slash}kpi undo: take your last reading back`,
    `${slash}kpi new · ${slash}kpi edit attendance · ${slash}kpi rebase attendance from 12 Nov: for pilot leads and coordinators`,
  ],
  verbs: { new: create, edit, undo, rebase, all },
  presses: { log, say: chosen, save: savePressed, move, evidence, chart, share, post, unrebase },
  otherwise: typed,
};
