import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type Action, declared, type RatingWord, type Step } from '../../src/actions/action.ts';
import { countedAs } from '../../src/actions/cadence.ts';
import { differ, invites, kindAmong, type Meeting, meetingDoubts, toScrutinise, withoutMeeting } from '../../src/actions/scrutiny.ts';
import { changeWords, type Happened, lastLook } from '../../src/actions/since.ts';
import { alsoWords, type Ties } from '../../src/actions/ties.ts';

// Independent scrutiny: a rating of its own beside the owner's, which it never changes.

const today = Temporal.PlainDate.from('2026-11-19'); // a Thursday
const rated = (rating: RatingWord, on = '2026-11-01') => ({ id: `${rating} ${on}`, rating, on }) as Action['self'];
const action = (self: RatingWord | null, independent: RatingWord | null = null, on = '2026-11-01', localityId = 'wakefield') => ({
  localityId,
  self: self && rated(self),
  independent: independent && rated(independent, on),
});
const meeting = (date: string, localityId = 'wakefield'): Meeting => ({ id: date, localityId, locality: localityId, date });

describe('what is to be rated before a meeting', () => {
  const NEXT = '2026-12-03';
  const waits = (meetings: Meeting[], given = action('green'), day = today) => toScrutinise([given], meetings, day).length === 1;

  test.each([
    ['the meeting is 14 days off', [meeting('2026-12-03')], true],
    ['the meeting is 15 days off', [meeting('2026-12-04')], false],
    ['they meet today', [meeting('2026-11-19')], true],
    ['they met yesterday, and no other is noted', [meeting('2026-11-18')], false],
    ['the meeting is in another locality', [meeting(NEXT, 'rochdale')], false],
    ['no meeting is noted', [], false],
  ])('it waits or not when %s', (_, meetings, expected) => {
    expect(waits(meetings)).toBe(expected);
  });

  test.each([
    ['the day after the last meeting', '2026-11-06', false],
    ['on the day of the last meeting', '2026-11-05', true],
    ['before the last meeting', '2026-11-04', true],
  ])('with a meeting before, a rating given %s', (_, on, expected) => {
    expect(waits([meeting('2026-11-05'), meeting(NEXT)], action('green', 'amber', on))).toBe(expected);
  });

  test.each([
    ['27 days before the meeting', '2026-11-06', false],
    ['28 days before the meeting', '2026-11-05', true],
  ])('without a meeting before, a rating given %s', (_, on, expected) => {
    expect(waits([meeting(NEXT)], action('green', 'amber', on))).toBe(expected);
  });

  test.each([
    ['not_started', true],
    ['green', true],
    ['amber', true],
    ['red', true],
    ['complete', false],
    ['on_hold', false],
    ['stopped', false],
  ] as const)('an action that its owner says is %s', (word, expected) => {
    expect(waits([meeting(NEXT)], action(word))).toBe(expected);
  });

  test('the nearest meeting stands first, and the plan keeps its order', () => {
    const plan = [action('green'), action('red', null, '', 'rochdale'), action('amber'), action('green', null, '', 'coventry')];
    const found = toScrutinise(plan, [meeting(NEXT), meeting('2026-11-24', 'rochdale')], today);
    expect(found.map(({ action: { localityId, self }, meeting: day }) => [localityId, self?.rating, day])).toEqual([
      ['rochdale', 'red', '2026-11-24'],
      ['wakefield', 'green', NEXT],
      ['wakefield', 'amber', NEXT],
    ]);
  });
});

describe('when an adviser is asked for the next meeting', () => {
  const asked = (...meetings: Meeting[]) => withoutMeeting([{ localityId: 'wakefield' }], meetings, today).length === 1;

  test('when none is noted from this month on', () => {
    expect(asked()).toBe(true);
    expect(asked(meeting('2026-10-31'))).toBe(true);
    expect(asked(meeting('2026-12-03', 'rochdale'))).toBe(true);
  });
  test('not when one was in this month or is to come', () => {
    expect(asked(meeting('2026-11-01'))).toBe(false);
    expect(asked(meeting('2027-03-01'))).toBe(false);
  });
});

