import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../src/calendar/zone.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { answerWave } from '../../src/pulses/answer.ts';
import { saveDraft } from '../../src/pulses/draft.ts';
import { openWave } from '../../src/pulses/open.ts';
import type { Plan } from '../../src/pulses/pulse.ts';
import { waveById } from '../../src/pulses/queries.ts';
import type { TestBot } from './bot.ts';

/** A locality of its own with so many schools, one head each, in the demonstration; and pulses that ask them. */

export type Head = { personId: string /** Their address before the @: `bot.as(head.name)`. */; name: string };

const WORKS_SINCE = new Date('2026-09-01');

/** @param name of the locality, in one word */
export const pulseWorld = async (bot: TestBot, { schools = 12, name = 'Testshire' }: { schools?: number; name?: string } = {}) => {
  const { core, database } = bot;
  const { db } = database;
  const { newId } = core;
  const pilot = await db.pilot.findFirstOrThrow({ orderBy: { position: 'asc' } });
  const area = await db.localityArea.findFirstOrThrow({ where: { locality: { name: 'Wakefield' } } });
  const localityId = newId();
  const prefix = name.slice(0, 3).toUpperCase();
  await db.locality.create({ data: { id: localityId, pilotId: pilot.id, name, prefix, ledBy: 'council', position: 100 } });
  const schoolOf = Array.from({ length: schools }, (_, at) => ({
    nth: at + 1,
    organisationId: newId(),
    personId: newId(),
    name: `${name.toLowerCase()}.head.${at + 1}`,
  }));
  const heads: Head[] = schoolOf.map(({ personId, name: head }) => ({ personId, name: head }));
  await db.organisation.createMany({
    data: schoolOf.map(({ nth, organisationId }) => ({
      id: organisationId,
      localityId,
      councilAreaId: area.councilAreaId,
      name: `${name} school ${nth}`,
      kind: 'school',
      phase: 'primary',
    })),
  });
  await db.person.createMany({
    data: schoolOf.map(({ nth, organisationId, personId, name: head }) => ({
      id: personId,
      post: `Headteacher, ${name} ${nth}`,
      email: `${head}@example.org`,
      organisationId,
    })),
  });
  await db.role.createMany({
    data: heads.map(({ personId }) => ({
      id: newId(),
      personId,
      role: 'partner',
      scopeKind: 'locality',
      scopeId: localityId,
      from: WORKS_SINCE,
    })),
  });
  const coordinator = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.coordinator@example.org' } });

  /** Opens a pulse over them now, for two weeks, unless said. @returns the id of its wave */
  const open = async (plan: Partial<Plan> = {}): Promise<string> => {
    const today = dayIn(core.now());
    return inTransaction(db, async (tx) => {
      const items = await tx.pulseItem.findMany({ where: { version: 1, scale: 'agree' }, orderBy: { item: 'asc' }, take: 5 });
      const waveId = await saveDraft(
        { tx, now: core.now(), newId, personId: coordinator.id },
        {
          title: 'Trust and working together',
          audience: 'schools',
          places: [{ kind: 'locality', id: localityId }],
          split: 'none',
          items: items.map(({ item, version }) => ({ item, version })),
          comment: true,
          k: 5,
          opensOn: today.toString(),
          closesOn: today.add({ weeks: 2 }).toString(),
          ...plan,
        },
      );
      const opened = await openWave(
        { ...core, config: { ...core.config, operatorName: 'Learn Example Ltd' }, tx, now: core.now() },
        waveId,
      );
      if (!('opened' in opened)) throw new Error(`the pulse did not open: ${JSON.stringify(opened)}`);
      return waveId;
    });
  };

  /** Somebody answers all of it. @param options of each question, from 0; the last one again where there are more questions */
  const answer = (waveId: string, personId: string, options: readonly number[] = [1], comment: string | null = null) =>
    inTransaction(db, async (tx) => {
      const { questions } = (await waveById(tx, waveId)) ?? { questions: [] };
      const chosen = new Map(questions.map(({ item }, at) => [item, options[Math.min(at, options.length - 1)] as number]));
      return answerWave({ tx, now: core.now(), waveKeys: core.waveKeys }, waveId, personId, { chosen, comment });
    });

  /** Their accounts in a Slack workspace: U1 for the first. */
  const inSlack = async (these: readonly Head[] = heads, tenant = 'T1') => {
    const linkedAt = new Date(Temporal.Instant.from('2026-09-01T08:00Z').epochMilliseconds);
    const users = new Map(heads.map(({ personId }, at) => [personId, `U${at + 1}`]));
    await db.identity.createMany({
      data: these.map(({ personId }) => ({
        id: newId(),
        personId,
        platform: 'slack',
        tenant,
        user: users.get(personId) as string,
        linkedAt,
        how: 'code',
      })),
    });
  };

  return { localityId, pilotId: pilot.id, heads, open, answer, inSlack };
};
