import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Tx } from '../../src/db/client.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { inviteesOf } from '../../src/pulses/audience.ts';
import { openWave } from '../../src/pulses/open.ts';
import { openDue } from '../../src/pulses/open-due.ts';
import type { Audience } from '../../src/pulses/pulse.ts';
import { type World, wavesWorld } from './waves.ts';

/** Nobody is asked by two pulses in one half-term, whoever runs them. It is 19 November 2026, in the second half of autumn term. */

let world: World;
beforeAll(async () => {
  world = await wavesWorld();
});
afterEach(() => world.clear());
afterAll(() => world.bot.close());

/** Gives somebody a role for a place from a day on. */
const role = (personId: string, name: string, scope: string, from = '2026-01-01', to?: string) => {
  const { kind, id } = world.place(scope);
  return world.db.role.create({
    data: {
      id: world.core.newId(),
      personId,
      role: name,
      scopeKind: kind,
      scopeId: id,
      from: new Date(`${from}T00:00:00Z`),
      to: to === undefined ? null : new Date(`${to}T00:00:00Z`),
    },
  });
};
const closed = (waveId: string) => world.db.$executeRaw`
  update pulse_wave set state = 'closed', closed_at = opened_at, key_fingerprint = null where id = ${waveId}::uuid`;

describe('a second pulse in a half-term', () => {
  let first: string;
  beforeEach(async () => {
    await world.heads('Wakefield', 12);
    first = await world.draft({ title: 'The first' });
  });
  const clash = (people: number, of: number, next = '2027-01-04', title = 'The first', closesOn = '2026-12-03') => ({
    clash: { people, of, title, closesOn, next },
  });

  it('waits for the next one: it is said how many would be asked twice, by which, and when they are free', async () => {
    await world.open(first);
    const second = await world.draft();
    const before = await world.kept();
    expect(await world.open(second)).toEqual(clash(15, 15));
    expect(await world.scheduled(second)).toEqual(clash(15, 15));
    expect(await world.kept()).toEqual(before);
  });

  it('waits though the first has closed', async () => {
    await world.open(first);
    await closed(first);
    expect(await world.open(await world.draft())).toEqual(clash(15, 15));
  });

  it('waits for one that is to open later in the same half-term, but not for a mere plan', async () => {
    const second = await world.draft();
    const third = await world.draft({ title: 'The third', opensOn: '2026-11-30', closesOn: '2026-12-14' });
    await world.scheduled(third);
    expect(await world.open(second)).toEqual(clash(15, 15, '2027-01-04', 'The third', '2026-12-14'));
  });

  it('waits where it asks one person among many who was asked by somebody else, elsewhere', async () => {
    const [head] = await world.heads('Rochdale', 14);
    await role(head as string, 'partner', 'Wakefield');
    await world.open(first);
    expect(await world.open(await world.draft({ places: [world.place('Rochdale')] }))).toMatchObject(clash(1, 17));
  });

  it('goes ahead where it asks nobody who was asked', async () => {
    await world.heads('Rochdale', 12);
    await world.open(first);
    expect(await world.open(await world.draft({ places: [world.place('Rochdale')] }))).toMatchObject({ opened: {} });
  });

  it('goes ahead in the next half-term', async () => {
    await world.open(first);
    await closed(first);
    world.bot.clock.set('2027-01-11T10:00:00Z');
    expect(await world.open(await world.draft({ opensOn: '2027-01-11', closesOn: '2027-01-22' }))).toMatchObject({ opened: {} });
  });

  it('is offered the half-term after the next where the next is taken', async () => {
    await world.open(first);
    await world.scheduled(await world.draft({ opensOn: '2027-01-11', closesOn: '2027-01-22' }));
    const answer = await world.open(await world.draft());
    const next = 'clash' in answer ? answer.clash.next : '';
    expect(next >= '2027-02-22' && next <= '2027-02-24').toBe(true);
  });

  it('is named after the one that most of them are asked by', async () => {
    await world.heads('Rochdale', 14);
    await world.open(first);
    await world.open(await world.draft({ title: 'The larger', places: [world.place('Rochdale')], closesOn: '2026-12-08' }));
    const both = await world.draft({ places: [world.place('Wakefield'), world.place('Rochdale')] });
    expect(await world.open(both)).toEqual(clash(32, 32, '2027-01-04', 'The larger', '2026-12-08'));
  });

  it('of two that open at the same moment one waits', async () => {
    const second = await world.draft({ title: 'The second' });
    const both = await Promise.all([world.open(first), world.open(second)]);
    expect(both.filter((done) => 'opened' in done)).toHaveLength(1);
    expect(both.filter((done) => 'clash' in done)).toHaveLength(1);
    expect((await world.kept()).invited).toHaveLength(15);
  });

  it('control: without the lock both would open, where the engine lets two be at it at a time', async () => {
    const together = inject('templateUrl') === undefined ? 1 : 2; // the embedded database has one connection
    const second = await world.draft({ title: 'The second' });
    const { promise: allAreThere, resolve } = Promise.withResolvers<void>();
    let there = 0;
    /** Neither writes before both have read. */
    const beforeWriting = () => {
      there += 1;
      if (there === together) resolve();
      return allAreThere;
    };
    const unlocked = (tx: Tx): Tx =>
      new Proxy(tx, {
        get: (target, name) => {
          const method = Reflect.get(target, name);
          if (name !== '$queryRaw' && name !== '$executeRaw') return method;
          return async (text: TemplateStringsArray, ...values: unknown[]) => {
            if (text.join('').includes('opening of pulses')) return [];
            if (text.join('').includes('insert into pulse_cell')) await beforeWriting();
            return method.call(target, text, ...values);
          };
        },
      });
    const both = await Promise.all(
      [first, second].map((id) =>
        inTransaction(world.db, (tx) => openWave({ ...world.core, tx: unlocked(tx), now: world.core.now() }, id)),
      ),
    );
    expect(both.filter((done) => 'opened' in done)).toHaveLength(together);
  });

  it('of two that are to open on their own day the one that was planned first opens', async () => {
    await world.heads('Rochdale', 12);
    const wakefield = await world.draft({ title: 'Wakefield', opensOn: '2026-11-23' });
    const rochdale = await world.draft({ title: 'Rochdale', opensOn: '2026-11-24', places: [world.place('Rochdale')] });
    await world.scheduled(wakefield);
    await world.scheduled(rochdale);
    const [anyone] = await inTransaction(world.db, (tx) => inviteesOf(tx, world.planned(), '2026-11-19'));
    await role(anyone?.personId as string, 'partner', 'Rochdale');
    world.bot.clock.set('2026-11-23T08:00:00Z');
    await openDue(world.core);
    world.bot.clock.set('2026-11-24T08:00:00Z');
    await openDue(world.core);
    const states = new Map((await world.kept()).waves.map(({ id, state }) => [id, state]));
    expect([states.get(wakefield), states.get(rochdale)]).toEqual(['open', 'draft']);
    const [news] = await world.db.news.findMany({ where: { aboutId: rochdale } });
    expect(news?.text).toBe(
      'The pulse “Rochdale” did not open: “Wakefield” asks some of the same people in this half-term. The next free day is 4 Jan.',
    );
  });
});

