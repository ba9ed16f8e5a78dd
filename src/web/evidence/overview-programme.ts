import type { WhileUnchanged } from '../../evidence/unchanged.ts';
import { lookOver } from './overview-themes.ts';
import { overviewView, totalsView } from './overview-view.ts';
import type { Page } from './page.ts';

/** The programme in counts: each pilot with its localities, in their fixed order. */

export const programmePage =
  (unchanged: WhileUnchanged): Page =>
  async (reader, asked) => {
    const { to } = reader;
    const found = await lookOver(reader, asked, { unchanged, path: () => '/programme', isAbout: () => true });
    if (!found) return undefined;
    const { first, readable, places, overviews, worksOn, shown } = found;
    const pilots = [...Map.groupBy(overviews, ({ place }) => place.pilotId)].map(([pilotId, theirs]) => ({
      name: theirs[0]?.place.pilot,
      theme: worksOn.get(pilotId),
      href: to(`/pilots/${pilotId}`),
      localities: theirs.map((overview) => overviewView(overview, to)),
    }));
    return {
      ...shown,
      template: 'evidence/programme.njk',
      title: first.programme,
      caption: 'Programme',
      part:
        readable.length < reader.places.length
          ? `This is a part of the programme: you see ${readable.length} of its ${reader.places.length} localities.`
          : undefined,
      of: places.length === 1 ? '1 locality' : `${places.length} localities`,
      totals: totalsView(overviews),
      pilots,
    };
  };
