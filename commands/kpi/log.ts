import { z } from 'zod';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import { NUMBER_EXPECTED, parseNumber, parseWhen } from '../../src/bot/grammar.ts';
import { periodBefore, periodFromKey } from '../../src/calendar/periods.ts';
import type { Field, Form } from '../../src/cards/card.ts';
import { formatNumber } from '../../src/cards/format.ts';
import { UserError } from '../../src/errors.ts';
import type { Kpi } from '../../src/kpis/kpi.ts';
import { choosePeriod } from '../../src/kpis/period.ts';
import { checkValue } from '../../src/kpis/value.ts';
import { linkProblem } from '../../src/people/links.ts';
import { MOST_BYTES, noteProblem } from '../../src/people/notes.ts';
import { checkMayLog, currentPeriod, mayLog, readable, readableKpi, terms, wholeKpi } from './context.ts';
import { save, type Wished } from './save.ts';

/** The log form: from a line that waits, from a message, or to change what was not clear. */

const State = z.object({
  kpi: z.string().optional(),
  at: z.string().optional(),
  value: z.string().optional(),
  of: z.string().optional(),
  note: z.string().optional(),
  evidence: z.string().optional(),
});
type State = z.infer<typeof State>;

/** How many periods back the form offers; older ones are typed. */
const PERIODS_OFFERED = 6;
/** The most KPIs that a list to choose from can hold on every platform. */
const MOST_CHOICES = 100;

const periodsOf = (turn: Turn, kpi: Kpi) => {
  const periods = [currentPeriod(turn, kpi)];
  while (periods.length < PERIODS_OFFERED) {
    const before = periodBefore(periods.at(-1) as (typeof periods)[number], terms);
    if (kpi.baselineDate !== null && before.end.toString() < kpi.baselineDate) break;
    periods.push(before);
  }
  return periods;
};

const whenField = (turn: Turn, kpi: Kpi | undefined, at: string | undefined): Field => {
  if (!kpi)
    return {
      kind: 'text',
      name: 'when',
      label: 'Which date or period?',
      hint: 'Leave it empty for the latest one. Or as in: 14 Nov, last week, autumn term.',
      optional: true,
    };
  const latest = choosePeriod(kpi, undefined, turn.today, terms).period;
  const offered = periodsOf(turn, kpi);
  // After the summer holiday the last one with school is further back.
  const periods = offered.some(({ key }) => key === latest.key) ? offered : [...offered, latest];
  const chosen = at && periods.some(({ key }) => key === at) ? at : latest.key;
  return {
    kind: 'choice',
    name: 'when',
    label: 'Which period?',
    options: periods.map(({ key, label }) => ({ value: key, label })),
    value: chosen,
  };
};

const unitHint = (kpi: Kpi | undefined) => (kpi ? (kpi.unit === '%' ? 'Per cent, as in 93.2' : `In ${kpi.unit}, as in 41`) : 'As in 93.2');

const formFor = (turn: Turn, kpi: Kpi | undefined, choices: Kpi[], state: State): Form => ({
  title: 'Log a reading',
  ...(kpi ? { intro: `${kpi.name}, ${kpi.locality}` } : {}),
  fields: [
    ...(kpi
      ? []
      : [
          {
            kind: 'choice' as const,
            name: 'kpi',
            label: 'Which KPI?',
            options: choices.slice(0, MOST_CHOICES).map(({ id, name, locality }) => ({ value: id, label: `${name}, ${locality}` })),
          },
        ]),
    { kind: 'number', name: 'value', label: 'Value', hint: unitHint(kpi), ...(state.value === undefined ? {} : { value: state.value }) },
    ...(!kpi || kpi.base === 'of_each_reading'
      ? [
          {
            kind: 'number' as const,
            name: 'of',
            label: 'Of how many?',
            hint: 'As in 131, for 84 of 131',
            optional: true,
            ...(state.of === undefined ? {} : { value: state.of }),
          },
        ]
      : []),
    whenField(turn, kpi, state.at),
    {
      kind: 'longtext',
      name: 'note',
      label: 'Note',
      hint: 'What lies behind the figure. Do not name a child.',
      optional: true,
      maxLength: 1_000,
      ...(state.note === undefined ? {} : { value: state.note }),
    },
    {
      kind: 'text',
      name: 'evidence',
      label: 'Link to evidence',
      optional: true,
      ...(state.evidence === undefined ? {} : { value: state.evidence }),
    },
  ],
  submit: { label: 'Save', press: { verb: 'kpi.log', state: kpi ? { kpi: kpi.id } : {} } },
});

