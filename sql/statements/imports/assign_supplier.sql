-- Who sold the file of a held import, and what a lead of it costs. Safe to run again.
WITH seller AS (
    INSERT INTO suppliers (supplier) VALUES (%(supplier)s) ON CONFLICT DO NOTHING)
UPDATE lead_sources AS s
SET supplier = %(supplier)s, terms_id = t.terms_id, cost_per_lead = coalesce(%(cost)s::numeric, t.price),
    is_cost_stated = %(cost)s::numeric IS NOT NULL
FROM (SELECT) AS one
LEFT JOIN LATERAL (
    SELECT n.* FROM lead_sources AS i
    CROSS JOIN LATERAL terms_on(%(supplier)s, here(i.modified_at)) AS n
    WHERE i.import_id = %(import_id)s) AS t ON true
WHERE s.import_id = %(import_id)s AND s.status = 'held'
