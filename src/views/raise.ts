import type { Button, Press } from '../cards/card.ts';

/** What a worry is about, or where; nothing: it is asked. */
export type About = { action: string } | { kpi: string } | { locality: string } | Record<string, never>;

/** The one button with which somebody tells their coordinator, the same on every card. @param of what it is about, for a screen reader */
export const raiseButton = (about: About, of?: string): Extract<Button, { press: Press }> => ({
  label: 'Raise a worry',
  press: { verb: 'rag.worry', state: about },
  ...(of ? { says: `Raise a worry about ${of}` } : {}),
});
