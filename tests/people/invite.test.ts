import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readList } from '../../src/people/invite.ts';
import { type TestBot, testBot } from '../support/bot.ts';

// Inviting people: a pasted list, one a line; every line is right or nothing is written.

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot();
});
afterAll(() => bot.close());

const inviteAs = async (who: string, people: string, more: Record<string, string> = {}) => {
  const person = await bot.as(who);
  return person.submit(await person.say('/partners invite'), { people, ...more });
};
const counts = async () => {
  const { person, role, invitation, auditEvent } = bot.database.db;
  return [await person.count(), await role.count(), await invitation.count(), await auditEvent.count()];
};

describe('a pasted list', () => {
  const ORGANISATIONS = ['Police, Wakefield', 'Family charity, Wakefield', 'AEC Trust', 'Primary school 4, Wakefield'];
  test.each([
    ['Link officer, AEC Trust', { post: 'Link officer', organisation: 'AEC Trust', role: 'partner', email: null }],
    ['Link officer, Police, Wakefield', { post: 'Link officer', organisation: 'Police, Wakefield', role: 'partner', email: null }],
    [
      'Headteacher, Wakefield 4, Primary school 4, Wakefield, headteacher, Head.4@Example.org',
      { post: 'Headteacher, Wakefield 4', organisation: 'Primary school 4, Wakefield', role: 'partner', email: 'head.4@example.org' },
    ],
    [
      'head.4@example.org; Headteacher; AEC Trust; Lead',
      { post: 'Headteacher', organisation: 'AEC Trust', role: 'lead', email: 'head.4@example.org' },
    ],
    [
      'Link officer\tPolice, Wakefield\tco-ordinator',
      { post: 'Link officer', organisation: 'Police, Wakefield', role: 'coordinator', email: null },
    ],
    [
      '"Link officer","Police, Wakefield","partner"',
      { post: 'Link officer', organisation: 'Police, Wakefield', role: 'partner', email: null },
    ],
    [
      'Link officer, Somewhere else, Wakefield',
      { post: 'Link officer', organisation: 'Somewhere else, Wakefield', role: 'partner', email: null },
    ],
  ])('“%s” is one person', (row, expected) => {
    expect(readList(row, ORGANISATIONS)).toEqual({ lines: [{ number: 1, ...expected }], problems: [] });
  });

  test.each([
    ['', 'Write one person a line: post or name, organisation, role, address.'],
    ['Link officer', 'Line 1: the organisation is missing: post or name, organisation, role, address.'],
    ['\n\nx, AEC Trust', 'Line 3: a post or name has 2 to 100 characters.'],
    ['Link officer, AEC Trust, king', 'Line 1: “king” is no role. Use partner, lead or coordinator.'],
    ['Link officer, Police, Wakefield, king', 'Line 1: “king” is no role. Use partner, lead or coordinator.'],
    ['Link officer, AEC Trust, partner, link@officer', 'Line 1: “link@officer” is no e-mail address.'],
    ['A one, AEC Trust, a@example.org\nA two, AEC Trust, A@example.org', 'Line 2: the same person is on line 1.'],
    ['A one, AEC Trust\na ONE, aec trust', 'Line 2: the same person is on line 1.'],
    [Array.from({ length: 51 }, (_, at) => `Post ${at}, AEC Trust`).join('\n'), 'At most 50 people at once; this is 51.'],
  ])('what is wrong is said by its line (%#)', (text, problem) => {
    expect(readList(text, ORGANISATIONS).problems).toEqual([problem]);
  });
});

