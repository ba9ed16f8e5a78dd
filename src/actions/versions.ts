import type { Tx } from '../db/client.ts';
import type { Step } from './action.ts';
import type { ActionDraft } from './change.ts';

/** One version of an action as it was written, and by whom: what a form was opened with, and what was changed since. */
export type PastVersion = ActionDraft & {
  version: number;
  owner: string | null;
  deputy: string | null;
  byId: string | null;
  by: string | null;
};

/** The versions of an action from one on, oldest first. */
export const versionsFrom = (tx: Tx, actionId: string, from: number): Promise<PastVersion[]> => tx.$queryRaw<PastVersion[]>`
  select v.version, v.recorded_by_id as "byId", p.post as by, o.post as owner, d.post as deputy, v.title, v.success_measure as "successMeasure", v.due::text as due, v.owner_id as "ownerId", v.deputy_id as "deputyId",
    v.criterion_id as "criterionId", v.project_id as "projectId", v.kpi_ids as "kpiIds", v.steps
  from action_version v
    left join person p on p.id = v.recorded_by_id
    left join person o on o.id = v.owner_id
    left join person d on d.id = v.deputy_id
  where v.action_id = ${actionId}::uuid and v.version >= ${from} order by v.version`;

export const DRAFT_KEYS = [
  'title',
  'successMeasure',
  'due',
  'ownerId',
  'deputyId',
  'criterionId',
  'projectId',
  'kpiIds',
  'steps',
] as const satisfies readonly (keyof ActionDraft)[];
export type DraftKey = (typeof DRAFT_KEYS)[number];

const plain = (value: ActionDraft[DraftKey]) =>
  JSON.stringify(
    Array.isArray(value) ? value.map((item: string | Step) => (typeof item === 'string' ? item : [item.text, item.due, item.done])) : value,
  );

/** What of an action differs. */
export const draftChanges = (from: ActionDraft, to: ActionDraft): DraftKey[] =>
  DRAFT_KEYS.filter((key) => plain(from[key]) !== plain(to[key]));

/**
 * What was filled in, on top of what others changed while the form was open: theirs stays where only they changed something.
 * `theirs`: what they changed. `both`: what both changed, and not to the same: that is asked, never chosen here.
 */
export const mergeDrafts = (base: ActionDraft, mine: ActionDraft, now: ActionDraft) => {
  const theirs = draftChanges(base, now);
  const ours = draftChanges(base, mine);
  const apart = draftChanges(mine, now);
  const both = theirs.filter((key) => ours.includes(key) && apart.includes(key));
  const kept = Object.fromEntries(theirs.filter((key) => !ours.includes(key)).map((key) => [key, now[key]]));
  return { draft: { ...mine, ...kept } as ActionDraft, theirs, both };
};
