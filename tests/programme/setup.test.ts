import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/bot/contract.ts';
import { parseConfig } from '../../src/config.ts';
import { answerScript } from '../../src/db/scripts.ts';
import { createScripts } from '../../src/scripts.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { type Child, freePort, runScript, SHORT_LIVED, startChild } from '../support/child.ts';
import { testClock, testIds } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

// A real programme is started from a file: places and people, a code for each, and from then on the people themselves go on in chat.

const EXAMPLE = readFileSync(new URL('../../docs/programme.example.json', import.meta.url), 'utf8');
const clock = testClock('2026-11-19T14:00:00Z');
const newId = testIds(3);
/** The key of the bot that the tests talk to. */
const KEY = { key: new Uint8Array(32).fill(7), fingerprint: 'our key', from: 'the test' };
const setUp = (database: TestDatabase, file: unknown = JSON.parse(EXAMPLE), key = KEY) =>
  answerScript(createScripts({ now: clock.now, newId, config: parseConfig({}), key: async () => key }), database, {
    script: 'setup',
    args: [typeof file === 'string' ? file : JSON.stringify(file)],
  });

type File = {
  programme: string;
  pilots: { name: string; theme: string; localities: { name: string; prefix: string; ledBy: string; organisations?: unknown[] }[] }[];
  people: { post: string; email: string; role: string; locality?: string; pilot?: string }[];
};
/** The example with something changed. */
const changed = (change: (file: File) => void): File => {
  const file = JSON.parse(EXAMPLE) as File;
  change(file);
  return file;
};
const codeOf = (printed: string, post: string) => {
  const line = printed.split('\n').find((line) => line.includes(`  ${post} `));
  return line?.match(/^[0-9A-Z]{5}-[0-9A-Z]{5}/u)?.[0] ?? '';
};
const codesIn = (printed: string) => printed.match(/^[0-9A-Z]{5}-[0-9A-Z]{5}/gmu) ?? [];
const counts = async ({ db }: TestDatabase) => ({
  stamps: await db.stamp.count(),
  programmes: await db.programme.count(),
  pilots: await db.pilot.count(),
  localities: await db.locality.count(),
  organisations: await db.organisation.count(),
  people: await db.person.count(),
  roles: await db.role.count(),
  criteria: await db.criterion.count(),
  questions: await db.criterionQuestion.count(),
});

const open: { close: () => Promise<void> }[] = [];
const empty = async () => {
  const database = await testDatabase();
  open.push(database);
  return database;
};
afterAll(async () => {
  for (const one of open) await one.close();
});

describe('a programme that was started from the example', () => {
  let bot: TestBot;
  let database: TestDatabase;
  let printed: string;
  let users = 0;
  const stranger = () => {
    users += 1;
    const account: Account = { platform: 'slack', tenant: 'T1', user: `U${users}`, profile: async () => ({ outsider: false }) };
    return bot.conversation(account, { kind: 'personal', conversation: `D${users}`, seenByOthers: false });
  };
  const join = async (code: string) => {
    const person = stranger();
    return { person, seen: await person.say(`join ${code}`) };
  };

  beforeAll(async () => {
    database = await testDatabase();
    printed = await setUp(database);
    bot = await testBot({ database, env: { DEMO: '0' } });
    open.push(bot);
  });

  test('is real, and has the four criteria with their questions', async () => {
    expect(await counts(database)).toEqual({
      stamps: 1,
      programmes: 1,
      pilots: 1,
      localities: 2,
      organisations: 4,
      people: 6,
      roles: 6,
      criteria: 4,
      questions: 22,
    });
    expect((await database.db.stamp.findFirstOrThrow()).kind).toBe('real');
    expect(printed).toContain('Added: 1 pilot, 2 localities, 4 organisations, 6 people.');
    expect(codesIn(printed)).toHaveLength(6);
  });

  test('lets the administrator in with the printed code, once, and nobody without one', async () => {
    expect((await stranger().say('/kpi')).text).toContain('I do not know you yet.');
    const { person, seen } = await join(codeOf(printed, 'Programme administrator'));
    expect(seen.text).toContain('Programme administrator');
    const listed = await person.say('/partners');
    expect(listed.text).toContain('Northern pilot lead');
    expect(listed.text).toContain('Adviser, attendance pilot');
    const again = await join(codeOf(printed, 'Programme administrator'));
    expect(again.seen.text).not.toContain('Programme administrator');
  });

  test('goes on in chat: a coordinator invites, and a lead makes a KPI and logs a reading', async () => {
    const { person: coordinator } = await join(codeOf(printed, 'Northern coordinator'));
    const invited = await coordinator.submit(await coordinator.say('/partners invite'), {
      people: 'Headteacher, Primary school, northern locality',
    });
    expect(invited.title).toContain('invited to Northern locality');
    const code = invited.text.match(/[0-9A-Z]{5}-[0-9A-Z]{5}/u)?.[0] as string;
    expect((await join(code)).seen.text).toContain('Headteacher');

    const { person: lead } = await join(codeOf(printed, 'Northern pilot lead'));
    const made = await lead.submit(await lead.say('/kpi new'), {
      name: 'Breakfast clubs',
      definition: 'Schools that have a breakfast club',
      source: 'A count each term',
    });
    expect(made.text).toContain('Breakfast clubs');
    expect((await lead.say('/kpi breakfast clubs 12')).text).toContain('12');
    expect(await database.db.reading.count()).toBe(1);
  });
});

