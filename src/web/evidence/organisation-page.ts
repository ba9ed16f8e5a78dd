import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { dayWords } from '../../calendar/dates.ts';
import { organisationCode } from '../../evidence/codes.ts';
import { mayOpen } from '../../evidence/overview.ts';
import { organisationOf } from '../../evidence/place-queries.ts';
import { may } from '../../people/permissions.ts';
import type { How } from '../../people/taking.ts';
import type { Page } from './page.ts';
import { crumbsOf } from './places-locality.ts';

/** One organisation: what it is, and in what it takes part. Whoever does not see names sees a code, its kind and its phase. */

export const HOW_TAKING: Record<How, string> = { signed_up: 'Signed up', attended: 'Attended', completed: 'Completed' };

const day = (iso: string) => dayWords(Temporal.PlainDate.from(iso));

/** "from 1 September 2025 to 20 July 2026" · "since 1 September 2025" */
export const spanWords = ({ from, to }: { from: string; to: string | null }): string =>
  to === null ? `since ${day(from)}` : `from ${day(from)} to ${day(to)}`;

/** "school, primary" */
export const kindWords = (kind: string, phase: string | null): string => [kind, phase].filter(Boolean).join(', ');

/** @param secret of the server, by which organisations have codes */
export const organisationPage =
  (secret: Uint8Array): Page =>
  async ({ tx, actor, places, to }, asked) => {
    const id = asked.param('id');
    const found = z.guid().safeParse(id).success ? await organisationOf(tx, id) : undefined;
    const place = places.find(({ localityId }) => localityId === found?.localityId);
    if (!found || !place || !mayOpen(actor, place)) return undefined;
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
