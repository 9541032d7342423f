-- Progress per course and assignment
-- How many learners have fetched an assignment, handed it in and got a grade, and how the last scores are spread, in
-- percent: a quarter of them is at score_low or below, half at score_median, three quarters at score_high.
-- Of the last half year. Releases and grades count where a service told them: anybody could tell a learner's own.
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
    try(cast(from_iso8601_timestamp(json_extract_scalar(data, '$.due')) at time zone 'UTC' as timestamp(3))) as due,
    try_cast(json_extract_scalar(data, '$.score') as double) as score,
    try_cast(json_extract_scalar(data, '$.max_score') as double) as max_score
  from told
), learners as (
  select course, assignment, username,
    count_if(action = 'fetched') as fetched,
    count_if(action = 'submitted') as submitted,
    max_by(score / max_score, time)
      filter (where action = 'graded' and role = 'service' and max_score > 0 and score is not null) as share
  from acts
  where action in ('fetched', 'submitted', 'graded')
  group by 1, 2, 3
), dues as (
  select course, assignment, max_by(due, time) as due
  from acts
  where action = 'released' and role = 'service' and due is not null
  group by 1, 2
)
select learners.course, learners.assignment, dues.due,
  count_if(fetched > 0) as fetched,
  count_if(submitted > 0) as submitted,
  count_if(share is not null) as graded,
  round(100 * approx_percentile(share, 0.25)) as score_low,
  round(100 * approx_percentile(share, 0.5)) as score_median,
  round(100 * approx_percentile(share, 0.75)) as score_high
from learners
left join dues on dues.course = learners.course and dues.assignment = learners.assignment
group by 1, 2, 3
order by 1, 2
