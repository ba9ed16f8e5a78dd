import type { Card, Part } from '../../cards/card.ts';
import { capital } from '../../cards/format.ts';
import { LONGEST_TITLE, shortened, small } from './parts.ts';

/** What else an adviser is in a locality, as it stands beside their ratings. */

/** What somebody declared of themselves in a locality. */
export const tieCard = ({
  place,
  also,
  declared,
  changed,
}: {
  place: { localityId: string; locality: string };
  also: string | null;
  declared: string | null;
  changed: boolean;
}): Card => ({
  title: also
    ? shortened(`${changed ? 'Saved: b' : 'B'}eside your ratings in ${place.locality} stands that you also: ${also}.`, LONGEST_TITLE)
    : `${changed ? 'Taken back: n' : 'N'}othing stands beside your ratings in ${place.locality}.`,
  parts: [
    ...(also ? [{ type: 'text', text: capital(also) } satisfies Part] : []),
    small('Whoever reads your rating reads it too. It counts for the ratings that you give from now on.'),
    ...(declared
      ? [
          {
            type: 'buttons',
            buttons: [{ label: 'Take it back', press: { verb: 'rag.tie', state: { locality: place.localityId }, words: 'none' } }],
          } satisfies Part,
        ]
      : []),
  ],
});

export const tiesCard = (ties: { locality: string; also: string | null }[]): Card => ({
  title: ties.some(({ also }) => also) ? 'What else you are, beside your ratings' : 'Nothing stands beside your ratings.',
  parts: [
    { type: 'list', items: ties.map(({ locality, also }) => ({ text: locality, detail: also ? `also ${also}` : 'nothing else' })) },
    small('If you chair or work somewhere, say so, as in: rag tie wakefield chairs the partnership board'),
  ],
});
