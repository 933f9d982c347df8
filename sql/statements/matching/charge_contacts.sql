-- The price of every contact in `accepted`, as one event; that of a decision is there also where nothing
-- is charged.
WITH priced AS MATERIALIZED (
    SELECT a.row_number, a.contact_number, {rule} AS rule
    FROM accepted AS a {contacts}),
event AS (
    INSERT INTO charge_events (kind, happened_at, cause, import_id)
    SELECT %(kind)s, %(happened_at)s, %(cause)s, %(decided)s
    WHERE %(decided)s::integer IS NOT NULL OR EXISTS (SELECT FROM priced)
    RETURNING event_id)
INSERT INTO charge_batches (event_id, import_id, rule, amount, rows, contacts)
SELECT e.event_id, {import_id}, p.rule, CASE WHEN p.rule < 0 THEN 0 ELSE ({prices})[p.rule + 1] END,
       array_agg(p.row_number), array_agg(p.contact_number)
FROM priced AS p CROSS JOIN event AS e
GROUP BY e.event_id, p.rule, p.row_number / 10000
