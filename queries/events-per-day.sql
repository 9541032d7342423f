-- Events per source and day
-- Accepted events of the last 30 days, by the day of their arrival, and how many learners they are of. The service's test
-- events are left out.
select dt, source,
  count(*) as events,
  count(distinct username) as learners
from events
where dt >= date_format(current_date - interval '30' day, '%Y-%m-%d')
  and source <> 'translator/probe'
group by 1, 2
order by 1, 3 desc, 2
