import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { handsIn, idOf, kpisOf, planOf } from './plan.ts';

// Roles begin and end: who leaves, who stands in, and what is without an owner then.

let bot: TestBot;
type Person = Awaited<ReturnType<TestBot['as']>>;
let lead: Person;
let coordinator: Person;
let admin: Person;
let roles: Awaited<ReturnType<TestBot['database']['db']['role']['findMany']>>;
beforeAll(async () => {
  bot = await testBot();
  roles = await bot.database.db.role.findMany();
  lead = await bot.as('wakefield.lead');
  coordinator = await bot.as('wakefield.coordinator');
  admin = await bot.as('admin');
});
afterAll(() => bot.close());
beforeEach(async () => {
  const { db } = bot.database;
  bot.clock.set('2026-11-19T14:00:00Z');
  await db.role.deleteMany({});
  await db.role.createMany({ data: roles });
  await db.person.updateMany({ data: { leftOn: null } });
  await db.auditEvent.deleteMany({ where: { what: { startsWith: 'role.' } } });
  await kpisOf(bot, { Attendance: ['wakefield.earlyhelp', 'wakefield.charity'], 'Visits in hubs': ['wakefield.earlyhelp'] });
  await planOf(bot, [
    { place: 'Wakefield', number: 7, owner: 'wakefield.earlyhelp', deputy: 'wakefield.health' },
    { place: 'Wakefield', number: 12, owner: 'wakefield.earlyhelp' },
    { place: 'Wakefield', number: 20, owner: 'wakefield.charity' },
  ]);
});

const LEAVER = '/partners leaver early help manager, wakefield';
const rolesOf = async (who: string) => {
  const held = await bot.database.db.role.findMany({
    where: { person: { email: `${who}@example.org` } },
    orderBy: [{ from: 'asc' }, { role: 'asc' }],
  });
  return held.map(({ role, from, to }) => [role, from.toISOString().slice(0, 10), to?.toISOString().slice(0, 10) ?? null]);
};
const leftOn = async (who: string) =>
  (await bot.database.db.person.findUniqueOrThrow({ where: { email: `${who}@example.org` } })).leftOn?.toISOString().slice(0, 10) ?? null;

