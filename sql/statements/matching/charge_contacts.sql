-- The price of every contact of an import that is accepted and was never priced, as one event; that of
-- its decision is there also where nothing is charged.
WITH accepted AS (
    SELECT row_number, contact_number FROM leads_master
    WHERE import_id = {import_id} AND NOT 'new' = ANY (%(free)s)
    UNION ALL
    SELECT row_number, contact_number FROM duplicate_leads
    WHERE import_id = {import_id} AND NOT outcome = ANY (%(free)s)
      AND NOT (outcome = 'updated' AND %(refreshes)s)),
priced AS MATERIALIZED (
    SELECT a.row_number, a.contact_number, {rule} AS rule
    FROM accepted AS a
    JOIN {normalized} AS n
      ON n.original_lead_id = a.row_number AND n.contact_number = a.contact_number
    WHERE NOT EXISTS (
        SELECT FROM charges AS c WHERE c.import_id = {import_id} AND c.row_number = a.row_number
        AND c.contact_number = a.contact_number) {within}),
event AS (
    INSERT INTO charge_events (kind, happened_at, cause, import_id)
    SELECT %(kind)s, %(happened_at)s, %(cause)s, %(decided)s
    WHERE %(decided)s::integer IS NOT NULL OR EXISTS (SELECT FROM priced)
    RETURNING event_id)
INSERT INTO charges (row_number, import_id, event_id, contact_number, rule, amount)
SELECT p.row_number, {import_id}, e.event_id, p.contact_number, p.rule,
       CASE WHEN p.rule < 0 THEN 0 ELSE ({prices})[p.rule + 1] END
FROM priced AS p CROSS JOIN event AS e
ORDER BY p.row_number, p.contact_number
