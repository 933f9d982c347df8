-- When each of Dagster's daemons last told that it works, and which process told it; Dagster writes
-- UTC without saying so. What is told of a time to come was told by a clock that was set back since, and
-- is as old as it is far away. Read only.
SELECT daemon_type, daemon_id,
       abs(extract(epoch FROM coalesce(%(now)s::timestamptz, now()) AT TIME ZONE 'UTC' - timestamp)::float)
           AS seconds_ago
FROM dagster.daemon_heartbeats
