import type { Turn } from '../../src/bot/contract.ts';

/** The address of a page on the web for the actor: in the demonstration it says whom they act as, else they sign in there. @param path as in "/kpis/…", or with a place on it: "/localities/WAK#WAK-12" */
export const pageAt = ({ core, actor }: Pick<Turn, 'core' | 'actor'>, path: string): string => {
  const as = core.config.demo && actor.email !== null ? `?as=${encodeURIComponent(actor.email)}` : '';
  const [page, place] = path.split('#');
  return `${core.config.publicUrl}${page}${as}${place === undefined ? '' : `#${place}`}`;
};
