import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Place } from '../tests/support/places.ts';
import { leadsFor, TEAM } from '../tests/support/world.ts';
import type { Measured } from './measure.ts';
import { measureIn, memoryOf, startSlackApi } from './processes.ts';
import { prepare, SETTLES, SIGNING_SECRET, startOptions, startProduct } from './product.ts';
import type { PulsesLoadJob } from './pulses-load.ts';
import type { Asked, Counted, PulsesJob, PulsesTold } from './pulses-waves.ts';
import { COMMENTS, COUNTRY, type Country, FAST, localitiesOf, schoolsOf } from './pulses-world.ts';
import type { Step } from './step.ts';

/** Pulses: a minute in which everybody answers, over HTTP; and the closing of a wave of a whole country, the first and the next. */

export type Sizes = {
  respondents: number;
  seconds: number;
  readings: number;
  country: Country /** Of a country, who answers. */;
  answered: number;
};
export const SIZES: Sizes = { respondents: 2_000, seconds: 60, readings: 5, country: COUNTRY, answered: 24_000 };

/** The first wave of a country opens and closes in one half-term, the next in the one after. */
const WAVES = [
  { at: '2026-11-19T10:00:00Z', closesOn: '2026-12-03' },
  { at: '2027-01-14T10:00:00Z', closesOn: '2027-01-28' },
];

type Run = (job: Record<string, unknown> & Pick<PulsesJob, 'part'>) => Promise<PulsesTold>;

const runIn = async (place: Place, folder: string): Promise<Run> => {
  const options = await startOptions();
  return async (job) => {
    const all: PulsesTold = {};
    const told = ({ pulses }: { pulses?: PulsesTold }) => void Object.assign(all, pulses);
    await measureIn('pulses-waves.ts', { ...place, keysDir: folder, ...job }, told, options);
    return all;
  };
};

export type MinuteResult = {
  engine: Engine['name'];
  readings: Measured;
  answers: Measured;
  minute: { opened: Measured; answers: Measured; readings: Measured };
  counted: Counted;
  tidied: NonNullable<PulsesTold['tidied']>;
  memory: { idle: number | undefined; after: number | undefined };
};

export const measureMinute = async (engine: Engine, folder: string, sizes: Sizes): Promise<MinuteResult> => {
  const keys = join(folder, `keys-minute-${engine.name}`);
  await mkdir(keys);
  const leads = leadsFor(FAST.warmUp + FAST.readings + sizes.readings * sizes.seconds);
  const { place } = await prepare(engine, folder, leads, 'minute');
  const run = await runIn(place, keys);
  const { asked } = await run({ part: 'respondents', localities: [sizes.respondents, FAST.warmUp + FAST.answers] });
  const [minute, before] = asked as [Asked, Asked];

  const api = await startSlackApi(TEAM);
  const product = await startProduct(place, folder, api.url, { more: { KEYS_DIR: keys, OPERATOR_NAME: 'the benchmark' } });
  await product.ready();
  await new Promise((resolve) => setTimeout(resolve, SETTLES));
  const pid = product.process.pid as number;
  const idle = memoryOf(pid);
  const { seconds, readings } = sizes;
  const job: PulsesLoadJob = { port: product.port, secret: SIGNING_SECRET, hooks: api.hooks, leads, minute, before, seconds, readings };
  const phases = new Map<string, Measured>();
  await measureIn('pulses-load.ts', job, ({ measured }) => void (measured && phases.set(measured.name, measured)));
  const after = memoryOf(pid);
  await product.stop();
  api.stop();
  const drawn = api.called('views.update');
  if (drawn !== Math.ceil(sizes.respondents / 2)) throw new Error(`${drawn} forms were drawn in Slack`);

  const { counted, tidied } = await run({ part: 'counted', waves: [minute.waveId, before.waveId] });
  const expected: Counted = {
    seats: sizes.respondents,
    answers: minute.choices.map(() => sizes.respondents),
    comments: Math.ceil(sizes.respondents / COMMENTS),
    bases: minute.choices.map(() => Math.round(sizes.respondents / 5) * 5),
    published: Math.ceil(sizes.respondents / COMMENTS),
  };
  if (JSON.stringify(counted) !== JSON.stringify(expected))
    throw new Error(`${sizes.respondents} were thanked, and counted is ${JSON.stringify(counted)}`);
  const of = (name: string) => phases.get(name) as Measured;
  return {
    engine: engine.name,
    readings: of('readings, ten at a time'),
    answers: of('answers, ten at a time'),
    minute: { opened: of('forms opened'), answers: of('answers'), readings: of('readings meanwhile') },
    counted: expected,
    tidied: tidied as NonNullable<typeof tidied>,
    memory: { idle, after },
  };
};

export type CountryResult = {
  engine: Engine['name'];
  localities: number;
  invited: number;
  answered: number;
  opening: Step;
  /** One answer in it, through the whole bot. */
  one: NonNullable<PulsesTold['answered']>;
  /** The boxes of the first wave opened and added up, and nothing else. */
  boxes: Step;
  first: Step;
  next: Step;
};

export const measureCountry = async (engine: Engine, folder: string, { country, answered }: Sizes): Promise<CountryResult> => {
  const keys = join(folder, `keys-country-${engine.name}`);
  await mkdir(keys);
  const run = await runIn(await engine.place('country'), keys);
  await run({ part: 'country', country });
  const closings: Step[] = [];
  let [opening, one, boxes]: [Step?, CountryResult['one']?, Step?] = [];
  for (const wave of WAVES) {
    const { opened } = await run({ part: 'open', ...wave });
    if (opened?.invited !== schoolsOf(country)) throw new Error(`${opened?.invited} are invited`);
    const waves = [opened.waveId];
    const told = await run({ part: 'answer', waves, at: wave.at });
    await run({ part: 'fill', waves, answered });
    const read = await run({ part: 'boxes', waves });
    opening ??= opened;
    one ??= told.answered;
    boxes ??= read.closing;
    closings.push((await run({ part: 'close', waves })).closing as Step);
  }
  const [first, next] = closings as [Step, Step];
  return {
    engine: engine.name,
    localities: localitiesOf(country),
    invited: schoolsOf(country),
    answered,
    opening: opening as Step,
    one: one as CountryResult['one'],
    boxes: boxes as Step,
    first,
    next,
  };
};

export type PulsesResult = { sizes: Sizes; minutes: MinuteResult[]; countries: CountryResult[] };
