-- Deliveries per endpoint and day, and how long they took
-- Statements that endpoints accepted in the last 30 days, each once, on the day on which they did so; and the seconds
-- from an event's first arrival to that moment: also of what was replayed, or taken in from quarantine, long after it.
-- What voids is left out, and what the service's own test target got.
with sent as (
  select endpoint, id, min(accepted_at) as accepted_at, min(event) as event
  from receipts
  where dt >= date_format(current_date - interval '30' day, '%Y-%m-%d')
    and not coalesce(voids, false)
    and endpoint <> 'probe'
  group by 1, 2
), came as (
  select id, min(arrived) as arrived
  from events
  where dt >= date_format(current_date - interval '45' day, '%Y-%m-%d')
  group by 1
), took as (
  select endpoint, substr(accepted_at, 1, 10) as day,
    date_diff('second', from_iso8601_timestamp(arrived), from_iso8601_timestamp(accepted_at)) as seconds
  from sent
  left join came on came.id = sent.event
)
select endpoint, day,
  count(*) as statements,
  approx_percentile(seconds, 0.5) as median_seconds,
  approx_percentile(seconds, 0.95) as most_within_seconds,
  max(seconds) as longest_seconds
from took
group by 1, 2
order by 1, 2
