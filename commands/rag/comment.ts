import { z } from 'zod';
import type { Action } from '../../src/actions/action.ts';
import { addComment, type Remark } from '../../src/actions/comments.ts';
import { cardVerb, formVerb, type Turn } from '../../src/bot/contract.ts';
import { noteRefusal } from '../../src/bot/replies.ts';
import type { Card } from '../../src/cards/card.ts';
import { UserError } from '../../src/errors.ts';
import { linkProblem } from '../../src/people/links.ts';
import { textProblem } from '../../src/people/notes.ts';
import { changedCard } from '../../src/views/actions/changed.ts';
import { headline } from '../../src/views/actions/parts.ts';
import { mayRate, readableAction, writerOf } from './context.ts';
import { Flow } from './flow.ts';
import { goOn } from './next.ts';
import { notTheOwner } from './places.ts';
import { askedAction } from './which.ts';

/** A comment on an action, with a link to what shows it. */

const State = z.object({ action: z.string().optional(), flow: Flow.optional() });

/** "minutes of the board https://example.org/m" → the words, and the link at their end. */
const LINK = /(?:^|\s)<?(https?:\/\/[^\s<>|]+)(?:\|[^<>]*)?>?$/iu;
const readRemark = (words: string): Remark => {
  const link = LINK.exec(words);
  return link ? { text: words.slice(0, link.index).trim() || null, evidence: link[1] as string } : { text: words, evidence: null };
};

const check = (turn: Turn, action: Action) => {
  if (!mayRate(turn, action)) throw notTheOwner(turn, action);
};

/** A link of another kind is kept as words, and that is said: nobody can follow it from here. */
const OTHER_LINK = /(?:^|\s)<?(?!https?:)(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S/iu;

const save = async (turn: Turn, action: Action, remark: Remark): Promise<Card> => {
  const { again } = await addComment(writerOf(turn), action.id, remark);
  return changedCard({
    action,
    says: again ? 'this was said already' : 'your comment is saved',
    notes: [
      ...(remark.text ? [remark.text] : []),
      ...(remark.evidence ? [remark.evidence] : []),
      ...(remark.text && OTHER_LINK.test(remark.text)
        ? ['The link is kept as words: evidence that others can open begins with https:// and stands at the end.']
        : []),
    ],
    buttons: remark.evidence ? [{ label: 'Evidence', url: remark.evidence }] : [],
  });
};

export const comment = cardVerb({
  state: State,
  run: async (turn, { words, state }) => {
    const asked = await askedAction(turn, 'rag.comment', { words, state });
    if (!('action' in asked)) return asked;
    const { action, rest } = asked;
    check(turn, action);
    if (rest === '')
      return {
        title: headline(action, 'what do you want to say?'),
        parts: [
          {
            type: 'buttons',
            buttons: [{ label: 'Write a comment', press: { verb: 'rag.remark', state: { action: action.id } }, style: 'primary' }],
          },
        ],
      };
    const refused = noteRefusal(turn.platform, rest);
    if (refused) return refused;
    const remark = readRemark(rest);
    const problem = remark.evidence ? linkProblem(remark.evidence) : undefined;
    if (problem) throw new UserError(`Not saved. ${problem}`);
    return save(turn, action, remark);
  },
});

export const remark = formVerb({
  state: State,
  form: async (turn, { state }) => {
    if (!state?.action) throw new UserError('Name an action first, as in: rag 12 comment');
    const action = await readableAction(turn, state.action);
    check(turn, action);
    return {
      title: 'Comment',
      intro: `${action.code} ${action.title}. Others in the partnership read this.`,
      fields: [
        { kind: 'longtext', name: 'text', label: 'Comment', optional: true, maxLength: 1_000 },
        { kind: 'text', name: 'evidence', label: 'Link to evidence', hint: 'As in https://example.org/minutes', optional: true },
      ],
      submit: { label: 'Save', press: { verb: 'rag.remark', state: { action: action.id, ...(state.flow ? { flow: state.flow } : {}) } } },
    };
  },
  submit: async (turn, { values, state }) => {
    if (!state?.action) throw new UserError('Nothing was saved. Name an action first, as in: rag 12 comment');
    const action = await readableAction(turn, state.action);
    check(turn, action);
    const text = values.text?.trim() || null;
    const evidence = values.evidence?.trim() || null;
    const fields: Record<string, string> = {};
    const problem = text === null ? undefined : textProblem(text);
    const wrongLink = evidence === null ? undefined : linkProblem(evidence);
    if (problem) fields.text = problem;
    if (wrongLink) fields.evidence = wrongLink;
    if (text === null && evidence === null) fields.text = 'Write a comment, or give a link.';
    if (Object.keys(fields).length > 0) return { fields };
    const saved = await save(turn, action, { text, evidence });
    return state.flow ? goOn(turn, state.flow, saved.title) : saved;
  },
});
