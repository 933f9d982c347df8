-- The imports whose sightings are looked at, with the tables that hold their contacts. Read only.
SELECT import_id, s.archive_table, s.modified_at, s.source_id, s.supplier, s.force_refresh, s.is_charged,
       coalesce(t.lookback_days, 0) AS lookback_days, coalesce(t.scope, 'everywhere') AS scope
FROM (SELECT DISTINCT import_id FROM members) AS m
JOIN lead_sources AS s USING (import_id)
LEFT JOIN supplier_terms AS t USING (terms_id)