describe('a day for a meeting', () => {
  const doubts = (iso: string, ...meetings: Meeting[]) => {
    const doubt = meetingDoubts(Temporal.PlainDate.from(iso), 'wakefield', meetings, today);
    return doubt.kind === 'asked' ? doubt.why : doubt.kind;
  };
  test.each([
    ['2026-12-03', 'none'],
    ['2026-11-19', 'none'],
    ['2026-11-18', ['that day has passed']],
    ['2026-12-05', ['it is a Saturday']],
    ['2026-12-06', ['it is a Sunday']],
    ['2026-12-25', ['it is a bank holiday']],
    ['2027-11-03', ['that is more than half a year away']],
    ['2025-11-18', 'impossible'],
    ['2028-11-20', 'impossible'],
  ])('%s', (iso, expected) => {
    expect(doubts(iso)).toEqual(expected);
  });

  test('two on one day are asked about, the same one twice is not', () => {
    expect(doubts('2026-12-03', meeting('2026-12-03', 'rochdale'))).toEqual(['you meet rochdale on the same day']);
    expect(doubts('2026-12-03', meeting('2026-12-03'))).toBe('none');
  });

  test('a day nearly a year off may be the one just past', () => {
    const doubt = meetingDoubts(Temporal.PlainDate.from('2027-11-03'), 'wakefield', [], today);
    expect(doubt).toMatchObject({ kind: 'asked', met: Temporal.PlainDate.from('2026-11-03') });
  });
});

describe('which rating somebody gives who says only a colour', () => {
  test.each([
    ['the owner', { own: true, self: true, independent: false }, 'self'],
    ['the adviser', { own: false, self: false, independent: true }, 'independent'],
    ['the pilot lead', { own: false, self: true, independent: false }, 'self'],
    ['a lead who is its adviser too', { own: false, self: true, independent: true }, 'independent'],
    ['an owner who is its adviser too', { own: true, self: true, independent: true }, 'self'],
    ['an owner who may not rate', { own: true, self: false, independent: false }, undefined],
    ['anybody else', { own: false, self: false, independent: false }, undefined],
  ])('%s', (_, rights, expected) => {
    expect(kindAmong(rights)).toBe(expected);
  });
});

const WORDS: RatingWord[] = ['not_started', 'green', 'amber', 'red', 'complete', 'on_hold', 'stopped'];

describe("an adviser's rating", () => {
  /** Whether what is declared, and counted, stays the same whatever the adviser says. */
  const changesNothing = (declare: (given: ReturnType<typeof action>) => RatingWord) =>
    WORDS.every((own) => ['green', 'amber', 'red', 'complete'].every((other) => declare(action(own, other as RatingWord)) === own));

  test('never changes what is declared or counted', () => {
    expect(changesNothing(declared)).toBe(true);
    const fresh = { waits: null, past: false, weeks: 1 };
    expect(changesNothing((given) => countedAs(given, fresh) as RatingWord)).toBe(true);
  });

  test('would be caught if it did', () => {
    expect(changesNothing((given) => given.independent?.rating ?? declared(given))).toBe(false);
    expect(changesNothing((given) => (given.independent?.rating === 'red' ? 'red' : declared(given)))).toBe(false);
  });

  test('differs when it is another colour of something that somebody works on, or says that what is complete is not', () => {
    expect(differ(action('red', 'amber'))).toBe(true);
    expect(differ(action(null, 'red'))).toBe(true);
    expect(differ(action(null, 'green'))).toBe(false);
    expect(differ(action('not_started', 'green'))).toBe(true);
    expect(differ(action('complete', 'amber'))).toBe(true);
    expect(differ(action('amber', 'amber'))).toBe(false);
    expect(differ(action('complete', 'green'))).toBe(false);
    expect(differ(action('complete', 'complete'))).toBe(false);
    expect(differ(action('stopped', 'red'))).toBe(false);
    expect(differ(action('red'))).toBe(false);
  });

  test('invites an answer once, and no more once they agree', () => {
    const red = action('red', 'amber') as Action;
    const id = red.independent?.id as string;
    expect(invites(red, new Set())).toBe(true);
    expect(invites(red, new Set([id]))).toBe(false);
    expect(invites(red, new Set(['another rating']))).toBe(true);
    expect(invites(action('amber', 'amber') as Action, new Set())).toBe(false);
  });
});

