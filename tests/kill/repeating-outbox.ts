import { createOutbox as createHonest, type Outbox } from '../../src/jobs/outbox.ts';

/** A relay that takes what a dead one was sending for what has not left. */
export const createOutbox = (parts: Parameters<typeof createHonest>[0]): Outbox => {
  const honest = createHonest(parts);
  return {
    ...honest,
    start: () => void parts.db.$executeRaw`update outbox set state = 'waiting' where state = 'sending'`.then(() => honest.start()),
  };
};