describe('inviting', () => {
  test('a coordinator gets one code for each, shown once, with what to do with it', async () => {
    const seen = await inviteAs(
      'wakefield.coordinator',
      'Headteacher, Wakefield 4, Primary school 4, Wakefield\nSecond lead, Education service, Wakefield council, lead, second.lead@example.org',
    );
    expect(seen.title).toBe('2 people are invited to Wakefield. Give each their code.');
    expect(seen.text).toMatch(/Headteacher, Wakefield 4 +Primary school 4, Wakefield +[0-9A-Z]{5}-[0-9A-Z]{5}\n/);
    expect(seen.text).toContain('Each sends me: join CODE, in a direct message. A code works once, for 14 days; you see it only now.');
    expect((await (await bot.as('wakefield.lead')).say('/partners')).text).toContain('Headteacher, Wakefield 4');
  });

  test('nothing is written unless every line is right', async () => {
    const before = await counts();
    const seen = await inviteAs(
      'wakefield.coordinator',
      'Link officer, Police, Wakefield\nSomebody, Polise, Wakefield\nSomebody else, Police, Wakefield, administrator',
    );
    expect(seen.fields().people?.split('\n')).toEqual([
      'Line 2: Wakefield has no organisation “Polise, Wakefield”. Did you mean “Police, Wakefield”?',
      'Line 3: you cannot give the role administrator here. You can give: partner, lead.',
    ]);
    expect(seen.form().fields.find(({ name }) => name === 'people')?.value, 'the list is kept to be mended').toContain('Link officer');
    expect(await counts()).toEqual(before);
  });

  test.each([
    ['wakefield.lead', 'lead', false],
    ['wakefield.lead', 'partner', true],
    ['wakefield.coordinator', 'lead', true],
    ['wakefield.coordinator', 'coordinator', false],
    ['wakefield.coordinator', 'evaluator', false],
  ])('%s inviting a %s', async (who, role, allowed) => {
    const seen = await inviteAs(who, `Post of ${who} as ${role}, Police, Wakefield, ${role}`);
    if (allowed) expect(seen.title).toBe('1 person is invited to Wakefield. Give each their code.');
    else expect(seen.fields().people).toMatch(new RegExp(`^Line 1: you cannot give the role ${role} here\\. You can give: `));
  });

  test('an administrator gives any role, and says for which locality', async () => {
    const sheffield = await bot.database.db.locality.findUniqueOrThrow({ where: { name: 'Sheffield' } });
    const seen = await inviteAs('admin', 'Second coordinator, AEC Trust, coordinator', { locality: sheffield.id });
    expect(seen.title).toBe('1 person is invited to Sheffield. Give each their code.');
  });

  test.each(['wakefield.head.1', 'pilot1.adviser', 'evaluator'])('%s invites nobody', async (who) => {
    const person = await bot.as(who);
    expect((await person.say('/partners invite')).title).toBe(
      'People are invited by the pilot lead or the coordinator of the locality. Ask them.',
    );
  });

  test('a lead of one locality cannot invite to another, whatever the form says', async () => {
    const person = await bot.as('wakefield.lead');
    const sheffield = await bot.database.db.locality.findUniqueOrThrow({ where: { name: 'Sheffield' } });
    const before = await counts();
    const seen = await person.submit(await person.say('/partners invite'), { people: 'Link officer, AEC Trust', locality: sheffield.id });
    expect(seen.title).toBe('1 person is invited to Wakefield. Give each their code.');
    expect(await counts()).not.toEqual(before);
    expect(await bot.database.db.role.count({ where: { scopeId: sheffield.id, person: { post: 'Link officer' } } })).toBe(0);
  });
});

describe('a code makes whoever has it that person', () => {
  const REFUSED = 'Line 1: this address is known elsewhere in the programme. Ask an administrator to invite them.';

  test.each(['wakefield.coordinator', 'evaluator', 'admin', 'rochdale.head.1', 'pilot1.adviser'])(
    'so a pilot lead gets none for %s, whose roles a lead cannot give',
    async (who) => {
      const before = await counts();
      const seen = await inviteAs('wakefield.lead', `Somebody, AEC Trust, partner, ${who}@example.org`);
      expect(seen.fields().people).toBe(REFUSED);
      expect(await counts()).toEqual(before);
    },
  );

  test('nor for somebody whose greater role ends one day, but not yet', async () => {
    const { db } = bot.database;
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'evaluator@example.org' } });
    await db.role.updateMany({ where: { personId: id }, data: { to: new Date('2027-07-31') } });
    try {
      const seen = await inviteAs('wakefield.lead', 'Somebody, AEC Trust, partner, evaluator@example.org');
      expect(seen.fields().people).toBe(REFUSED);
    } finally {
      await db.role.updateMany({ where: { personId: id }, data: { to: null } });
    }
  });

  test('control: for a partner of the same locality they get one', async () => {
    const seen = await inviteAs('wakefield.lead', 'Somebody, AEC Trust, partner, wakefield.head.2@example.org');
    expect(seen.text, 'who keeps their own post').toContain('Headteacher, Wakefield 2');
  });

  test('nobody who has left gets a new code', async () => {
    const { db } = bot.database;
    const email = 'wakefield.charity@example.org';
    await db.person.update({ where: { email }, data: { leftOn: new Date('2026-11-01') } });
    expect((await inviteAs('wakefield.lead', `Somebody, AEC Trust, partner, ${email}`)).fields().people).toBe(REFUSED);
    await db.person.update({ where: { email }, data: { leftOn: null } });
  });
});

describe('who is who', () => {
  test('leads see the locality by post, and nobody sees a personal name', async () => {
    const lead = await bot.as('wakefield.lead');
    const seen = await lead.say('/partners');
    expect(seen.title).toMatch(/^Who is who in Wakefield: \d+ people$/);
    expect(seen.text).toMatch(/Wakefield coordinator +Coordinator · Education service, Wakefield council · not linked yet/);
    expect(seen.labels).toEqual(expect.arrayContaining(['Invite people', 'Hand over']));
  });

  test('a partner sees whom to ask, and themselves', async () => {
    const head = await bot.as('wakefield.head.1');
    const seen = await head.say('/partners');
    expect(seen.text).toContain('Wakefield pilot lead');
    expect(seen.text).toContain('Headteacher, Wakefield 1');
    expect(seen.text).not.toContain('Headteacher, Wakefield 2');
    expect(seen.labels).toEqual([]);
  });

  test('another locality is not known', async () => {
    const lead = await bot.as('wakefield.lead');
    expect((await lead.say('/partners rochdale')).title).toBe('I do not know a locality of yours called “rochdale”.');
    expect((await lead.say('/partners wake')).title).toContain('Wakefield');
  });

  test('evaluators see no people', async () => {
    const evaluator = await bot.as('evaluator');
    expect((await evaluator.say('/partners')).title).toBe('There is nobody to list for your roles.');
  });
});
