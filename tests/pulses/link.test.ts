import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contentsOf, openBox } from '../../src/pulses/box.ts';
import { linkToken } from '../../src/pulses/seat.ts';
import { type TestBot, testBot } from '../support/bot.ts';
import { heading, type Reply, visitor } from '../support/visitor.ts';
import { startWeb } from '../support/web.ts';
import { clearPulses } from './clear.ts';
import { answeredIn, NOTHING, pulseInWakefield, traceOf } from './trace.ts';

/** A pulse by its personal link: nobody signs in, scanners open it first, and what it shows afterwards tells nobody anything. */

let bot: TestBot;
let site: Awaited<ReturnType<typeof startWeb>>;
let wave: Awaited<ReturnType<typeof pulseInWakefield>>;

beforeAll(async () => {
  bot = await testBot({ env: { DEMO: '0', OPERATOR_NAME: 'Learn Example Ltd' } });
  site = await startWeb({ core: bot.core, commands: bot.commands, dispatch: bot.dispatch });
});
afterAll(async () => {
  await site?.stop();
  await bot?.close();
});
beforeEach(async () => {
  await clearPulses(bot.core);
  bot.logged.length = 0;
  wave = await pulseInWakefield(bot.core);
});

const trace = (act: () => Promise<unknown>) => traceOf(bot.core, [bot.logged], act);
const personOf = (n: number) => wave.invited[n]?.personId as string;
const pathOf = (n = 0) => `/pulse/${linkToken(bot.core.secret, wave.waveId, personOf(n))}`;
const ANSWERS = { 'field.answer1': '1', 'field.answer2': '10', 'field.comment': 'More time to talk.' };
const somebody = () => visitor(site.origin);
const send = (path: string, fields: Record<string, string>) => somebody().post(path, fields);
/** A form that is still open when what it is sent to has become something else. */
const formOpen = async (path: string) => {
  await somebody().get(path);
  return (fields: Record<string, string>) => send(path, fields);
};
const counted = async () => {
  const boxes = await bot.core.db.pulseBox.findMany({ where: { waveId: wave.waveId } });
  return boxes.map(({ id, sealed }) => contentsOf(openBox(wave.key, id, sealed), wave.questions));
};
const NOT_OPEN = 'This pulse has closed, or the address is not whole';
/** All of an answer but its moment and the cookie of a browser that had none. */
const whole = ({ status, headers, text }: Reply) => {
  const { date: _date, 'set-cookie': _cookie, ...rest } = headers;
  return { status, headers: rest, text };
};

