import type { RoleName } from '../../src/people/permissions.ts';
import type { TestBot } from '../support/bot.ts';

/** Everybody who tries everything: each role where its scope reaches Wakefield and where it does not, and people who have none. */

export type Someone = { who: string; role: RoleName | 'none' /** Whether their scope reaches Wakefield. */; here: boolean };

export const EVERYBODY: readonly Someone[] = [
  { who: 'wakefield.head.1', role: 'partner', here: true },
  { who: 'sheffield.head.1', role: 'partner', here: false },
  { who: 'wakefield.lead', role: 'lead', here: true },
  // Of the same pilot, but of another locality.
  { who: 'rochdale.lead', role: 'lead', here: false },
  { who: 'wakefield.coordinator', role: 'coordinator', here: true },
  { who: 'programme.coordinator', role: 'coordinator', here: true },
  { who: 'sheffield.coordinator', role: 'coordinator', here: false },
  { who: 'pilot1.adviser', role: 'adviser', here: true },
  { who: 'pilot3.adviser', role: 'adviser', here: false },
  { who: 'evaluator', role: 'evaluator', here: true },
  { who: 'pilot3.evaluator', role: 'evaluator', here: false },
  { who: 'admin', role: 'administrator', here: true },
  { who: 'sheffield.admin', role: 'administrator', here: false },
  { who: 'was.lead', role: 'none', here: false },
  { who: 'no.role', role: 'none', here: false },
];

/** Those of them whom the demonstration does not have: their role, and since and until when. */
export const addTheOthers = async ({ core, database: { db } }: TestBot): Promise<void> => {
  const locality = async (prefix: string) => db.locality.findFirstOrThrow({ where: { prefix } });
  const [wakefield, sheffield] = [await locality('WAK'), await locality('SHE')];
  const held = {
    'pilot3.evaluator': { role: 'evaluator', scopeKind: 'pilot', scopeId: sheffield.pilotId, to: null },
    'sheffield.admin': { role: 'administrator', scopeKind: 'locality', scopeId: sheffield.id, to: null },
    'was.lead': { role: 'lead', scopeKind: 'locality', scopeId: wakefield.id, to: new Date('2026-11-18') },
    'no.role': undefined,
  };
  for (const [name, role] of Object.entries(held)) {
    const id = core.newId();
    await db.person.create({ data: { id, post: `Post of ${name}`, email: `${name}@example.org` } });
    if (role) await db.role.create({ data: { id: core.newId(), personId: id, from: new Date('2026-01-01'), ...role } });
  }
};

/**
 * Who may, written down as six marks in the order partner, lead, coordinator, adviser, evaluator, administrator: `h` here, that is
 * where their scope reaches Wakefield, `y` wherever it is, `-` nowhere. `everybody`: people without a role too; `NAME`: only that person.
 */
export type Marks = string;
const COLUMNS: readonly RoleName[] = ['partner', 'lead', 'coordinator', 'adviser', 'evaluator', 'administrator'];

export const mayBy = (marks: Marks, { who, role, here }: Someone): boolean => {
  if (marks === 'everybody') return true;
  if (!/^[hy-]{6}$/u.test(marks)) return marks === who;
  if (role === 'none') return false;
  const mark = marks[COLUMNS.indexOf(role)];
  return mark === 'y' || (mark === 'h' && here);
};
