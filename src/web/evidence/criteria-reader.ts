import type { Writer } from '../../app.ts';
import { may } from '../../people/permissions.ts';
import type { Place } from '../../summaries/scopes.ts';
import { localityPath } from './criteria-view.ts';
import type { Asked, Reader } from './page.ts';

/** What the pages of the criteria share: where their reader may look, and as whom they write. */

/** The localities whose criteria the reader may see, in their fixed order. */
export const readable = ({ places, actor }: Reader): Place[] => places.filter((place) => may(actor, 'assessment.read', place));

/** The one that the address names. */
export const placeOf = (reader: Reader, asked: Asked): Place | undefined =>
  readable(reader).find(({ prefix }) => prefix === asked.param('prefix').toUpperCase());

export const crumbs = ({ to }: Reader, place?: Place) => [
  { text: 'Criteria', href: to('/criteria') },
  ...(place ? [{ text: place.locality, href: to(localityPath(place.prefix)) }] : []),
];

/** Whoever reads the page of a form answers it. */
export const writerOf = ({ tx, now, actor }: Reader, newId: () => string): Writer => ({ tx, now, newId, personId: actor.personId });