describe('somebody leaves', () => {
  test('it is previewed: what ends, what they own and who stands in', async () => {
    const seen = await lead.say(`${LEAVER} on 30 Nov`);
    expect(seen.title).toBe('Early help manager, Wakefield: last day 30 Nov?');
    expect(seen.text).toMatch(/Ends +partner of Wakefield\n/);
    expect(seen.text).toMatch(/Last day +30 November 2026\n/);
    expect(seen.text).toMatch(/Then without an owner +2 KPIs and 2 actions; somebody stands in for 1 KPI and 1 action\n/);
    expect(seen.text).toMatch(/WAK-7 Line 7 +Health team lead, Wakefield stands in\n/);
    expect(seen.text).toMatch(/WAK-12 Line 12 +nobody stands in\n/);
    expect(seen.labels).toEqual(['End the role', 'Hand over to …']);
    expect(await leftOn('wakefield.earlyhelp')).toBeNull();
  });

  test('what they only stand in for is not without an owner then, nor what another of their roles reaches', async () => {
    const seen = await lead.say('/partners leaver health team lead, wakefield on 30 Nov');
    expect(seen.text).toMatch(/Then without an owner +nothing\n/);
    expect(seen.text).toMatch(/They no longer stand in for +1 action\n/);
    await bot.database.db.role.create({
      data: {
        ...(roles.find(({ role }) => role === 'adviser') as (typeof roles)[number]),
        id: bot.core.newId(),
        personId: await idOf(bot, 'wakefield.earlyhelp'),
      },
    });
    const kept = await lead.say(`${LEAVER} on 30 Nov`);
    expect(kept.text).toMatch(/Stays +adviser of /);
    expect(kept.text).toMatch(/Then without an owner +nothing\n/);
  });

  test('one press ends the role; with no other role they have left, and their codes work no more', async () => {
    const person = await idOf(bot, 'wakefield.earlyhelp');
    const at = new Date('2026-11-19T10:00:00Z');
    await bot.database.db.invitation.create({
      data: {
        id: bot.core.newId(),
        personId: person,
        codeHash: 'hash',
        createdAt: at,
        createdById: person,
        expiresAt: new Date('2026-12-01'),
      },
    });
    const preview = await lead.say(`${LEAVER} on 30 Nov`);
    const done = await lead.press(preview, 'End the role');
    expect(done.title).toBe('Early help manager, Wakefield: last day 30 Nov.');
    expect(done.labels).toEqual(['Hand over to …']);
    expect((await rolesOf('wakefield.earlyhelp'))[0]?.[2]).toBe('2026-11-30');
    expect(await leftOn('wakefield.earlyhelp')).toBe('2026-12-01');
    expect(await bot.database.db.invitation.count({ where: { personId: person, burntAt: null } })).toBe(0);
    await bot.database.db.invitation.deleteMany({ where: { personId: person } });
    expect((await lead.press(preview, 'End the role')).title).toBe(
      'This was done already: the last day of Early help manager, Wakefield is 30 Nov.',
    );
    expect(await bot.database.db.auditEvent.count({ where: { what: 'role.ended' } })).toBe(1);
  });

  test('until their last day they answer for everything; from the next day on the deputy does, and the rest is without an owner', async () => {
    await lead.press(await lead.say(`${LEAVER} on 30 Nov`), 'End the role');
    const early = await bot.as('wakefield.earlyhelp');
    bot.clock.set('2026-11-30T12:00:00Z');
    expect((await early.say('/kpi visits in hubs 41')).title).toContain('Visits in hubs, Wakefield');
    bot.clock.set('2026-12-01T12:00:00Z');
    expect((await early.say('/kpi visits in hubs 42')).title).toBe('I do not know you yet.');
    expect((await lead.say('/kpi visits in hubs')).text).toMatch(/Who answers for it +without an owner since 30 Nov\n/);
    expect((await lead.say('/kpi attendance')).text).toMatch(
      /Who answers for it +without an owner since 30 Nov; Charity partner, Wakefield stands in\n/,
    );
    expect((await lead.say('/kpi all')).text).toMatch(/Visits in hubs .*without an owner since 30 Nov/);
    const charity = await bot.as('wakefield.charity');
    expect((await charity.say('/kpi')).text).toMatch(/Attendance .*without an owner since 30 Nov; you stand in/);
    expect((await charity.say('/kpi attendance 93.2')).title).toContain('93.2 %');
    await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
  });

  test('who is who says so before, and then counts what nobody owns; a press lists it and hands it over', async () => {
    await lead.press(await lead.say(`${LEAVER} on 30 Nov`), 'End the role');
    expect((await lead.say('/partners')).text).toMatch(/Early help manager, Wakefield +Partner · .* · until 30 Nov/);
    bot.clock.set('2026-12-01T12:00:00Z');
    const who = await lead.say('/partners');
    expect(who.text).not.toContain('Early help manager');
    expect(who.text).toContain('Without an owner: 6');
    const listed = await lead.press(who, 'Show them');
    expect(listed.text).toMatch(/Was with Early help manager, Wakefield/);
    expect(listed.text).toMatch(/WAK-7 Line 7 +without an owner since 30 Nov; Health team lead, Wakefield stands in/);
    const form = await lead.press(listed, 'Hand over to …');
    const preview = await lead.submit(form, { to: await idOf(bot, 'wakefield.charity') });
    await lead.press(preview, 'Hand over');
    expect((await handsIn(bot))['WAK-12']).toEqual(['wakefield.charity', null]);
    expect((await lead.say('/partners')).text).toContain('Without an owner: 2');
  });

  test.each([
    ['', 'last day 19 Nov (today)?'],
    [' on yesterday', 'last day 18 Nov?'],
    [' on 30 Oct', 'last day 30 Oct?'],
    [' on 31 December', 'last day 31 Dec?'],
    [' on 31 Jan', 'last day 31 Jan?'],
    [' on 1 March 2027', 'last day 1 Mar?'],
  ])('“leaver POST%s” is %s', async (when, title) => {
    expect((await lead.say(`${LEAVER}${when}`)).title).toContain(title);
  });

  test('nobody leaves before they came: their first day is said, and nothing is lost', async () => {
    const { db } = bot.database;
    await db.role.updateMany({
      where: { person: { email: 'wakefield.earlyhelp@example.org' } },
      data: { from: new Date('2022-04-01') },
    });
    const seen = await lead.say(`${LEAVER} on 1 March 2020`);
    expect(seen.title).toMatch(
      /^Nothing was changed\. Early help manager, Wakefield has been partner of Wakefield since 1 April 2022: their last day cannot be before/,
    );
    expect(seen.labels).toEqual([]);
    expect(await rolesOf('wakefield.earlyhelp')).toEqual([['partner', '2022-04-01', null]]);
    expect(await leftOn('wakefield.earlyhelp')).toBeNull();
  });

  test('a role that began after the preview was drawn is not taken from its past by an old press', async () => {
    const { db } = bot.database;
    const preview = await lead.say(`${LEAVER} on yesterday`);
    await db.role.updateMany({ where: { person: { email: 'wakefield.earlyhelp@example.org' } }, data: { from: new Date('2026-11-19') } });
    expect((await lead.press(preview, 'End the role')).title).toContain('since 19 November 2026');
    expect(await rolesOf('wakefield.earlyhelp')).toEqual([['partner', '2026-11-19', null]]);
  });

  test('a last day long past is asked about: the year may be wrong', async () => {
    const { db } = bot.database;
    await db.role.updateMany({
      where: { person: { email: 'wakefield.earlyhelp@example.org' } },
      data: { from: new Date('2022-04-01') },
    });
    const seen = await lead.say(`${LEAVER} on 30 Nov 2025`);
    expect(seen.title).toBe('Was 30 November 2025 the last day of Early help manager, Wakefield? It is 50 weeks ago.');
    expect(seen.labels).toEqual(['Yes, end it with that day', 'Hand over to …']);
    await lead.press(seen, 'Yes, end it with that day');
    expect(await rolesOf('wakefield.earlyhelp')).toEqual([['partner', '2022-04-01', '2025-11-30']]);
    expect((await lead.say(`${LEAVER} on 19 October`)).labels, 'it is done').toEqual([]);
  });

  test('an unclear day is asked about', async () => {
    expect((await lead.say(`${LEAVER} on the moon`)).title).toMatch(/^Nothing was changed\. “the moon” is not clear: write a day/);
  });

  test.each([
    ['wakefield.lead', 'wakefield.coordinator', false],
    ['wakefield.coordinator', 'wakefield.lead', true],
    ['wakefield.coordinator', 'wakefield.head.1', true],
    ['wakefield.coordinator', 'programme.coordinator', false],
    ['wakefield.coordinator', 'pilot1.adviser', false],
    ['admin', 'pilot1.adviser', true],
    ['admin', 'wakefield.coordinator', true],
    ['wakefield.lead', 'rochdale.head.1', false],
  ])('%s ends the role of %s: %s', async (who, whom, allowed) => {
    const seen = await (await bot.as(who)).say(`/partners leaver ${whom}@example.org`);
    expect(seen.labels.includes('End the role')).toBe(allowed);
    if (!allowed) expect(seen.title).toMatch(/^Nothing was changed\. (?:You cannot end the role|Nobody in)/);
  });

  test('nobody ends their own role as the last coordinator or administrator; of somebody else it is said', async () => {
    const seen = await admin.say('/partners leaver me');
    expect(seen.title).toMatch(/^Nothing was changed\. You are the last administrator of LocalEd/);
    expect((await admin.say('/partners leaver wakefield.coordinator@example.org')).text).toContain(
      'They are the last coordinator of Wakefield: give the role to somebody else, so that there is one.',
    );
  });

  test('somebody with another role elsewhere has not left', async () => {
    const { db } = bot.database;
    const { id: rochdale } = await db.locality.findUniqueOrThrow({ where: { name: 'Rochdale' } });
    await db.role.create({
      data: {
        id: bot.core.newId(),
        personId: await idOf(bot, 'wakefield.earlyhelp'),
        role: 'partner',
        scopeKind: 'locality',
        scopeId: rochdale,
        from: new Date('2026-01-01'),
      },
    });
    const seen = await lead.say(`${LEAVER} on 30 Nov`);
    expect(seen.text).toMatch(/Stays +partner of Rochdale\n/);
    await lead.press(seen, 'End the role');
    expect(await leftOn('wakefield.earlyhelp')).toBeNull();
  });
});

