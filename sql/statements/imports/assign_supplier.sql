-- Who sold the file of a held import, and what a lead of it costs. Safe to run again.
WITH seller AS (
    INSERT INTO suppliers (supplier) VALUES (%(supplier)s) ON CONFLICT DO NOTHING)
UPDATE lead_sources
SET supplier = %(supplier)s,
    cost_per_lead = coalesce(
        %(cost)s::numeric, (SELECT cost_per_lead FROM suppliers WHERE supplier = %(supplier)s))
WHERE import_id = %(import_id)s AND status = 'held'
