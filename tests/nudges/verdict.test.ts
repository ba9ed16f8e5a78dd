import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { nationalTerms } from '../../src/calendar/terms.ts';
import type { Line } from '../../src/nudges/line.ts';
import type { Person } from '../../src/nudges/person.ts';
import { type Now, type Planned, type Reader, verdictOn } from '../../src/nudges/verdict.ts';
import type { Route } from '../../src/people/routes.ts';

// What becomes of a planned message when its moment has come. 24 November 2026 is a Tuesday; London keeps Greenwich time.

const TUESDAY = '2026-11-24T08:30:00Z';
const at = (iso: string) => Temporal.Instant.from(iso);

const head: Person = {
  id: 'head',
  post: 'Headteacher',
  email: 'head@example.org',
  zone: 'Europe/London',
  organisationId: null,
  terms: nationalTerms,
  away: [],
  weekday: 2,
  time: Temporal.PlainTime.from('08:30'),
  quietUntil: null,
  roles: [],
};
const line: Line = { kind: 'news', key: 'news:1', since: '2026-11-20', patient: false, once: true, newsId: '1', text: 'Heard' };
const slack: Route = { platform: 'slack', tenant: 'T1', user: 'U1', to: { user: 'U1' } };
const email: Route = { platform: 'email', to: 'head@example.org' };
const nudge: Planned = {
  kind: 'nudge',
  personId: 'head',
  subscriptionId: null,
  shared: false,
  scopeKind: null,
  scopeId: null,
  week: '2026-W48',
  moment: new Date(TUESDAY),
  why: null,
  tried: [],
};
const summary: Planned = {
  ...nudge,
  kind: 'summary',
  scopeKind: 'locality',
  scopeId: 'wakefield',
  moment: new Date('2026-11-26T08:30:00Z'),
};
const reader: Reader = {
  personId: 'head',
  subscriptionId: null,
  scopeKind: 'locality',
  scopeId: 'wakefield',
  every: 'week',
  channel: null,
};
const channel: Reader = {
  ...reader,
  subscriptionId: 's1',
  channel: { platform: 'slack', tenant: 'T1', conversation: 'C1', name: '#wakefield', to: { channel: 'C1' } },
};
const inChannel: Planned = { ...summary, subscriptionId: 's1', shared: true };

type Is = { when?: string; who?: Partial<Person> | null; lines?: Line[]; readers?: Reader[]; routes?: Route[] };
const now = ({ when = TUESDAY, who = {}, lines = [line], readers = [], routes = [slack, email] }: Is): Now => ({
  moment: at(when),
  people: new Map(who === null ? [] : [['head', { ...head, ...who }]]),
  nudges: new Map([['head', { all: lines, lines }]]),
  receivers: readers,
  routes: new Map([['head', routes]]),
});
/** What is decided, in words. */
const decided = (planned: Planned, is: Is): string => {
  const verdict = verdictOn(planned, now(is));
  if ('left' in verdict) return `left: ${verdict.left}`;
  if ('failed' in verdict) return `failed: ${verdict.failed}`;
  if ('waitTo' in verdict) return `waits to ${verdict.waitTo}`;
  const { route, until } = verdict.hand;
  return `${route.platform === 'email' ? 'email' : `${route.platform} ${route.user || JSON.stringify(route.to)}`} until ${until}`;
};

const THURSDAY = '2026-11-26T08:30:00Z';
const refused = { platform: 'slack', tenant: 'T1', user: 'U1' };
const down = (again: string) => ({ ...refused, again });
const HEAD_AWAY = { away: [{ from: '2026-11-24', to: '2026-11-24' }] };
const AWAY_ALL = { away: [{ from: '2026-11-24', to: '2026-11-27' }] };

describe('a message whose moment has come', () => {
  test.each<[string, Planned, Is, string]>([
    ['goes the best way, in their hours', nudge, {}, 'slack U1 until 2026-11-24T17:31:00Z'],
    ['on Friday goes until three', nudge, { when: '2026-11-27T14:59:00Z' }, 'slack U1 until 2026-11-27T15:01:00Z'],
    ['after that is left', nudge, { when: '2026-11-27T15:01:00Z' }, 'left: no working hours of theirs are left in its time'],
    ['at night waits for the morning', nudge, { when: '2026-11-24T23:00:00Z' }, 'waits to 2026-11-25T08:00:00Z'],
    ['on a day away waits for the next', nudge, { who: HEAD_AWAY }, 'waits to 2026-11-25T08:00:00Z'],
    ['with no day left is left', nudge, { who: AWAY_ALL }, 'left: no working hours of theirs are left in its time'],
    ['to somebody who left is left', nudge, { who: null }, 'left: they have left, or hold no role any more'],
    ['to somebody in quiet is left', nudge, { who: { quietUntil: '2026-12-08' } }, 'left: they asked not to be written to'],
    ['with nothing to say is left', nudge, { lines: [] }, 'left: nothing waits for them any more'],
    ['without any way is left', nudge, { routes: [] }, 'left: there is no way to write to them: no chat that is open, and no e-mail'],
    ['that could not be drawn all week has failed', { ...nudge, why: 'a fault' }, { when: '2026-11-27T15:01:00Z' }, 'failed: a fault'],
  ])('%s', (_what, planned, is, said) => expect(decided(planned, is)).toBe(said));
});

