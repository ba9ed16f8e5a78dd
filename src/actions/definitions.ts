import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';

/** What the ratings mean. The first version is the code's own (DESIGN.md, "rating"); the administrator may write others. */
export type Definitions = {
  version: number;
  green: string;
  amber: string;
  red: string;
  /** Whoever reads them has rated by others before. */
  changed?: boolean;
};

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

/** Every version there was, the one in use last. */
export const allDefinitions = async (tx: Tx): Promise<[Definitions, ...Definitions[]]> => {
  const rows = await tx.$queryRaw<Definitions[]>`select version, green, amber, red from rating_definition order by version`;
  return rows[0]?.version === FIRST.version ? [rows[0], ...rows.slice(1)] : [FIRST, ...rows];
};

/** What a colour meant when it was given, where it means something else now. */
export const meantThen = (all: readonly Definitions[], rating: string, version: number): string | undefined => {
  if (rating !== 'green' && rating !== 'amber' && rating !== 'red') return undefined;
  const then = all.findLast((one) => one.version <= version)?.[rating];
  return then === all.at(-1)?.[rating] ? undefined : then;
};

/** The definitions in use, and whether somebody has yet to rate by them: they are shown to them once. */
export const definitionsFor = async (tx: Tx, personId: string): Promise<{ definitions: Definitions; isFirst: boolean }> => {
  const [row] = await tx.$queryRaw<[{ definitions: Definitions | null; used: number | null }]>`
    select (select json_build_object('version', version, 'green', green, 'amber', amber, 'red', red) from rating_definition order by version desc limit 1) as definitions,
      (select max(definition_version) from rating where recorded_by_id = ${personId}::uuid) as used`;
  const definitions = row.definitions ?? FIRST;
  const changed = row.used !== null && row.used < definitions.version;
  return { definitions: { ...definitions, changed }, isFirst: row.used === null || changed };
};

/** Writes the next version. The key throws when somebody else was first. */
export const writeDefinitions = async ({ tx, now, personId }: Writer, { version, green, amber, red }: Definitions): Promise<void> => {
  await tx.$executeRaw`
    insert into rating_definition (version, green, amber, red, recorded_at, recorded_by_id)
    values (${version}, ${green}, ${amber}, ${red}, ${now.toString()}::timestamptz, ${personId}::uuid)`;
};
