import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import { capital, formatValue } from '../../cards/format.ts';
import { type Area, changesBetween, type Lens, type RecordedStep, roundsOf } from '../../evidence/criteria.ts';
import type { Context, Release } from '../../evidence/place-queries.ts';
import { counts, needsCheck, REGISTER_KINDS, type RegisterEntry } from '../../evidence/register.ts';
import type { Tallied } from '../../evidence/register-queries.ts';
import type { Published } from '../../kpis/context.ts';
import type { Before } from '../../pulses/results.ts';
import { shortened } from '../../views/actions/parts.ts';
import { changeWords, lensName, roundWords, stepName } from '../../views/evidence/criteria-words.ts';
import { CHECK_WAITS, KIND_WORDS, whenWords } from '../../views/evidence/register.ts';
import { answerWords } from '../../views/pulse/words.ts';
import type { Reader } from './page.ts';

/** The smaller sections of a locality's page, each in words. */

/** The last step of each area by one lens, and how it changed; undefined where nothing was recorded that the reader may see. */
export const lensView = (steps: readonly RecordedStep[], lens: Lens, areas: readonly Area[], locality: string) => {
  const rows = areas.map(({ id, name }) => {
    const last = changesBetween(roundsOf(steps, lens, id)).at(-1);
    return { name, step: last && stepName(last.now.step), round: last && roundWords(last.now.round), change: last && changeWords(last) };
  });
  return rows.some(({ step }) => step) ? { name: lensName(lens, locality), rows } : undefined;
};

const day = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

const DEMONSTRATION = 'Demonstration data: nobody gave these answers.';
const NOT_OPENED = 'Not available [x]: its key was lost before it closed, so its answers were destroyed. Nothing is known of them.';
const IN_PARTS = 'It has no results of the locality as a whole. What there is of it opens in the chat: type pulse results.';

/** What a pulse released here, question by question, in the words in which its card says it. @param before what the wave before said of a question */
const releaseView = (release: Release, before: ReadonlyMap<string, Before>) => {
  const { title, closesOn, k, key, shown, questions, larger, origin } = release;
  return {
    title,
    closed: day(closesOn),
    demonstration: origin === 'demonstration' ? DEMONSTRATION : undefined,
    nothing: key === null ? IN_PARTS : shown === null ? NOT_OPENED : undefined,
    rows:
      key === null || shown === null
        ? []
        : questions.map((item) => {
            const here = shown[item.item];
            const countedIn = here?.as === 'c' && here.in !== null ? larger[here.in] : undefined;
            return { question: item.text, answer: answerWords(item, here, { before: before.get(item.item), countedIn, k, closesOn }) };
          }),
  };
};

/** The newest release in full, those before it by their titles. */
export const pulsesView = (releases: readonly Release[], before: ReadonlyMap<string, Before>) => {
  const [newest, ...earlier] = releases;
  if (!newest) return undefined;
  return { newest: releaseView(newest, before), earlier: earlier.map(({ title, closesOn }) => `${title}, closed on ${day(closesOn)}`) };
};

/** How many entries of each kind the register has. */
export const registerView = (tallies: readonly Tallied[], prefix: string, to: Reader['to']) => {
  const { kinds } = counts(tallies);
  return {
    href: to('/register', { locality: prefix }),
    rows: REGISTER_KINDS.map((kind) => ({
      name: KIND_WORDS[kind].plural,
      href: kinds[kind] > 0 ? to('/register', { locality: prefix, kind }) : undefined,
      many: String(kinds[kind]),
    })),
  };
};

const MOST_STORY = 320;

/** A story beside the chart that it explains. */
export const storyView = (entry: RegisterEntry, { today, to }: Pick<Reader, 'today' | 'to'>) => ({
  when: whenWords(entry, today),
  summary: shortened(entry.summary, MOST_STORY),
  quote: entry.quote ?? undefined,
  waits: needsCheck(entry) ? CHECK_WAITS : undefined,
  href: to(`/register/${entry.id}`),
});

/** Digits after the point as published. */
const decimalsOf = (value: number) => String(value).split('.')[1]?.length ?? 0;

/** "92.9 %, week 45 of 2025": what is published about the council areas, with who published it and what to mind. */
export const contextView = (published: readonly Context[]) => {
  const sources = [...new Set(published.map(({ source, licence }) => `${source} ${licence}`))];
  return {
    rows: published.map(({ measure, phase, area, value, unit, period, source, licence }) => ({
      name: capital(measure),
      whom: phase === 'Total' || phase === 'All' ? 'all' : phase.toLowerCase(),
      area,
      value: formatValue(value, unit, decimalsOf(value)),
      period,
      source: sources.indexOf(`${source} ${licence}`) + 1,
    })),
    sources,
  };
};

/** What is published beside one KPI, area by area. */
export const publishedView = (published: readonly Published[]) =>
  published.map(({ area, value, unit, period, source, about }) => ({
    label: `${area}, ${period}`,
    value: `${formatValue(value, unit, decimalsOf(value))} (${about}). Source: ${source}`,
  }));
