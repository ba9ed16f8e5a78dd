import type { Actor } from '../../people/actor.ts';
import { PERMISSIONS, type Permission } from '../../people/permissions.ts';

/** The pages that somebody finds at the top of every page of the dashboards. */

type Entry = {
  text: string;
  path: string;
  /** Addresses under which it is where one is. */
  under: readonly string[];
  /** Only for whoever may do this somewhere; everybody where none is said. */
  needs?: Permission;
};

const ENTRIES: readonly Entry[] = [
  {
    text: 'Programme',
    path: '/programme',
    under: ['/programme', '/pilots', '/localities', '/projects', '/kpis', '/organisations'],
    needs: 'overview.read',
  },
  { text: 'What changed', path: '/changes', under: ['/changes'], needs: 'overview.read' },
  { text: 'Criteria', path: '/criteria', under: ['/criteria', '/findings'], needs: 'assessment.read' },
  { text: 'Register', path: '/register', under: ['/register'], needs: 'register.read' },
  { text: 'Exports', path: '/exports', under: ['/exports'], needs: 'export' },
  { text: 'Key to exports', path: '/exports/key', under: ['/exports/key'], needs: 'export.key' },
  { text: 'Your account', path: '/account', under: ['/account'] },
];

export const holds = ({ roles }: Pick<Actor, 'roles'>, permission: Permission): boolean =>
  roles.some(({ role }) => role in PERMISSIONS[permission]);

/** Those that are for this actor. */
export const navigation = (actor: Pick<Actor, 'roles'>): readonly Entry[] => ENTRIES.filter(({ needs }) => !needs || holds(actor, needs));
