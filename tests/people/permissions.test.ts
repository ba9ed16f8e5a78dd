import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSealer } from '../../src/bot/seal.ts';
import { MAY_GRANT, may, PERMISSIONS, type Permission, ROLES, type RoleName } from '../../src/people/permissions.ts';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { handsIn, idOf as personOf, planOf } from './plan.ts';

// Who may what: the design's table, written out here once more, against the code's own and against the whole bot.

type Reach = 'scope' | 'own' | 'programme' | 'no';
/**
 * From the design: "own readings, ratings", "the locality's KPIs, plan", "all of the locality", "independent ratings",
 * "people, settings, runs" … in the order partner, lead, coordinator, adviser, evaluator, administrator.
 */
const ROWS: Record<Permission, [Reach, Reach, Reach, Reach, Reach, Reach]> = {
  'kpi.read': ['scope', 'scope', 'scope', 'scope', 'scope', 'no'],
  'kpi.read.telling': ['scope', 'scope', 'scope', 'no', 'no', 'no'],
  'reading.write': ['own', 'scope', 'scope', 'no', 'no', 'no'],
  'kpi.write': ['no', 'scope', 'scope', 'no', 'no', 'no'],
  'action.read': ['scope', 'scope', 'scope', 'scope', 'scope', 'no'],
  'action.write': ['no', 'scope', 'scope', 'no', 'no', 'no'],
  'rating.write': ['own', 'scope', 'scope', 'no', 'no', 'no'],
  'rating.independent': ['no', 'no', 'no', 'scope', 'no', 'no'],
  'overview.read': ['programme', 'programme', 'programme', 'scope', 'scope', 'no'],
  'worry.raise': ['scope', 'scope', 'scope', 'scope', 'no', 'no'],
  'worry.answer': ['no', 'no', 'scope', 'no', 'no', 'no'],
  'no_update.read': ['no', 'no', 'scope', 'no', 'no', 'no'],
  'subscription.end': ['no', 'no', 'scope', 'no', 'no', 'no'],
  'plan.import': ['no', 'no', 'scope', 'no', 'no', 'no'],
  handover: ['no', 'scope', 'scope', 'no', 'no', 'scope'],
  'definitions.write': ['no', 'no', 'no', 'no', 'no', 'scope'],
  'runs.read': ['no', 'no', 'no', 'no', 'no', 'scope'],
  'runs.again': ['no', 'no', 'no', 'no', 'no', 'scope'],
  'people.read': ['scope', 'scope', 'scope', 'scope', 'no', 'scope'],
  'people.invite': ['no', 'scope', 'scope', 'no', 'no', 'scope'],
  'taking.write': ['no', 'scope', 'scope', 'no', 'no', 'no'],
  'calendar.write': ['no', 'no', 'scope', 'no', 'no', 'no'],
  'pulse.run': ['no', 'no', 'scope', 'no', 'scope', 'no'],
  'pulse.reopen': ['no', 'no', 'scope', 'no', 'scope', 'scope'],
  'pulse.results': ['scope', 'scope', 'scope', 'scope', 'scope', 'scope'],
  'pulse.comments': ['no', 'no', 'scope', 'no', 'scope', 'no'],
  'pulse.reply': ['no', 'no', 'scope', 'no', 'no', 'no'],
  'kpi.rebase': ['no', 'scope', 'scope', 'no', 'scope', 'no'],
  'register.read': ['no', 'scope', 'scope', 'scope', 'scope', 'no'],
  'register.write': ['no', 'scope', 'scope', 'no', 'scope', 'no'],
  'register.check': ['no', 'scope', 'scope', 'no', 'no', 'no'],
  'assessment.read': ['no', 'scope', 'scope', 'scope', 'scope', 'no'],
  'assessment.self': ['no', 'scope', 'scope', 'no', 'no', 'no'],
  'assessment.evaluator': ['no', 'no', 'no', 'no', 'scope', 'no'],
  'finding.draft': ['no', 'scope', 'no', 'no', 'scope', 'no'],
  'finding.write': ['no', 'no', 'no', 'no', 'scope', 'no'],
  'finding.answer': ['no', 'scope', 'no', 'no', 'no', 'no'],
  export: ['no', 'scope', 'scope', 'no', 'scope', 'no'],
  'export.key': ['no', 'no', 'no', 'no', 'no', 'scope'],
  'names.read': ['scope', 'scope', 'scope', 'scope', 'no', 'scope'],
};
const COLUMNS = ['partner', 'lead', 'coordinator', 'adviser', 'evaluator', 'administrator'] as const;
const TABLE: Record<string, Record<Permission, Reach>> = Object.fromEntries(
  COLUMNS.map((role, at) => [
    role,
    Object.fromEntries(Object.entries(ROWS).map(([permission, row]) => [permission, row[at]])) as Record<Permission, Reach>,
  ]),
);
const GRANTS: Record<string, string[]> = {
  partner: [],
  lead: ['partner'],
  coordinator: ['partner', 'lead'],
  adviser: [],
  evaluator: [],
  administrator: ['partner', 'lead', 'coordinator', 'adviser', 'evaluator', 'administrator'],
};