describe('whom a wave asks', () => {
  const posts = async (audience: Audience, ...places: string[]) => {
    const asked = await inTransaction(world.db, (tx) => inviteesOf(tx, { audience, places: places.map(world.place) }, '2026-11-19'));
    const people = await world.db.person.findMany({ where: { id: { in: asked.map(({ personId }) => personId) } } });
    expect(new Set(asked.map(({ personId }) => personId)).size).toBe(asked.length);
    return people.map(({ email, post }) => email?.replace('@example.org', '') ?? post).sort();
  };

  it('at schools: partners who work at one', async () => {
    expect(await posts('schools', 'Wakefield')).toEqual(['wakefield.head.1', 'wakefield.head.2', 'wakefield.head.3']);
  });

  it('of partners: services and charities too, but not who was one until last month', async () => {
    const partners = await posts('partners', 'Wakefield');
    expect(partners).toEqual(expect.arrayContaining(['wakefield.head.1', 'wakefield.police', 'wakefield.health', 'wakefield.charity']));
    expect(partners).not.toContain('wakefield.parents');
    expect(partners).not.toContain('wakefield.lead');
  });

  it('of leads: those of the place alone', async () => {
    expect(await posts('leads', 'Wakefield')).toEqual(['wakefield.lead']);
    expect(await posts('leads', 'Vulnerable children')).toEqual([
      'coventry.lead',
      'coventry.lead.2',
      'rochdale.lead',
      'wakefield.lead',
      'wiltshire.lead',
      'wiltshire.lead.2',
    ]);
  });

  it('of everybody: whoever holds a role there, and an administrator only for another one', async () => {
    const all = await posts('everybody', 'LocalEd');
    expect(all).toEqual(
      expect.arrayContaining(['evaluator', 'pilot1.adviser', 'programme.coordinator', 'wakefield.coordinator', 'surrey.lead']),
    );
    expect(all).not.toContain('admin');
    expect(await posts('everybody', 'Vulnerable children')).toEqual(expect.arrayContaining(['pilot1.adviser']));
    expect(await posts('everybody', 'Vulnerable children')).not.toContain('pilot2.adviser');
    expect(await posts('everybody', 'Wakefield')).not.toContain('pilot1.adviser');
  });

  it('asks a lead of two localities once, in the locality of their organisation', async () => {
    const lead = await world.person('wakefield.lead');
    await role(lead, 'lead', 'Rochdale');
    const asked = await inTransaction(world.db, (tx) =>
      inviteesOf(tx, { audience: 'leads', places: [world.place('Vulnerable children')] }, '2026-11-19'),
    );
    expect(asked.filter(({ personId }) => personId === lead).map(({ localityId }) => localityId)).toEqual([world.place('Wakefield').id]);
    await world.db.role.deleteMany({ where: { personId: lead, scopeId: world.place('Rochdale').id } });
  });

  it('leaves out whose role is over or to come, and who has left by that day', async () => {
    const [one, over, later, gone] = await world.heads('Rochdale', 4);
    const day = (text: string) => new Date(`${text}T00:00:00Z`);
    await world.db.role.updateMany({ where: { personId: over as string }, data: { to: day('2026-11-18') } });
    await world.db.role.updateMany({ where: { personId: later as string }, data: { from: day('2026-11-20') } });
    await world.db.person.update({ where: { id: gone as string }, data: { leftOn: day('2026-11-19') } });
    const asked = await inTransaction(world.db, (tx) =>
      inviteesOf(tx, { audience: 'schools', places: [world.place('Rochdale')] }, '2026-11-19'),
    );
    const ids = new Set(asked.map(({ personId }) => personId));
    expect([one, over, later, gone].map((id) => ids.has(id as string))).toEqual([true, false, false, false]);
  });

  it('in a hub: who works at its schools, and who is named in it', async () => {
    await world.heads('Wakefield', 60);
    const guest = await world.person('wakefield.police');
    const hub = world.place('District 1 hub');
    const schools = new Set(
      (await world.db.groupMember.findMany({ where: { groupId: hub.id } })).map(({ organisationId }) => organisationId),
    );
    const expected = (await world.db.person.findMany())
      .filter(({ organisationId }) => schools.has(organisationId ?? ''))
      .map(({ id }) => id);
    const member = { id: world.core.newId(), groupId: hub.id, personId: guest };
    await world.db.groupMember.create({ data: member });
    const asked = await inTransaction(world.db, (tx) => inviteesOf(tx, { audience: 'partners', places: [hub] }, '2026-11-19'));
    await world.db.groupMember.delete({ where: { id: member.id } });
    expect(expected.length).toBeGreaterThan(5);
    expect(asked.map(({ personId }) => personId).sort()).toEqual([...expected, guest].sort());
    for (const { groupIds } of asked) expect(groupIds).toContain(hub.id);
  });

  it('in a project: who works at an organisation that takes part in it on that day', async () => {
    const project = world.place('Attendance strategy');
    const [first, second] = await world.heads('Wakefield', 2);
    const people = await world.db.person.findMany({ where: { id: { in: [first as string, second as string] } } });
    await world.db.takingPart.deleteMany({
      where: { organisationId: { in: people.map(({ organisationId }) => organisationId as string) } },
    });
    const taking = people.map(({ organisationId }, at) => ({
      id: world.core.newId(),
      organisationId: organisationId as string,
      projectId: project.id,
      how: 'attended',
      from: new Date('2026-01-01T00:00:00Z'),
      to: at === 0 ? null : new Date('2026-11-18T00:00:00Z'),
    }));
    await world.db.takingPart.createMany({ data: taking });
    const asked = await inTransaction(world.db, (tx) => inviteesOf(tx, { audience: 'schools', places: [project] }, '2026-11-19'));
    await world.db.takingPart.deleteMany({ where: { id: { in: taking.map(({ id }) => id) } } });
    const mine = asked.filter(({ personId }) => personId === people[0]?.id || personId === people[1]?.id);
    expect(mine.map(({ personId, projectIds }) => [personId, projectIds])).toEqual([[people[0]?.id, [project.id]]]);
  });
});
