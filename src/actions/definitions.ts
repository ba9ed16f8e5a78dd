import type { Tx } from '../db/client.ts';

/** What the ratings mean. The first version is the code's own (DESIGN.md, "rating"); the administrator may write others. */
export type Definitions = { version: number; green: string; amber: string; red: string };

const FIRST: Definitions = {
  version: 1,
  green: 'on track: done by its date and doing what it is for',
  amber: 'at risk: may be late or fall short; we know what to do and can do it ourselves',
  red: 'off track: late or short unless somebody outside the team helps or decides',
};

/** The definitions in use. */
export const currentDefinitions = async (tx: Tx): Promise<Definitions> => {
  const [row] = await tx.$queryRaw<Definitions[]>`select version, green, amber, red from rating_definition order by version desc limit 1`;
  return row ?? FIRST;
};