/** A number field: its value, or what is expected of it. */
const readNumber = (text: string, unit: string): { value?: number; problem?: string } => {
  const parsed = parseNumber(text, unit);
  if ('value' in parsed) return { value: parsed.value };
  const meant = parsed.meant === undefined ? '' : ` Did you mean ${formatNumber(parsed.meant, 2).replace(/\.?0+$/u, '')}?`;
  return { problem: `Write ${NUMBER_EXPECTED[parsed.problem]}.${meant}` };
};

export const log = formVerb({
  state: State,
  form: async (turn, { words, state = {} }) => {
    if (state.kpi) {
      const kpi = await readableKpi(turn, state.kpi);
      checkMayLog(turn, kpi);
      return formFor(turn, kpi, [], state);
    }
    const choices = (await readable(turn)).filter((kpi) => mayLog(turn, kpi));
    if (choices.length === 0)
      return { title: 'You have no KPIs to log.', parts: [{ type: 'text', text: 'Your pilot lead can make you the owner of one.' }] };
    return formFor(turn, choices.length === 1 ? choices[0] : undefined, choices, words ? { ...state, note: words } : state);
  },
  submit: async (turn, { values, state = {} }) => {
    const fields: Record<string, string> = {};
    const id = state.kpi ?? values.kpi;
    if (!id) return { fields: { kpi: 'Choose a KPI.' } };
    const kpi = await wholeKpi(turn, id);
    checkMayLog(turn, kpi);
    const value = readNumber(values.value ?? '', kpi.unit);
    if (value.problem) fields.value = value.problem;
    const of = values.of?.trim() ? readNumber(values.of, kpi.unit) : {};
    if (of.problem) fields.of = of.problem;
    const wished: Wished = { value: value.value ?? 0, ...(of.value === undefined ? {} : { of: of.value }) };
    const when = values.when?.trim();
    if (when) {
      const read = isPeriodKey(when)
        ? { when: { kind: 'period' as const, key: when } }
        : parseWhen(when, { today: turn.today, cadence: kpi.cadence, terms });
      if ('problem' in read) fields.when = `Write ${read.problem}.`;
      else wished.when = read.when;
    }
    if (values.note?.trim()) wished.note = values.note.trim();
    const note = wished.note === undefined ? undefined : noteProblem(wished.note);
    if (note) fields.note = `Not saved. ${note.why}`;
    const evidence = values.evidence?.trim();
    if (evidence) {
      const problem = linkProblem(evidence);
      if (problem) fields.evidence = problem;
      // Both travel in the buttons of the answer when there is something to ask first.
      else if (Buffer.byteLength(`${wished.note ?? ''}${evidence}`) > MOST_BYTES)
        fields.evidence = 'The note and the link are too long together. Save the reading first, then press Add evidence.';
      else wished.evidence = evidence;
    }
    if (!fields.value && !fields.of) {
      const checked = checkValue(kpi, wished);
      if (checked.kind === 'impossible')
        fields.value = `${checked.why}${checked.meant === undefined ? '' : ` Did you mean ${formatNumber(checked.meant, kpi.decimals)}?`}`;
    }
    if (!fields.when) {
      try {
        choosePeriod(kpi, wished.when, turn.today, terms);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        fields.when = error.message.replace(/^Not saved\. /u, '');
      }
    }
    return Object.keys(fields).length > 0 ? { fields } : save(turn, kpi, wished);
  },
});

const isPeriodKey = (text: string) => {
  try {
    return periodFromKey(text, terms) !== undefined;
  } catch {
    return false;
  }
};
