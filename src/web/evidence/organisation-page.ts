import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { dayWords } from '../../calendar/dates.ts';
import { organisationCode } from '../../evidence/codes.ts';
import { mayOpen } from '../../evidence/overview.ts';
import { organisationIdsIn, organisationOf } from '../../evidence/place-queries.ts';
import { may } from '../../people/permissions.ts';
import type { How } from '../../people/taking.ts';
import type { Place } from '../../summaries/scopes.ts';
import type { Asked, Page, Reader } from './page.ts';
import { crumbsOf } from './places-locality.ts';

/** One organisation: what it is, and in what it takes part. Whoever does not see names sees a code, its kind and its phase. */

export const HOW_TAKING: Record<How, string> = { signed_up: 'Signed up', attended: 'Attended', completed: 'Completed' };

const day = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

/** "from 1 September 2025 to 20 July 2026" · "since 1 September 2025" */
export const spanWords = ({ from, to }: { from: string; to: string | null }): string =>
  to === null ? `since ${day(from)}` : `from ${day(from)} to ${day(to)}`;

/** "school, primary" */
export const kindWords = (kind: string, phase: string | null): string => [kind, phase].filter(Boolean).join(', ');

/**
 * Where an organisation's page is. Who sees no names gets no id either, which would tell when it was brought in, and so its place in a list;
 * and who sees names gets nowhere by a code, or the pages would tell which organisation a code stands for. A code goes with its locality:
 * to find what it stands for, a code is worked out for each organisation there, and not for each of a whole programme.
 * @param code where no names are seen
 */
export const organisationPath = (to: Reader['to'], prefix: string, { id, code }: { id: string; code: string | undefined }): string =>
  code ? to(`/organisations/${code}`, { in: prefix }) : to(`/organisations/${id}`);

const CODE = /^S-[0-9A-Z]{7}$/u;

/** The organisation of an address, as far as there is one that the reader gets to in this way. */
const organisationAt = async ({ tx, actor, places }: Reader, asked: Asked, secret: Uint8Array) => {
  const wanted = asked.param('id');
  const open = places.filter((place) => mayOpen(actor, place));
  const isNamed = (place: Place) => may(actor, 'names.read', place);
  if (CODE.test(wanted)) {
    const within = open.find((place) => place.prefix === asked.query('in') && !isNamed(place));
    const ids = within ? await organisationIdsIn(tx, within.localityId) : [];
    const id = ids.find((one) => organisationCode(secret, one) === wanted);
    return id === undefined ? undefined : organisationOf(tx, id);
  }
  const found = z.guid().safeParse(wanted).success ? await organisationOf(tx, wanted) : undefined;
  return open.some((place) => place.localityId === found?.localityId && isNamed(place)) ? found : undefined;
};

/** @param secret of the server, by which organisations have codes */
export const organisationPage =
  (secret: Uint8Array): Page =>
  async (reader, asked) => {
    const { actor, places, to } = reader;
    const found = await organisationAt(reader, asked, secret);
    const place = places.find(({ localityId }) => localityId === found?.localityId);
    if (!found || !place) return undefined;
    const named = may(actor, 'names.read', place);
    const open = new Set(places.filter((one) => mayOpen(actor, one)).map(({ localityId }) => localityId));
    const title = named ? found.name : organisationCode(secret, found.id);
    return {
      template: 'evidence/organisation.njk',
      title: `${title}, ${place.locality}`,
      heading: title,
      caption: `Organisation, ${place.locality}`,
      crumbs: crumbsOf(place, to, { text: title }),
      codes: !named,
      facts: [
        { label: 'Kind', value: found.kind },
        { label: 'Phase', value: found.phase ?? '' },
        ...(named
          ? [
              { label: 'Council area', value: found.area ?? '' },
              { label: 'Groups', value: found.groups.map(({ name, kind }) => `${name} (${kind})`).join('; ') },
            ]
          : []),
      ].filter(({ value }) => value !== ''),
      taking: found.taking
        .filter(({ localityId }) => open.has(localityId))
        .map(({ projectId, project, how, from, to: until }) => ({
          name: project,
          href: to(`/projects/${projectId}`),
          how: HOW_TAKING[how],
          from: day(from),
          to: until === null ? 'Still' : day(until),
        })),
    };
  };
