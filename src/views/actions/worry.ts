import type { Outcome, Worry } from '../../actions/worries.ts';
import type { Button, Card, Part } from '../../cards/card.ts';
import { count, type Day, dated, shortened, small } from './parts.ts';

/** Worries → what their coordinator sees, and what the one who raised them does. */

/** So many are shown whole; the others come once these have their answer. */
const MOST = 3;

const buttonsOf = ({ id, by }: Worry): Button[] => {
  const state = { worry: id };
  return [
    { label: 'Make it an action', press: { verb: 'rag.new', state }, style: 'primary', says: `Make the worry of ${by} an action` },
    { label: 'Answer', press: { verb: 'rag.reply', state }, says: `Answer ${by}` },
    { label: 'Heard, not now', press: { verb: 'rag.heard', state }, says: `Heard, not now: tell ${by}` },
  ];
};

/** "“…” from Headteacher, Wakefield 3, 19 Nov, about WAK-12 Share early-help data" */
const worryLine = ({ text, by, on, about, locality }: Worry, today: Day, several: boolean) =>
  `${several ? `${locality}: ` : ''}“${text}” from ${by}, ${dated(on, today)}${about ? `, about ${shortened(about, 100)}` : ''}`;

/** What waits for a coordinator, above everything else; nothing when nothing does. */
export const worriesPart = (worries: readonly Worry[], today: Day): Part[] =>
  worries.length === 0
    ? []
    : [
        { type: 'text', style: 'heading', text: `Waiting for you: ${count(worries.length, 'worry').replace(/worrys$/u, 'worries')}` },
        ...worries.slice(0, MOST).flatMap((worry): Part[] => [
          { type: 'text', text: worryLine(worry, today, new Set(worries.map(({ localityId }) => localityId)).size > 1) },
          { type: 'buttons', buttons: buttonsOf(worry) },
        ]),
        ...(worries.length > MOST ? [small(`${worries.length - MOST} more: they are shown once these have their answer.`)] : []),
      ];

/** @param readers the posts of the coordinators */
export const raisedCard = (
  worry: { text: string; locality: string; about: string | null },
  readers: readonly string[],
  own: boolean,
  again: boolean,
): Card => ({
  title: `${again ? 'Raised already' : 'Raised'} with the coordinator of ${worry.locality}: it waits for them.`,
  parts: [
    { type: 'text', text: `“${worry.text}”${worry.about ? ` (about ${shortened(worry.about, 100)})` : ''}` },
    {
      type: 'text',
      text:
        readers.length === 0
          ? `${worry.locality} has no coordinator just now: it waits for the next one. They see that it comes from you; nobody else does.`
          : own
            ? 'You are the coordinator: it waits for you with the others.'
            : `Who sees it, and that it comes from you: ${readers.join(', ')}. Nobody else does.`,
    },
    small('You are told what becomes of it: an action, an answer, or “heard, not now”.'),
  ],
});

/** "Wakefield coordinator answered it on 19 Nov: “…”" */
export const outcomeWords = ({ outcome, text, code, by, on }: Outcome, today: Day): string => {
  const who = by ?? 'somebody';
  const when = `on ${dated(on, today)}`;
  if (outcome === 'action') return `${who} made it an action ${when}${code ? `: ${code}` : ''}.`;
  if (outcome === 'answered') return `${who} answered it ${when}: “${text ?? ''}”`;
  return `${who} said “heard, not now” ${when}${text ? `: “${text}”` : '.'}`;
};

/** What the coordinator sees once they have answered. */
export const settledCard = (worry: Worry, outcome: 'answered' | 'not_now', text: string | null, told: string): Card => ({
  title: outcome === 'answered' ? `Answered: ${shortened(worry.by, 100)} is told.` : `Heard, not now: ${shortened(worry.by, 100)} is told.`,
  parts: [{ type: 'text', text: `“${worry.text}”` }, ...(text ? [{ type: 'text', text } satisfies Part] : []), small(told)],
});
