/**
 * What Microsoft Teams takes, in one table. Over a limit the renderer shortens and says so; it never throws.
 * Sources: learn.microsoft.com/microsoftteams/platform, "Format your bot messages" (100 KB of UTF-16 for a message with its card),
 * "Cards reference" (six actions are shown in a row) and the Adaptive Cards documentation.
 */
export const LIMITS = {
  /** The Adaptive Card schema that every Teams client draws. */
  cardVersion: '1.5',
  /** Characters of a card as JSON. A message holds 100 KB of UTF-16, 51,200 characters, and the envelope needs some of them. */
  card: 44_000,
  /** Characters of one part of it as JSON, so that one long list does not push everything else out. */
  part: 26_000,
  /** Characters of one piece of text, of one table cell, of a button's label, of a form's title. */
  text: 4_000,
  cell: 120,
  label: 60,
  formTitle: 60,
  /** Characters of what a notification shows, of what is spoken, and of a message in plain text. */
  summary: 300,
  plain: 20_000,
  tableColumns: 8,
  tableRows: 60,
  listItems: 30,
  facts: 40,
  chartPoints: 60,
  /** Rows of the table that stands in for a chart where charts are not drawn. */
  chartRows: 12,
  /** Buttons in one row, and in one group of rows. */
  buttonsInRow: 6,
  buttons: 24,
  choices: 100,
} as const;
