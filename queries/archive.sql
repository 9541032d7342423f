-- What the archive holds per day, in objects and in tables
-- Events of the last 60 days: how many there are, how many of them are in the day's tables, and how many in small objects
-- only. A finished day should have none of these, once it was put into tables. The service's test events are left out.
select dt,
  count(*) as events,
  count_if(kept_as = 'table') as in_tables,
  count_if(kept_as = 'object') as in_objects_only,
  count(distinct source) as sources,
  count(distinct username) as learners
from events
where dt >= date_format(current_date - interval '60' day, '%Y-%m-%d')
  and source <> 'translator/probe'
group by 1
order by 1
