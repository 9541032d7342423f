-- Failures by reason and endpoint
-- What endpoints did not get in the last 30 days, by its last record: in all, and how much of it is still set aside, as
-- it was neither delivered nor sent again since. What to do about it: jlt failures. The service's own test target is left
-- out.
with last_record as (
  select endpoint, id,
    max_by(reason, set_aside_at) as reason,
    max_by(class, set_aside_at) as class,
    max_by(coalesce(status, 0), set_aside_at) as status,
    max_by(coalesce(replaced_by, ''), set_aside_at) as replaced_by,
    min(set_aside_at) as first_at,
    max(set_aside_at) as last_at
  from failed
  where dt >= date_format(current_date - interval '30' day, '%Y-%m-%d')
    and endpoint <> 'probe'
  group by 1, 2
), accepted as (
  select endpoint, id, event, accepted_at
  from receipts
  where dt >= date_format(current_date - interval '30' day, '%Y-%m-%d')
), delivered as (
  -- Where no statement could be made of an event, its failure has the event's id.
  select endpoint, id, max(accepted_at) as delivered_at
  from (select endpoint, id, accepted_at from accepted union all select endpoint, event, accepted_at from accepted) as ends
  group by 1, 2
)
select last_record.endpoint, reason, class, nullif(status, 0) as status,
  count(*) as statements,
  count_if(class <> 'again' and replaced_by = '' and coalesce(delivered_at, '') < last_at) as still_set_aside,
  min(first_at) as first_at,
  max(last_at) as last_at
from last_record
left join delivered on delivered.endpoint = last_record.endpoint and delivered.id = last_record.id
group by 1, 2, 3, 4
order by 6 desc, 5 desc, 1, 2
