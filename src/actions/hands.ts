import type { Tx } from '../db/client.ts';

/** Whether somebody has ever owned an action or stood in for it. */
export const wasTheirAction = async (tx: Tx, actionId: string, personId: string): Promise<boolean> =>
  (await tx.actionVersion.count({ where: { actionId, OR: [{ ownerId: personId }, { deputyId: personId }] } })) > 0;
