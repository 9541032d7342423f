-- Quarantine by reason
-- What could not be accepted in the last 14 days, and was not taken in since, by reason: how often, when first and last,
-- and one of the details. What to do about it: jlt quarantine.
with each_event as (
  select id,
    min(reason) as reason,
    min(arrived) as arrived,
    min(detail) as detail,
    bool_or(recovered is not null) as is_recovered
  from quarantine
  where dt >= date_format(current_date - interval '14' day, '%Y-%m-%d')
    and id is not null
  group by 1
)
select reason,
  count(*) as events,
  min(arrived) as first_arrived,
  max(arrived) as last_arrived,
  max_by(detail, arrived) as last_detail
from each_event
where not is_recovered
group by 1
order by 2 desc, 1
