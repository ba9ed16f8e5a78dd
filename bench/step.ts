/** One thing that is done once, and what it takes. */

export type Step = {
  seconds: number;
  /** Seconds of this process's processor. */
  cpu: number;
  statements: number;
  /** Megabytes by which the process grew, at most. */
  growth: number;
};

/** Milliseconds between two looks at the memory. */
const LOOKS = 5;

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;

/** Does some work. @param sent how many statements this process has sent so far */
export const stepOf = async <T>(sent: () => number, work: () => Promise<T>): Promise<Step & { result: T }> => {
  const before = megabytes();
  let growth = 0;
  const look = () => {
    growth = Math.max(growth, megabytes() - before);
  };
  const looking = setInterval(look, LOOKS);
  const already = sent();
  const [from, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(used);
  look();
  clearInterval(looking);
  return { result, seconds, cpu: (user + system) / 1_000_000, statements: sent() - already, growth };
};
