import { Temporal } from 'temporal-polyfill';
import { fullDay } from '../calendar/dates.ts';
import { PROGRAMME_ZONE } from '../calendar/zone.ts';
import type { DryRun, WouldGo } from './dry-run.ts';
import type { Line } from './line.ts';

/**
 * What a dry run prints: who would get what, and why. For whoever runs the server: people by post, things by their titles, and no words
 * that somebody wrote (a worry, a reason).
 */

const ROUTES: Record<string, string> = { slack: 'Slack', teams: 'Microsoft Teams', email: 'e-mail' };

const counted = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** How a line is said, on the day of its message. */
type Titles = (line: Line, today: Temporal.PlainDate) => string;

const way = ({ channel, route }: WouldGo) => {
  const by = route === null ? 'no way to reach them' : (ROUTES[route] ?? route);
  return channel === null ? by : `${channel} in ${by}`;
};

const one = (message: WouldGo, title: Titles, today: Temporal.PlainDate): string[] => {
  const what = message.kind === 'nudge' ? 'nudge' : `summary of ${message.scope ?? 'what they asked for'}`;
  return [
    `${message.post}: ${what}, ${way(message)}`,
    ...message.lines.map((line) => `  ${title(line, today)}`),
    ...(message.more > 0 ? [`  and ${message.more} more`] : []),
    `  Why: ${message.why}`,
  ];
};

/** The whole text of a dry run. */
export const dryRunReport = ({ at, messages, silent }: DryRun, title: Titles): string => {
  const local = at.toZonedDateTimeISO(PROGRAMME_ZONE);
  const today = local.toPlainDate();
  const when = `${fullDay(today)}, ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
  const of = (kind: WouldGo['kind']) => messages.filter((message) => message.kind === kind).length;
  const nudges = counted(of('nudge'), 'nudge');
  const summaries = counted(of('summary'), 'summary', 'summaries');
  return [
    `${when} (${PROGRAMME_ZONE}): ${nudges} and ${summaries} would go. Nothing was sent and nothing was written.`,
    'It goes by what is recorded now: what is done until then does not wait any more.',
    ...messages.flatMap((message) => ['', ...one(message, title, today)]),
    ...(silent.length > 0
      ? ['', 'Nobody else, because', ...silent.map(({ why, count }) => `  ${why}: ${counted(count, 'person', 'people')}`)]
      : []),
  ].join('\n');
};

/** What is said without --dry-run. */
export const HOW_NUDGES_GO = [
  'Nudges and summaries go by themselves while the server runs: every five minutes it looks whose moment has come.',
  'To see who would get what, and why: npm run nudge -- --dry-run [--at 2026-11-24T08:30]',
  'What became of those that went: the page /runs (administrators), and /metrics.',
].join('\n');

/** The day and time of --at, in the programme's zone. @throws Error in words */
export const readMoment = (text: string): Temporal.Instant => {
  try {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/u.test(text)) throw new RangeError('another form');
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(PROGRAMME_ZONE).toInstant();
  } catch {
    throw new Error(`“${text}” is no day and time. Write it as in --at 2026-11-24T08:30, in the programme's zone (${PROGRAMME_ZONE}).`);
  }
};
