import type { Prisma, PrismaClient } from './generated/client.ts';

/** The database, on either engine. Only src/db and the features' query files use what is in it. */
export type Db = PrismaClient;
/** One transaction of it. */
export type Tx = Prisma.TransactionClient;
