import { z } from 'zod';
import { currentDefinitions, writeDefinitions } from '../../src/actions/definitions.ts';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { capital } from '../../src/cards/format.ts';
import { UserError } from '../../src/errors.ts';
import { textProblem } from '../../src/people/notes.ts';
import { may } from '../../src/people/permissions.ts';
import { definitionsCard } from '../../src/views/actions/definitions.ts';
import { writerOf } from './context.ts';

/** What the colours mean; the administrator may put it in other words. */

const COLOURS = ['green', 'amber', 'red'] as const;
const LONGEST = 200;

const mayDefine = (turn: Turn) =>
  turn.actor.roles.some(
    ({ scopeKind, scopeId }) => scopeKind === 'programme' && may(turn.actor, 'definitions.write', { programmeId: scopeId }),
  );

const checkMayDefine = (turn: Turn) => {
  if (!mayDefine(turn)) throw new UserError('Not saved. Only the administrator of the programme may change what the colours mean.');
};

export const definitions = cardVerb({
  state: z.undefined(),
  run: async (turn) => definitionsCard(await currentDefinitions(turn.tx), mayDefine(turn)),
});

export const define = formVerb({
  state: z.object({ version: z.number() }),
  form: async (turn) => {
    checkMayDefine(turn);
    const current = await currentDefinitions(turn.tx);
    return {
      title: 'What the colours mean',
      intro: 'Everybody sees the new words once, at their next rating. Ratings given before keep the words they were given under.',
      fields: COLOURS.map((name) => ({
        kind: 'text' as const,
        name,
        label: `${capital(name)} means`,
        maxLength: LONGEST,
        value: current[name],
      })),
      submit: { label: 'Save', press: { verb: 'rag.define', state: { version: current.version } } },
    };
  },
  submit: async (turn, { values, state }) => {
    checkMayDefine(turn);
    const current = await currentDefinitions(turn.tx);
    const fields: Record<string, string> = {};
    const words = Object.fromEntries(COLOURS.map((name) => [name, (values[name] ?? '').replaceAll(/\s+/gu, ' ').trim()])) as Record<
      (typeof COLOURS)[number],
      string
    >;
    for (const name of COLOURS) {
      const problem = textProblem(words[name]);
      if (words[name] === '') fields[name] = 'Say what it means.';
      else if (words[name].length > LONGEST) fields[name] = `At most ${LONGEST} characters fit.`;
      else if (problem) fields[name] = problem;
    }
    if (Object.keys(fields).length > 0) return { fields };
    if (COLOURS.every((name) => words[name] === current[name]))
      return definitionsCard(current, true, 'Nothing changed: these are the words in use.');
    if (state?.version !== current.version)
      return {
        fields: Object.fromEntries(
          COLOURS.filter((name) => words[name] !== current[name]).map((name) => [
            name,
            `Somebody changed them meanwhile. This is now: “${current[name]}”. Send yours again to replace it.`,
          ]),
        ),
      };
    const next = { version: current.version + 1, ...words };
    await writeDefinitions(writerOf(turn), next);
    return definitionsCard(next, true, 'Saved. Everybody sees the new words once, at their next rating.');
  },
});
