import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { seeded } from '../kill/seeded.ts';
import { createActs, ownedNow } from './acts.ts';
import { addDays, inLondon, OWN_AUTUMN_HALF_TERM, OWN_CLOSED_DAYS, wall, weekdayOf } from './days.ts';
import { faultMaker, type Rates } from './faults.ts';
import { type Evidence, judge } from './judge.ts';
import { momentsOf } from './moments.ts';
import { findPeople, giveAccounts, type YearPerson } from './people.ts';
import type { Ask } from './serve.ts';
import { startYearServer, type YearServer } from './servers.ts';
import { type Received, type Stubs, startStubs } from './stubs.ts';

/**
 * A stretch of a school year of the demonstration programme, with two processes of the product on one PostgreSQL, the strict stubs of
 * Slack, Teams and a mail server, and people who answer, fall silent, block, leave and change platform. The clock is ours: it goes from
 * one moment that matters to the next, and at each both processes do at the same time what is to be done then.
 */

export type Stretch = {
  databaseUrl: string;
  /** First and last day, YYYY-MM-DD. */
  from: string;
  to: string;
  seed: number;
  rates: Rates;
  /** Everything is down from one moment to the other, London's wall clock; both processes are killed in the middle of their work. */
  outage?: { from: readonly [day: string, time: string]; to: readonly [day: string, time: string] };
  /** Days on which one process is killed in the middle of its work at 08:30, and started again. */
  kills: readonly string[];
  /** How many processes there are. */
  processes: 1 | 2;
  /** The times of a day at which anything is done, of those in moments.ts; none: all. */
  times?: readonly string[];
  /** What is run as the product: a broken twin of it for the controls. */
  script?: string;
  env?: Record<string, string>;
  /** Done to the database before anything happens: to break it for the controls. */
  prepare?: (database: pg.Client) => Promise<unknown>;
  /** Whether people write to the bot at the beginning, and are met in Slack and Teams from then on; else all have e-mail alone. */
  hello: boolean;
  /** Told what day it is, now and then. */
  say?: (day: string) => void;
};

const MINUTE = 60_000;
/** People press what they were sent within so many milliseconds: two weeks. */
const FRESH = 14 * 24 * 60 * MINUTE;
/** Milliseconds until a kill, at most, after both were asked to work. */
const MOST_UNTIL_KILL = 120;
/** A message that was refused for now is looked at again when it may be, as the relay does by itself, but so often at most. */
const MOST_SENDS_AGAIN = 6;
/** Milliseconds until the last of these. */
const SOON = 40 * MINUTE;
/** How often all of a platform cannot be reached for a few minutes, of the days at 08:30. */
const UNREACHABLE = 0.2;

/** What happens to single people, by the address before the @; each on a day of the simulated year, and only if it is in the stretch. */
const LEAVES = { who: 'surrey.facilitator.2', on: '2027-01-15' };
const HOLIDAY = { who: 'sheffield.data', enteredOn: '2026-10-20', from: '2026-11-02', to: '2026-11-20' };
const BLOCKS = { who: 'rochdale.head.1', on: '2026-11-09', writesAgainOn: '2027-03-03' };
const MOVES_TO_TEAMS = { who: 'miltonkeynes.reading', on: '2026-11-11' };
const QUIET = { who: 'wiltshire.head.1', on: '2026-11-05', until: '2026-12-07', words: 'nudge quiet until 7 December' };
/** Handed to a new owner, who is told so as news. */
const HANDED = [
  { by: 'wakefield.lead', on: '2026-10-22', words: 'rag WAK-5 owner wakefield.charity@example.org' },
  { by: 'surrey.lead', on: '2026-10-27', words: 'rag SUR-2 owner surrey.facilitator.1@example.org' },
  { by: 'coventry.lead.2', on: '2026-11-05', words: 'rag COV-3 owner coventry.health@example.org' },
  { by: 'wiltshire.lead', on: '2027-02-25', words: 'rag WIL-2 owner wiltshire.charity@example.org' },
];
/** Whoever coordinates there is told of it. */
const WORRIES = [{ by: 'wakefield.head.2', on: '2026-11-04', words: 'rag raise The hall is too small for the family day' }];
/** Ask for a summary that is not theirs by role. */
const SUBSCRIBES = { who: 'wakefield.charity', on: '2026-10-20', words: 'summary subscribe wakefield every month' };
const IN_CHANNEL = { who: 'wakefield.coordinator', on: '2026-10-21', channel: 'C0WAKEFIELD' };
const OWN_HOURS = [
  { who: 'wakefield.lead', on: '2026-09-03', words: 'nudge monday 10:00', weekday: 1 },
  { who: 'surrey.lead', on: '2026-09-03', words: 'nudge wednesday 14:30', weekday: 3 },
  { who: 'rochdale.earlyhelp', on: '2026-09-03', words: 'nudge friday 16:00', weekday: 5 },
];

