import { formatDate } from '../calendar/dates.ts';
import type { Button, Card, Form, Part } from '../cards/card.ts';
import type { Kpi, Rebase } from '../kpis/kpi.ts';
import { rebasesSeen } from '../kpis/rebase.ts';
import { small } from './actions/parts.ts';
import { beginsWith, kpiChart, kpiSays } from './kpi-chart.ts';
import { type Day, day } from './kpi-parts.ts';

/** Where a chart's limits begin anew → form, facts and cards. */

const on = (date: string, today: Day) => formatDate(day(date), today);

/** "the week of 16 Nov", "November 2026" */
const periodWords = (label: string) => (label.startsWith('week') ? `the ${label}` : label);

/** "The limits begin anew with the week of 16 Nov, the first reading from 12 Nov on" */
export const rebaseWords = (kpi: Kpi, date: string, today: Day): string => {
  const first = beginsWith(kpi, date);
  if (!first) return `The limits begin anew with the first reading from ${on(date, today)} on; there is none yet`;
  return `The limits begin anew with ${periodWords(first.period.label)}${first.moved ? `, the first reading from ${on(date, today)} on` : ''}`;
};

/** What was said of dates on which no period begins, for its card. */
export const rebaseNotes = (kpi: Kpi, today: Day): Part[] =>
  kpi.rebases.flatMap(({ date }) => (beginsWith(kpi, date)?.moved === false ? [] : [small(`${rebaseWords(kpi, date, today)}.`)]));

const again = (kpi: Kpi): Button => ({
  label: 'Begin limits anew',
  press: { verb: 'kpi.rebase', state: { kpi: kpi.id } },
  says: `Begin limits anew: ${kpi.name}`,
});
const takeBack = (kpi: Kpi, { date, version }: Pick<Rebase, 'date' | 'version'>, label: string): Button => ({
  label,
  press: { verb: 'kpi.unrebase', state: { kpi: kpi.id, date, version } },
  says: `${label}: the limits of ${kpi.name} beginning anew`,
});
const see = (kpi: Kpi): Button => ({ label: 'See it', press: { verb: 'kpi.chart', state: { kpi: kpi.id } }, says: `See it: ${kpi.name}` });

/** On a KPI's card, for who may. @param several so many readings that there is something to begin anew */
export const rebaseButtons = (kpi: Kpi, several: boolean, today: Day): Button[] => [
  ...(several ? [again(kpi)] : []),
  ...kpi.rebases.slice(-2).map((known) => takeBack(kpi, known, `Take back ${on(known.date, today)}`)),
];

/** @param opens what was typed before */
export const rebaseForm = (kpi: Kpi, opens: { date?: string; reason?: string }): Form => ({
  title: 'Begin limits anew',
  intro: `${kpi.name}, ${kpi.locality}. From a date on, the mean and limits of its chart are worked out anew. Do this after a known change in how things are done or counted, never because a figure looks bad.`,
  fields: [
    {
      kind: 'date',
      name: 'date',
      label: 'From which day on?',
      hint: 'It begins with the first period from then on.',
      ...(opens.date && { value: opens.date }),
    },
    {
      kind: 'longtext',
      name: 'reason',
      label: 'What changed?',
      hint: 'As in: after the new register. It stands beside the chart. Do not name a child.',
      maxLength: 1_000,
      ...(opens.reason && { value: opens.reason }),
    },
  ],
  submit: { label: 'Begin anew', press: { verb: 'kpi.rebase', state: { kpi: kpi.id, seen: rebasesSeen(kpi) } } },
});

/** The answer, with what the chart said before and says now. */
export const rebasedCard = (before: Kpi, kpi: Kpi, { date, reason }: Pick<Rebase, 'date' | 'reason'>, today: Day): Card => ({
  title: `${kpi.name}, ${kpi.locality}: ${before === kpi ? 'nothing was changed, the limits begin anew there already.' : 'saved.'}`,
  parts: [
    { type: 'text', text: `${rebaseWords(kpi, date, today)}.` },
    {
      type: 'facts',
      facts: [
        { label: 'Reason', value: reason },
        ...(before === kpi ? [] : [{ label: 'Before', value: kpiSays(before) }]),
        { label: 'Now', value: kpiSays(kpi) },
      ],
    },
    ...kpiChart(kpi),
    {
      type: 'buttons',
      buttons: [...kpi.rebases.filter((known) => known.date === date).map((known) => takeBack(kpi, known, 'Take it back')), see(kpi)],
    },
  ],
});

/** What was to be taken back is another's now: theirs is not taken back unseen. */
export const otherRebaseCard = (kpi: Kpi, known: Rebase, today: Day): Card => ({
  title: `Nothing was changed: somebody has given another reason since why the limits of ${kpi.name}, ${kpi.locality}, begin anew on ${on(known.date, today)}.`,
  parts: [
    { type: 'facts', facts: [{ label: 'Reason', value: known.reason }] },
    { type: 'buttons', buttons: [takeBack(kpi, known, 'Take it back'), see(kpi)] },
  ],
});

/** Somebody else was first: what stands now, and what was typed, to be sent once more. */
export const changedMeanwhileCard = (kpi: Kpi, { date, reason }: Pick<Rebase, 'date' | 'reason'>, today: Day): Card => ({
  title: `Nothing was saved: somebody else has just changed where the limits of ${kpi.name}, ${kpi.locality}, begin anew.`,
  parts: [
    kpi.rebases.length > 0
      ? { type: 'facts', facts: kpi.rebases.map((known) => ({ label: `From ${on(known.date, today)} on`, value: known.reason })) }
      : { type: 'text', text: 'They begin anew nowhere now.' },
    { type: 'text', text: `Yours was from ${on(date, today)} on: “${reason}”. Save it too if it is still right.` },
    {
      type: 'buttons',
      buttons: [
        { label: 'Save mine too', press: { verb: 'kpi.rebase', state: { kpi: kpi.id }, words: `${date} ${reason}` }, style: 'primary' },
        see(kpi),
      ],
    },
  ],
});

export const takenBackCard = (before: Kpi, kpi: Kpi, date: string, today: Day): Card => ({
  title:
    before === kpi
      ? `Nothing was changed: the limits of ${kpi.name}, ${kpi.locality}, do not begin anew on ${on(date, today)}.`
      : `Taken back: the limits of ${kpi.name}, ${kpi.locality}, no longer begin anew on ${on(date, today)}.`,
  parts: [
    {
      type: 'facts',
      facts: [...(before === kpi ? [] : [{ label: 'Before', value: kpiSays(before) }]), { label: 'Now', value: kpiSays(kpi) }],
    },
    ...kpiChart(kpi),
    { type: 'buttons', buttons: [again(kpi), see(kpi)] },
  ],
});
