import { STANDS } from '../src/db/client.ts';

/**
 * What each page of the dashboards reads, folded by hand into one statement: counts and figures for whoever asks, all of it. Nothing that the
 * product promises beyond that is here: no rights, no figures withheld, no pulses, register or criteria, and nothing is said or drawn.
 */

/** Of every locality how its actions are rated, by whom; and of every KPI its target and the last of its readings. */
const PROGRAMME = `
with ratings as (
  select locality_id, json_agg(json_build_array(kind, rating, many)) as ratings from (
    select a.locality_id, r.kind, r.rating, count(*) as many from rating r join action a on a.id = r.action_id where r.until > '${STANDS}' group by 1, 2, 3
  ) c group by 1
), kpis as (
  select k.locality_id, json_agg(json_build_array(d.name, d.baseline, t.value, t.date, x.period_end, x.value) order by k.position) as kpis
  from kpi k
    join (select distinct on (kpi_id) * from kpi_definition order by kpi_id, version desc) d on d.kpi_id = k.id
    left join (select distinct on (kpi_id) * from kpi_target order by kpi_id, version desc) t on t.kpi_id = k.id
    left join lateral (select * from reading y where y.kpi_id = k.id order by y.period_start desc, y.version desc limit 1) x on true
  group by 1
)
select l.id, l.name, r.ratings, k.kpis
from locality l join pilot p on p.id = l.pilot_id left join ratings r on r.locality_id = l.id left join kpis k on k.locality_id = l.id
order by p.position, l.position`;

/** Of one locality its actions with their ratings, and its KPIs with every reading. $1 its prefix */
const LOCALITY = `
select l.id, l.name,
  (select json_agg(json_build_array(a.number, v.title, v.due, o.post, s.rating, s.reason, s.recorded_at, i.rating, i.recorded_at) order by a.number)
    from action a join action_version v on v.action_id = a.id and v.until > '${STANDS}' left join person o on o.id = v.owner_id
      left join rating s on s.action_id = a.id and s.kind = 'self' and s.until > '${STANDS}'
      left join rating i on i.action_id = a.id and i.kind = 'independent' and i.until > '${STANDS}'
    where a.locality_id = l.id) as actions,
  (select json_agg(json_build_array(d.name, d.unit, d.baseline, t.value, t.date, r.readings) order by k.position)
    from kpi k
      join lateral (select * from kpi_definition y where y.kpi_id = k.id order by y.version desc limit 1) d on true
      left join lateral (select * from kpi_target y where y.kpi_id = k.id order by y.version desc limit 1) t on true
      left join lateral (select json_agg(json_build_array(y.period_start, y.value) order by y.period_start) as readings
        from (select distinct on (x.period_start) x.period_start, x.value from reading x where x.kpi_id = k.id order by x.period_start, x.version desc) y) r on true
    where k.locality_id = l.id) as kpis
from locality l where l.prefix = $1`;

/** Of one KPI what it is, and every version of every reading. $1 its id */
const KPI = `
select l.name as locality, d.*, t.value as target, t.date as target_date,
  (select json_agg(json_build_array(x.period, x.period_start, x.version, x.value, x.recorded_at, x.note) order by x.period_start, x.version)
    from reading x where x.kpi_id = k.id) as readings
from kpi k join locality l on l.id = k.locality_id
  join lateral (select * from kpi_definition y where y.kpi_id = k.id order by y.version desc limit 1) d on true
  left join lateral (select * from kpi_target y where y.kpi_id = k.id order by y.version desc limit 1) t on true
where k.id = $1::uuid`;

/** Of every KPI what stands of every period, and nothing is reckoned of it. */
export const SERIES_FLOOR = `
select x.kpi_id, json_agg(json_build_array(x.period_start, x.value) order by x.period_start)::text as series
from (select distinct on (y.kpi_id, y.period_start) y.kpi_id, y.period_start, y.value from reading y order by y.kpi_id, y.period_start, y.version desc) x group by x.kpi_id`;

export const FLOORS = { programme: PROGRAMME, locality: LOCALITY, kpi: KPI };
