import { Temporal } from 'temporal-polyfill';
import { dayWords } from '../../calendar/dates.ts';
import { dayIn } from '../../calendar/zone.ts';
import { capital } from '../../cards/format.ts';
import { ANSWER_KINDS, type Finding, type FindingState, latest, stateOf } from '../../evidence/findings.ts';
import { personWords, roundWords } from '../../views/evidence/criteria-words.ts';
import { ANSWER_WORDS } from '../../views/evidence/finding-words.ts';
import { stateTag } from './criteria-view.ts';

/** A text of the evaluators beside its answers, the newest version first. */

const STANDS: Record<FindingState, string> = {
  draft: 'Only the pilot leads here and the evaluators see this text, until a pilot lead has answered it.',
  answered: 'Whoever reads the criteria of this locality sees it, with its answers.',
  withdrawn: 'Only the pilot leads here and the evaluators see what it was.',
};

type Seeing = {
  /** Whether the reader sees people by their posts. */
  names: boolean;
  zone: string;
};

export const findingView = (finding: Finding, { names, zone }: Seeing) => {
  const on = (moment: string) => dayWords(dayIn(Temporal.Instant.from(moment), zone));
  const now = latest(finding);
  return {
    caption: `${finding.locality}, ${roundWords(finding.round)}`,
    state: stateTag(finding),
    stands: STANDS[stateOf(finding)],
    demonstration: finding.versions[0]?.by === null,
    locality: finding.locality,
    version: now.version,
    answers: now.answers.length,
    text: now.text ?? '',
    choices: ANSWER_KINDS.map((kind) => ({ value: kind, text: ANSWER_WORDS[kind].label, hint: { text: ANSWER_WORDS[kind].asks } })),
    versions: [...finding.versions].reverse().map((one, at) => ({
      heading: at === 0 ? 'The text as it stands' : `Version ${one.version}`,
      text: one.text,
      by: `${capital(personWords(one, names))}, ${on(one.recordedAt)}`,
      answers: one.answers.map((answer) => ({
        kind: ANSWER_WORDS[answer.kind].said,
        text: answer.text,
        by: `${capital(personWords(answer, names))}, ${on(answer.recordedAt)}`,
      })),
      nothing: one.text === null ? 'It was taken back.' : at === 0 ? 'Nobody has answered it yet.' : 'Nobody answered this version.',
    })),
  };
};