describe('the table', () => {
  const here = { programmeId: 'programme', pilotId: 'pilot', localityId: 'locality' };
  const HELD = [
    { scopeKind: 'locality', scopeId: 'locality', reaches: true },
    { scopeKind: 'pilot', scopeId: 'pilot', reaches: true },
    { scopeKind: 'programme', scopeId: 'programme', reaches: true },
    { scopeKind: 'locality', scopeId: 'another locality', reaches: false },
    { scopeKind: 'pilot', scopeId: 'another pilot', reaches: false },
    { scopeKind: 'programme', scopeId: 'another programme', reaches: false },
    // An id of one kind is no id of another.
    { scopeKind: 'locality', scopeId: 'pilot', reaches: false },
    { scopeKind: 'pilot', scopeId: 'locality', reaches: false },
  ] as const;

  /** Every way in which an answer to "may they?" differs from the table. */
  const differences = (answer: typeof may): string[] =>
    Object.entries(TABLE).flatMap(([role, row]) =>
      Object.entries(row).flatMap(([permission, reach]) =>
        HELD.flatMap(({ reaches, ...scope }) =>
          [true, false].flatMap((own) => {
            const expected = reach === 'programme' || (reaches && (reach === 'scope' || (reach === 'own' && own)));
            const given = answer({ roles: [{ role: role as RoleName, ...scope }] }, permission as Permission, here, own);
            return given === expected
              ? []
              : [`${role} ${permission} ${scope.scopeKind} ${scope.scopeId} ${own ? 'own' : 'not own'}: ${given}`];
          }),
        ),
      ),
    );

  test('the code says what the design says, for every role, permission and scope', () => {
    expect(Object.keys(TABLE).sort()).toEqual([...ROLES].sort());
    for (const row of Object.values(TABLE)) expect(Object.keys(row).sort()).toEqual(Object.keys(PERMISSIONS).sort());
    expect(differences(may)).toEqual([]);
  });

  test.each([
    ['that always says yes', () => true],
    ['that always says no', () => false],
    [
      'that forgets the scope',
      ((actor, permission, _at, own) =>
        may(
          { roles: actor.roles.map((held) => ({ ...held, scopeKind: 'locality', scopeId: 'locality' })) },
          permission,
          here,
          own,
        )) as typeof may,
    ],
    ['that forgets whose it is', ((actor, permission, at) => may(actor, permission, at, true)) as typeof may],
    [
      'that keeps everybody to their scope',
      ((actor, permission, at, own) =>
        may(actor, permission, at, own) && (may(actor, 'people.read', at) || permission !== 'overview.read')) as typeof may,
    ],
    [
      'that mixes up the kinds of scope',
      ((actor, permission, at, own) =>
        actor.roles.some((held) => Object.values(at).includes(held.scopeId)) &&
        may(
          { roles: actor.roles.map((held) => ({ ...held, scopeKind: 'locality', scopeId: 'locality' })) },
          permission,
          at,
          own,
        )) as typeof may,
    ],
  ] as [string, typeof may][])('control: an answer %s is found out', (_, broken) => {
    expect(differences(broken)).not.toEqual([]);
  });

  test('who has no role may nothing', () => {
    for (const permission of Object.keys(PERMISSIONS) as Permission[]) expect(may({ roles: [] }, permission, here, true)).toBe(false);
  });

  test('who may grant which role', () => {
    expect(MAY_GRANT).toEqual(GRANTS);
  });
});