describe('a personal link', () => {
  test('shows the questions under the promise, with who runs the server, to nobody in particular', async () => {
    const page = await somebody().get(pathOf());
    expect(page.status).toBe(200);
    expect(heading(page)).toBe('Trust and working together: 4 questions, under a minute');
    expect(page.text).toContain('This server is run by Learn Example Ltd.');
    expect(page.text).toMatch(/<div id="field-comment-hint" class="govuk-hint">\s*Read word for word .* Do not name anyone\.\s*<\/div>/u);
    expect(page.text).toContain('1  About test-agree');
    expect(page.text).toContain('Skip what you like.');
    expect(page.text).not.toContain('optional');
    expect(page.text).not.toMatch(/wakefield\.|headteacher|Sign out/iu);
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
    });
  });

  test('opened a hundred times by scanners is not used up: the answer that is sent then counts', async () => {
    const left = await trace(async () => {
      for (let times = 0; times < 50; times += 1) {
        expect((await somebody().get(pathOf())).status).toBe(200);
        expect((await somebody().ask('HEAD', pathOf())).status).toBe(200);
      }
    });
    expect(left).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
    const left2 = await trace(async () => expect(heading(await send(pathOf(), ANSWERS))).toMatch(/^Thank you/u));
    expect(left2).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([personOf(0)]);
    expect(await counted()).toEqual([
      {
        counts: [
          [0, 1, 0, 0, 0, 0],
          [...Array(10).fill(0), 1],
          [0, 0],
          [0, 0, 0],
        ],
        comments: ['More time to talk.'],
      },
    ]);
  });

  test('thanks the same when it is answered, opened again and sent again, and for everybody', async () => {
    const late = await formOpen(pathOf());
    const pages = [
      await send(pathOf(), ANSWERS),
      await late({ 'field.answer1': '4' }),
      await late({}), // not even what is wrong with it
      await somebody().get(pathOf()),
      await send(pathOf(1), { 'field.answer3': '0' }),
    ];
    expect(heading(pages[0] as Reply)).toBe('Thank you: your answers are counted, not kept.');
    for (const page of pages) expect(whole(page)).toEqual(whole(pages[0] as Reply));
    expect((await counted())[0]?.counts[0], 'once').toEqual([0, 1, 0, 0, 0, 0]);
    expect(await answeredIn(bot.core, wave.waveId)).toHaveLength(2);
  });

  test('is the same page for whoever answered on another way', async () => {
    const head = await bot.as(wave.names[0] as string);
    const form = await head.press(await head.say('/pulse'), 'Answer');
    await head.submit(form, { answer1: '0' });
    const elsewhere = await somebody().get(pathOf());
    expect(whole(elsewhere)).toEqual(whole(await send(pathOf(1), ANSWERS)));
  });

  test('unknown, late and mistyped look alike, and nothing says which it was', async () => {
    const closed = await formOpen(pathOf(2));
    const path = pathOf(2);
    await bot.core.db.pulseWave.updateMany({ data: { closesOn: new Date('2026-11-18') } });
    const [pastItsEvening, sentLate] = [await somebody().get(path), await closed({ 'field.answer1': '1' })];
    await clearPulses(bot.core);
    const pages = [
      sentLate,
      pastItsEvening,
      await somebody().get(path),
      await somebody().get(`/pulse/${'A'.repeat(22)}`),
      await somebody().get(`${path.slice(0, -1)}`),
      await somebody().get('/pulse/%00'),
    ];
    for (const page of pages) {
      expect([page.status, heading(page)]).toEqual([404, NOT_OPEN]);
      expect(whole(page)).toEqual(whole(pages[0] as Reply));
    }
    expect(bot.logged).toEqual([]);
  });

  test('of somebody who has left opens nothing', async () => {
    const id = personOf(3);
    await bot.core.db.person.update({ where: { id }, data: { leftOn: new Date('2026-11-01') } });
    expect(heading(await somebody().get(pathOf(3)))).toBe(NOT_OPEN);
    await bot.core.db.person.update({ where: { id }, data: { leftOn: null } });
    expect((await somebody().get(pathOf(3))).status, 'control').toBe(200);
  });

  test('with a mistake comes back with what was typed, and an error beside the field', async () => {
    const long = await send(pathOf(), { 'field.answer1': '2', 'field.comment': 'a'.repeat(1_001) });
    expect(long.status).toBe(400);
    expect(long.text).toContain('Not sent yet: please check');
    expect(long.text).toContain('<a href="#field-comment">Your comment has 1,001 characters; 1,000 fit.</a>');
    expect(long.text).toContain('a'.repeat(1_001));
    expect(long.text).toMatch(/value="2" checked/u);
    const child = await send(pathOf(), { 'field.answer1': '2', 'field.comment': 'B801200005001 did well' });
    expect(child.text).toContain('pupil&#39;s number (UPN)');
    expect(child.text).not.toContain('B801200005001');
    expect(child.text).toContain('Send the rest again, without it.');
    expect(child.text).toContain('>… did well</textarea>');
    const longChild = await send(pathOf(), { 'field.comment': `B801200005001 ${'a'.repeat(1_001)}` });
    expect(longChild.text).not.toContain('B801200005001');
    const empty = await send(pathOf(), {});
    expect(empty.text).toContain('<a href="#field-answer1">Nothing was sent: choose an answer or write a comment.</a>');
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
  });

  test('of a pulse that has begun anew asks once more, above the promise', async () => {
    expect((await somebody().get(pathOf())).text, 'control').not.toContain('Begun anew');
    await bot.core.db.pulseWave.updateMany({ data: { reopenedAt: new Date('2026-11-18T10:00:00Z') } });
    expect((await somebody().get(pathOf())).text).toMatch(
      /Begun anew on 18 November: what was answered before is lost\. Please answer once more\.<\/p>\s*<p[^>]*>Answers are counted/u,
    );
  });

  test('takes a comment alone', async () => {
    expect(heading(await send(pathOf(), { 'field.comment': 'Only words.' }))).toMatch(/^Thank you/u);
    expect((await counted())[0]?.comments).toEqual(['Only words.']);
  });

  test('is all that is asked for: a browser that keeps no cookies answers by it', async () => {
    const left = await trace(async () => {
      const opened = await somebody().get(pathOf());
      expect(opened.text).not.toContain('type="hidden"');
      expect(heading(await somebody().post(pathOf(), ANSWERS))).toMatch(/^Thank you/u);
    });
    expect(left).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([personOf(0)]);
    expect((await counted())[0]?.comments).toEqual(['More time to talk.']);
  });

  test('says of a comment of many pages that it is too long, what fits and what to do', async () => {
    const left = await trace(async () => {
      const page = await send(pathOf(), { ...ANSWERS, 'field.comment': 'a'.repeat(45_000) });
      expect([page.status, heading(page)]).toEqual([413, 'Nothing was sent: your comment is too long']);
      expect(page.text).toContain('A comment has at most 1,000 characters.');
      expect(page.text).toContain(`href="${pathOf()}"`);
    });
    expect(left).toEqual(NOTHING);
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
  });
});

describe('when something fails', () => {
  test('a lost key is said before anything is filled in, and after, with the words given back', async () => {
    const open = await formOpen(pathOf());
    await bot.core.waveKeys.destroy(wave.waveId);
    const [before, after] = [await somebody().get(pathOf()), await open(ANSWERS)];
    expect(after.text).toContain('Its key is missing, or not the right one.');
    for (const page of [before, after]) {
      expect(page.status).toBe(503);
      expect(heading(page)).toBe('This pulse is paused: nothing can be saved just now, and nothing was.');
    }
    expect(after.text).toContain('Your words: “More time to talk.”');
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
  });

  test('a fault of ours is told with a reference; the log has that and its kind', async () => {
    const open = await formOpen(pathOf());
    const [box] = await bot.core.db.pulseBox.findMany();
    await bot.core.db.pulseBox.update({ where: { id: box?.id as string }, data: { sealed: new Uint8Array(box?.sealed.length ?? 0) } });
    const page = await open(ANSWERS);
    expect(page.status).toBe(500);
    expect(page.text).toContain('Your words: “More time to talk.”');
    expect(await answeredIn(bot.core, wave.waveId)).toEqual([]);
    expect(bot.logged).toHaveLength(1);
    const { ref, fault, msg } = JSON.parse(bot.logged[0] as string);
    expect({ fault, msg }).toEqual({ fault: 'BoxUnreadable', msg: 'the page of a pulse failed' });
    expect(heading(page)).toContain(ref);
    for (const telling of [personOf(0), wave.waveId, pathOf().slice(7), 'More time'])
      expect(bot.logged.join(), telling).not.toContain(telling);
  });
});