export type Figures = {
  steps: number;
  seconds: number;
  kills: number;
  faults: Record<string, number>;
  failedActs: Record<string, number>;
  acts: number;
};

/** What a stretch is played with, and what is ended after it. */
type Stage = {
  stubs: Stubs;
  faults: ReturnType<typeof faultMaker>;
  database: pg.Client;
  servers: YearServer[];
  logFile: string;
};

export const runStretch = async (stretch: Stretch) => {
  const folder = mkdtempSync(join(tmpdir(), 'common-cause-year-'));
  const logFile = join(folder, 'log');
  const faults = faultMaker(stretch.seed + 1, stretch.rates);
  const stubs = await startStubs(faults);
  const database = new pg.Client({ connectionString: stretch.databaseUrl });
  const servers: YearServer[] = [];
  try {
    await database.connect();
    return await play(stretch, { stubs, faults, database, servers, logFile });
  } finally {
    await Promise.all(servers.map((each) => each.kill()));
    await database.end();
    await stubs.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const play = async (stretch: Stretch, { stubs, faults, database, servers, logFile }: Stage) => {
  const { from, to, seed, rates, outage, kills } = stretch;
  const began = performance.now();
  const random = seeded(seed);
  const doors = Object.values(stubs.doors);

  let now = inLondon(from, '07:45');
  const env: Record<string, string> = {
    ...stubs.teams.environment,
    DATABASE_URL: stretch.databaseUrl,
    DEMO: '1',
    SLACK_BOT_TOKEN: stubs.slack.config.botToken,
    SLACK_SIGNING_SECRET: stubs.slack.config.signingSecret,
    SLACK_API_URL: stubs.slack.config.apiUrl,
    SMTP_URL: stubs.mail.url,
    MAIL_FROM: 'common-cause@example.org',
    YEAR_LOG: logFile,
    ...stretch.env,
  };
  const start = () => startYearServer({ ...env, YEAR_START: new Date(now).toISOString() }, stretch.script ?? 'process.ts');
  const startAll = () => Promise.all(Array.from({ length: stretch.processes }, async () => servers.push(await start())));
  await startAll();
  await servers[0]?.ask({ do: 'fill' });
  /** People are answered by either process. */
  let turn = 0;
  const server = () => {
    turn += 1;
    const chosen = servers[turn % servers.length] as YearServer;
    stubs.slack.sendsTo(`${chosen.origin}/slack/events`);
    stubs.teams.connect(chosen.origin);
    return chosen;
  };

  const received: Received[] = [];
  /** When the last message came, by where it came to. */
  const lastAt = new Map<string, number>();
  const collect = () => {
    for (const message of stubs.collect(now)) {
      received.push(message);
      lastAt.set(message.place, message.at);
    }
  };
  const hasFreshMessage = ({ platform, slackUser, teams }: YearPerson): boolean => {
    const place = platform === 'slack' ? stubs.slack.directChannel(slackUser) : teams?.conversation.id;
    return now - (lastAt.get(place ?? '') ?? 0) < FRESH;
  };
  const everybody = (ask: Ask) => Promise.all(servers.map((each) => each.ask(ask)));

  // ── Who is there ──
  const people = await findPeople(database);
  if (!stretch.hello) for (const person of people) person.platform = 'email';
  giveAccounts(stubs, people);
  const named = (key: string): YearPerson => {
    const found = people.find((person) => person.key === key);
    if (!found) throw new Error(`nobody is ${key}`);
    return found;
  };
  await stretch.prepare?.(database);
  for (const [school, days] of Object.entries(OWN_CLOSED_DAYS))
    await database.query(
      `insert into closed_day (id, organisation_id, day, what, recorded_at)
       select gen_random_uuid(), o.id, d::date, 'inset', $3 from organisation o, unnest($2::text[]) d where o.name = $1`,
      [school, days, new Date(now)],
    );
  for (const [school, span] of Object.entries(OWN_AUTUMN_HALF_TERM))
    await database.query(
      `insert into term_dates (id, organisation_id, year, dates, recorded_at) select gen_random_uuid(), o.id, 2026, $2, $3 from organisation o where o.name = $1`,
      [school, JSON.stringify({ autumnHalfTerm: span }), new Date(now)],
    );

  const acting = createActs(stubs, server, { random, clock: () => now });
  const figures: Figures = { steps: 0, seconds: 0, kills: 0, faults: faults.counts, failedActs: acting.failed, acts: 0 };

  // ── What the clock brings ──
  const moments = momentsOf(from, to, stretch.times);
  /** What was refused for now is tried again when it may be, if that is soon. */
  const sendAgain = async (shut?: () => Promise<void>) => {
    let open = shut;
    const before = Math.min(now + SOON, moments.find((moment) => moment > now) ?? now);
    for (let left = MOST_SENDS_AGAIN; left > 0; left -= 1) {
      const { rows } = await database.query<{ next: Date | null }>(`select min(not_before) as next from outbox where state = 'waiting'`);
      const next = rows[0]?.next?.getTime();
      if (next === undefined || next >= before) break;
      if (left < MOST_SENDS_AGAIN - 1) await open?.().then(() => (open = undefined));
      now = Math.max(now + 1_000, next);
      await everybody({ do: 'send', at: now });
      collect();
    }
    await open?.();
  };
  const work = async (at: number, kill: boolean) => {
    now = at;
    figures.steps += 1;
    let shut: (() => Promise<void>) | undefined;
    if (rates.refused > 0 && wall(at, 'Europe/London').time === '08:30' && random() < UNREACHABLE) {
      const door = doors[Math.floor(random() * doors.length)];
      await door?.away();
      shut = door?.back;
      faults.counts['unreachable for minutes'] = (faults.counts['unreachable for minutes'] ?? 0) + 1;
    }
    const working = everybody({ do: 'tick', at });
    if (kill) {
      await new Promise((resolve) => setTimeout(resolve, random() * MOST_UNTIL_KILL));
      await servers[0]?.kill();
      figures.kills += 1;
    }
    await working;
    collect();
    if (kill) {
      servers[0] = await start();
      collect(); // what the killed one had sent off
    }
    await sendAgain(shut);
  };

  /** Everybody says hello where they are met, so that they are known there. */
  const sayHello = async () => {
    for (const person of people) if (person.platform !== 'email') await acting.say(person, 'help');
    await everybody({ do: 'send', at: now });
    collect();
  };

  const happenings = async (day: string) => {
    /** What was settled before the stretch is settled on its first day. */
    const isOn = (on: string) => on === day || (on < from && day === from);
    for (const { who, words } of OWN_HOURS.filter(({ on }) => isOn(on))) await acting.say(named(who), words);
    for (const { by, words } of [...HANDED, ...WORRIES].filter(({ on }) => on === day)) await acting.say(named(by), words);
    if (isOn(SUBSCRIBES.on)) await acting.say(named(SUBSCRIBES.who), SUBSCRIBES.words);
    if (isOn(IN_CHANNEL.on) && stretch.hello) await acting.subscribeIn(IN_CHANNEL.channel, named(IN_CHANNEL.who));
    if (day === QUIET.on) await acting.say(named(QUIET.who), QUIET.words);
    if (isOn(HOLIDAY.enteredOn))
      await database.query(
        `insert into away_days (id, person_id, "from", "to", recorded_at) values (gen_random_uuid(), $1, $2::date, $3::date, $4)`,
        [named(HOLIDAY.who).id, HOLIDAY.from, HOLIDAY.to, new Date(now)],
      );
    if (day === LEAVES.on) await database.query(`update person set left_on = $2::date where id = $1`, [named(LEAVES.who).id, LEAVES.on]);
    const blocking = named(BLOCKS.who);
    if (blocking.teams && (day === BLOCKS.on || day === BLOCKS.writesAgainOn)) {
      blocking.teams.conversation.bot = day !== BLOCKS.on;
      if (day === BLOCKS.writesAgainOn) await acting.say(blocking, 'help');
    }
    if (day === MOVES_TO_TEAMS.on && stretch.hello) {
      const moving = named(MOVES_TO_TEAMS.who);
      moving.platform = 'teams';
      await acting.say(moving, 'help');
    }
  };

  /** On working days people do some of what waits for them, and some of what does not. */
  const peopleAct = async (day: string) => {
    const weekday = weekdayOf(day);
    const owned = await ownedNow(database);
    for (const person of people) {
      if (isGone(person, day)) continue;
      const theirs = owned.filter(({ personId }) => personId === person.id);
      const first = theirs[0];
      const drawn = random();
      if (!first) continue;
      if (person.manner === 'presses' && hasFreshMessage(person) && weekday !== 1 && drawn < 0.3) {
        await acting.press(person, first.kind === 'kpi' ? first.value : '50');
      } else if ((person.manner === 'types' || (person.platform === 'email' && person.manner === 'presses')) && drawn < 0.12) {
        const chosen = theirs[Math.floor(random() * theirs.length)] ?? first;
        const red = chosen.kind === 'action' && random() < 0.15;
        await acting.say(
          person,
          chosen.kind === 'kpi'
            ? `kpi ${chosen.name} ${chosen.value}`
            : `rag ${chosen.name} ${red ? 'amber waiting for the data' : 'green'}`,
        );
      } else if (person.manner === 'slow' && drawn < 0.02 && first.kind === 'action') await acting.say(person, `rag ${first.name} green`);
    }
  };
  const isGone = (person: YearPerson, day: string) => person.key === LEAVES.who && day >= LEAVES.on;

  now = inLondon(from, '08:02');
  await everybody({ do: 'clock', at: now });
  server();
  if (stretch.hello) await sayHello();
  faults.on(true);
  const down = outage && { from: inLondon(...outage.from), to: inLondon(...outage.to) };
  let isDown = false;
  for (const at of moments.filter((moment) => moment > now)) {
    const { day, time } = wall(at, 'Europe/London');
    if (down && at >= down.from && at < down.to) {
      if (isDown) continue;
      isDown = true;
      now = at;
      const working = everybody({ do: 'tick', at });
      await new Promise((resolve) => setTimeout(resolve, random() * MOST_UNTIL_KILL));
      await Promise.all(servers.map((each) => each.kill()));
      figures.kills += servers.length;
      await working;
      collect();
      for (const door of doors) await door.away();
      collect();
      continue;
    }
    if (isDown) {
      isDown = false;
      now = at;
      for (const door of doors) await door.back();
      servers.splice(0);
      await startAll();
    }
    await work(at, time === '08:30' && kills.includes(day));
    if (time === '10:05' && weekdayOf(day) <= 5) {
      now = at + 10 * MINUTE;
      await everybody({ do: 'clock', at: now });
      server();
      await happenings(day);
      await peopleAct(day);
      await everybody({ do: 'send', at: now });
      collect();
      await sendAgain();
    }
    if (time === '08:00' && weekdayOf(day) === 1) stretch.say?.(day);
  }
  figures.seconds = (performance.now() - began) / 1_000;
  figures.acts = acting.acts.length;

  const events: Evidence['events'] = [
    { person: named(LEAVES.who).id, what: 'left', from: LEAVES.on, to: '9999-12-31' },
    { person: named(HOLIDAY.who).id, what: 'away', from: HOLIDAY.from, to: HOLIDAY.to },
    { person: named(BLOCKS.who).id, what: 'blocked', from: BLOCKS.on, to: BLOCKS.writesAgainOn },
    { person: named(QUIET.who).id, what: 'quiet', from: QUIET.on, to: addDays(QUIET.until, -1) },
  ];
  const weekdays = new Map(OWN_HOURS.map(({ who, weekday }) => [named(who).id, weekday]));
  const subscribers = new Map([[named(SUBSCRIBES.who).id, 1]]);
  const channels = new Map([[IN_CHANNEL.channel, named(IN_CHANNEL.who)]]);
  const verdict = await judge({
    subscribers,
    channels,
    database,
    people,
    received,
    acts: acting.acts,
    events,
    weekdays,
    from,
    to,
    outage: down,
    stubs,
  });
  return { figures, ...verdict };
};
