-- Leave what was said of an object for its import. Safe to run again: the last word counts.
INSERT INTO drop_requests (object_key, cost_per_lead, force_refresh, retry_of, hold, import_source)
VALUES (%(object_key)s, %(cost_per_lead)s, %(force_refresh)s, %(retry_of)s, %(hold)s, %(import_source)s)
ON CONFLICT (object_key) DO UPDATE
SET cost_per_lead = excluded.cost_per_lead, force_refresh = excluded.force_refresh,
    retry_of = excluded.retry_of, hold = excluded.hold, import_source = excluded.import_source,
    requested_at = now()
