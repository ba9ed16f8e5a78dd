import type { Tx } from '../db/client.ts';
import type { ScopeKind } from './scopes.ts';

/** What people call a scope, where it is named and nothing else is said of it. */
export const scopeName = async (tx: Tx, kind: ScopeKind, id: string): Promise<string> => {
  if (kind === 'mine') return 'Your localities';
  const [row] = await tx.$queryRaw<{ name: string }[]>`
    select name from locality where id = ${id}::uuid union all select name from pilot where id = ${id}::uuid
    union all select name from programme where id = ${id}::uuid union all select name from "group" where id = ${id}::uuid
    union all select name from project where id = ${id}::uuid`;
  return row?.name ?? 'Your programme';
};
