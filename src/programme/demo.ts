import type { Core } from '../app.ts';
import { dayIn } from '../calendar/zone.ts';
import { inTransaction } from '../db/transaction.ts';
import { assessmentRows } from './assessment-rows.ts';
import { contextRows } from './context.ts';
import { readDemonstration } from './format.ts';
import {
  insertActions,
  insertActionVersions,
  insertAssessments,
  insertContextPoints,
  insertGroupMembers,
  insertOrganisations,
  insertRatings,
  insertReadings,
  insertRegister,
  insertTakingPart,
} from './insert.ts';
import { allKpiRows } from './kpi-rows.ts';
import { allPlanRows } from './plan-rows.ts';
import { pulseRows } from './pulse-rows.ts';
import { registerRows } from './register-rows.ts';
import { programmeRows } from './rows.ts';

/** A first start may share a slow machine with much else; a load is the one transaction that nobody waits in a chat for. */
const LIMITS = { maxWait: 30_000, timeout: 60_000 };

/**
 * Fills the database with the demonstration programme, whole or not at all; does nothing where there is a programme already.
 * Readings and ratings reach up to `core.now()`. What is made up has the origin "demonstration", the papers' figures have "papers".
 * @param root the folder with the data, for tests; prisma/demo when none.
 */
export const loadDemonstration = async (core: Pick<Core, 'db' | 'now' | 'newId' | 'log'>, root?: string): Promise<void> => {
  if ((await core.db.programme.count()) > 0) return; // every start but the first: nothing is read or worked out
  const demonstration = readDemonstration(root);
  const now = core.now();
  const rows = programmeRows(demonstration, dayIn(now, demonstration.programme.zone));
  const kpis = allKpiRows(demonstration, now);
  const plans = allPlanRows(demonstration, now);
  const pulse = pulseRows(demonstration, now);
  const register = registerRows(demonstration, now);
  const assessments = assessmentRows(demonstration, now);
  const context = contextRows(demonstration);
  const loaded = await inTransaction(
    core.db,
    async (tx) => {
      // Two processes may start on one empty database: the second waits here for the first, and then finds the row.
      const first = await tx.programme.createMany({ data: rows.programme, skipDuplicates: true });
      if (first.count === 0) return false;
      await tx.pilot.createMany({ data: rows.pilots });
      await tx.councilArea.createMany({ data: rows.councilAreas });
      await tx.locality.createMany({ data: rows.localities });
      await tx.localityArea.createMany({ data: rows.localityAreas });
      await insertOrganisations(tx, rows.organisations);
      await tx.person.createMany({ data: rows.people });
      await tx.role.createMany({ data: rows.roles });
      await tx.project.createMany({ data: rows.projects });
      await tx.group.createMany({ data: rows.groups });
      await insertGroupMembers(tx, rows.groupMembers);
      await insertTakingPart(tx, rows.takingPart);
      await tx.criterion.createMany({ data: rows.criteria });
      await tx.criterionQuestion.createMany({ data: rows.questions });
      await tx.kpi.createMany({ data: kpis.kpis });
      await tx.kpiDefinition.createMany({ data: kpis.definitions });
      await tx.kpiTarget.createMany({ data: kpis.targets });
      await tx.kpiOwner.createMany({ data: kpis.owners });
      await insertReadings(tx, kpis.readings);
      await insertActions(tx, plans.actions);
      await insertActionVersions(tx, plans.versions);
      await insertRatings(tx, plans.ratings);
      await tx.actionComment.createMany({ data: plans.comments });
      await tx.meeting.createMany({ data: plans.meetings });
      await tx.adviserTie.createMany({ data: plans.ties });
      await tx.pulseWave.create({ data: pulse.wave });
      await tx.pulseCell.createMany({ data: pulse.cells });
      await tx.pulseInvited.createMany({ data: pulse.invited });
      await tx.pulseResult.createMany({ data: pulse.results });
      await tx.pulseComment.createMany({ data: pulse.comments });
      await tx.pulseReply.create({ data: pulse.reply });
      await insertRegister(tx, register);
      await insertAssessments(tx, assessments);
      await tx.contextSeries.createMany({ data: context.series });
      await insertContextPoints(tx, context.points);
      return true;
    },
    LIMITS,
  );
  if (loaded)
    core.log.info(
      { readings: kpis.readings.length, actions: plans.actions.length, organisations: rows.organisations.length },
      'the demonstration programme is loaded',
    );
};
