import type { Turn } from '../../src/bot/contract.ts';

/** The address of a page on the web for the actor: in the demonstration it says whom they act as, else they sign in there. @param path as in "/kpis/…" */
export const pageAt = ({ core, actor }: Pick<Turn, 'core' | 'actor'>, path: string): string => {
  const as = core.config.demo && actor.email !== null ? `?as=${encodeURIComponent(actor.email)}` : '';
  return `${core.config.publicUrl}${path}${as}`;
};
