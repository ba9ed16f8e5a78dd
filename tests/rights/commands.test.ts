import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestBot, testBot } from '../support/bot.ts';
import { addTheOthers, EVERYBODY, type Marks, type Someone } from './everybody.ts';
import { MARK, stateOf, trying, VERBS, valuesFor } from './tried.ts';

/** Every verb and press of every command as everybody, with things of Wakefield; what each may is written out here once more. */

/**
 * From the design, in the order partner, lead, coordinator, adviser, evaluator, administrator: whose card shows something of Wakefield;
 * and for whom a form opens or something is written. `h`: those of whom the scope reaches Wakefield, and nobody else; `y`: whatever their
 * scope is (of what they get, as in a form for their own locality, nothing need be of Wakefield); `?`: perhaps some of those, and nobody
 * else (it is about what waits for them); `*`: either (who gets a summary already needs no subscription); `-`: nobody. Who has no role
 * is shown nothing and does nothing but where it says `everybody`: it is about oneself.
 */
const MAY: Record<string, [reads: Marks, does: Marks]> = {
  commoncause: ['hhh---', '------'],
  'commoncause.join': ['------', '------'],
  'commoncause.read': ['hhh---', '------'],
  kpi: ['hhhhh-', '------'],
  'kpi.new': ['-hh---', '-yy---'],
  'kpi.edit': ['hhhhh-', '-hh---'],
  'kpi.undo': ['h--hh-', '------'],
  'kpi.rebase': ['hhhhh-', '-hh-h-'],
  'kpi.all': ['hhhhh-', '------'],
  'kpi.log': ['hhhhh-', '-hh---'],
  'kpi.say': ['hhhhh-', '-hh---'],
  'kpi.save': ['hhhhh-', '-hh---'],
  'kpi.move': ['h--hh-', '------'],
  'kpi.evidence': ['hhhhh-', '-hh---'],
  'kpi.chart': ['hhhhh-', '------'],
  'kpi.share': ['hhhhh-', '------'],
  'kpi.post': ['------', '------'],
  'kpi.unrebase': ['hhhhh-', '------'],
  rag: ['hhhhh-', '------'],
  'rag.new': ['--h---', '--h---'],
  'rag.next': ['hh?h--', '------'],
  'rag.raise': ['------', '------'],
  'rag.projects': ['hhhhh-', '------'],
  'rag.project': ['hhhhh-', '-hh---'],
  'rag.definitions': ['------', '------'],
  'rag.meeting': ['------', '------'],
  'rag.meetings': ['------', '------'],
  'rag.tie': ['------', '------'],
  'rag.manage': ['hhhhh-', '------'],
  'rag.why': ['hhhhh-', '------'],
  'rag.history': ['hhhhh-', '------'],
  'rag.edit': ['-hh---', '-hh---'],
  'rag.done': ['hhhh--', '-hh---'],
  'rag.due': ['-hh---', '------'],
  'rag.owner': ['-hh---', '-hh---'],
  'rag.deputy': ['-hh---', '-hh---'],
  'rag.hold': ['-hh---', '-hh---'],
  'rag.stop': ['-hh---', '-hh---'],
  'rag.reopen': ['hhhh--', '------'],
  'rag.step': ['hhhh--', '------'],
  'rag.undo': ['hhhh--', '------'],
  'rag.comment': ['hhhh--', '------'],
  'rag.show': ['hhhhh-', '------'],
  'rag.say': ['hhhh--', '-hh---'],
  'rag.rate': ['hhhh--', '-hh---'],
  'rag.explain': ['hhhh--', '-hh---'],
  'rag.more': ['hhhhh-', '------'],
  'rag.define': ['------', '-----h'],
  'rag.details': ['hhhhh-', '------'],
  'rag.answer': ['h--h--', '------'],
  'rag.leave': ['h--h--', '------'],
  'rag.meet': ['------', '---h--'],
  'rag.meetingday': ['------', '---h--'],
  'rag.withdraw': ['------', '---h--'],
  'rag.notthismonth': ['------', '------'],
  'rag.remark': ['hhhh--', '-hh---'],
  'rag.worry': ['hhhh--', 'hhhh--'],
  'rag.reply': ['--h---', '--h---'],
  'rag.heard': ['--h---', '--h---'],
  summary: ['yyy---', 'yyyyy-'],
  'summary.subscribe': ['------', 'yy-yy-'],
  'summary.unsubscribe': ['------', '------'],
  'summary.show': ['hhhhh-', 'yyyhh-'],
  'summary.reds': ['hhhhh-', '------'],
  'summary.share': ['hhhhh-', '------'],
  'summary.post': ['------', '------'],
  'summary.due': ['------', '------'],
  'summary.every': ['------', 'yy*hh-'],
  'summary.subscribed': ['------', '------'],
  'summary.end': ['------', '-hh---'],
  pulse: ['--h-h-', '------'],
  'pulse.answer': ['------', '------'],
  'pulse.new': ['--h-h-', '--y-y-'],
  'pulse.open': ['--h-h-', '------'],
  'pulse.extend': ['--h-h-', '------'],
  'pulse.close': ['------', '------'],
  'pulse.end': ['------', '------'],
  'pulse.stop': ['------', '------'],
  'pulse.delete': ['------', '------'],
  'pulse.results': ['hhhhhh', '------'],
  'pulse.comments': ['--h-h-', '------'],
  'pulse.questions': ['------', '------'],
  'pulse.wave': ['--h-h-', '------'],
  'pulse.preview': ['--h-h-', '--h-h-'],
  'pulse.ask': ['--h-h-', '--h-h-'],
  'pulse.when': ['--h-h-', '--h-h-'],
  'pulse.join': ['--h-h-', '--h-h-'],
  'pulse.discard': ['--h-h-', '--h-h-'],
  'pulse.pool': ['--?-h-', '--?-h-'],
  'pulse.meeting': ['------', '------'],
  'pulse.opened': ['--h-h-', '------'],
  'pulse.next': ['------', '------'],
  'pulse.extended': ['------', '------'],
  'pulse.later': ['--h-h-', '--h-h-'],
  'pulse.share': ['------', '------'],
  'pulse.post': ['------', '------'],
  'pulse.question': ['------', '--y-y-'],
  'pulse.added': ['------', '--y-y-'],
  'pulse.reword': ['------', '--?-h-'],
  'pulse.reworded': ['------', '------'],
  'pulse.anew': ['--h-h-', '------'],
  'pulse.begun': ['------', '------'],
  'pulse.reply': ['------', '--h---'],
  'pulse.replied': ['------', '--h---'],
  evidence: ['------', '------'],
  'evidence.log': ['-h?---', '-yy-y-'],
  'evidence.criteria': ['------', '------'],
  'evidence.findings': ['-h--h-', '------'],
  'evidence.open': ['------', '------'],
  'evidence.unlog': ['------', '-hh-h-'],
  'evidence.step': ['------', '-hh---'],
  'evidence.shows': ['------', '-hh---'],
  'evidence.shown': ['------', '------'],
  'evidence.agree': ['------', '-h----'],
  'evidence.answer': ['-h----', '-h----'],
  nudge: ['hhh---', '------'],
  'nudge.preview': ['hhh---', '------'],
  'nudge.quiet': ['------', '------'],
  'nudge.off': ['------', '------'],
  'nudge.stop': ['------', '------'],
  'nudge.never': ['------', '------'],
  'nudge.on': ['hhh---', '------'],
  'nudge.ofsted': ['------', 'everybody'],
  'nudge.away': ['------', '------'],
  'nudge.card': ['------', '------'],
  'nudge.do': ['------', '------'],
  'nudge.fill': ['------', '------'],
  'nudge.noupdate': ['------', '------'],
  'nudge.notmine': ['hh?---', '------'],
  'nudge.mine': ['------', '------'],
  'nudge.at': ['hhh---', 'everybody'],
  'nudge.when': ['hhh---', 'everybody'],
  'nudge.until': ['------', 'everybody'],
  'nudge.always': ['------', 'everybody'],
  'nudge.days': ['------', 'everybody'],
  'nudge.back': ['------', '------'],
  'nudge.line': ['------', '------'],
  'nudge.waiting': ['-h?---', '------'],
  partners: ['hhhh-h', '------'],
  'partners.invite': ['------', '-yy--y'],
  'partners.leaver': ['------', '------'],
  'partners.deputy': ['------', '------'],
  'partners.role': ['------', '------'],
  'partners.taking': ['hhhhh-', '------'],
  'partners.terms': ['------', '------'],
  'partners.handover': ['-hh--h', '-yy--y'],
  'partners.typed': ['------', '------'],
  'partners.hand': ['-hh--h', '-hh--h'],
  'partners.back': ['------', '------'],
  'partners.leave': ['-hh--h', '-hh--h'],
  'partners.stand': ['------', '-hh---'],
  'partners.give': ['-hh--h', '------'],
  'partners.send': ['------', '------'],
  'partners.unowned': ['-hh---', '------'],
  'partners.takepart': ['hhhhh-', '-hh---'],
  'partners.stoppart': ['hhhhh-', '-hh---'],
  'partners.termsright': ['------', '------'],
  'partners.termsform': ['------', '--h---'],
  'partners.closedform': ['------', '--h---'],
  'partners.closedback': ['------', '------'],
};

