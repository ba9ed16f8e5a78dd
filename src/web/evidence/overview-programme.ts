import { dayWords } from '../../calendar/dates.ts';
import { mayLookOver, monthBefore, overviewOf } from '../../evidence/overview.ts';
import { pilotThemes, themesIn } from '../../evidence/overview-queries.ts';
import type { WhileUnchanged } from '../../evidence/unchanged.ts';
import { themed } from './overview-themes.ts';
import { carried, localityView, totalsView } from './overview-view.ts';
import type { Page } from './page.ts';

/** The programme in counts: each pilot with its localities, in their fixed order. */

export const programmePage =
  (unchanged: WhileUnchanged): Page =>
  async (reader, asked) => {
    const { tx, actor, today, to } = reader;
    const readable = reader.places.filter((place) => mayLookOver(actor, place));
    const [first] = readable;
    if (!first) return undefined;
    const themes = await themesIn(
      tx,
      readable.map(({ localityId }) => localityId),
    );
    const { places, choice, theme, unknown } = themed(readable, themes, asked.query('theme'));
    const overviews = await overviewOf({ ...reader, unchanged }, places);
    const worksOn = await pilotThemes(tx);
    const pilots = [...Map.groupBy(overviews, ({ place }) => place.pilotId)].map(([pilotId, theirs]) => ({
      name: theirs[0]?.place.pilot,
      theme: worksOn.get(pilotId),
      href: to(`/pilots/${pilotId}`),
      localities: theirs.map((overview) => localityView(overview, to)),
    }));
    return {
      template: 'evidence/programme.njk',
      title: first.programme,
      caption: 'Programme',
      since: dayWords(monthBefore(today)),
      theme,
      unknown,
      filter: { action: '/programme', carried: carried(to), choices: [choice] },
      part:
        readable.length < reader.places.length
          ? `This is a part of the programme: you see ${readable.length} of its ${reader.places.length} localities.`
          : undefined,
      of: places.length === 1 ? '1 locality' : `${places.length} localities`,
      totals: totalsView(overviews),
      pilots,
    };
  };
