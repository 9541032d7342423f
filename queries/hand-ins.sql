-- Who has handed in what, and when
-- Each learner's assignments: when they fetched it first, when they handed it in last and how often, how many hours
-- before it was due (after it, where that is below zero), and the last grade. Of the last half year.
-- It names learners: take care of who sees it.
with told as (
  select id, username, time, json_extract_scalar(learner, '$.sender.role') as role,
    coalesce(json_extract(event, '$.data'), try(json_parse(event))) as data
  from events
  where source = 'assignment/hand-in'
    and dt >= date_format(current_date - interval '180' day, '%Y-%m-%d')
), acts as (
  select id, username, time, role,
    json_extract_scalar(data, '$.action') as action,
    json_extract_scalar(data, '$.course') as course,
    json_extract_scalar(data, '$.assignment') as assignment,
    try(cast(from_iso8601_timestamp(json_extract_scalar(data, '$.due')) at time zone 'UTC' as timestamp(3))) as due,
    try_cast(json_extract_scalar(data, '$.score') as double) as score,
    try_cast(json_extract_scalar(data, '$.max_score') as double) as max_score
  from told
), dues as (
  select course, assignment, max_by(due, time) as due
  from acts
  where action = 'released' and role = 'service' and due is not null
  group by 1, 2
), learners as (
  select course, assignment, username,
    min(time) filter (where action = 'fetched') as fetched,
    max(time) filter (where action = 'submitted') as submitted,
    count(distinct case when action = 'submitted' then id end) as hand_ins,
    max_by(score, time) filter (where action = 'graded' and role = 'service' and score is not null) as score,
    -- Of the same grade as the score, also where it has none.
    max_by(coalesce(max_score, -1), time) filter (where action = 'graded' and role = 'service' and score is not null)
      as max_score
  from acts
  where action in ('fetched', 'submitted', 'graded')
  group by 1, 2, 3
)
select learners.course, learners.assignment, username, fetched, submitted, hand_ins,
  round(cast(date_diff('second', submitted, due) as double) / 3600, 1) as hours_before_due,
  score, nullif(max_score, -1) as max_score
from learners
left join dues on dues.course = learners.course and dues.assignment = learners.assignment
order by 1, 2, 3