let bot: TestBot;
let known: Record<string, unknown> = {};
let special: Record<string, Record<string, unknown>> = {};
beforeAll(async () => {
  bot = await testBot({ env: { OPERATOR_NAME: 'Learn Example Ltd' } });
  await addTheOthers(bot);
  const { db } = bot.core;
  const { newId } = bot.core;
  const { id: wakefield } = await db.locality.findFirstOrThrow({ where: { prefix: 'WAK' } });
  const at = new Date('2026-11-10T12:00:00Z');
  const person = async (name: string) => (await db.person.findUniqueOrThrow({ where: { email: `${name}@example.org` } })).id;
  const marked = async (table: string, column: string, where: string) =>
    db.$executeRawUnsafe(`update ${table} set ${column} = '${MARK}' || ${column} where ${where}`);
  const ofWakefield = `locality_id = '${wakefield}'`;
  await marked('kpi_definition', 'name', `kpi_id in (select id from kpi where ${ofWakefield})`);
  await marked('action_version', 'title', `action_id in (select id from action where ${ofWakefield})`);
  await marked('project', 'name', ofWakefield);
  await marked('organisation', 'name', ofWakefield);
  await marked('register_version', 'summary', `entry_id in (select id from register_entry where ${ofWakefield})`);
  await marked('finding_version', 'text', `finding_id in (select id from finding where ${ofWakefield})`);
  await marked('assessment_step', 'evidence', ofWakefield);
  await marked('person', 'post', `email like 'wakefield.head.2%' or email = 'wakefield.earlyhelp@example.org'`);
  await marked('pulse_cell', 'name', `scope_id = '${wakefield}'`);
  const released = await db.pulseWave.findFirstOrThrow();
  const draft = newId();
  await db.pulseWave.create({
    data: {
      ...released,
      audit: undefined,
      places: [{ kind: 'locality', id: wakefield }],
      items: released.items as object,
      id: draft,
      surveyId: draft,
      title: `${MARK} pulse`,
      state: 'draft',
      origin: 'person',
      runById: await person('wakefield.coordinator'),
      opensOn: new Date('2026-11-30'),
      closesOn: new Date('2026-12-11'),
      openedAt: null,
      closedAt: null,
      turnout: null,
      turnoutOn: null,
      keyFingerprint: null,
    },
  });
  const wave = { id: draft };
  const worry = newId();
  await db.worry.create({
    data: { id: worry, localityId: wakefield, text: `${MARK} worry`, recordedAt: at, recordedById: await person('wakefield.head.2') },
  });
  const meeting = newId();
  await db.meeting.create({
    data: { id: meeting, localityId: wakefield, adviserId: await person('pilot1.adviser'), date: new Date('2026-12-02'), recordedAt: at },
  });
  const subscription = newId();
  await db.subscription.create({
    data: {
      id: subscription,
      personId: await person('wakefield.lead'),
      scopeKind: 'locality',
      scopeId: wakefield,
      every: 'week',
      platform: 'slack',
      tenant: 'T0',
      conversation: 'C0',
      name: '#wakefield',
      to: {},
      createdAt: at,
    },
  });
  const kpi = (await db.kpiDefinition.findFirstOrThrow({ where: { name: { endsWith: 'Attendance' }, kpi: { localityId: wakefield } } }))
    .kpiId;
  const action = (await db.action.findFirstOrThrow({ where: { number: 12, localityId: wakefield } })).id;
  const project = (await db.project.findFirstOrThrow({ where: { localityId: wakefield } })).id;
  const entry = (await db.registerVersion.findFirstOrThrow({ where: { entry: { localityId: wakefield }, fewChildren: false } })).entryId;
  const finding = (await db.finding.findFirstOrThrow({ where: { localityId: wakefield } })).id;
  known = {
    id: newId(),
    kpi,
    action,
    project,
    locality: wakefield,
    place: wakefield,
    in: wakefield,
    scope: wakefield,
    kind: 'locality',
    wave: wave?.id ?? newId(),
    entry,
    worry,
    meeting,
    subscription,
    period: '2026-W46',
    version: 1,
    value: 93.2,
    rating: 'amber',
    person: await person('wakefield.head.2'),
    owner: await person('wakefield.earlyhelp'),
    deputy: await person('wakefield.head.3'),
  };
  const area = (
    await db.councilArea.findFirstOrThrow({ where: { localities: { some: { localityId: wakefield } } } }).catch(() => undefined)
  )?.id;
  const cell = (await db.pulseCell.findFirstOrThrow({ where: { scopeId: wakefield } })).id;
  const later = { wave: released.id, cell };
  const record = { round: '2026/27-autumn', seen: 0 };
  const dates = { area, year: 2026 };
  special = {
    'kpi.log': { value: '93.2' },
    'kpi.say': { words: '93.2' },
    'kpi.move': { to: '2026-W45' },
    'rag.say': { rating: 'green', version: 3 },
    'rag.more': { words: 'wakefield', from: 0 },
    'nudge.mine': { kind: 'action', id: action },
    'nudge.at': { time: '09:00' },
    'partners.hand': { from: known.owner, to: known.deputy },
    'partners.send': { kind: 'action', id: action },
    'partners.terms': dates,
    'partners.termsright': dates,
    'partners.termsform': dates,
    'partners.closedform': dates,
    'partners.closedback': dates,
    'evidence.findings': { id: finding },
    'evidence.agree': { id: finding },
    'evidence.answer': { id: finding, kind: 'correct' },
    'evidence.log': { kind: 'story' },
    'evidence.step': record,
    'evidence.shows': record,
    'evidence.shown': record,
    'pulse.results': later,
    'pulse.comments': later,
    'pulse.reply': later,
    'pulse.replied': later,
    'pulse.next': { wave: released.id, on: '2027-01-20' },
    'pulse.question': { criterionId: null, text: 'Do we trust one another?' },
    'pulse.added': { criterionId: null, text: 'Do we trust one another?' },
  };
});
afterAll(() => bot.close());

