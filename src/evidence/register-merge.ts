import type { RegisterDraft } from './register.ts';

/** A correction on top of what others corrected while its form was open. */

export const REGISTER_KEYS = [
  'date',
  'endDate',
  'method',
  'summary',
  'link',
  'quote',
  'consent',
  'fewChildren',
  'criterionIds',
  'projectId',
  'kpiId',
] as const satisfies readonly (keyof RegisterDraft)[];
export type RegisterKey = (typeof REGISTER_KEYS)[number];

/** What of an entry differs; the order in which its criteria were named does not. */
export const registerChanges = (from: RegisterDraft, to: RegisterDraft): RegisterKey[] => {
  const plain = (value: RegisterDraft[RegisterKey]) => (Array.isArray(value) ? [...value].sort().join(' ') : value);
  return REGISTER_KEYS.filter((key) => plain(from[key]) !== plain(to[key]));
};

/**
 * What was filled in since `base` was seen: what only others changed since stays theirs.
 * @returns `both`: what both changed, and not to the same; that is asked, never chosen here
 */
export const mergeRegister = (base: RegisterDraft, mine: RegisterDraft, now: RegisterDraft) => {
  const theirs = registerChanges(base, now);
  const ours = registerChanges(base, mine);
  const apart = registerChanges(mine, now);
  const kept = Object.fromEntries(theirs.filter((key) => !ours.includes(key)).map((key) => [key, now[key]]));
  return { draft: { ...mine, ...kept } as RegisterDraft, both: theirs.filter((key) => ours.includes(key) && apart.includes(key)) };
};