describe('the same file again', () => {
  test('changes nothing but the administrator’s code, of which only the newest works', async () => {
    const database = await empty();
    const first = await setUp(database);
    const before = await counts(database);
    const second = await setUp(database);
    expect(await counts(database)).toEqual(before);
    expect(second).toContain('was there already, and stays as it is');
    expect(codesIn(second)).toEqual([codeOf(second, 'Programme administrator')]);
    expect(codeOf(second, 'Programme administrator')).not.toBe(codeOf(first, 'Programme administrator'));
    const open = await database.db.invitation.findMany({ where: { burntAt: null }, select: { person: { select: { post: true } } } });
    expect(open.filter(({ person }) => person.post === 'Programme administrator')).toHaveLength(1);
    expect(open).toHaveLength(6); // the others' codes still work
  });

  test('made longer adds what is new, and what people changed meanwhile stays changed', async () => {
    const database = await empty();
    await setUp(database);
    const lead = await database.db.person.findUniqueOrThrow({ where: { email: 'northern.lead@example.org' } });
    await database.db.role.deleteMany({ where: { personId: lead.id } });
    const printed = await setUp(
      database,
      changed((file) => {
        file.pilots[0]?.localities.push({ name: 'Eastern locality', prefix: 'EAS', ledBy: 'council' });
        file.people.push({ post: 'Eastern pilot lead', email: 'Eastern.Lead@Example.org', role: 'lead', locality: 'Eastern locality' });
      }),
    );
    expect(printed).toContain('Added: 1 locality, 1 person.');
    expect(printed).toContain('Nobody can be invited to Eastern locality yet: name its organisations in the file and run this again.');
    expect(codesIn(printed)).toHaveLength(2);
    expect(await database.db.role.count({ where: { personId: lead.id } })).toBe(0);
    expect(await database.db.person.count({ where: { email: 'eastern.lead@example.org' } })).toBe(1);
  });
});

