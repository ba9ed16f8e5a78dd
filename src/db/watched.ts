import type { SqlQueryable } from '@prisma/driver-adapter-utils';

/** What wants to know about statements: how tests count what a command costs, and how a full disk is noticed. */
export type Watch = {
  /** Told of every statement before it is sent, BEGIN and COMMIT included. */
  sent: (sql: string) => void;
  /** Told of every one that failed. */
  failed: (error: unknown) => void;
};

/** The same queries, each seen by `watch`. */
export const watched = (queryable: SqlQueryable, watch: Watch): SqlQueryable => {
  const seen = <T>(sql: string, answer: Promise<T>): Promise<T> => {
    watch.sent(sql);
    return answer.catch((error) => {
      watch.failed(error);
      throw error;
    });
  };
  return {
    provider: queryable.provider,
    adapterName: queryable.adapterName,
    queryRaw: (query) => seen(query.sql, queryable.queryRaw(query)),
    executeRaw: (query) => seen(query.sql, queryable.executeRaw(query)),
  };
};
