-- When learners start, relative to the due date
-- For each assignment with a due date: how long before it learners begin, which is when they fetch or hand in for the
-- first time. Half of them begin median_hours before it is due, or later; and how many do so on the last day, or after it.
-- Of the last half year. The due date is the last that a service has told.
with told as (
  select username, time, json_extract_scalar(learner, '$.sender.role') as role,
    coalesce(json_extract(event, '$.data'), try(json_parse(event))) as data
  from events
  where source = 'assignment/hand-in'
    and dt >= date_format(current_date - interval '180' day, '%Y-%m-%d')
), acts as (
  select username, time, role,
    json_extract_scalar(data, '$.action') as action,
    json_extract_scalar(data, '$.course') as course,
    json_extract_scalar(data, '$.assignment') as assignment,
    try(cast(from_iso8601_timestamp(json_extract_scalar(data, '$.due')) at time zone 'UTC' as timestamp(3))) as due
  from told
), dues as (
  select course, assignment, max_by(due, time) as due
  from acts
  where action = 'released' and role = 'service' and due is not null
  group by 1, 2
), starts as (
  select course, assignment, username, min(time) as start
  from acts
  where action in ('fetched', 'submitted')
  group by 1, 2, 3
), hours as (
  select starts.course, starts.assignment, due,
    cast(date_diff('second', start, due) as double) / 3600 as hours
  from starts
  join dues on dues.course = starts.course and dues.assignment = starts.assignment
)
select course, assignment, due,
  count(*) as learners,
  round(max(hours), 1) as first_hours,
  round(approx_percentile(hours, 0.5), 1) as median_hours,
  count_if(hours >= 0 and hours < 24) as on_the_last_day,
  count_if(hours < 0) as too_late
from hours
group by 1, 2, 3
order by 1, 2
