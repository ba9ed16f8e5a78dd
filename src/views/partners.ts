import { Temporal } from 'temporal-polyfill';
import { formatDate } from '../calendar/dates.ts';
import type { Button, Card, Part } from '../cards/card.ts';
import type { Entry } from '../people/directory.ts';
import type { Invited } from '../people/invite.ts';

const ROLE_WORDS: Record<Entry['role'], string> = {
  partner: 'Partner',
  lead: 'Pilot lead',
  coordinator: 'Coordinator',
  adviser: 'Adviser',
  evaluator: 'Evaluator',
  administrator: 'Administrator',
};

/** What the reader may do there, and what nobody answers for. */
type Rights = { mayInvite: boolean; mayHandOver: boolean; unowned: number; in: string | undefined };

/** Who is who: by locality, leads first; the programme's own people last. */
export const directoryCard = (entries: Entry[], localities: string[], rights: Rights, today: Temporal.PlainDate): Card => {
  const places = [...localities, null].filter((place) => entries.some(({ locality }) => locality === place));
  const buttons: Button[] = [
    ...(rights.mayInvite ? [{ label: 'Invite people', press: { verb: 'partners.invite' } }] : []),
    ...(rights.mayHandOver ? [{ label: 'Hand over', press: { verb: 'partners.handover' } }] : []),
  ];
  const until = (day: string | null) => (day === null ? null : `until ${formatDate(Temporal.PlainDate.from(day), today)}`);
  return {
    title: `Who is who in ${localities.length === 1 ? localities[0] : `${localities.length} localities`}: ${new Set(entries.map(({ personId }) => personId)).size} people`,
    parts: [
      ...places.flatMap((place): Part[] => [
        { type: 'text', style: 'heading', text: place ?? 'Pilot and programme' },
        {
          type: 'list',
          items: entries
            .filter(({ locality }) => locality === place)
            .map(({ post, role, organisation, linked, until: last }) => ({
              text: post,
              detail: [ROLE_WORDS[role], organisation, until(last), linked ? null : 'not linked yet'].filter(Boolean).join(' · '),
            })),
        },
      ]),
      ...(rights.unowned > 0
        ? [
            {
              type: 'list' as const,
              items: [
                {
                  text: `Without an owner: ${rights.unowned}`,
                  button: { label: 'Show them', press: { verb: 'partners.unowned', state: rights.in ? { in: rights.in } : {} } },
                },
              ],
            },
          ]
        : []),
      ...(buttons.length > 0 ? [{ type: 'buttons' as const, buttons }] : []),
    ],
  };
};

/** The codes, shown once: only their hashes are kept. */
export const invitedCard = (invited: Invited[], locality: string): Card => ({
  secret: true,
  title: `${invited.length} ${invited.length === 1 ? 'person is' : 'people are'} invited to ${locality}. Give each their code.`,
  parts: [
    {
      type: 'table',
      caption: 'Codes',
      columns: [{ label: 'Post' }, { label: 'Organisation' }, { label: 'Code' }],
      rows: invited.map(({ post, organisation, code }) => [post, organisation, code]),
    },
    { type: 'text', text: 'Each sends me: join CODE, in a direct message. A code works once, for 14 days; you see it only now.' },
  ],
});
