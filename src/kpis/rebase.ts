import { Temporal } from 'temporal-polyfill';
import type { Writer } from '../app.ts';
import { dayWords } from '../calendar/dates.ts';
import type { Tx } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { textProblem } from '../people/notes.ts';
import { type Kpi, type Rebase, standing } from './kpi.ts';
import { isFor } from './spc.ts';

/** Beginning a chart's mean and limits anew, after a known change. Nothing is ever updated: each is a version in the KPI's chain, taking back too. */

export type RebaseWish = { date: string; reason: string };

/**
 * Makes whoever changes where the limits of a KPI begin wait for one another until they are done; nobody who logs a reading waits.
 * Of two at the same moment the second, who reads the KPI after this, sees what the first did.
 */
export const holdRebases = async (tx: Tx, kpiId: string): Promise<void> => {
  await tx.$queryRaw`select id from kpi where id = ${kpiId}::uuid for no key update`;
};

/** What stands, as a form carries it: where it is another when the form is sent, somebody else was first. */
export const rebasesSeen = ({ rebases }: Pick<Kpi, 'rebases'>): string => rebases.map(({ version }) => version).join('.') || 'none';

/** Whether somebody changed them since they were seen. @param seen of `rebasesSeen`; nothing where it was not said */
export const rebasesChanged = (kpi: Pick<Kpi, 'rebases'>, seen: string | undefined): boolean => !!seen && seen !== rebasesSeen(kpi);

const words = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

/** What is wrong with it, by field; nothing where it can be saved. @param kpi with all its periods */
export const rebaseProblems = (kpi: Kpi, { date, reason }: RebaseWish): { date?: string; reason?: string } => {
  const readings = standing(kpi).filter((reading) => isFor(kpi.cadence, reading));
  const [first, last] = [readings[0], readings.at(-1)];
  const when =
    !first || !last || first === last
      ? `${kpi.name} has too few readings: the limits can begin anew once there are two.`
      : date <= first.periodStart
        ? `The first reading is for ${words(first.periodStart)}: the limits begin with it anyway. Give a later date.`
        : date > last.periodStart
          ? `There is no reading from ${words(date)} on: the last one is for ${words(last.periodStart)}. Give a date up to then.`
          : undefined;
  const why = reason.trim() === '' ? 'Say why, in a few words: what changed?' : textProblem(reason, 'The reason');
  return { ...(when && { date: when }), ...(why && { reason: why }) };
};

const write = async (writer: Writer, kpiId: string, { date, reason }: RebaseWish, withdrawn: boolean): Promise<number> => {
  const last = await writer.tx.kpiRebase.findFirst({ where: { kpiId }, orderBy: { version: 'desc' }, select: { version: true } });
  const version = (last?.version ?? 0) + 1;
  await writer.tx.kpiRebase.create({
    data: {
      kpiId,
      version,
      date: new Date(`${date}T00:00:00Z`),
      reason,
      withdrawn,
      recordedAt: new Date(writer.now.epochMilliseconds),
      recordedById: writer.personId,
    },
  });
  return version;
};

/** The rebases that stand, with one among them or without it. */
const withOthers = (kpi: Kpi, date: string, ...own: Rebase[]): Kpi => ({
  ...kpi,
  rebases: [...kpi.rebases.filter((rebase) => rebase.date !== date), ...own].sort((a, b) => a.date.localeCompare(b.date)),
});

/** Whether the limits begin anew on the date for this reason already. */
export const isRebased = ({ rebases }: Pick<Kpi, 'rebases'>, { date, reason }: RebaseWish): boolean =>
  rebases.some((known) => known.date === date && known.reason === reason.trim());

/**
 * Begins mean and limits anew from a date. Said again with the same reason, nothing is written.
 * @param kpi with all its periods, read after `holdRebases`
 * @returns the KPI with it
 * @throws UserError for a date or a reason that cannot be
 */
export const rebase = async (writer: Writer, kpi: Kpi, { date, reason: typed }: RebaseWish): Promise<Kpi> => {
  const reason = typed.trim();
  const [problem] = Object.values(rebaseProblems(kpi, { date, reason }));
  if (problem) throw new UserError(`Not saved. ${problem}`);
  if (isRebased(kpi, { date, reason })) return kpi;
  const version = await write(writer, kpi.id, { date, reason }, false);
  return withOthers(kpi, date, { date, reason, version });
};

/** Takes a rebase back. Where there is none on the date any more, nothing is written. @param kpi read after `holdRebases` @returns the KPI without it */
export const withdrawRebase = async (writer: Writer, kpi: Kpi, { date }: Pick<RebaseWish, 'date'>): Promise<Kpi> => {
  const standing = kpi.rebases.find((known) => known.date === date);
  if (!standing) return kpi;
  await write(writer, kpi.id, standing, true);
  return withOthers(kpi, date);
};
