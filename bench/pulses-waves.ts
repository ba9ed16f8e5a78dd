import { randomBytes, randomUUID } from 'node:crypto';
import pino from 'pino';
import { Temporal } from 'temporal-polyfill';
import { v7 } from 'uuid';
import { commands } from '../commands/index.ts';
import type { Core } from '../src/app.ts';
import { createDispatch } from '../src/bot/dispatch.ts';
import { createSealer } from '../src/bot/seal.ts';
import { plainText } from '../src/cards/plain-text.ts';
import { parseConfig } from '../src/config.ts';
import { homeOf } from '../src/db/home.ts';
import { openDatabase } from '../src/db/open.ts';
import { inTransaction } from '../src/db/transaction.ts';
import { loadBank } from '../src/pulses/bank.ts';
import { addAnswers, contentsOf, countersOf, openBox, sealBox } from '../src/pulses/box.ts';
import { closeWave } from '../src/pulses/close.ts';
import { closesByDefault, saveDraft } from '../src/pulses/draft.ts';
import { WAVE_LIMITS } from '../src/pulses/limits.ts';
import { closingMoment } from '../src/pulses/moments.ts';
import { openWave } from '../src/pulses/open.ts';
import type { Item, Plan, Wave } from '../src/pulses/pulse.ts';
import { waveById } from '../src/pulses/queries.ts';
import { TEMPLATES } from '../src/pulses/templates.ts';
import { wipe } from '../src/pulses/wipe.ts';
import { createWaveKeys } from '../src/wave-keys.ts';
import { SECRET } from './product.ts';
import { buildCountry, buildRespondents, type Country, respondentsIn } from './pulses-world.ts';
import { type Step, stepOf } from './step.ts';

/**
 * Waves without a server, as a process of its own: `respondents` opens one for each of two localities, to be answered over HTTP; `counted` closes
 * them and says what came of it. Of a whole country: `country` builds it; `open` opens a wave; `answer` answers as some do, through the whole
 * bot; `fill` puts everybody else's answers into the boxes; `boxes` opens these and adds up; `close` is the product's own closing.
 */

export type PulsesJob = { databaseUrl: string | undefined; dataDir: string; keysDir: string } & (
  | { part: 'respondents'; localities: number[] }
  | { part: 'counted' | 'boxes' | 'close'; waves: string[] }
  | { part: 'country'; country: Country }
  | { part: 'open'; at: string; closesOn: string }
  | { part: 'answer'; waves: string[]; at: string }
  | { part: 'fill'; waves: string[]; answered: number }
);

/** A wave that was opened, for whoever answers it: of each question how many answers can be chosen, don't know left out. */
export type Asked = { waveId: string; choices: number[]; people: { user: string; personId: string }[] };
/** What was in the boxes, to the last answer; and what the release says. */
export type Counted = { seats: number; answers: number[]; comments: number; bases: number[]; published: number };
export type PulsesTold = {
  asked?: Asked[];
  counted?: Counted;
  /** Seconds in which the tables of an open wave were written anew, and megabytes that they had come to. */
  tidied?: { seconds: number; megabytes: number };
  opened?: { waveId: string; invited: number; cells: number } & Step;
  /** Of one answer. `scans`: how often seats or the invited were read from end to end. */
  answered?: { statements: number; scans: number };
  closing?: Step;
};

/** How many answer through the whole bot, to be looked at. */
const LOOKED_AT = 20;
/** Boxes that are filled in one statement. */
const AT_ONCE = 16;

const tell = (pulses: PulsesTold) => process.send?.({ pulses });

