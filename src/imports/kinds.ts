/** The sheets that a plan is brought in by, in the order in which they need one another. */
export const KINDS = [
  'organisations',
  'people',
  'groups',
  'projects',
  'taking_part',
  'terms',
  'closed_days',
  'kpis',
  'readings',
  'actions',
] as const;
export type Kind = (typeof KINDS)[number];
