import type { Turn } from '../../src/bot/contract.ts';
import { PERMISSIONS, type Permission } from '../../src/people/permissions.ts';

/** What can be typed after the command: a line each in its help and on its card, for whoever may do it somewhere. At most six are theirs. */

type Line = { /** After the command; '' for the command alone. */ words: string; does: string; needs?: Permission };

const LINES: readonly Line[] = [
  { words: '', does: 'a link to the dashboards that signs you in; it works once, for 10 minutes' },
  {
    words: 'wakefield',
    does: 'the same for one page: a locality, pilot 1, a project, a KPI (evidence attendance)',
    needs: 'overview.read',
  },
  {
    words: 'log story …',
    does: 'log in the evidence register: interview, workshop, observation, document, story or cycle; correcting one and ticking it as checked are on the web: evidence register',
    needs: 'register.write',
  },
  {
    words: 'criteria · evidence findings',
    does: 'the four criteria this term, area by area (evaluators: on the web) · what the evaluators wrote, and your answer',
    needs: 'assessment.read',
  },
  { words: 'export', does: 'the tables as files, for analysis', needs: 'export' },
  { words: 'account', does: 'where you are signed in, and tokens for Power BI and Excel' },
];

/** Whether the actor holds a role for something, wherever. */
export const holds = ({ actor }: Pick<Turn, 'actor'>, permission: Permission): boolean =>
  actor.roles.some(({ role }) => role in PERMISSIONS[permission]);

export const linesFor = (turn: Turn): readonly Line[] => LINES.filter(({ needs }) => !needs || holds(turn, needs));
