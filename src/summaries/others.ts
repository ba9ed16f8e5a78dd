import { STANDS, type Tx } from '../db/client.ts';

/** What others did about the same: no more of it than whoever may see a locality's overview may know. */
export type Done = { locality: string; title: string };

type Asked = {
  /** The criteria and project themes of one's own reds and ambers. */
  criterionIds: readonly string[];
  projectIds: readonly string[];
  /** The other localities whose overview may be read. */
  localityIds: readonly string[];
  /** ISO 8601; what stands now when none. */
  at?: string | undefined;
  /** ISO 8601: no longer ago. */
  since: string;
};

/** At most so many are told of. */
const MOST = 3;

/** Actions that went from red to green since then, on the same criterion or on a project of the same theme; the latest first, at most three. */
export const othersDone = async (tx: Tx, { criterionIds, projectIds, localityIds, at = STANDS, since }: Asked): Promise<Done[]> =>
  localityIds.length === 0 || criterionIds.length + projectIds.length === 0
    ? []
    : tx.$queryRaw<Done[]>`
        select l.name as locality, v.title
        from action_version v
          join action a on a.id = v.action_id and a.locality_id = any(${[...localityIds]}::uuid[])
          join locality l on l.id = a.locality_id
          join rating g on g.action_id = a.id and g.kind = 'self' and g.rating = 'green' and g.recorded_at <= ${at}::timestamptz and g.until > ${at}::timestamptz
          left join project p on p.id = v.project_id
        where v.recorded_at <= ${at}::timestamptz and v.until > ${at}::timestamptz
          and (v.criterion_id = any(${[...criterionIds]}::uuid[])
            or lower(p.theme) in (select lower(theme) from project where id = any(${[...projectIds]}::uuid[]) and theme is not null))
          and g.recorded_at > ${since}::timestamptz
          and exists (select 1 from rating r where r.action_id = a.id and r.kind = 'self' and r.rating = 'red' and r.version < g.version and r.until > ${since}::timestamptz)
        order by g.recorded_at desc, l.name, a.number limit ${MOST}`;
