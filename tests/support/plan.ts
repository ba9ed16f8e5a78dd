import { Temporal } from 'temporal-polyfill';
import type { RatingKind, RatingWord, Step } from '../../src/actions/action.ts';
import { createAction } from '../../src/actions/change.ts';
import { insertRating } from '../../src/actions/queries.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import type { TestBot } from './bot.ts';

/** A plan of a test's own: small, and with dates that the test can be read by. */

export type PlannedRating = {
  rating: RatingWord;
  /** The moment, ISO 8601; a day means ten o'clock. */
  at: string;
  by?: string;
  kind?: RatingKind;
  reason?: string;
  remedy?: string;
  remedyBy?: string;
  definitionVersion?: number;
};

export type Planned = {
  number: number;
  title: string;
  /** People by their address before the @; null = nobody. */
  owner?: string | null;
  deputy?: string | null;
  due?: string | null;
  successMeasure?: string;
  steps?: Step[];
  /** Names of KPIs and of the project, in the same locality. */
  kpis?: string[];
  project?: string;
  /** Its beginning is enough: "Clarity". */
  criterion?: string;
  locality?: string;
  /** When it came into the plan. */
  since?: string;
  ratings?: PlannedRating[];
};

const moment = (at: string) => Temporal.Instant.from(at.includes('T') ? at : `${at}T10:00:00Z`);

/** Takes every action out, whatever the demonstration brings. */
export const clearPlan = async ({ database: { db } }: TestBot) => {
  await db.actionComment.deleteMany();
  await db.rating.deleteMany();
  await db.actionVersion.deleteMany();
  await db.action.deleteMany();
  await db.ratingDefinition.deleteMany();
};

/** Puts these actions, and no others, into the plan. Returns their ids by code. */
export const setPlan = async (bot: TestBot, plan: readonly Planned[]): Promise<Record<string, string>> => {
  await clearPlan(bot);
  const { db } = bot.database;
  const { newId } = bot.core;
  const person = async (name: string | null | undefined) =>
    name ? (await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id : null;
  const ids: Record<string, string> = {};
  for (const planned of plan) {
    const locality = await db.locality.findFirstOrThrow({ where: { name: planned.locality ?? 'Wakefield' } });
    const kpis = await db.kpi.findMany({ where: { localityId: locality.id, definitions: { some: { name: { in: planned.kpis ?? [] } } } } });
    const project = planned.project
      ? await db.project.findFirstOrThrow({ where: { localityId: locality.id, name: planned.project } })
      : undefined;
    const criterion = planned.criterion
      ? await db.criterion.findFirstOrThrow({ where: { name: { startsWith: planned.criterion } } })
      : undefined;
    const ownerId = await person(planned.owner);
    const deputyId = await person(planned.deputy);
    const raters = await Promise.all((planned.ratings ?? []).map(({ by }) => person(by)));
    ids[`${locality.prefix}-${planned.number}`] = await inTransaction(db, async (tx) => {
      const { id } = await createAction(
        { tx, now: moment(planned.since ?? '2026-09-07'), newId, personId: null },
        locality.id,
        {
          title: planned.title,
          successMeasure: planned.successMeasure ?? '',
          due: planned.due ?? null,
          ownerId,
          deputyId,
          criterionId: criterion?.id ?? null,
          projectId: project?.id ?? null,
          kpiIds: kpis.map((kpi) => kpi.id),
          steps: planned.steps ?? [],
        },
        { number: planned.number },
      );
      const versions = { self: 0, independent: 0 };
      for (const [index, rating] of (planned.ratings ?? []).entries()) {
        const kind = rating.kind ?? 'self';
        versions[kind] += 1;
        await insertRating(tx, {
          id: newId(),
          actionId: id,
          kind,
          version: versions[kind],
          rating: rating.rating,
          reason: rating.reason ?? null,
          remedy: rating.remedy ?? null,
          remedyBy: rating.remedyBy ?? null,
          // What rests or stopped was decided by somebody.
          decidedBy: /^(?:on_hold|stopped)$/u.test(rating.rating) ? 'The partnership board' : null,
          decidedOn: null,
          evidence: null,
          also: null,
          definitionVersion: rating.definitionVersion ?? 1,
          origin: 'person',
          recordedAt: moment(rating.at).toString(),
          recordedById: raters[index] ?? null,
        });
      }
      return id;
    });
  }
  return ids;
};

/** What the database has of an action's ratings, one line each, in order. */
export const ratingsIn = async ({ database: { db } }: TestBot, actionId: string | undefined, kind: RatingKind = 'self') =>
  (await db.rating.findMany({ where: { actionId: actionId as string, kind }, orderBy: { version: 'asc' } })).map(
    ({ version, rating, reason, remedy, remedyBy }) =>
      [`v${version} ${rating}`, reason, remedy && `to put it right: ${remedy}`, remedyBy && `by ${remedyBy.toISOString().slice(0, 10)}`]
        .filter(Boolean)
        .join(', '),
  );