const COLUMNS = ['partner', 'lead', 'coordinator', 'adviser', 'evaluator', 'administrator'];
const differs = (marks: Marks, { role, here }: Someone, happened: boolean): boolean => {
  const mark = marks === 'everybody' ? 'y' : (marks[COLUMNS.indexOf(role)] ?? '-');
  if (mark === '*' || (mark === '?' && here)) return false;
  return happened !== (mark === 'y' || (mark === 'h' && here));
};

/** What is sent in the form of each verb: as it opens for somebody of Wakefield who may. */
const sent = new Map<string, Record<string, string>>();
const carriedBy = (name: string, verb: (typeof VERBS)[number][1]) => stateOf(verb, { ...known, ...special[name] });

type Outcome = { name: string; tried: Awaited<ReturnType<ReturnType<typeof trying>>> };
/** What comes of each verb as somebody. */
const outcomesAs = async (who: string, only = /./u): Promise<Outcome[]> => {
  const attempt = trying(bot);
  const { account } = await bot.as(who);
  const outcomes: Outcome[] = [];
  for (const [name, verb] of VERBS.filter(([name]) => only.test(name))) {
    const values = sent.get(name);
    outcomes.push({ name, tried: await attempt(account, name, { state: carriedBy(name, verb), ...(values && { sent: values }) }) });
  }
  return outcomes;
};
/** The same, tried once: nothing of it stays. */
const tried = new Map<string, Promise<Outcome[]>>();
const outcomesOf = (who: string): Promise<Outcome[]> => {
  const outcomes = tried.get(who) ?? outcomesAs(who);
  tried.set(who, outcomes);
  return outcomes;
};

