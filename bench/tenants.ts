/** What the connector of many tenants and those who write to it agree on. */

/** Messages that a tenant takes in any second. */
export const ALLOWANCE = 20;

export type ConnectorJob = { tenants: number };
export type Arrived = {
  /** Messages that were taken, and how many people they were for: one each. */
  taken: number;
  people: number;
  refused: number;
  /** Seconds from the first request until the last message was taken. */
  seconds: number;
};

/** Shaped as a token is, because the SDK looks into it: nobody's, and good until 2100. */
const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
export const TOKEN = `${part({ alg: 'none' })}.${part({ appid: 'bench', exp: 4_102_444_800 })}.${part({})}`;
