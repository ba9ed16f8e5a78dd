import type { Core } from '../../src/app.ts';
import type { Command, Verb } from '../../src/bot/contract.ts';
import { openTestWave } from './rows.ts';

/** What is left behind by somebody who answers a pulse: every row of every table but for the seat and the box, and every line of the logs. */

/** What answering is for: both are destroyed at the close. */
const MEANT = ['pulse_seat', 'pulse_box'];

type Tables = Map<string, string>;

const tablesOf = async ({ db }: Pick<Core, 'db'>): Promise<Tables> => {
  const names = await db.$queryRaw<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
  const tables: Tables = new Map();
  for (const { name } of names) {
    const rows = await db.$queryRawUnsafe<{ text: string }[]>(`select t::text as text from "${name}" t order by 1`);
    tables.set(name, rows.map(({ text }) => text).join('\n'));
  }
  return tables;
};

/** What doing something leaves behind. */
export const traceOf = async (core: Pick<Core, 'db'>, logs: readonly (readonly string[])[], act: () => Promise<unknown>) => {
  const before = await tablesOf(core);
  const lines = logs.map(({ length }) => length);
  await act();
  const after = await tablesOf(core);
  return {
    /** Tables that are no longer as they were. */
    tables: [...after.keys()].filter((name) => !MEANT.includes(name) && after.get(name) !== before.get(name)),
    /** The lines that were logged, and nothing of how long that took. */
    lines: logs.flatMap((log, index) => log.slice(lines[index])),
  };
};
export const NOTHING = { tables: [], lines: [] };

const speaking = (verb: Verb): Verb => {
  const { quiet: _quiet, ...rest } = verb;
  return rest as Verb;
};
const all = (verbs: Record<string, Verb>) => Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, speaking(verb)]));

/** The leaky twin: the same commands, where a pulse is a turn like any other. */
export const loud = (commands: readonly Command[]): Command[] =>
  commands.map((command) =>
    command.name === 'pulse'
      ? { ...command, verbs: all(command.verbs), presses: all(command.presses), otherwise: speaking(command.otherwise) }
      : command,
  );

/** An open wave over twelve heads of Wakefield, the first among them; who is asked, by the name before the @. */
export const pulseInWakefield = async (core: Parameters<typeof openTestWave>[0], asked: Parameters<typeof openTestWave>[1] = {}) => {
  const people = await core.db.person.findMany({
    where: { email: { startsWith: 'wakefield.head.' } },
    orderBy: { email: 'asc' },
    take: 12,
    select: { id: true, email: true },
  });
  const wave = await openTestWave(core, { people: people.map(({ id }) => id), ...asked });
  return { ...wave, names: people.map(({ email }) => email?.split('@')[0] ?? '') };
};

/** Who has answered, by their ids. */
export const answeredIn = async ({ db }: Pick<Core, 'db'>, waveId: string): Promise<string[]> =>
  (await db.pulseSeat.findMany({ where: { waveId, answered: true }, select: { personId: true } })).map(({ personId }) => personId);