/** Every way in which what happens differs from the table. */
const differences = (someone: Someone, outcomes: readonly Outcome[]): string[] => {
  const found: string[] = [];
  for (const { name, tried } of outcomes) {
    const [reads, does] = MAY[name] ?? ['', ''];
    const shown = `${tried.writes.join(', ')} “${tried.text.slice(0, 200)}”`;
    if (tried.failed) found.push(`${name} failed: ${shown}`);
    if (differs(reads, someone, tried.reads)) found.push(`${name}: ${tried.reads ? 'was shown' : 'was shown nothing'}: ${shown}`);
    const did = tried.opens || tried.writes.length > 0;
    if (differs(does, someone, did)) found.push(`${name}: ${did ? 'did' : 'could not'}: ${shown}`);
  }
  return found;
};

describe('every verb and press', () => {
  beforeAll(async () => {
    const attempt = trying(bot);
    for (const who of ['wakefield.lead', 'wakefield.coordinator', 'pilot1.adviser', 'evaluator', 'admin']) {
      const { account } = await bot.as(who);
      for (const [name, verb] of VERBS) {
        if (verb.opens === 'card' || sent.has(name)) continue;
        const { opened, opens } = await attempt(account, name, { state: carriedBy(name, verb) });
        if (opens) sent.set(name, valuesFor(opened));
      }
    }
  });

  test('stands in the table, and nothing else does', () => {
    expect(VERBS.map(([name]) => name).sort()).toEqual(Object.keys(MAY).sort());
  });

  test('is pressed as its cards would: no press is taken for one that is too old', async () => {
    const outcomes = await outcomesOf('wakefield.coordinator');
    const old = outcomes.filter(({ tried }) => tried.text.includes('this button is too old')).map(({ name }) => name);
    expect(old).toEqual([]);
  });

  test.each(EVERYBODY.map((someone) => [someone.who, someone] as const))(
    'is answered to %s as the table says',
    async (_, someone) => {
      expect(differences(someone, await outcomesOf(someone.who))).toEqual([]);
    },
    60_000,
  );

  test('control: whoever has one role more is found', async () => {
    const { db } = bot.core;
    const head = EVERYBODY.find(({ who }) => who === 'sheffield.head.1') as Someone;
    const { id: personId } = await db.person.findUniqueOrThrow({ where: { email: 'sheffield.head.1@example.org' } });
    const role = { personId, role: 'lead', scopeKind: 'locality', scopeId: String(known.locality), from: new Date('2026-01-01') };
    await db.role.create({ data: { id: bot.core.newId(), ...role } });
    const found = differences(head, await outcomesAs(head.who, /^(?:kpi\.save|evidence\.step|rag\.due)$/u));
    await db.role.deleteMany({ where: { personId, role: 'lead' } });
    expect(found.map((line) => line.split(':', 2).join(':'))).toEqual([
      'kpi.save: was shown',
      'kpi.save: did',
      'rag.due: was shown',
      'evidence.step: did',
    ]);
  });
});