describe('giving a role', () => {
  test('is previewed, then given from a day until a day', async () => {
    const seen = await coordinator.say('/partners role early help manager, wakefield pilot lead from 1 Dec until 31 July');
    expect(seen.title).toBe('Early help manager, Wakefield: pilot lead of Wakefield from 1 Dec until 31 Jul?');
    expect((await rolesOf('wakefield.earlyhelp')).map(([role]) => role)).toEqual(['partner']);
    expect((await coordinator.press(seen, 'Give the role')).title).toBe(
      'Early help manager, Wakefield is pilot lead of Wakefield from 1 Dec until 31 Jul.',
    );
    expect(await rolesOf('wakefield.earlyhelp')).toContainEqual(['lead', '2026-12-01', '2027-07-31']);
    expect((await coordinator.press(seen, 'Give the role')).title).toContain('it was so already');
    const events = await bot.database.db.auditEvent.findMany({ where: { what: 'role.granted' } });
    expect(events.map(({ detail }) => detail)).toMatchObject([{ role: 'lead', from: '2026-12-01', to: '2027-07-31' }]);
  });

  test('of a role that is held already, the last day changes', async () => {
    const seen = await coordinator.say('/partners role wakefield.head.1@example.org partner until 31 Dec');
    expect(seen.text).toContain('They hold this role already, without an end: its last day changes.');
    await coordinator.press(seen, 'Give the role');
    expect((await rolesOf('wakefield.head.1')).map(([, , to]) => to)).toEqual(['2026-12-31']);
    expect((await coordinator.say('/partners')).text).toMatch(/Headteacher, Wakefield 1 +Partner · .* · until 31 Dec/);
  });

  test('ended and given again on one day it is one role', async () => {
    await coordinator.press(await coordinator.say('/partners role wakefield.head.1@example.org lead'), 'Give the role');
    await coordinator.press(await coordinator.say('/partners leaver wakefield.head.1@example.org'), 'End the role');
    expect(await leftOn('wakefield.head.1')).toBe('2026-11-20');
    await coordinator.press(await coordinator.say('/partners role wakefield.head.1@example.org lead'), 'Give the role');
    expect((await rolesOf('wakefield.head.1')).filter(([role]) => role === 'lead')).toEqual([['lead', '2026-11-19', null]]);
    expect(await leftOn('wakefield.head.1'), 'they are here again').toBeNull();
  });

  test('one that would have begun later never was, and can be given again', async () => {
    await coordinator.press(await coordinator.say('/partners role wakefield.head.1@example.org lead from 1 Dec'), 'Give the role');
    await coordinator.press(await coordinator.say('/partners leaver wakefield.head.1@example.org'), 'End the role');
    expect((await rolesOf('wakefield.head.1')).map(([role, , to]) => [role, to])).toEqual([['partner', '2026-11-19']]);
    const [ended] = await bot.database.db.auditEvent.findMany({ where: { what: 'role.ended' } });
    expect(ended?.detail, 'the audit knows of it').toMatchObject({
      roles: [{ role: 'partner' }, { role: 'lead', from: '2026-12-01', withdrawn: true }],
    });
  });

  test.each(['wakefield.head.1@example.org', 'headteacher, wakefield 1'])('somebody who has left is found again as “%s”', async (who) => {
    await coordinator.press(await coordinator.say('/partners leaver wakefield.head.1@example.org on yesterday'), 'End the role');
    const seen = await coordinator.say(`/partners role ${who} partner`);
    expect(seen.text).toContain('They have left, and would be here again.');
    await coordinator.press(seen, 'Give the role');
    expect(await leftOn('wakefield.head.1')).toBeNull();
    expect((await rolesOf('wakefield.head.1')).map(([role, , to]) => [role, to])).toEqual([
      ['partner', '2026-11-18'],
      ['partner', null],
    ]);
  });

  test('and so is somebody whose only role was withdrawn before it began, where it was to be', async () => {
    const { db } = bot.database;
    const [held] = await db.role.findMany({ where: { person: { email: 'wakefield.head.1@example.org' } } });
    await db.role.update({ where: { id: held?.id as string }, data: { from: new Date('2026-12-01') } });
    await coordinator.press(await coordinator.say('/partners leaver wakefield.head.1@example.org on 30 Nov'), 'End the role');
    expect(await rolesOf('wakefield.head.1')).toEqual([]);
    const rochdale = await bot.as('rochdale.coordinator');
    const words = '/partners role wakefield.head.1@example.org partner';
    expect((await rochdale.say(words)).title, 'elsewhere they are nobody').toContain('Nobody in Rochdale is called');
    await coordinator.press(await coordinator.say(words), 'Give the role');
    expect((await rolesOf('wakefield.head.1')).map(([role, , to]) => [role, to])).toEqual([['partner', null]]);
    expect(await leftOn('wakefield.head.1')).toBeNull();
  });

  test.each([
    ['wakefield.lead', 'lead', false],
    ['wakefield.lead', 'partner', true],
    ['wakefield.coordinator', 'coordinator', false],
    ['wakefield.coordinator', 'administrator', false],
    ['admin', 'administrator', true],
    ['admin', 'adviser', true],
  ])('%s gives the role %s: %s', async (who, role, allowed) => {
    const seen = await (await bot.as(who)).say(`/partners role wakefield.head.1@example.org ${role} in Wakefield`);
    expect(seen.labels).toEqual(allowed ? ['Give the role'] : []);
    if (!allowed) expect(seen.title).toMatch(/^Nothing was changed\. You cannot give the role/);
  });

  test('nobody wakes a greater role of somebody who had left', async () => {
    await bot.database.db.person.update({
      where: { email: 'wakefield.coordinator@example.org' },
      data: { leftOn: new Date('2026-11-01') },
    });
    const seen = await lead.say('/partners role wakefield.coordinator@example.org partner');
    expect(seen.title).toBe(
      'Nothing was changed. Wakefield coordinator has left and held a role that you cannot give. Ask an administrator.',
    );
  });

  test.each([
    ['early help manager, wakefield king', /I do not know which role you mean/],
    ['headteacher partner', /Which one\?\s+Headteacher, Wakefield 1, /u],
    ['early help manager, wakefield lead from 1 Dec until 30 Nov', /would end before it begins/],
    ['', /^Type a post and a role/],
  ])('“role %s” is answered with what to do', async (words, says) => {
    const seen = await coordinator.say(`/partners role ${words}`);
    expect(seen.text).toMatch(says);
    expect(seen.labels).toEqual([]);
  });
});