describe('a way that was tried', () => {
  const AN_HOUR = '2026-11-24T09:45:00Z';
  test.each<[string, Planned, Is, string]>([
    ['and refused it is not tried again: the next is', { ...nudge, why: 'no', tried: [refused] }, {}, 'email until 2026-11-24T17:31:00Z'],
    ['for good leaves nothing', { ...nudge, why: 'no', tried: [refused] }, { routes: [slack] }, 'failed: no'],
    ['and was down gives way to the next', { ...nudge, why: 'down', tried: [down(AN_HOUR)] }, {}, 'email until 2026-11-24T17:31:00Z'],
    [
      'and was down is waited for, where there is no other',
      { ...nudge, why: 'down', tried: [down(AN_HOUR)] },
      { routes: [slack] },
      `waits to ${AN_HOUR}`,
    ],
    [
      'and was down is tried once more',
      { ...nudge, why: 'down', tried: [down(AN_HOUR)] },
      { routes: [slack], when: AN_HOUR },
      'slack U1 until 2026-11-24T17:31:00Z',
    ],
    [
      'and was down, then refused it, is closed for good',
      { ...nudge, why: 'no', tried: [down(TUESDAY), refused] },
      { routes: [slack] },
      'failed: no',
    ],
    [
      'and was down in the evening is tried in the morning',
      { ...nudge, why: 'down', tried: [down('2026-11-24T18:00:00Z')] },
      { routes: [slack], when: '2026-11-24T17:00:00Z' },
      'waits to 2026-11-25T08:00:00Z',
    ],
    [
      'and was down until its week was over has failed',
      { ...nudge, why: 'down', tried: [down('2026-11-27T15:30:00Z')] },
      { routes: [slack], when: '2026-11-27T14:30:00Z' },
      'failed: down',
    ],
    [
      'of two that were down the one that comes back first is waited for',
      { ...nudge, why: 'down', tried: [down('2026-11-24T10:00:00Z'), { platform: 'email', again: AN_HOUR }] },
      {},
      `waits to ${AN_HOUR}`,
    ],
  ])('%s', (_what, planned, is, said) => expect(decided(planned, is)).toBe(said));
});

describe('a summary', () => {
  test.each<[string, Planned, Is, string]>([
    ['goes to whoever gets it', summary, { when: THURSDAY, readers: [reader] }, 'slack U1 until 2026-11-26T17:31:00Z'],
    ['goes though nothing waits', summary, { when: THURSDAY, readers: [reader], lines: [] }, 'slack U1 until 2026-11-26T17:31:00Z'],
    [
      'of another place is left',
      summary,
      { when: THURSDAY, readers: [{ ...reader, scopeId: 'x' }] },
      'left: they do not get this summary any more',
    ],
    [
      'of a channel is not its subscriber’s',
      summary,
      { when: THURSDAY, readers: [channel] },
      'left: they do not get this summary any more',
    ],
    ['goes to its channel', inChannel, { when: THURSDAY, readers: [reader, channel] }, 'slack {"channel":"C1"} until 2026-11-26T17:31:00Z'],
    [
      'goes to its channel though its subscriber is away and in quiet',
      inChannel,
      { when: THURSDAY, readers: [channel], who: { ...AWAY_ALL, quietUntil: '2026-12-08' } },
      'slack {"channel":"C1"} until 2026-11-26T17:31:00Z',
    ],
    [
      'that its channel refused goes nowhere else',
      { ...inChannel, why: 'no', tried: [{ platform: 'slack', tenant: 'T1' }] },
      { when: THURSDAY, readers: [channel] },
      'failed: no',
    ],
    ['goes within two working days', summary, { when: '2026-11-30T17:00:00Z', readers: [reader] }, 'slack U1 until 2026-11-30T17:31:00Z'],
    [
      'later is left',
      summary,
      { when: '2026-12-01T08:30:00Z', readers: [reader] },
      'left: no working hours of theirs are left in its time',
    ],
  ])('%s', (_what, planned, is, said) => expect(decided(planned, is)).toBe(said));
});
