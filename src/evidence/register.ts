import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Actor } from '../people/actor.ts';
import { may, type RoleName, type ScopePath } from '../people/permissions.ts';
import { entriesIn, type Filter, insertEntry, insertEntryVersion, type Tallied, talliesIn } from './register-queries.ts';

/**
 * The evidence register: what was heard, seen and read in a locality. An entry is a chain: a correction, the tick "checked for
 * identification" and a withdrawal are new versions, and nothing is overwritten.
 */

export const REGISTER_KINDS = ['interview', 'workshop', 'observation', 'document', 'story', 'cycle'] as const;
export type RegisterKind = (typeof REGISTER_KINDS)[number];

/** How a cycle goes round: plan, do, study, act; or vulnerability, action, review. */
export const CYCLE_METHODS = ['pdsa', 'var'] as const;
export type CycleMethod = (typeof CYCLE_METHODS)[number];

/** What an entry says, as whoever logs it gives it. */
export type RegisterDraft = {
  kind: RegisterKind;
  /** YYYY-MM-DD; of a cycle its first day. */
  date: string;
  /** Of a cycle its last day; null = it goes on, and of anything else. */
  endDate: string | null;
  /** Of a cycle, and of nothing else. */
  method: CycleMethod | null;
  criterionIds: string[];
  projectId: string | null;
  /** The KPI beside whose chart it stands. */
  kpiId: string | null;
  summary: string;
  link: string | null;
  /** Without names, and only with consent. */
  quote: string | null;
  consent: boolean;
  /** It tells of fewer than 10 children. */
  fewChildren: boolean;
};

/** An entry as it stands. */
export type RegisterEntry = RegisterDraft & {
  id: string;
  localityId: string;
  locality: string;
  prefix: string;
  pilotId: string;
  programmeId: string;
  project: string | null;
  kpi: string | null;
  /** It was checked for identification. */
  checked: boolean;
  version: number;
  /** When it was logged, ISO 8601. */
  loggedAt: string;
  /** Who logged it; null: it came with the demonstration. */
  byId: string | null;
  by: string | null;
  /** The role in which they may have, for those who see people as groups. */
  byRole: RoleName | null;
};

type Guarded = Pick<RegisterEntry, 'fewChildren' | 'checked'>;

/** Whether nobody has yet checked what tells of so few children: it stays with those who answer for them. */
export const needsCheck = ({ fewChildren, checked }: Guarded): boolean => fewChildren && !checked;

/** Whether the actor may see an entry. What needs a check is for whoever may check it, and for whoever wrote it. */
export const mayShow = (
  actor: Pick<Actor, 'roles' | 'personId'>,
  entry: Guarded & Pick<RegisterEntry, 'programmeId' | 'pilotId' | 'localityId' | 'byId'>,
): boolean =>
  may(actor, 'register.read', entry) && (!needsCheck(entry) || entry.byId === actor.personId || may(actor, 'register.check', entry));

/** The entries of some localities that the actor may see, newest first. */
export const readableEntries = async (
  tx: Tx,
  actor: Pick<Actor, 'roles' | 'personId'>,
  localityIds: readonly string[],
  filter: Filter = {},
): Promise<RegisterEntry[]> => (await entriesIn(tx, localityIds, filter)).filter((entry) => mayShow(actor, entry));

type Reader = Pick<Actor, 'roles' | 'personId'>;
type Somewhere = Required<ScopePath>;

/** `mayShow`, for a statement. */
const seenBy = (actor: Reader, places: readonly Somewhere[]) => ({
  personId: actor.personId,
  checksIn: places.filter((place) => may(actor, 'register.check', place)).map(({ localityId }) => localityId),
});

const readableOf = (actor: Reader, places: readonly Somewhere[]): string[] =>
  places.filter((place) => may(actor, 'register.read', place)).map(({ localityId }) => localityId);

/** How many entries of some places there are that the actor may see: no more of them is read than that. */
export const readableTallies = (tx: Tx, actor: Reader, places: readonly Somewhere[], filter: Filter = {}): Promise<Tallied[]> =>
  talliesIn(tx, readableOf(actor, places), { ...filter, seenBy: seenBy(actor, places) });

/** Some of the entries that the actor may see of some places, newest first. */
export const readablePage = (
  tx: Tx,
  actor: Reader,
  places: readonly Somewhere[],
  filter: Filter & Required<Pick<Filter, 'page'>>,
): Promise<RegisterEntry[]> => readableEntries(tx, actor, readableOf(actor, places), { ...filter, seenBy: seenBy(actor, places) });

type By = Writer<string | null>;
type Chained = Pick<RegisterEntry, 'id' | 'version' | 'checked'> & RegisterDraft;

/**
 * Logs an entry.
 * @param id where a form that may be sent twice chose it
 * @returns false where that entry is there already: nothing was written
 */
export const saveEntry = async (writer: By, localityId: string, draft: RegisterDraft, id = writer.newId()): Promise<boolean> => {
  if (!(await insertEntry(writer.tx, id, localityId))) return false;
  return insertEntryVersion(writer, id, { ...draft, version: 1, checked: false, withdrawn: false });
};

