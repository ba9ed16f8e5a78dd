import type { Held } from '../people/known.ts';
import type { RoleName } from '../people/permissions.ts';

/** Inside a sentence. */
export const ROLE_WORDS: Record<RoleName, string> = {
  partner: 'partner',
  lead: 'pilot lead',
  coordinator: 'coordinator',
  adviser: 'adviser',
  evaluator: 'evaluator',
  administrator: 'administrator',
};

/** "pilot lead of Wakefield" */
export const roleWords = ({ role, place }: Pick<Held, 'role' | 'place'>) => `${ROLE_WORDS[role]} of ${place}`;
