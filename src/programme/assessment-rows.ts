import type { Temporal } from 'temporal-polyfill';
import { type Period, periodBefore, periodOf } from '../calendar/periods.ts';
import { nationalTerms } from '../calendar/terms.ts';
import { dayIn } from '../calendar/zone.ts';
import { dayOf, recordedOn } from './day.ts';
import type { Demonstration } from './format.ts';
import { demoId } from './ids.ts';

/** First rounds of the criteria, and two texts of the evaluators, as rows. Nobody recorded them: that marks them as demonstration. */

/** Days into a term on which its steps are recorded. */
const INTO_TERM = 40;

/** @param now the moment of the load */
export const assessmentRows = ({ programme, criteria, assessments }: Demonstration, now: Temporal.Instant) => {
  const today = dayIn(now, programme.zone);
  const term = (ago: number): Period => {
    let period = periodOf('term', today, nationalTerms);
    for (let back = 0; back < ago; back += 1) period = periodBefore(period, nationalTerms);
    return period;
  };
  const criterionId = (position: number) => demoId('criterion', criteria[position - 1]?.name as string);
  const localityId = (key: string) => demoId('locality', key);
  const daysAgo = (days: number) => recordedOn(dayOf({ inDays: -days }, today), now);

  const findings = assessments.findings.map((finding) => ({
    ...finding,
    id: demoId('finding', finding.locality, String(finding.area)),
    round: term(finding.termsAgo).key,
  }));
  return {
    steps: [...assessments.steps]
      .sort((one, other) => other.termsAgo - one.termsAgo)
      .flatMap(({ locality, lens, termsAgo, areas }) => {
        const { key, start } = term(termsAgo);
        return areas.map(([step, evidence], at) => ({
          id: demoId('assessment step', locality, lens, String(termsAgo), String(at)),
          localityId: localityId(locality),
          lens,
          round: key,
          aboutKind: 'criterion',
          aboutId: criterionId(at + 1),
          version: 1,
          step,
          evidence,
          recordedAt: recordedOn(start.add({ days: INTO_TERM }), now),
        }));
      }),
    findings: findings.map(({ id, locality, area, round }) => ({
      id,
      localityId: localityId(locality),
      criterionId: criterionId(area),
      round,
    })),
    texts: findings.flatMap(({ id, texts }) =>
      texts.map(({ daysAgo: days, text }, at) => ({ findingId: id, version: at + 1, text, recordedAt: daysAgo(days) })),
    ),
    answers: findings.flatMap(({ id, texts }) =>
      texts.flatMap(({ answers }, at) =>
        answers.map(({ daysAgo: days, kind, text }) => ({
          id: demoId('finding answer', id, String(at + 1), String(days)),
          findingId: id,
          version: at + 1,
          kind,
          text,
          recordedAt: daysAgo(days),
        })),
      ),
    ),
  };
};
