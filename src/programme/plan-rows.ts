import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../calendar/zone.ts';
import { type DayInFile, dayOf, recordedOn } from './day.ts';
import type { Demonstration, LocalityInFile } from './format.ts';
import { demoId } from './ids.ts';
import { personId } from './people.ts';
import type { ActionInFile } from './plan-format.ts';

/** The plans as rows of their chains, each recorded when it would have been: "as at" a past day then shows that day. */

/** The end of what still stands: the tables' own default, which a row from JSON does not take. */
const STILL = new Date('9999-12-31T00:00:00Z');

/** Versions from 1, each counting until the next one was recorded. */
const chain = <Link extends { recordedAt: Date }>(what: string, links: Link[]) =>
  links.map((link, at) => {
    const until = links[at + 1]?.recordedAt ?? STILL;
    if (until <= link.recordedAt) throw new RangeError(`${what}: version ${at + 2} is not after the one before`);
    return { ...link, version: at + 1, until };
  });

type Load = { demonstration: Demonstration; now: Temporal.Instant; today: Temporal.PlainDate };

const planRows = (locality: LocalityInFile, { demonstration, now, today }: Load) => {
  const { plan } = locality;
  const here = (key: string) => personId(`${locality.key}.${key}`);
  const day = (written: DayInFile) => dayOf(written, today).toString();
  const moment = (daysAgo: number) => recordedOn(dayOf({ inDays: -daysAgo }, today), now);
  const criterionId = (position: number) => demoId('criterion', demonstration.criteria[position - 1]?.name as string);

  const versionsOf = (actionId: string, code: string, action: ActionInFile) => {
    const { since, moved, owner, deputy, project } = action;
    const asAt = (daysAgo: number) => ({
      actionId,
      title: action.title,
      successMeasure: action.measure,
      due: (moved && daysAgo > moved.daysAgo ? day(moved.from) : action.due && day(action.due)) ?? null,
      ownerId: here(owner),
      deputyId: deputy && here(deputy),
      criterionId: criterionId(action.criterion),
      projectId: project && demoId('project', locality.key, project),
      kpiIds: action.kpis.map((name) => demoId('kpi', locality.key, name)),
      steps: action.steps.map(({ text, due, doneDaysAgo }) => ({
        text,
        due: due ? day(due) : null,
        done: doneDaysAgo !== undefined && doneDaysAgo >= daysAgo ? day({ inDays: -doneDaysAgo }) : null,
      })),
      recordedAt: moment(daysAgo),
    });
    const changes = [
      ...(moved ? [{ daysAgo: moved.daysAgo, change: 'due', by: 'lead' }] : []),
      ...action.steps.flatMap(({ doneDaysAgo }) => (doneDaysAgo ? [{ daysAgo: doneDaysAgo, change: 'step', by: owner }] : [])),
    ].sort((one, other) => other.daysAgo - one.daysAgo);
    return chain(
      code,
      [{ daysAgo: since, change: 'created', by: 'lead' }, ...changes].map(({ daysAgo, change, by }) => ({
        ...asAt(daysAgo),
        change,
        recordedById: here(by),
      })),
    );
  };

  const ratingsOf = (actionId: string, code: string, action: ActionInFile, kind: 'self' | 'independent') => {
    const given = { self: action.ratings, independent: action.adviser }[kind];
    if (given.some(({ daysAgo }) => daysAgo >= action.since)) throw new RangeError(`${code} was rated before it was in the plan`);
    const tieAt = (daysAgo: number) => plan.ties.find((tie) => tie.adviser === plan.adviser && tie.daysAgo >= daysAgo)?.words ?? null;
    return chain(
      `${code}, ${kind}`,
      given.map(({ daysAgo, rating, by = action.owner, ...said }) => ({
        id: demoId('rating', actionId, kind, String(daysAgo)),
        actionId,
        kind,
        rating,
        reason: said.reason ?? null,
        remedy: said.remedy ?? null,
        remedyBy: said.remedyBy ? day(said.remedyBy) : null,
        decidedBy: said.decidedBy ?? null,
        decidedOn: said.decidedBy ? day({ inDays: -daysAgo }) : null,
        also: kind === 'independent' ? tieAt(daysAgo) : null,
        recordedAt: moment(daysAgo),
        recordedById: kind === 'self' ? here(by) : personId(plan.adviser),
      })),
    );
  };

  const localityId = demoId('locality', locality.key);
  const actions = plan.actions.map((action) => {
    const code = `${locality.prefix}-${action.number}`;
    return { id: demoId('action', locality.key, String(action.number)), code, action };
  });
  return {
    actions: actions.map(({ id, action: { number } }) => ({ id, localityId, number })),
    versions: actions.flatMap(({ id, code, action }) => versionsOf(id, code, action)),
    ratings: actions.flatMap(({ id, code, action }) =>
      (['self', 'independent'] as const).flatMap((kind) => ratingsOf(id, code, action, kind)),
    ),
    comments: actions.flatMap(({ id, action }) =>
      action.comments.map(({ daysAgo, by, text }) => ({
        id: demoId('action comment', id, String(daysAgo)),
        actionId: id,
        text,
        recordedAt: moment(daysAgo),
        recordedById: here(by),
      })),
    ),
    meetings: plan.meetings.map(({ adviser, inDays }) => ({
      id: demoId('meeting', localityId, adviser, String(inDays)),
      localityId,
      adviserId: personId(adviser),
      date: new Date(`${day({ inDays })}T00:00:00Z`),
      recordedAt: moment(Math.max(1, 21 - inDays)), // noted three weeks before, or yesterday
    })),
    ties: plan.ties.map(({ adviser, daysAgo, words }) => ({
      id: demoId('adviser tie', localityId, adviser),
      personId: personId(adviser),
      localityId,
      words,
      recordedAt: moment(daysAgo),
    })),
  };
};

/**
 * The rows of every plan, in the order in which they would have been recorded, which is the order of `seq`.
 * @param now the moment of the load
 * @throws RangeError where a chain of the files does not go forward in time
 */
export const allPlanRows = (demonstration: Demonstration, now: Temporal.Instant) => {
  const today = dayIn(now, demonstration.programme.zone);
  const all = demonstration.localities.map((locality) => planRows(locality, { demonstration, now, today }));
  const inOrder = <Row extends { recordedAt: Date }>(rows: Row[]) =>
    rows.sort((one, other) => Number(one.recordedAt) - Number(other.recordedAt));
  return {
    actions: all.flatMap(({ actions }) => actions),
    versions: inOrder(all.flatMap(({ versions }) => versions)),
    ratings: inOrder(all.flatMap(({ ratings }) => ratings)),
    comments: inOrder(all.flatMap(({ comments }) => comments)),
    meetings: all.flatMap(({ meetings }) => meetings),
    ties: all.flatMap(({ ties }) => ties),
  };
};
