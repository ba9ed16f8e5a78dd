import type { RoleName } from './permissions.ts';

/** Who acts, with the roles they hold today. Read from the database at every turn; nothing is cached that decides permission. */
export type Actor = {
  personId: string;
  /** "Wakefield pilot lead" */
  post: string;
  zone: string;
  organisationId: string | null;
  roles: { role: RoleName; scopeKind: 'programme' | 'pilot' | 'locality'; scopeId: string }[];
};
