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

/** Who is who: by locality, leads first; the programme's own people last. */
export const directoryCard = (entries: Entry[], localities: string[], mayInvite: boolean): Card => {
  const places = [...localities, null].filter((place) => entries.some(({ locality }) => locality === place));
  const invite: Button = { label: 'Invite people', press: { verb: 'partners.invite' } };
  return {
    title: `Who is who in ${localities.length === 1 ? localities[0] : `${localities.length} localities`}: ${new Set(entries.map(({ personId }) => personId)).size} people`,
    parts: [
      ...places.flatMap((place): Part[] => [
        { type: 'text', style: 'heading', text: place ?? 'Pilot and programme' },
        {
          type: 'list',
          items: entries
            .filter(({ locality }) => locality === place)
            .map(({ post, role, organisation, linked }) => ({
              text: post,
              detail: [ROLE_WORDS[role], organisation, linked ? null : 'not linked yet'].filter(Boolean).join(' · '),
            })),
        },
      ]),
      ...(mayInvite ? [{ type: 'buttons' as const, buttons: [invite] }] : []),
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