describe('through the whole bot', () => {
  let bot: TestBot;
  beforeAll(async () => {
    bot = await testBot();
  });
  afterAll(() => bot.close());
  beforeEach(async () => {
    await bot.database.db.reading.deleteMany({ where: { origin: 'person' } });
  });

  const PILOT_OF: Record<string, string> = { Wakefield: 'pilot 1', Rochdale: 'pilot 1', Sheffield: 'pilot 3' };
  const KPIS = [
    { name: 'Visits in hubs', locality: 'Wakefield', own: ['wakefield.lead', 'wakefield.earlyhelp'], period: '2026-11', value: 44 },
    { name: 'Attendance', locality: 'Wakefield', own: ['wakefield.lead', 'wakefield.coordinator'], period: '2026-W47', value: 93.2 },
    { name: 'Referrals answered within ten days', locality: 'Rochdale', own: [], period: '2026-11', value: 75 },
    { name: 'Schools opening the internal card', locality: 'Sheffield', own: [], period: '2026-W47', value: 34 },
  ];
  const PEOPLE = [
    { who: 'wakefield.head.1', role: 'partner', scope: 'Wakefield' },
    { who: 'wakefield.earlyhelp', role: 'partner', scope: 'Wakefield' },
    { who: 'wakefield.lead', role: 'lead', scope: 'Wakefield' },
    { who: 'wakefield.coordinator', role: 'coordinator', scope: 'Wakefield' },
    { who: 'programme.coordinator', role: 'coordinator', scope: 'everywhere' },
    { who: 'pilot1.adviser', role: 'adviser', scope: 'pilot 1' },
    { who: 'pilot3.adviser', role: 'adviser', scope: 'pilot 3' },
    { who: 'evaluator', role: 'evaluator', scope: 'everywhere' },
    { who: 'admin', role: 'administrator', scope: 'everywhere' },
    { who: 'nobody', role: 'none', scope: 'nowhere' },
  ];
  const CASES = PEOPLE.flatMap((person) => KPIS.map((kpi) => ({ ...person, ...kpi })));

  type Case = (typeof PEOPLE)[number] & { locality: string; own: string[] };
  const may = ({ who, role, scope, locality, own }: Case, permission: Permission) => {
    const reach = TABLE[role]?.[permission] ?? 'no';
    const inScope = scope === 'everywhere' || scope === locality || scope === PILOT_OF[locality];
    return inScope && (reach === 'scope' || (reach === 'own' && own.includes(who)));
  };

  /** Somebody in the demonstration, or somebody with no role at all. */
  const as = async (who: string) => {
    const { db } = bot.database;
    if (who === 'nobody')
      await db.person.upsert({
        where: { email: 'nobody@example.org' },
        create: { id: bot.core.newId(), post: 'Nobody', email: 'nobody@example.org' },
        update: {},
      });
    return bot.as(who);
  };

  const idOf = async (name: string, locality: string) =>
    (await bot.database.db.kpiDefinition.findFirstOrThrow({ where: { name, kpi: { locality: { name: locality } } } })).kpiId;

  /** Everything that can be done with a KPI by its id, as from a card that somebody once had. */
  const attempts = async (who: string, kpi: string, period: string, value: number) => {
    const person = await as(who);
    const press = async (verb: string, state: Record<string, unknown>) => {
      const token = createSealer(bot.core.secret).seal(person.account, { verb, state }, bot.core.now());
      return person.ask({ kind: 'press', token });
    };
    return {
      chart: await press('kpi.chart', { kpi }),
      say: await press('kpi.say', { kpi, words: '' }),
      share: await press('kpi.share', { kpi, period: '2026-W46' }),
      form: await press('kpi.log', { kpi }),
      evidence: await press('kpi.evidence', { kpi, period, version: 1 }),
      edit: await press('kpi.edit', { kpi }),
      undo: await press('kpi.undo', { kpi, period, version: 1 }),
      move: await press('kpi.move', { kpi, period, version: 1, to: period }),
      save: await press('kpi.save', { kpi, period, value }),
      sayWithFigure: await press('kpi.say', { kpi, words: String(value) }),
    };
  };
  const NOT_THERE = 'I cannot find this KPI. Type kpi to see yours.';
  const isForm = (seen: Seen) => seen.answer.kind === 'form';
  const given = (kpi: string) => bot.database.db.reading.count({ where: { kpiId: kpi, origin: 'person' } });

  test.each(CASES)('$who and $name, $locality', async (its) => {
    const { who, name, locality, period, value } = its;
    const kpi = await idOf(name, locality);
    const person = await as(who);

    const byName = await person.say(`/kpi ${locality} ${name}`);
    expect(byName.title.startsWith(`${name}, ${locality}`), 'read by name').toBe(may(its, 'kpi.read'));
    const listed = await person.say('/kpi all');
    if (!may(its, 'kpi.read')) {
      expect(byName.text, 'not even that it exists').not.toMatch(new RegExp(`${name}, ${locality}:`));
      expect(byName.text).not.toMatch(/\d+ (?:%|visits|schools)/);
    }
    expect(listed.text.includes(`\n${name}  `), 'listed').toBe(may(its, 'kpi.read'));

    const seen = await attempts(who, kpi, period, value);
    if (!may(its, 'kpi.read')) {
      const none = await attempts(who, '00000000-0000-7000-8000-000000000000', period, value);
      for (const [verb, there] of Object.entries(seen)) {
        expect(there.text, `${verb}: what may not be read looks as if it did not exist`).toBe(NOT_THERE);
        expect(there.text, verb).toBe(none[verb as keyof typeof none].text);
      }
    } else {
      expect(seen.chart.title.startsWith(`${name}, ${locality}`)).toBe(true);
      expect(seen.say.title.startsWith(`${name}, ${locality}`)).toBe(true);
    }
    expect(isForm(seen.form), 'the log form').toBe(may(its, 'reading.write'));
    expect(isForm(seen.evidence), 'the evidence form').toBe(may(its, 'reading.write'));
    expect(isForm(seen.edit), 'the form to edit').toBe(may(its, 'kpi.write'));
    expect(await given(kpi), 'a reading').toBe(may(its, 'reading.write') ? 1 : 0);
    if (may(its, 'kpi.read') && !may(its, 'reading.write')) expect(seen.save.title).toContain('is not yours to log');
    expect(isForm(await person.say('/kpi new')), 'a new one somewhere').toBe(TABLE[its.role]?.['kpi.write'] === 'scope');
    expect(isForm(await person.say('/partners invite')), 'inviting somewhere').toBe(TABLE[its.role]?.['people.invite'] === 'scope');
    const partners = await person.say(`/partners ${locality}`);
    expect(partners.title.startsWith(`Who is who in ${locality}`), 'who is who').toBe(may(its, 'people.read'));
  });

  const LINES = [
    { code: 'WAK-7', locality: 'Wakefield', number: 7, own: ['wakefield.earlyhelp', 'wakefield.head.1'] },
    { code: 'WAK-12', locality: 'Wakefield', number: 12, own: ['wakefield.lead'] },
    { code: 'ROC-3', locality: 'Rochdale', number: 3, own: [] },
    { code: 'SHE-5', locality: 'Sheffield', number: 5, own: [] },
  ];
  const plan = () =>
    planOf(
      bot,
      LINES.map(({ locality, number, own: [owner, deputy] }) => ({
        place: locality,
        number,
        owner: owner ?? null,
        deputy: deputy ?? null,
      })),
    );
  const actionOf = (number: number, locality: string) =>
    bot.database.db.action.findFirstOrThrow({
      where: { number, locality: { name: locality } },
      include: { versions: true, ratings: true, comments: true },
    });

  /** Everything that can be done with an action by its id, as from a card that somebody once had. */
  const actionAttempts = async (who: string, action: string) => {
    const person = await as(who);
    const press = async (verb: string, state: Record<string, unknown>, words?: string) => {
      const token = createSealer(bot.core.secret).seal(person.account, { verb, state, ...(words ? { words } : {}) }, bot.core.now());
      return person.ask({ kind: 'press', token });
    };
    const rating = async (kind: string) => {
      const state = { action, kind, rating: 'amber', version: 0 };
      const token = createSealer(bot.core.secret).seal(person.account, { verb: 'rag.rate', state }, bot.core.now());
      return [await press('rag.rate', state), await person.ask({ kind: 'submit', token, values: { reason: `in the way, says ${kind}` } })];
    };
    const [selfForm, self] = (await rating('self')) as [Seen, Seen];
    const [independentForm, independent] = (await rating('independent')) as [Seen, Seen];
    return {
      show: await press('rag.show', { action }),
      why: await press('rag.why', { action }),
      history: await press('rag.history', { action }),
      selfForm,
      self,
      independentForm,
      independent,
      say: await press('rag.say', { action, kind: 'self', rating: 'green', version: 0 }),
      due: await press('rag.due', { action }, '1 March'),
      comment: await press('rag.comment', { action }, 'a comment'),
      stop: await press('rag.stop', { action }),
      edit: await press('rag.edit', { action }),
    };
  };
  const NO_ACTION = 'I cannot find this action. Type rag to see yours.';

  test.each(PEOPLE.flatMap((person) => LINES.map((line) => ({ ...person, ...line }))))(
    '$who and $code',
    async (its) => {
      const { who, code, number, locality } = its;
      await plan();
      const { id } = await actionOf(number, locality);
      const person = await as(who);

      const byCode = await person.say(`/rag ${code}`);
      const listed = await person.say('/rag all');
      expect(byCode.text.includes(`Line ${number}`), 'read by code').toBe(may(its, 'action.read'));
      expect(listed.text.includes(`Line ${number}`), 'listed').toBe(may(its, 'action.read'));

      const seen = await actionAttempts(who, id);
      if (!may(its, 'action.read')) {
        const unknown = await person.say(`/rag ${code.replace(/\d+$/u, '99')}`);
        expect(byCode.text.replaceAll(code, '…'), 'what may not be read looks as if it did not exist').toBe(
          unknown.text.replaceAll(/[A-Z]{3}-99/gu, '…'),
        );
        for (const [verb, there] of Object.entries(seen)) expect(there.title, verb).toBe(NO_ACTION);
      }
      const after = await actionOf(number, locality);
      expect(isForm(seen.selfForm), 'the form of the owner’s rating').toBe(may(its, 'rating.write'));
      expect(isForm(seen.independentForm), 'the form of an independent one').toBe(may(its, 'rating.independent'));
      expect(
        after.ratings.some(({ kind }) => kind === 'self'),
        'a rating',
      ).toBe(may(its, 'rating.write'));
      expect(
        after.ratings.some(({ kind }) => kind === 'independent'),
        'an independent rating',
      ).toBe(may(its, 'rating.independent'));
      expect(after.comments.length > 0, 'a comment').toBe(may(its, 'rating.write'));
      expect(
        after.versions.some(({ change }) => change === 'due'),
        'another date',
      ).toBe(may(its, 'action.write'));
      expect(isForm(seen.edit), 'the form to change it').toBe(may(its, 'action.write'));
      expect(isForm(await person.say('/partners handover')), 'handing over somewhere').toBe(TABLE[its.role]?.handover === 'scope');
    },
    30_000,
  );

  test.each(PEOPLE)('$who changes roles and hands over only where they may, whatever the button says', async (its) => {
    await plan();
    const { db } = bot.database;
    const roles = await db.role.findMany();
    const person = await as(its.who);
    const place = { ...its, locality: 'Wakefield', own: [] };
    const { id: wakefield } = await db.locality.findUniqueOrThrow({ where: { name: 'Wakefield' } });
    const [head, early, charity] = await Promise.all(
      ['wakefield.head.2', 'wakefield.earlyhelp', 'wakefield.charity'].map((who) => personOf(bot, who)),
    );
    const press = async (verb: string, state: Record<string, unknown>) => {
      const token = createSealer(bot.core.secret).seal(person.account, { verb, state }, bot.core.now());
      return person.ask({ kind: 'press', token });
    };
    const owners = async () => (await handsIn(bot))['WAK-7'];

    await press('partners.stand', { owner: early, deputy: charity, id: bot.core.newId() });
    expect((await owners())?.[1], 'who stands in').toBe(may(place, 'action.write') ? 'wakefield.charity' : 'wakefield.head.1');
    await press('partners.hand', { from: early, to: charity, id: bot.core.newId() });
    expect((await owners())?.[0], 'the owner').toBe(may(place, 'handover') ? 'wakefield.charity' : 'wakefield.earlyhelp');

    for (const role of ROLES) {
      await press('partners.give', { person: head, role, in: wakefield, from: '2026-11-19' });
      const inScope = its.scope === 'everywhere' || its.scope === 'Wakefield';
      const allowed = inScope && (GRANTS[its.role] ?? []).includes(role);
      const wide = role === 'adviser' || role === 'evaluator' || role === 'administrator';
      const held = await db.role.count({
        where: { personId: head as string, role, ...(role === 'partner' ? {} : { from: new Date('2026-11-19') }) },
      });
      expect(held > 0, `the role ${role}`).toBe(role === 'partner' || (allowed && (!wide || its.role === 'administrator')));
    }
    await db.role.deleteMany({});
    await db.role.createMany({ data: roles });
    await press('partners.leave', { person: head, last: '2026-11-18' });
    const gone = await db.role.count({ where: { personId: head as string, to: { not: null } } });
    const mayEnd = (its.scope === 'everywhere' || its.scope === 'Wakefield') && (GRANTS[its.role] ?? []).includes('partner');
    expect(gone, 'ending a partner’s role').toBe(mayEnd ? 1 : 0);
    await db.role.deleteMany({});
    await db.role.createMany({ data: roles });
    await db.person.updateMany({ data: { leftOn: null } });
  });

  test('control: with one more role the same attempts succeed', async () => {
    const { db } = bot.database;
    const kpi = await idOf('Schools opening the internal card', 'Sheffield');
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.head.1@example.org' } });
    const { id: sheffield } = await db.locality.findUniqueOrThrow({ where: { name: 'Sheffield' } });
    const role = { personId: id, role: 'lead', scopeKind: 'locality', scopeId: sheffield, from: new Date('2026-11-01') };
    await db.role.create({ data: { id: bot.core.newId(), ...role } });
    const seen = await attempts('wakefield.head.1', kpi, '2026-W47', 34);
    expect([isForm(seen.form), isForm(seen.edit), await given(kpi)]).toEqual([true, true, 1]);
    await plan();
    const action = await actionOf(5, 'Sheffield');
    await actionAttempts('wakefield.head.1', action.id);
    const after = await actionOf(5, 'Sheffield');
    expect([after.ratings.length > 0, after.comments.length, after.versions.length], 'and with an action').toEqual([true, 1, 2]);
    await db.role.deleteMany({ where: { personId: id, role: 'lead' } });
  });

  test.each([
    ['that begins tomorrow', '2026-11-20', null],
    ['that ended yesterday', '2026-01-01', '2026-11-18'],
  ])('a role %s gives nothing today', async (_, from, to) => {
    const { db } = bot.database;
    const kpi = await idOf('Schools opening the internal card', 'Sheffield');
    const { id } = await db.person.findUniqueOrThrow({ where: { email: 'wakefield.head.1@example.org' } });
    const { id: sheffield } = await db.locality.findUniqueOrThrow({ where: { name: 'Sheffield' } });
    const role = {
      personId: id,
      role: 'lead',
      scopeKind: 'locality',
      scopeId: sheffield,
      from: new Date(from),
      to: to ? new Date(to) : null,
    };
    await db.role.create({ data: { id: bot.core.newId(), ...role } });
    const seen = await attempts('wakefield.head.1', kpi, '2026-W47', 34);
    for (const { text } of Object.values(seen)) expect(text).toBe(NOT_THERE);
    await db.role.deleteMany({ where: { personId: id, role: 'lead' } });
  });
});
