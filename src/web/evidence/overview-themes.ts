import { dayWords } from '../../calendar/dates.ts';
import { mayLookOver, monthBefore, overviewOf } from '../../evidence/overview.ts';
import { pilotThemes, type Theme, themesIn } from '../../evidence/overview-queries.ts';
import type { WhileUnchanged } from '../../evidence/unchanged.ts';
import type { Place } from '../../summaries/scopes.ts';
import { type Choice, carried, choiceOf } from './overview-view.ts';
import type { Asked, Reader } from './page.ts';

/** The localities of a page, or those of them with a project on one theme: `?theme=transition`. */

type Themed = {
  places: readonly Place[];
  choice: Choice;
  /** What was chosen, as it is written there. */
  theme: string | undefined;
  /** A theme was asked for that there is none of here: all of them are shown, and it is said. */
  unknown: string | undefined;
};

/** @param asked as it stands in the address */
const themed = (places: readonly Place[], themes: readonly Theme[], asked: string): Themed => {
  const wanted = asked.trim().toLowerCase();
  const names = [...new Set(themes.map(({ theme }) => theme))];
  const theme = names.find((name) => name === wanted);
  const there = new Set(themes.filter((one) => one.theme === theme).map(({ localityId }) => localityId));
  return {
    places: theme === undefined ? places : places.filter(({ localityId }) => there.has(localityId)),
    choice: choiceOf(
      'theme',
      'Theme of its projects',
      theme ?? '',
      'All themes',
      names.map((name) => ({ value: name, text: name })),
    ),
    theme,
    unknown: wanted !== '' && theme === undefined ? asked.trim() : undefined,
  };
};

type Page = {
  unchanged: WhileUnchanged;
  /** The page's own address, and which localities it is about. */
  path: (first: Place) => string;
  isAbout: (place: Place) => boolean;
};

/** What the pages of the programme and of its pilots have alike; undefined where there is no locality that their reader may look over. */
export const lookOver = async (reader: Reader, asked: Asked, { unchanged, path, isAbout }: Page) => {
  const { tx, actor, today, to } = reader;
  const readable = reader.places.filter((place) => isAbout(place) && mayLookOver(actor, place));
  const [first] = readable;
  if (!first) return undefined;
  const themes = await themesIn(
    tx,
    readable.map(({ localityId }) => localityId),
  );
  const { places, choice, theme, unknown } = themed(readable, themes, asked.query('theme'));
  return {
    first,
    readable,
    places,
    themes,
    overviews: await overviewOf({ ...reader, unchanged }, places),
    worksOn: await pilotThemes(tx),
    shown: {
      since: dayWords(monthBefore(today)),
      theme,
      unknown,
      filter: { action: path(first), carried: carried(to), choices: [choice] },
    },
  };
};
