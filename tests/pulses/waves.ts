import type { Core } from '../../src/app.ts';
import type { Db } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { saveDraft } from '../../src/pulses/draft.ts';
import { type Opened, openWave, type Scheduled, schedule } from '../../src/pulses/open.ts';
import type { Plan, PulsePlace } from '../../src/pulses/pulse.ts';
import { testBot } from '../support/bot.ts';
import { clearPulses } from './clear.ts';

/** Waves over the demonstration programme, whose schools have a headteacher each here. One world serves a file: `clear` puts it back. */

/** Three headteachers in Wakefield: the demonstration has more, and the tests say how many are asked. */
const fewHeads = async (db: Db) => {
  const people = await db.$queryRaw<{ id: string }[]>`select id from person where email ~ '^wakefield\\.head\\.([4-9]|[1-9][0-9])@'`;
  const ids = people.map(({ id }) => id);
  await db.role.deleteMany({ where: { personId: { in: ids } } });
  await db.groupMember.deleteMany({ where: { personId: { in: ids } } });
  await db.person.deleteMany({ where: { id: { in: ids } } });
};

export type World = Awaited<ReturnType<typeof wavesWorld>>;

export const wavesWorld = async (options?: Parameters<typeof testBot>[0]) => {
  const bot = await testBot(options);
  const { core } = bot;
  const { db } = core;
  await clearPulses(core);
  await fewHeads(db);
  const person = async (name: string) => (await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
  const runBy = await person('wakefield.coordinator');
  const programme = await db.programme.findFirstOrThrow();
  const localities = new Map((await db.locality.findMany()).map(({ id, name }) => [name, id]));
  const pilots = new Map((await db.pilot.findMany()).map(({ id, name }) => [name, id]));
  const groups = new Map((await db.group.findMany()).map(({ id, name }) => [name, id]));
  const projects = new Map((await db.project.findMany()).map(({ id, name }) => [name, id]));

  const place = (name: string): PulsePlace => {
    const kinds = { locality: localities, pilot: pilots, group: groups, project: projects };
    for (const [kind, ids] of Object.entries(kinds)) {
      const id = ids.get(name);
      if (id) return { kind: kind as PulsePlace['kind'], id };
    }
    if (name === programme.name) return { kind: 'programme', id: programme.id };
    throw new Error(`there is no place ${name}`);
  };

  /** A headteacher for each of the first so many schools of a locality, some of a phase, that has nobody yet. @returns their ids */
  const heads = async (locality: string, count: number, phase = 'primary'): Promise<string[]> => {
    const schools = await db.organisation.findMany({
      where: { localityId: localities.get(locality) as string, kind: 'school', phase, people: { none: {} } },
      orderBy: { id: 'asc' },
      take: count,
    });
    if (schools.length < count) throw new Error(`${locality} has only ${schools.length} such schools`);
    const people = schools.map(({ id, name }) => ({ id: core.newId(), post: `Headteacher, ${name}`, organisationId: id }));
    await db.person.createMany({ data: people });
    const scopeId = localities.get(locality) as string;
    const from = new Date('2026-01-01T00:00:00Z');
    await db.role.createMany({
      data: people.map(({ id }) => ({ id: core.newId(), personId: id, role: 'partner', scopeKind: 'locality', scopeId, from })),
    });
    return people.map(({ id }) => id);
  };

  const planned = (change: Partial<Plan> = {}): Plan => ({
    title: 'Trust and working together',
    audience: 'schools',
    places: [place('Wakefield')],
    split: 'none',
    items: [
      { item: 'trust', version: 1 },
      { item: 'recommend', version: 1 },
    ],
    comment: true,
    k: 5,
    opensOn: '2026-11-19',
    closesOn: '2026-12-03',
    ...change,
  });

  const writing = <T>(work: (writer: Parameters<typeof saveDraft>[0]) => Promise<T>): Promise<T> =>
    inTransaction(db, (tx) => work({ tx, now: core.now(), newId: core.newId, personId: runBy }));
  const draft = (change?: Partial<Plan>) => writing((writer) => saveDraft(writer, planned(change)));
  const open = (waveId: string, with_: Partial<Core> = {}): Promise<Opened> =>
    inTransaction(db, (tx) => openWave({ ...core, ...with_, tx, now: core.now() }, waveId));
  const scheduled = (waveId: string, with_: Partial<Core> = {}): Promise<Scheduled> =>
    inTransaction(db, (tx) => schedule({ ...core, ...with_, tx, now: core.now() }, waveId));

  /** Everything that the database keeps of waves, to be compared. */
  const kept = async () => ({
    waves: await db.pulseWave.findMany({ orderBy: { id: 'asc' } }),
    cells: await db.pulseCell.findMany({ orderBy: { id: 'asc' } }),
    invited: await db.pulseInvited.findMany({ orderBy: [{ waveId: 'asc' }, { personId: 'asc' }] }),
    seats: await db.pulseSeat.findMany({ orderBy: [{ waveId: 'asc' }, { personId: 'asc' }] }),
    boxes: await db.pulseBox.findMany({ orderBy: { id: 'asc' } }),
    keys: (await core.waveKeys.list()).sort(),
  });

  const began = core.now().toString();
  /** As it was before the test: no waves, no headteachers but the demonstration's, no other wordings. */
  const clear = async () => {
    bot.clock.set(began);
    await clearPulses(core);
    await db.news.deleteMany();
    await db.$executeRaw`delete from pulse_item where recorded_by_id is not null`;
    await db.$executeRaw`delete from role where person_id in (select id from person where email is null)`;
    await db.$executeRaw`delete from group_member where person_id in (select id from person where email is null)`;
    await db.$executeRaw`delete from person where email is null`;
  };

  return { bot, core, db, runBy, person, place, heads, planned, writing, draft, open, scheduled, kept, clear };
};
