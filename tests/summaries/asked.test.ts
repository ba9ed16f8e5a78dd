import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Seen, type TestBot, testBot } from '../support/bot.ts';
import { dueWorld } from './due-world.ts';

// A summary that somebody asks for says what the message that sent them there said: what waits for them first, and what they are told once.

const THURSDAY = '2026-11-19T08:30:00Z';
const REASON = 'the officer starts in January';

let bot: TestBot;
let world: Awaited<ReturnType<typeof dueWorld>>;
const open = async () => {
  bot = await testBot();
  world = await dueWorld(bot);
};

const rowsOf = ({ text }: Pick<Seen, 'text'>) => text.split('\n');
/** The lines that wait, without their buttons. */
const waits = (seen: Pick<Seen, 'text'>): string[] => {
  const rows = rowsOf(seen);
  const start = rows.findIndex((row) => row.startsWith('Waiting for you'));
  if (start < 0) return [];
  const rest = rows.slice(start + 1);
  const end = rest.findIndex((row) => row === 'Red' || row.startsWith('Locality') || row.startsWith('and '));
  return rest.slice(0, end).filter((row) => row !== '' && !row.startsWith('['));
};
const told = (seen: Seen): string[] => {
  const rows = rowsOf(seen);
  const start = rows.indexOf('Without an update, said once');
  return start < 0
    ? []
    : rows.slice(
        start + 1,
        rows.findIndex((row) => row.startsWith('Changes are since')),
      );
};

describe('what waits', () => {
  beforeAll(open);
  beforeEach(() => bot.clock.set(THURSDAY));
  afterAll(() => bot.close());

  test('is first and done on the spot: the very lines of the summary that comes by itself, whose titles its e-mail has', async () => {
    const lead = await bot.as('wakefield.lead');
    const came = await world.send({ to: 'wakefield.lead' });
    const seen = await lead.say('/summary');
    const said = waits(seen);
    expect(said.length).toBeGreaterThan(1);
    expect(said).toEqual(waits({ text: came }));
    expect(rowsOf(seen)[1]).toMatch(/^Waiting for you: \d+ things$/u);
    const after = await lead.press(seen, 'No update yet');
    expect(after.text, 'each line has what answers it').toMatch(/why/iu);
  });

  test('a plan that is named has what waits in its places, and one’s own what waits anywhere', async () => {
    const adviser = await bot.as('pilot1.adviser');
    const everything = waits(await adviser.say('/summary'));
    expect(everything).toContain('When do you meet Coventry next?');
    expect(everything.some((row) => row.startsWith('Wakefield'))).toBe(true);
    const coventry = waits(await adviser.say('/summary coventry'));
    expect(coventry).toContain('When do you meet Coventry next?');
    expect(coventry.every((row) => row.includes('Coventry') || row.includes('COV-'))).toBe(true);
  });

  test('nothing of it stands on one for others, on one of a past day, or for whoever only evaluates', async () => {
    const lead = await bot.as('wakefield.lead');
    expect((await lead.say('/summary as at 1 November')).text).not.toContain('Waiting for you');
    expect((await (await bot.as('evaluator')).say('/summary programme')).text).not.toContain('Waiting for you');
    const shared = await lead.press(await lead.say('/summary'), 'Share');
    expect(shared.text).not.toContain('Waiting for you');
  });
});

describe('what is without an update', () => {
  const say = async (key: string) => {
    const { db } = bot.database;
    const { id: localityId } = await db.locality.findFirstOrThrow({ where: { name: 'Wakefield' } });
    const { id } = await db.action.findFirstOrThrow({ where: { localityId, number: 31 } });
    await db.noUpdate.create({
      data: {
        key,
        personId: await world.idOf('wakefield.lead'),
        localityId,
        aboutKind: 'action',
        aboutId: id,
        reason: REASON,
        recordedAt: new Date('2026-11-18T12:00:00Z'),
      },
    });
  };
  beforeEach(async () => {
    await open();
    bot.clock.set(THURSDAY);
    await say('red:test:1');
    return () => bot.close();
  });

  test('stands with its reason in what the e-mail opens, until the next summary comes, and not in that', async () => {
    const mail = await world.plan({ to: 'wakefield.coordinator' });
    await world.draw(mail, 'wakefield.coordinator', { platform: 'web' });
    await world.settle(mail, 'sent');
    const coordinator = await bot.as('wakefield.coordinator');
    const opened = await coordinator.say('/summary');
    expect(told(opened).join('\n')).toContain(REASON);
    bot.clock.set('2026-11-20T09:00:00Z');
    expect(told(await coordinator.say('/summary')).join('\n'), 'the same summary, read again').toContain(REASON);
    const next = await world.send({ to: 'wakefield.coordinator', week: '2026-W48' });
    expect(next, 'said once').not.toContain(REASON);
    bot.clock.set('2026-11-27T09:00:00Z');
    expect(told(await coordinator.say('/summary')).join('\n')).not.toContain(REASON);
  });

  test('control: of an e-mail that nobody opened it is told by the next summary', async () => {
    const mail = await world.plan({ to: 'wakefield.coordinator' });
    await world.draw(mail, 'wakefield.coordinator', { platform: 'web' });
    await world.settle(mail, 'sent');
    bot.clock.set('2026-11-26T08:30:00Z');
    expect(await world.send({ to: 'wakefield.coordinator', week: '2026-W48' })).toContain(REASON);
  });

  test('is for whoever coordinates there, and for nobody else', async () => {
    expect(told(await (await bot.as('wakefield.coordinator')).say('/summary'))).not.toEqual([]);
    for (const who of ['wakefield.lead', 'pilot1.adviser', 'evaluator', 'rochdale.coordinator'])
      expect((await (await bot.as(who)).say('/summary wakefield')).text, who).not.toContain(REASON);
  });
});
