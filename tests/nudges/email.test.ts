import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import type { Rating } from '../../src/actions/action.ts';
import { sealCard } from '../../src/bot/seal.ts';
import { periodOf } from '../../src/calendar/periods.ts';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import type { ActionLine, Line } from '../../src/nudges/line.ts';
import { entriesOf, nudgeCard } from '../../src/views/nudge.ts';
import { nudgeEmail } from '../../src/views/nudge-email.ts';
import { countLines, shownOf } from '../../src/views/nudge-words.ts';
import { renderers } from '../cards/renderers.ts';

// Every kind of line, as each platform draws the card of it and as the e-mail says it.

const today = Temporal.PlainDate.from('2026-11-24');
const id = (number: number) => `0190a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const rating = (word: Rating['rating'], on: string, reason: string | null = null): Rating => ({
  id: id(90),
  version: 3,
  rating: word,
  reason,
  remedy: null,
  remedyBy: null,
  decidedBy: null,
  decidedOn: null,
  evidence: null,
  also: null,
  on,
  at: `${on}T10:00:00Z`,
  byId: id(1),
  by: 'Headteacher, Wakefield 3',
});
const action = (number: number, title: string, self: Rating | null, more: Partial<ActionLine> = {}): ActionLine => ({
  id: id(number),
  code: `WAK-${number}`,
  title,
  localityId: id(2),
  locality: 'Wakefield',
  prefix: 'WAK',
  due: null,
  self,
  independent: null,
  steps: [],
  ...more,
});
const kpi = {
  id: id(3),
  name: 'Attendance',
  locality: 'Wakefield',
  unit: '%',
  decimals: 1,
  readings: [{ period: '2026-W46', value: 92.8, numerator: null, denominator: null, note: 'flu in two schools' }],
} as unknown as Kpi;
const base = { since: '2026-11-20', patient: false, once: false };

const LINES: Line[] = [
  {
    ...base,
    kind: 'red',
    key: `red:${id(7)}:${id(90)}`,
    action: action(7, 'Recruit two education welfare officers', rating('red', '2026-11-05', 'Jo said no')),
  },
  {
    ...base,
    kind: 'due',
    key: `due:${id(12)}:2026-11-13`,
    action: action(12, 'Share early-help data with hubs', rating('amber', '2026-10-29'), { due: '2026-11-13' }),
  },
  {
    ...base,
    kind: 'worry',
    key: `worry:${id(4)}`,
    worryId: id(4),
    localityId: id(2),
    locality: 'Wakefield',
    text: 'Nobody answers at the hub',
  },
  {
    ...base,
    kind: 'meeting',
    key: `meeting:${id(2)}:2026-12-03`,
    localityId: id(2),
    locality: 'Wakefield',
    meeting: '2026-12-03',
    count: 7,
  },
  {
    ...base,
    kind: 'reading',
    key: `reading:${id(3)}:2026-W47`,
    kpi,
    period: periodOf('week', Temporal.PlainDate.from('2026-11-16'), nationalTerms),
    long: false,
  },
  { ...base, kind: 'pulse', key: `pulse:${id(5)}`, waveId: id(5), title: 'trust and working together', taps: 5, reopenedAt: null },
  {
    ...base,
    kind: 'without_owner',
    key: `without_owner:${id(2)}:x`,
    localityId: id(2),
    locality: 'Wakefield',
    codes: ['WAK-22'],
    kpis: ['Visits in hubs'],
    things: [],
  },
  {
    ...base,
    kind: 'half_term',
    key: `half_term:${id(31)}:2026/27-autumn-2`,
    action: action(31, 'Transition visits', rating('amber', '2026-09-15')),
  },
  {
    ...base,
    kind: 'answer',
    key: `answer:${id(91)}`,
    ratingId: id(91),
    action: action(14, 'Early help number', rating('green', '2026-11-10'), {
      independent: { ...rating('amber', '2026-11-12'), id: id(91) },
    }),
  },
  { ...base, kind: 'ask_meeting', key: `ask_meeting:${id(6)}:2026-11`, localityId: id(6), locality: 'Ealing' },
  {
    ...base,
    kind: 'terms',
    key: `terms:${id(2)}:2026:christmas:2026-12-21`,
    localityId: id(2),
    areas: [{ id: id(8), name: 'Wakefield' }],
    year: 2026,
    what: 'Christmas holiday',
    begins: '2026-12-21',
  },
  {
    ...base,
    kind: 'news',
    key: `news:${id(9)}`,
    newsId: id(9),
    text: 'What you raised, “Jo is away”, was answered by Wakefield coordinator: come by on Friday',
  },
];
const only = (...kinds: Line['kind'][]) => LINES.filter(({ kind }) => kinds.includes(kind));
const HEAD = only('pulse', 'half_term');
const draw = (lines: readonly Line[]) => {
  const shown = shownOf(lines);
  return nudgeCard({
    delivery: id(10),
    entries: entriesOf(shown),
    more: countLines(lines.filter((line) => !shown.includes(line))),
    back: 'Because of what you said in June: WAK-14 is done.',
    atSchool: lines === HEAD,
    today,
    slash: '/',
  });
};

/** As long as a real one: renderers count its characters. */
const token = 'x'.repeat(400);
const sealed = (lines: readonly Line[]) => sealCard(draw(lines), ({ verb }) => ({ verb, form: false, token }));

const CARDS = { headteacher: HEAD, 'first-five': LINES, others: LINES.slice(5), terms: only('terms'), news: only('news') };

describe.each(renderers)('the card in $name', ({ name, extension, card }) => {
  test.each(Object.entries(CARDS))('looks as it did: %s', async (sample, lines) => {
    await expect(card(sealed(lines))).toMatchFileSnapshot(`golden/${name}/nudge-${sample}.${extension}`);
  });
});

const LINKS = {
  publicUrl: 'https://cause.example.org',
  pulseLink: (waveId: string) => `https://cause.example.org/pulse/token-of-${waveId}`,
};

