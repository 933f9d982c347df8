-- When each of Dagster's daemons last told that it works, and which process told it; Dagster writes
-- UTC without saying so. Read only.
SELECT daemon_type, daemon_id,
       extract(epoch FROM now() AT TIME ZONE 'UTC' - timestamp)::float AS seconds_ago
FROM dagster.daemon_heartbeats