const coreOf = (job: PulsesJob, at: Temporal.Instant | undefined) => {
  let statements = 0;
  const config = parseConfig({ KEYS_DIR: job.keysDir, DATA_DIR: job.dataDir, OPERATOR_NAME: 'the benchmark' });
  return openDatabase(job, () => {
    statements += 1;
  }).then(({ db, migrate, close }) => {
    const core: Core = {
      db,
      now: () => at ?? Temporal.Now.instant(),
      newId: () => v7(),
      log: pino({ level: 'silent' }),
      config,
      secret: SECRET,
      later: async () => {},
      // The very keys that the server finds.
      waveKeys: createWaveKeys(config, randomBytes, () => homeOf({ ...config, databaseUrl: job.databaseUrl }, db, randomBytes)),
    };
    const sent = () => statements;
    return { core, migrate, close, measured: <T>(work: () => Promise<T>) => stepOf(sent, work), sent };
  });
};
type Means = Awaited<ReturnType<typeof coreOf>>;

const [TEMPLATE] = TEMPLATES;
const planOf = (change: Pick<Plan, 'audience' | 'places' | 'opensOn' | 'closesOn'>): Plan => ({
  title: TEMPLATE?.title ?? '',
  items: (TEMPLATE?.items ?? []).map((item) => ({ item, version: 1 })),
  comment: true,
  split: 'none',
  k: 5,
  ...change,
});

const open = async (core: Core, runBy: string, plan: Plan) => {
  const opened = await inTransaction(
    core.db,
    async (tx) =>
      openWave({ ...core, tx, now: core.now() }, await saveDraft({ tx, now: core.now(), newId: core.newId, personId: runBy }, plan)),
    WAVE_LIMITS,
  );
  if (!('opened' in opened)) throw new Error(`the wave did not open: ${JSON.stringify(opened)}`);
  return opened.opened;
};

/** Don't know is no answer to a question: nobody here chooses it. */
const choicesOf = (question: Item) => countersOf(question) - (question.scale === 'agree' ? 1 : 0);
const waveOf = async ({ db }: Core, waveId: string): Promise<Wave> => {
  const wave = await waveById(db, waveId);
  if (!wave) throw new Error('the wave is not there');
  return wave;
};
const keyOf = async ({ waveKeys }: Core, waveId: string) => {
  const found = await waveKeys.read(waveId);
  if (!found) throw new Error('the key of the wave is not there');
  return found.key;
};

const respondents = async ({ core }: Means, localities: number[]): Promise<Asked[]> => {
  await buildRespondents(core.db, localities);
  const today = core.now().toZonedDateTimeISO('Europe/London').toPlainDate();
  const asked: Asked[] = [];
  for (const [index, size] of localities.entries()) {
    const { locality, people } = await respondentsIn(core.db, index + 1);
    const [first] = people;
    const asks: Pick<Plan, 'audience' | 'places'> = { audience: 'leads', places: [{ kind: 'locality', id: locality }] };
    const opensOn = today.toString();
    const plan = planOf({ ...asks, opensOn, closesOn: await closesByDefault(core.db, asks, opensOn) });
    const { waveId, invited, cells } = await open(core, first?.personId as string, plan);
    if (invited !== size || cells !== 1) throw new Error(`${invited} are invited in ${cells} cells, and not ${size} in one`);
    asked.push({ waveId, choices: (await waveOf(core, waveId)).questions.map(choicesOf), people });
  }
  return asked;
};

/** What is in the boxes of a wave. */
const addedUp = async (core: Core, { id, questions }: Wave): Promise<{ answers: number[]; comments: number }> => {
  const key = await keyOf(core, id);
  const answers = questions.map(() => 0);
  let comments = 0;
  const boxes = await core.db.$queryRaw<{ id: string }[]>`select id from pulse_box where wave_id = ${id}::uuid`;
  for (let from = 0; from < boxes.length; from += AT_ONCE) {
    const some = await core.db.$queryRaw<{ id: string; sealed: string }[]>`
      select id, encode(sealed, 'base64') as sealed from pulse_box where id = any(${boxes.slice(from, from + AT_ONCE).map((box) => box.id)}::uuid[])`;
    for (const box of some) {
      const contents = contentsOf(openBox(key, box.id, Buffer.from(box.sealed, 'base64')), questions);
      comments += contents.comments.length;
      for (const [index, counters] of contents.counts.entries())
        answers[index] = counters.reduce((sum, count) => sum + count, answers[index] ?? 0);
    }
  }
  return { answers, comments };
};

