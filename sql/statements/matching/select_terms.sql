-- When somebody known is a duplicate by the terms under which an import came. Read only.
SELECT coalesce(t.lookback_days, 0) AS lookback_days, t.scope
FROM lead_sources AS s JOIN supplier_terms AS t USING (terms_id)
WHERE s.import_id = %(import_id)s