describe('what happened since an adviser looked', () => {
  const step = (text: string, done: string | null = null): Step => ({ text, due: null, done });
  const stood = {
    title: 'Recruit two officers',
    due: '2026-12-18',
    ownerId: 'a',
    owner: 'Pilot lead',
    steps: [step('Advertise'), step('Interview')],
  };
  const words = (change: Partial<Happened> = {}) =>
    changeWords({ was: stood, is: stood, wasRated: 'amber', isRated: 'amber', comments: [], ...change }, today);

  test.each<[string, Partial<Happened>, string[]]>([
    ['nothing', {}, []],
    ['a comment', { comments: ['one advert'] }, ['“one advert”']],
    ['three comments', { comments: ['a', 'b', 'c'] }, ['“c” and 2 more said']],
    ['a step done', { is: { ...stood, steps: [step('Advertise'), step('Interview', '2026-11-10')] } }, ['step 2 done']],
    [
      'both steps done',
      { is: { ...stood, steps: [step('Advertise', '2026-11-01'), step('Interview', '2026-11-10')] } },
      ['steps 1 and 2 done'],
    ],
    ['a new step', { is: { ...stood, steps: [...stood.steps, step('Induct')] } }, ['1 step more']],
    ['a new date', { is: { ...stood, due: '2027-03-01' } }, ['date 18 Dec → 1 Mar']],
    ['no date any more', { is: { ...stood, due: null } }, ['date 18 Dec → no date']],
    ['a new owner', { is: { ...stood, ownerId: 'b', owner: 'Coordinator' } }, ['now with Coordinator']],
    ['another colour', { isRated: 'red' }, ['owner from amber to red']],
    [
      'all of it, what people said first',
      { isRated: 'red', comments: ['one advert'], is: { ...stood, due: null } },
      ['“one advert”', 'owner from amber to red', 'date 18 Dec → no date'],
    ],
    [
      'a new action',
      { was: null, wasRated: 'not_started', isRated: 'green' },
      ['it came into the plan', 'owner from not started to green'],
    ],
  ])('%s', (_, change, expected) => {
    expect(words(change)).toEqual(expected);
  });

  test('counts from their rating or their meeting, whichever was later', () => {
    const mine = { on: '2026-10-14', at: '2026-10-14T09:00:00Z' };
    expect(lastLook(mine, undefined)).toEqual({ since: mine.at, words: 'Since then' });
    expect(lastLook(mine, '2026-10-01')).toEqual({ since: mine.at, words: 'Since then' });
    expect(lastLook(mine, '2026-11-05')).toEqual({ since: '2026-11-05T00:00:00Z', words: 'Since you last met' });
    expect(lastLook(null, '2026-11-05')?.words).toBe('Since you last met');
    expect(lastLook(null, undefined)).toBeUndefined();
  });
});

describe('what else an adviser is there', () => {
  const nothing: Ties = { roles: [], organisation: null, groups: [], declared: null };
  test.each<[string, Partial<Ties>, string | null]>([
    ['nothing', {}, null],
    ['their own words', { declared: 'chairs the partnership board' }, 'chairs the partnership board'],
    ['another role', { roles: ['adviser', 'partner'] }, 'is a partner'],
    ['their organisation', { organisation: 'Wakefield Council' }, 'works for Wakefield Council'],
    ['a board', { groups: ['Pilot steering group'] }, 'sits on Pilot steering group'],
    [
      'all of it',
      { declared: 'chairs the board', roles: ['lead'], groups: ['The board'] },
      'chairs the board, is pilot lead, sits on The board',
    ],
  ])('%s', (_, ties, expected) => {
    expect(alsoWords({ ...nothing, ...ties })).toBe(expected);
  });
});