const megabytesOfBoxes = async ({ db }: Core) => {
  const [size] = await db.$queryRaw<{ bytes: number }[]>`select pg_total_relation_size('pulse_box')::float8 as bytes`;
  return (size?.bytes ?? 0) / 1e6;
};

/** Closes the waves that were answered over HTTP, and says of the first what came of it. */
const counted = async (means: Means, waves: string[]) => {
  const { core, measured } = means;
  const megabytes = await megabytesOfBoxes(core);
  tell({ tidied: { seconds: (await measured(() => wipe(core))).seconds, megabytes } });
  const wave = await waveOf(core, waves[0] as string);
  const seats = await core.db.pulseSeat.count({ where: { waveId: wave.id, answered: true } });
  const { answers, comments } = await addedUp(core, wave);
  await closed({ ...means, core: { ...core, now: () => closingMoment(wave.closesOn).add({ minutes: 5 }) } }, waves);
  const results = await core.db.pulseResult.findMany({ where: { cell: { waveId: wave.id } } });
  const bases = results.map(({ shown }) => (shown as { base?: number }).base ?? 0);
  const published = await core.db.pulseComment.count({ where: { cell: { waveId: wave.id } } });
  tell({ counted: { seats, answers, comments, bases, published } });
};

const closed = async ({ core, measured }: Means, waves: string[]): Promise<Step> => {
  let all: Step | undefined;
  for (const waveId of waves) {
    const { result, ...step } = await measured(() => closeWave(core, waveId).finally(() => wipe(core)));
    if (result !== 'released') throw new Error(`the wave closed as ${result}`);
    all ??= step;
  }
  return all as Step;
};

const wordsOf = (index: number) =>
  `What helps is the meeting of week ${index % 40}; what is in the way is time, cover, and that ${index % 90} of us hear of it last. More of the same, earlier.`;
const chosenBy = (index: number, questions: readonly Item[]) =>
  new Map(questions.map((question, place) => [question.item, (index * 7 + place * 3 + (index % 11)) % choicesOf(question)]));

/** Answers through the whole bot, as from a form. */
const answer = async ({ core, sent }: Means, waveId: string) => {
  const wave = await waveOf(core, waveId);
  const sealer = createSealer(core.secret);
  const dispatch = createDispatch({ core, commands, kick: () => {} });
  const scans = async (): Promise<number> => {
    await core.db.$executeRaw`select pg_stat_force_next_flush()`;
    const [row] = await core.db.$queryRaw<{ scans: number }[]>`
      select sum(seq_scan)::float8 as scans from pg_stat_user_tables where relname in ('pulse_seat', 'pulse_invited')`;
    return row?.scans ?? 0;
  };
  const some = await core.db.pulseInvited.findMany({ where: { waveId }, take: LOOKED_AT });
  const values = Object.fromEntries(wave.questions.map((_, index) => [`answer${index + 1}`, '1']));
  const before = await scans();
  let statements = 0;
  for (const { personId } of some) {
    const account = { platform: 'web' as const, tenant: 'web', user: personId };
    const token = sealer.seal(account, { verb: 'pulse.answer', state: { wave: waveId } }, core.now());
    const from = sent();
    const said = await dispatch({
      key: randomUUID(),
      account,
      where: { kind: 'web', seenByOthers: false },
      ask: { kind: 'submit', token, values: { ...values, comment: 'More time' } },
      answerBy: 'reply',
    });
    statements = sent() - from;
    if (said.kind !== 'card' || !plainText(said.card).includes('Thank you'))
      throw new Error(`not counted: ${JSON.stringify(said).slice(0, 500)}`);
  }
  const after = await scans();
  await core.db.$queryRaw`select count(*)::int from pulse_seat where shown_in is null`; // which has no other way
  if ((await scans()) === after) throw new Error('nothing tells that seats were read from end to end');
  tell({ answered: { statements, scans: after - before } });
};