describe('standing in', () => {
  test('for one action, at once', async () => {
    const seen = await lead.say('/partners deputy charity partner, wakefield for WAK-12');
    expect(seen.title).toBe('WAK-12, who stands in: nobody → Charity partner, Wakefield');
    expect((await handsIn(bot))['WAK-12']).toEqual(['wakefield.earlyhelp', 'wakefield.charity']);
    expect((await bot.database.db.news.findMany({})).map(({ text }) => text)).toEqual(['You stand in, says Wakefield pilot lead: WAK-12.']);
  });

  test('for a KPI by its name, and nobody again', async () => {
    expect((await lead.say('/partners deputy charity partner, wakefield for visits in hubs')).title).toBe(
      'Visits in hubs, who stands in: nobody → Charity partner, Wakefield',
    );
    await lead.say('/partners deputy nobody for visits in hubs');
    expect((await handsIn(bot))['Visits in hubs']).toEqual(['wakefield.earlyhelp', null]);
  });

  test('a part of a post may mean somebody else: it is asked about, and one press does it', async () => {
    const seen = await lead.say('/partners deputy charity for WAK-12');
    expect(seen.title).toBe('Have Charity partner, Wakefield stand in for WAK-12?');
    expect((await handsIn(bot))['WAK-12'], 'nothing yet').toEqual(['wakefield.earlyhelp', null]);
    expect((await lead.press(seen, 'Yes')).title).toBe('WAK-12, who stands in: nobody → Charity partner, Wakefield');
    expect((await handsIn(bot))['WAK-12']).toEqual(['wakefield.earlyhelp', 'wakefield.charity']);
    expect((await lead.press(seen, 'Yes')).title).toContain('This was done already');
  });

  test('for all that somebody owns, after a preview, once', async () => {
    const seen = await lead.say('/partners deputy health team lead, wakefield for early help manager, wakefield');
    expect(seen.title).toBe('Have Health team lead, Wakefield stand in for 2 KPIs and 1 action?');
    await lead.press(seen, 'Yes, for all of it');
    const hands = await handsIn(bot);
    expect([hands.Attendance, hands['WAK-7'], hands['WAK-12'], hands['WAK-20']]).toEqual([
      ['wakefield.earlyhelp', 'wakefield.health'],
      ['wakefield.earlyhelp', 'wakefield.health'],
      ['wakefield.earlyhelp', 'wakefield.health'],
      ['wakefield.charity', null],
    ]);
    expect((await lead.press(seen, 'Yes, for all of it')).title).toBe('This was done already: nothing was changed again.');
  });

  test.each([
    ['charity for WAK-20', /Charity partner, Wakefield owns WAK-20/],
    ['charity for WAK-99', /There is no open action WAK-99/],
    ['the moon for WAK-12', /Who stands in\? Nobody in Wakefield is called “the moon”/],
    ['charity for charity', /Choose two different people/],
    ['pilot1.adviser@example.org for WAK-12', /holds no role in Wakefield today with which they could answer/],
  ])('“deputy %s” is answered with what to do', async (words, says) => {
    const before = await handsIn(bot);
    expect((await lead.say(`/partners deputy ${words}`)).text).toMatch(says);
    expect(await handsIn(bot)).toEqual(before);
  });

  test.each(['wakefield.head.1', 'pilot1.adviser', 'evaluator', 'admin'])('%s settles no deputies', async (who) => {
    const seen = await (await bot.as(who)).say('/partners deputy charity for WAK-12');
    expect(seen.title).toBe('Who stands in is settled by the pilot lead or the coordinator of the locality. Ask them.');
  });
});
