-- Who has fallen silent: the last activity per learner and course
-- Those who have been silent for longest come first. Of everybody who did anything in the last half year. What a service
-- tells of a learner, such as a grade or the end of a server, is not the learner's activity; nor are looks at files, which
-- a page makes by itself that nobody touches.
-- It names learners: take care of who sees it.
select coalesce(course, '(no course)') as course, username,
  max(time) as last_activity,
  date_diff('day', max(time), cast(current_timestamp at time zone 'UTC' as timestamp(3))) as days_ago,
  count(distinct id) as events
from events
where dt >= date_format(current_date - interval '180' day, '%Y-%m-%d')
  and username is not null
  and coalesce(json_extract_scalar(learner, '$.sender.role'), 'learner') = 'learner'
  and not (source = 'jupyter-server/contents' and json_extract_scalar(event, '$.action') = 'get')
group by 1, 2
order by 3, 1, 2
