import type { Theme } from '../../evidence/overview-queries.ts';
import type { Place } from '../../summaries/scopes.ts';
import { type Choice, choiceOf } from './overview-view.ts';

/** The localities of a page, or those of them with a project on one theme: `?theme=transition`. */

export type Themed = {
  places: readonly Place[];
  choice: Choice;
  /** What was chosen, as it is written there. */
  theme: string | undefined;
  /** A theme was asked for that there is none of here: all of them are shown, and it is said. */
  unknown: string | undefined;
};

/** @param asked as it stands in the address */
export const themed = (places: readonly Place[], themes: readonly Theme[], asked: string): Themed => {
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
