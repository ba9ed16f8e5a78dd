/**
 * What Slack takes, in characters or pieces; over it a card is shortened and says so.
 * Source: https://docs.slack.dev/reference/block-kit and the types of @slack/types; where Slack's own texts disagree, the smaller.
 */
export const LIMITS = {
  /** Of all blocks of a message together: from about 13,200 on, Slack refuses it (`msg_blocks_too_long`, bolt-js issue 2509). */
  charactersInAll: 12_000,
  title: 150,
  text: 3_000,
  /** The top-level text of a message, which notifications and screen readers use; longer is split into several messages. */
  summary: 3_900,
  button: 75,
  accessibilityLabel: 75,
  /** A button's value: the sealed token. */
  token: 2_000,
  url: 3_000,
  actionId: 255,
  blockId: 255,
  buttonsInRow: 25,
  optionText: 75,
  optionValue: 75,
  options: 100,
  /** Up to so many choices are drawn as radio buttons; Slack takes 10. */
  radios: 7,
  label: 2_000,
  typed: 3_000,
  modalTitle: 24,
  modalSubmit: 24,
  fieldError: 500,
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
  alt: 2_000,
  /** A chart holds so many points of each line; names of its points and lines, of its title and of its axis are so long. */
  chartPoints: 20,
  chartName: 20,
  chartTitle: 50,
  chartAxis: 50,
} as const;

/**
 * Where a card is drawn. `acknowledgement` uses only blocks that Slack cannot refuse, because nobody hears of a refusal there;
 * tables are neither on a modal nor in it, charts are on messages alone, and pictures are fetched by Slack, which may fail.
 */
export const SURFACES = {
  message: { blocks: 50, tables: 1, charts: 2, pictures: true, inputs: true },
  acknowledgement: { blocks: 50, tables: 0, charts: 0, pictures: false, inputs: true },
  modal: { blocks: 100, tables: 0, charts: 0, pictures: false, inputs: false },
  home: { blocks: 100, tables: 0, charts: 0, pictures: false, inputs: true },
} as const;
export type Surface = keyof typeof SURFACES;
