/**
 * What one logged reading asks of the database, folded by hand into two statements: who it is with their roles, and their KPIs as
 * they stand with the last thirteen periods; then the reading and the de-duplication row, written together. The rows are the same as
 * the product's. Nothing that the product promises beyond that is here: no second look at what somebody else wrote, no retry.
 */

/** $1 workspace, $2 user, $3 today */
export const FLOOR_READ = `
with who as (
  select p.id, p.post, p.email, p.zone,
    array(select r.scope_id from role r where r.person_id = p.id and r."from" <= $3::date and (r."to" is null or r."to" >= $3::date)) as scopes
  from identity i join person p on p.id = i.person_id
  where i.platform = 'slack' and i.tenant = $1 and i."user" = $2 and (p.left_on is null or p.left_on > $3::date)
)
select who.id as person_id, who.post, who.email, who.zone, k.id as kpi_id, k.position, l.name as locality, d.*, t.value as target, t.date as target_date, t.milestones,
  o.owner_id, o.deputy_id, op.post as owner, dp.post as deputy, r.readings
from who
  join locality l on l.id = any(who.scopes)
  join kpi k on k.locality_id = l.id
  join lateral (select * from kpi_definition x where x.kpi_id = k.id order by x.version desc limit 1) d on not d.retired
  left join lateral (select * from kpi_target x where x.kpi_id = k.id order by x.version desc limit 1) t on true
  left join lateral (select * from kpi_owner x where x.kpi_id = k.id order by x.version desc limit 1) o on true
  left join person op on op.id = o.owner_id
  left join person dp on dp.id = o.deputy_id
  left join lateral (
    select json_agg(y) as readings from (
      select x.period, x.period_start, x.period_end, x.version, x.kind, x.value, x.numerator, x.denominator, x.note, x.evidence, x.origin, x.recorded_by_id
      from reading x where x.kpi_id = k.id order by x.period_start desc, x.version desc limit 13
    ) y
  ) r on true
order by l.position, k.position`;

/** $1 id, $2 KPI, $3 period, $4 first day, $5 last day, $6 value, $7 moment, $8 person, $9 key of the delivery, $10 answer */
export const FLOOR_WRITE = `
with reading_row as (
  insert into reading (id, kpi_id, period, period_start, period_end, version, kind, value, origin, recorded_at, recorded_by_id)
  values ($1::uuid, $2::uuid, $3, $4::date, $5::date, 1, 'reading', $6::numeric, 'person', $7::timestamptz, $8::uuid)
)
insert into inbound_event (platform, key, at, person_id, answer) values ('slack', $9, $7::timestamptz, $8::uuid, $10::jsonb) returning key`;
