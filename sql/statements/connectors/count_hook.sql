-- A call of a webhook, counted for its day in the zone of the account. Safe to run at once with others.
INSERT INTO connector_hooks AS h (source, day, {counted}, {last})
SELECT %(source)s, (now() AT TIME ZONE a.time_zone)::date, 1, now() FROM account AS a
ON CONFLICT (source, day) DO UPDATE SET {counted} = h.{counted} + 1, {last} = now()
