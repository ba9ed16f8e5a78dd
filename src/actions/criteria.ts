import type { Tx } from '../db/client.ts';

/** One of the four areas of locality working. */
export type Criterion = { id: string; name: string };

/** The criteria in their fixed order. */
export const criteria = (tx: Tx): Promise<Criterion[]> => tx.$queryRaw<Criterion[]>`select id, name from criterion order by position`;