/** What a check for identification has looked at. */
const CHECKED_KEYS = ['summary', 'link', 'quote', 'fewChildren'] as const satisfies readonly (keyof RegisterDraft)[];

/** Corrects an entry; other words want to be checked anew. @returns false where somebody else wrote a version since it was read */
export const correctEntry = (writer: By, entry: Chained, draft: RegisterDraft): Promise<boolean> =>
  insertEntryVersion(writer, entry.id, {
    ...draft,
    version: entry.version + 1,
    checked: entry.checked && CHECKED_KEYS.every((key) => entry[key] === draft[key]),
    withdrawn: false,
  });

/** Says that an entry was checked for identification, or takes that back. @returns false as `correctEntry` */
export const checkEntry = (writer: By, entry: Chained, checked: boolean): Promise<boolean> =>
  insertEntryVersion(writer, entry.id, { ...entry, version: entry.version + 1, checked, withdrawn: false });

/** Takes an entry out of the register; its versions are kept. @returns false as `correctEntry` */
export const withdrawEntry = (writer: By, entry: Chained): Promise<boolean> =>
  insertEntryVersion(writer, entry.id, { ...entry, version: entry.version + 1, withdrawn: true });

/**
 * Brings an entry back that was taken out, as it was but for its check for identification: it may have been taken out because a child could be
 * told from it. @returns false as `correctEntry`
 */
export const restoreEntry = (writer: By, entry: Chained): Promise<boolean> =>
  insertEntryVersion(writer, entry.id, { ...entry, version: entry.version + 1, checked: false, withdrawn: false });

type Grouped = Map<string, RegisterEntry[]>;

const byKpi = (entries: readonly RegisterEntry[]): Grouped => {
  const grouped: Grouped = new Map();
  for (const entry of entries) if (entry.kpiId) grouped.set(entry.kpiId, [...(grouped.get(entry.kpiId) ?? []), entry]);
  return grouped;
};

/** The stories beside some KPIs' charts that the actor may see, newest first, by the KPI's id. */
export const storiesFor = async (
  tx: Tx,
  kpis: readonly { id: string; localityId: string }[],
  actor: Pick<Actor, 'roles' | 'personId'>,
): Promise<Map<string, RegisterEntry[]>> =>
  byKpi(
    await readableEntries(tx, actor, [...new Set(kpis.map(({ localityId }) => localityId))], {
      kinds: ['story'],
      kpiIds: kpis.map(({ id }) => id),
    }),
  );

/** A stretch of time to be marked on a chart: days, YYYY-MM-DD; `to` null = it goes on. */
export type CycleMark = { from: string; to: string | null; label: string };

const METHOD_LABELS: Record<CycleMethod, string> = { pdsa: 'Plan–do–study–act', var: 'Vulnerability–action–review' };

/**
 * The cycles to be marked on some KPIs' charts, oldest first, by the KPI's id: which method and when, and none of their words, so that
 * whoever sees the chart may see them. One that needs a check is not marked.
 */
export const cyclesFor = async (tx: Tx, kpis: readonly { id: string; localityId: string }[]): Promise<Map<string, CycleMark[]>> => {
  const localityIds = [...new Set(kpis.map(({ localityId }) => localityId))];
  const entries = await entriesIn(tx, localityIds, { kinds: ['cycle'], kpiIds: kpis.map(({ id }) => id) });
  const marks = [...byKpi(entries.filter((entry) => !needsCheck(entry)))].map(
    ([kpiId, cycles]) =>
      [
        kpiId,
        cycles.reverse().map(({ date, endDate, method }) => ({ from: date, to: endDate, label: METHOD_LABELS[method as CycleMethod] })),
      ] as const,
  );
  return new Map(marks);
};

/** How many there are of each kind. */
export type KindCounts = Record<RegisterKind, number>;

/** How many there are in all. */
export const sumOf = (tallies: readonly Tallied[]): number => tallies.reduce((all, { many }) => all + many, 0);

const kindCounts = (tallies: readonly Tallied[]): KindCounts =>
  Object.fromEntries(REGISTER_KINDS.map((kind) => [kind, sumOf(tallies.filter((one) => one.kind === kind))])) as KindCounts;

/** How many of some entries there are by kind, by locality, and by criterion: an entry about two criteria counts for both. */
export const counts = (entries: readonly Tallied[]) => {
  const localityIds = new Set(entries.map(({ localityId }) => localityId));
  const criterionIds = new Set(entries.flatMap((entry) => entry.criterionIds));
  return {
    kinds: kindCounts(entries),
    localities: new Map([...localityIds].map((id) => [id, kindCounts(entries.filter(({ localityId }) => localityId === id))])),
    criteria: new Map([...criterionIds].map((id) => [id, kindCounts(entries.filter((entry) => entry.criterionIds.includes(id)))])),
    withoutCriterion: kindCounts(entries.filter(({ criterionIds }) => criterionIds.length === 0)),
  };
};
