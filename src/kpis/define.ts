import { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import type { Tx } from '../db/client.ts';
import type { Kpi } from './kpi.ts';

/** Making and changing KPIs. A change is a new version of the definition, the target or the owner: whichever changed. */

/** What a KPI is, as a lead or coordinator gives it. */
export type Draft = Pick<
  Kpi,
  | 'name'
  | 'aliases'
  | 'unit'
  | 'kind'
  | 'improvement'
  | 'decimals'
  | 'counts'
  | 'base'
  | 'cadence'
  | 'baseline'
  | 'baselineDate'
  | 'tolerance'
  | 'definition'
  | 'source'
  | 'criterionId'
  | 'projectId'
  | 'coverage'
  | 'target'
  | 'targetDate'
  | 'ownerId'
  | 'deputyId'
>;

const asDate = (text: string | null) => (text === null ? null : new Date(`${text}T00:00:00Z`));
const at = (writer: Writer) => ({ recordedAt: new Date(writer.now.epochMilliseconds), recordedById: writer.personId });

const writeDefinition = (writer: Writer, kpiId: string, version: number, draft: Draft) =>
  writer.tx.kpiDefinition.create({
    data: {
      kpiId,
      version,
      name: draft.name,
      aliases: draft.aliases,
      unit: draft.unit,
      kind: draft.kind,
      improvement: draft.improvement,
      decimals: draft.decimals,
      counts: draft.counts,
      base: draft.base,
      cadence: draft.cadence,
      baseline: draft.baseline,
      baselineDate: asDate(draft.baselineDate),
      tolerance: draft.tolerance,
      definition: draft.definition,
      source: draft.source,
      criterionId: draft.criterionId,
      projectId: draft.projectId,
      coverage: draft.coverage,
      ...at(writer),
    },
  });

const writeTarget = (writer: Writer, kpiId: string, version: number, draft: Draft, milestones: Kpi['milestones']) =>
  writer.tx.kpiTarget.create({ data: { kpiId, version, value: draft.target, date: asDate(draft.targetDate), milestones, ...at(writer) } });

const writeOwner = (writer: Writer, kpiId: string, version: number, draft: Pick<Draft, 'ownerId' | 'deputyId'>) =>
  writer.tx.kpiOwner.create({ data: { kpiId, version, ownerId: draft.ownerId, deputyId: draft.deputyId, ...at(writer) } });

/** Until the transaction ends nobody else names a KPI there: whoever reads the names after this reads them all. */
export const holdNames = async (tx: Tx, localityId: string): Promise<void> => {
  await tx.$queryRaw`select 1 from locality where id = ${localityId}::uuid for update`;
};

/** Makes a KPI, last in its locality's order. Returns its id. */
export const createKpi = async (writer: Writer, localityId: string, draft: Draft): Promise<string> => {
  const last = await writer.tx.kpi.findFirst({ where: { localityId }, orderBy: { position: 'desc' }, select: { position: true } });
  const id = writer.newId();
  await writer.tx.kpi.create({ data: { id, localityId, position: (last?.position ?? 0) + 1 } });
  await writeDefinition(writer, id, 1, draft);
  if (draft.target !== null) await writeTarget(writer, id, 1, draft, []);
  await writeOwner(writer, id, 1, draft);
  return id;
};

const DEFINITION_KEYS = [
  'name',
  'aliases',
  'unit',
  'kind',
  'improvement',
  'decimals',
  'counts',
  'base',
  'cadence',
  'baseline',
  'baselineDate',
  'tolerance',
  'definition',
  'source',
  'criterionId',
  'projectId',
  'coverage',
] as const;
const TARGET_KEYS = ['target', 'targetDate'] as const;
const OWNER_KEYS = ['ownerId', 'deputyId'] as const;

const differs = (kpi: Kpi, draft: Draft, keys: readonly (keyof Draft)[]) =>
  keys.some((key) => JSON.stringify(kpi[key]) !== JSON.stringify(draft[key]));

/** Which parts of a KPI a draft changes. */
export const changesOf = (kpi: Kpi, draft: Draft) => ({
  definition: differs(kpi, draft, DEFINITION_KEYS),
  target: differs(kpi, draft, TARGET_KEYS),
  owner: differs(kpi, draft, OWNER_KEYS),
});

/** Writes a new version of each part that changed. The unique keys throw when somebody else was first. */
export const editKpi = async (writer: Writer, kpi: Kpi, draft: Draft): Promise<void> => {
  const changed = changesOf(kpi, draft);
  if (changed.definition) await writeDefinition(writer, kpi.id, kpi.definitionVersion + 1, draft);
  if (changed.target) await writeTarget(writer, kpi.id, kpi.targetVersion + 1, draft, kpi.milestones);
  if (changed.owner) await writeOwner(writer, kpi.id, kpi.ownerVersion + 1, draft);
};

/** Gives KPIs to other hands, in one statement. The unique key throws when somebody else was first. */
export const handKpis = async (
  writer: Writer,
  moves: readonly { kpi: Pick<Kpi, 'id' | 'ownerVersion'>; is: Pick<Kpi, 'ownerId' | 'deputyId'> }[],
): Promise<void> => {
  await writer.tx.kpiOwner.createMany({
    data: moves.map(({ kpi, is: { ownerId, deputyId } }) => ({
      kpiId: kpi.id,
      version: kpi.ownerVersion + 1,
      ownerId,
      deputyId,
      ...at(writer),
    })),
  });
};

/** Whether somebody has ever owned a KPI or stood in for it. */
export const wasTheirKpi = async (tx: Tx, kpiId: string, personId: string): Promise<boolean> =>
  (await tx.kpiOwner.count({ where: { kpiId, OR: [{ ownerId: personId }, { deputyId: personId }] } })) > 0;

/** A date as a form gives it (YYYY-MM-DD), empty = none, undefined = no date. */
export const optionalDate = (text: string | undefined): string | null | undefined => {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  try {
    return Temporal.PlainDate.from(trimmed).toString();
  } catch {
    return undefined;
  }
};