describe('the e-mail', () => {
  const email = (lines: readonly Line[]) => nudgeEmail(lines, { ...LINKS, as: 'wakefield.head.3@example.org', today });

  test.each(Object.entries(CARDS))('reads as it did: %s', async (sample, lines) => {
    const { subject, text } = email(lines);
    await expect(`Subject: ${subject}\n\n${text}\n`).toMatchFileSnapshot(`golden/email/nudge-${sample}.txt`);
  });

  test('has no figures, no names of people and nothing that anybody wrote', () => {
    const said = LINES.map((line) => email([line]).text).join('\n');
    expect(said).not.toMatch(/92\.8|7 actions|Jo|hub\b.*answers|flu|Headteacher|coordinator/u);
    // control: the chat's card has them.
    const shown = JSON.stringify(LINES.map((line) => draw([line])));
    for (const word of ['92.8', '7 actions', 'Nobody answers at the hub', 'Wakefield coordinator']) expect(shown).toContain(word);
  });

  test('opens the chat as its reader only in the demonstration', () => {
    expect(email(HEAD).text).toContain('https://cause.example.org/chat?as=wakefield.head.3%40example.org');
    expect(nudgeEmail(HEAD, { ...LINKS, today }).text).toContain('Answer here: https://cause.example.org/chat\n');
  });
});

describe('how long it takes', () => {
  const meeting = (count: number): Line => ({
    ...base,
    kind: 'meeting',
    key: `meeting:${id(2)}:${count}`,
    localityId: id(2),
    locality: 'Wakefield',
    meeting: '2026-12-03',
    count,
  });
  const rated = only('red', 'due');

  test.each([
    ['a thing to rate', rated.slice(0, 1), 'A minute'],
    ['two things to rate', rated, 'Two minutes'],
    ['seven ratings before a meeting', [meeting(7)], 'Seven minutes'],
    ['seven ratings before a meeting and two things to rate', [meeting(7), ...rated], 'Nine minutes'],
    ['fourteen ratings', [meeting(14)], 'Fourteen minutes'],
    ['fifteen ratings', [meeting(15)], 'A quarter of an hour'],
    ['twenty-six ratings before two meetings', [meeting(20), meeting(6)], 'A quarter of an hour'],
  ])('%s: in the card and in the subject of the e-mail', (_, lines, words) => {
    expect(draw(lines).title).toBe(`${words} for Wakefield this week, then nothing until you are needed.`);
    expect(nudgeEmail(lines, { ...LINKS, today }).subject).toBe(`${words} for Wakefield this week`);
  });
});

describe('a pulse', () => {
  const [pulse, visits] = entriesOf(HEAD);
  const shown = (...entries: Parameters<typeof nudgeCard>[0]['entries'][number][]) =>
    nudgeCard({ delivery: id(10), entries, more: { asking: 0, news: 0 }, atSchool: true, today, slash: '/' });
  if (!pulse || !visits) throw new Error('the lines are two');

  test('is asked of everybody who is invited, whoever has answered, and never counted as done', () => {
    const after = shown(pulse, { key: visits.key, says: '✓ WAK-31: Complete' });
    expect(after.title).toBe('Done but for the pulse, if you have not answered it yet. Nothing more until you are needed.');
    expect(JSON.stringify(after.parts)).toContain('(if you have not answered yet)');
    // control: without a pulse the same is done altogether.
    expect(shown({ key: visits.key, says: '✓ WAK-31: Complete' }).title).toBe('Done, thank you. Nothing more until you are needed.');
  });
});
