import type { SqlQueryable } from '@prisma/driver-adapter-utils';

/** Told of every statement before it is sent, BEGIN and COMMIT included: how tests count what a command costs. */
export type Watch = (sql: string) => void;

/** The same queries, each shown to `watch` first. */
export const watched = (queryable: SqlQueryable, watch: Watch): SqlQueryable => ({
  provider: queryable.provider,
  adapterName: queryable.adapterName,
  queryRaw: (query) => {
    watch(query.sql);
    return queryable.queryRaw(query);
  },
  executeRaw: (query) => {
    watch(query.sql);
    return queryable.executeRaw(query);
  },
});