/** Puts the answers of everybody else who answers into the boxes, half of them with a comment. */
const fill = async ({ core }: Means, waveId: string, answered: number): Promise<void> => {
  const { db } = core;
  const wave = await waveOf(core, waveId);
  const key = await keyOf(core, waveId);
  await db.$executeRaw`analyze pulse_seat`; // as the database does by itself long before a pulse closes
  const already = await db.pulseSeat.count({ where: { waveId, answered: true } });
  const seats = await db.$queryRaw<{ boxId: string; count: number }[]>`
    with now as (update pulse_seat set answered = true where wave_id = ${waveId}::uuid and person_id in (
      select person_id from pulse_seat where wave_id = ${waveId}::uuid and not answered order by link_hash limit ${answered - already}) returning box_id)
    select box_id as "boxId", count(*)::int as count from now group by box_id`;
  let index = 0;
  for (const { boxId, count } of seats) {
    const [row] = await db.$queryRaw<
      { sealed: string }[]
    >`select encode(sealed, 'base64') as sealed from pulse_box where id = ${boxId}::uuid`;
    let box = openBox(key, boxId, Buffer.from(row?.sealed ?? '', 'base64'));
    for (let left = count; left > 0; left -= 1) {
      index += 1;
      box = addAnswers(box, wave.questions, { chosen: chosenBy(index, wave.questions), comment: index % 2 === 0 ? wordsOf(index) : null });
    }
    const sealed = sealBox(key, boxId, box).toString('base64');
    await db.$executeRaw`update pulse_box set sealed = decode(${sealed}, 'base64') where id = ${boxId}::uuid`;
  }
};

const country = async ({ core, migrate }: Means, of: Country) => {
  await migrate();
  await buildCountry(core.db, of);
  await inTransaction(core.db, (tx) => loadBank({ tx, now: core.now() }));
};

const openForCountry = async ({ core, measured }: Means, closesOn: string) => {
  const { id } = await core.db.programme.findFirstOrThrow();
  const runBy = await core.db.person.findFirstOrThrow();
  const plan = planOf({ audience: 'schools', places: [{ kind: 'programme', id }], opensOn: core.now().toString().slice(0, 10), closesOn });
  const { result, ...step } = await measured(() => open(core, runBy.id, plan));
  tell({ opened: { ...result, ...step } });
};

const perform = async (job: PulsesJob, means: Means): Promise<void> => {
  switch (job.part) {
    case 'respondents':
      return tell({ asked: await respondents(means, job.localities) }) as undefined;
    case 'counted':
      return counted(means, job.waves);
    case 'country':
      return country(means, job.country);
    case 'open':
      return openForCountry(means, job.closesOn);
    case 'answer':
      return answer(means, job.waves[0] as string);
    case 'fill':
      return fill(means, job.waves[0] as string, job.answered);
    case 'boxes': {
      const wave = await waveOf(means.core, job.waves[0] as string);
      const { result, ...step } = await means.measured(() => addedUp(means.core, wave));
      return tell({ closing: step }) as undefined;
    }
    case 'close': {
      const { closesOn } = await waveOf(means.core, job.waves[0] as string);
      const core = { ...means.core, now: () => closingMoment(closesOn).add({ minutes: 5 }) };
      return tell({ closing: await closed({ ...means, core }, job.waves) }) as undefined;
    }
  }
};

process.once('message', async (job: PulsesJob) => {
  const means = await coreOf(job, 'at' in job ? Temporal.Instant.from(job.at) : undefined);
  await perform(job, means);
  await means.close();
  // Not before it was handed over: what was told before may be long.
  process.send?.({ done: true }, () => process.disconnect());
});
