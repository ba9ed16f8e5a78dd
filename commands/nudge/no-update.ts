import { z } from 'zod';
import { formVerb, type Turn } from '../../src/bot/contract.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import type { Line } from '../../src/nudges/line.ts';
import { sayNoUpdate } from '../../src/nudges/no-update.ts';
import { textProblem } from '../../src/people/notes.ts';
import { noUpdateCard } from '../../src/views/nudge-said.ts';
import { bringUpToDate, theirs, waitsAt, writerOf } from './context.ts';

/** "No update yet": why there is none is said once, and the coordinator's summary has it. */

const State = z.object({ key: z.string(), delivery: z.string().optional() });
type State = z.infer<typeof State>;

/** What is waited for: the rating of an action, or a reading. */
type Awaited = { about: { kind: 'action' | 'kpi'; id: string }; localityId: string; name: string };

const awaitedOf = (line: Line | undefined): Awaited | undefined => {
  if (line?.kind === 'reading')
    return { about: { kind: 'kpi', id: line.kpi.id }, localityId: line.kpi.localityId, name: `${line.kpi.name}, ${line.period.label}` };
  if (line?.kind === 'red' || line?.kind === 'due' || line?.kind === 'half_term')
    return {
      about: { kind: 'action', id: line.action.id },
      localityId: line.action.localityId,
      name: `${line.action.code} ${line.action.title}`,
    };
  return undefined;
};

/** It must wait for the actor still: whoever it waits for may say why. */
const asked = async (turn: Turn, state: State | undefined): Promise<Awaited> => {
  const awaited = awaitedOf((await waitsAt(turn))?.all.find(({ key }) => key === state?.key));
  if (!awaited) throw new UserError('Nothing was changed. This does not wait for you any more: type nudge to see what does.');
  return awaited;
};

export const noUpdate = formVerb({
  state: State,
  form: async (turn, { state }) => {
    const { name } = await asked(turn, state);
    return {
      title: 'No update yet',
      intro: name,
      fields: [
        {
          kind: 'longtext',
          name: 'reason',
          label: 'Why is there none?',
          hint: 'A few words, as in: the figures come on Friday. Your coordinator reads them; do not name anybody.',
          maxLength: 1_000,
        },
      ],
      submit: { label: 'Save', press: { verb: 'nudge.noupdate', state: state ?? {} } },
    };
  },
  submit: async (turn, { values, state }): Promise<Card | { fields: Record<string, string> }> => {
    const { about, localityId, name } = await asked(turn, state);
    const reason = values.reason?.trim() ?? '';
    const problem = reason === '' ? 'Say in a few words why there is none.' : textProblem(reason);
    if (problem) return { fields: { reason: problem } };
    await sayNoUpdate(writerOf(turn), { key: (state as State).key, about, localityId, reason });
    if (state?.delivery) await bringUpToDate(turn, await theirs(turn, state.delivery));
    return noUpdateCard(name, reason);
  },
});
