-- How long ago the bucket was looked at; a look in the time to come was noted by a clock that was set back since,
-- and is as old as it is far away. Read only.
SELECT abs(extract(epoch FROM %(now)s::timestamptz - looked_at))::float AS seconds_ago FROM last_look
