/** What a file of a plan may hold at most. A plan of 153 localities × 40 actions has 6,120 rows: every limit is far above need. */
export const LIMITS = {
  /** Of the file as it is sent. */
  bytes: 10_000_000,
  /** Of all that is packed in a workbook. */
  unpackedBytes: 100_000_000,
  /** How many times its packed size a workbook may unpack to: real ones reach about 20. Not asked below `smallBytes`. */
  ratio: 100,
  smallBytes: 5_000_000,
  /** Parts packed in a workbook. */
  entries: 200,
  sheets: 20,
  /** Of one sheet, counted to the last row that holds anything. */
  rows: 20_000,
  columns: 100,
  /** XML elements of all parts read: about three for a cell that holds something, one for a cell that only has a colour. */
  elements: 1_500_000,
  /** Of one cell. */
  characters: 5_000,
  merges: 5_000,
} as const;

/** "20,000" */
export const count = (value: number): string => value.toLocaleString('en-GB');
/** "10 MB" */
export const megabytes = (bytes: number): string => `${count(bytes / 1_000_000)} MB`;