describe('nothing is written unless all is right', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await empty();
  });
  const NOTHING = { stamps: 0, programmes: 0, pilots: 0, localities: 0, organisations: 0, people: 0, roles: 0, criteria: 0, questions: 0 };

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /it is no JSON/u],
    ['nothing in it', '', /it is no JSON/u],
    ['no programme', [], /expected object/u],
    ['a word that nobody knows', { ...changed(() => {}), pilot: 1 }, /Unrecognized key: "pilot"/u],
    ['no pilots', changed((file) => void Object.assign(file, { pilots: [] })), /pilots: name at least one pilot/u],
    [
      'no administrator',
      changed((file) => void file.people.shift()),
      /people: at least one is an administrator, who can invite the others/u,
    ],
    [
      'a prefix that two localities have',
      changed(({ pilots }) => void Object.assign(pilots[0]?.localities[1] as object, { prefix: 'NOR' })),
      /the prefix “NOR” is there twice/u,
    ],
    [
      'one address for two people',
      changed(({ people }) => void Object.assign(people[1] as object, { email: 'ADMINISTRATOR@example.org' })),
      /the address “administrator@example.org” is there twice/iu,
    ],
    [
      'a locality that is not there',
      changed(({ people }) => void Object.assign(people[4] as object, { locality: 'Western locality' })),
      /people\[4\]: there is no locality “Western locality” in this file/u,
    ],
    [
      'a lead of no locality',
      changed(({ people }) => void Object.assign(people[4] as object, { locality: undefined })),
      /people\[4\]: a lead needs a locality/u,
    ],
    [
      'an administrator of one locality',
      changed(({ people }) => void Object.assign(people[0] as object, { locality: 'Northern locality' })),
      /people\[0\]: an administrator is for the whole programme/u,
    ],
    [
      'a locality and a pilot at once',
      changed(({ people }) => void Object.assign(people[4] as object, { pilot: 'Attendance' })),
      /people\[4\]: name a locality or a pilot, not both/u,
    ],
  ])('%s', async (_what, file, problem) => {
    await expect(setUp(database, file)).rejects.toThrow(problem);
    expect(await counts(database)).toEqual(NOTHING);
  });

  test('every problem is said at once, of the form and between the parts', async () => {
    const file = changed(({ pilots, people }) => {
      Object.assign(pilots[0]?.localities[0] as object, { prefix: 'north' });
      Object.assign(people[1] as object, { role: 'king' });
      Object.assign(people[2] as object, { pilot: 'Behaviour' });
      Object.assign(people[3] as object, { email: 'nowhere' });
    });
    const said = await setUp(database, file).catch((error: Error) => error.message);
    expect(said).toMatch(/^Nothing was set up. Put this right in the file:\n/u);
    expect(said).toContain('pilots[0].localities[0].prefix: is 2 to 4 capital letters');
    expect(said).toContain('people[1].role: ');
    expect(said).toContain('people[3].email: is an e-mail address');
    expect(said).toContain('people[2]: there is no pilot “Behaviour” in this file');
    expect(await counts(database)).toEqual(NOTHING);
  });

  test('and the same place takes the file once it is right', async () => {
    await setUp(database);
    expect((await counts(database)).people).toBe(6);
  });

  test('what does not fit what is there already is refused whole', async () => {
    const before = await counts(database);
    const refused = async (file: File, problem: RegExp) => {
      await expect(setUp(database, file)).rejects.toThrow(problem);
      expect(await counts(database)).toEqual(before);
    };
    await refused(
      changed((file) => void Object.assign(file, { programme: 'Another programme' })),
      /holds the programme “Our partnership programme”, and it holds only one/u,
    );
    await refused(
      changed((file) => {
        file.pilots.unshift({ name: 'New', theme: 'New', localities: [{ name: 'New', prefix: 'NEW', ledBy: 'council' }] });
        Object.assign(file.pilots[1]?.localities[0] as object, { prefix: 'NTH' });
      }),
      /Northern locality is there already, with the prefix NOR/u,
    );
    await refused(
      changed((file) => {
        file.pilots[0]?.localities.push({ name: 'Eastern locality', prefix: 'EAS', ledBy: 'council' });
        Object.assign(file.people[0] as object, { email: 'southern.lead@example.org' });
        file.people.pop();
      }),
      /southern\.lead@example\.org is known here already, and is no administrator now/u,
    );
  });
});

describe('a database that is not for it', () => {
  test('the demonstration is never mixed with a real programme', async () => {
    const demonstration = await testBot();
    open.push(demonstration);
    const { database } = demonstration;
    await database.db.stamp.create({ data: { kind: 'demo', keyFingerprint: KEY.fingerprint, filledAt: new Date(0) } });
    const before = await counts(database);
    await expect(setUp(database)).rejects.toThrow(/holds the demonstration programme/u);
    expect(await counts(database)).toEqual(before);
  });

  test('another key than the server’s is refused, because its codes would not work', async () => {
    const database = await empty();
    await setUp(database);
    const before = await database.db.invitation.count();
    await expect(setUp(database, undefined, { ...KEY, fingerprint: 'another key' })).rejects.toThrow(/first used with another key/u);
    expect(await database.db.invitation.count()).toBe(before);
  });
});

describe('npm run setup', () => {
  test('does the same without a server and through the one that runs, and needs no key to be named on this machine', async () => {
    const home = mkdtempSync(join(tmpdir(), 'cc-setup-'));
    const env = { HOME: home, DATA_DIR: join(home, 'data') };
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runScript('setup', args, env);
      return code === 0 ? stdout : `failed: ${stderr}`;
    };
    const server = async (more: Record<string, string>) =>
      startChild({ ...env, PORT: String(await freePort()), ...more }, { logFile: join(home, 'log'), nodeOptions: SHORT_LIVED });
    let child: Child | undefined;
    try {
      expect(await run()).toMatch(/^failed: Say what to set up: npm run setup -- FILE.json/u);
      expect(await run('docs/nowhere.json')).toMatch(/^failed: docs\/nowhere.json cannot be read \(ENOENT\)/u);
      expect(codesIn(await run('docs/programme.example.json'))).toHaveLength(6);

      child = await server({ DEMO: '0' });
      await child.ready();
      const again = await run('docs/programme.example.json');
      expect(again).toContain('was there already, and stays as it is');
      const [code] = codesIn(again);
      expect(code).toBeDefined();
      expect(child.printed()).not.toContain(code);
      await child.stop();
    } finally {
      await child?.kill();
      rmSync(home, { recursive: true, force: true });
    }
  }, 60_000);
});
