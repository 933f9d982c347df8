-- The lines of a statement that are about one import: what was charged and credited for its contacts,
-- and, where its decision is part of it, every row that cost nothing, each with the proof. Read only.
WITH statement_events AS (
    SELECT * FROM charge_events WHERE event_id > {after_event} AND event_id <= {last_event}),
decided AS (
    SELECT here(e.happened_at) AS day, s.undone_at IS NOT NULL AS undone
    FROM statement_events AS e JOIN lead_sources AS s USING (import_id)
    WHERE e.import_id = {import_id}),
charged AS (
    SELECT CASE WHEN c.rule IS NOT NULL THEN 'charged' WHEN c.amount < 0 THEN 'credited'
                ELSE 'charged again' END AS line,
           here(e.happened_at) AS day, c.row_number, c.contact_number,
           CASE c.rule WHEN -1 THEN 'over the cap' WHEN -2 THEN 'too few valid contacts'
                       WHEN 0 THEN 'price' ELSE 'rule ' || c.rule END AS priced_by,
           c.amount, e.cause AS reason, e.event_id
    FROM charges AS c JOIN statement_events AS e USING (event_id)
    WHERE c.import_id = {import_id}),
duplicates AS (
    SELECT d.row_number, d.contact_number,
           CASE WHEN d.first_row_number IS NOT NULL
                THEN format('the same person as in row %s of this file', d.first_row_number)
                WHEN d.outcome = 'updated' THEN 'known, and brought up to date as was asked'
                ELSE format('known since %s from row %s of %s', here(l.received_at), l.row_number,
                            CASE WHEN s.supplier = {supplier} THEN s.object_key
                                 ELSE 'import ' || s.import_id || ', not yours' END) END AS reason
    FROM decided CROSS JOIN duplicate_leads AS d
    LEFT JOIN leads_master AS l USING (lead_id)
    LEFT JOIN lead_sources AS s ON s.import_id = l.import_id
    WHERE d.import_id = {import_id} AND NOT EXISTS (
        SELECT FROM charges AS c WHERE c.import_id = {import_id} AND c.row_number = d.row_number
        AND c.contact_number = d.contact_number)),
listed AS (
    SELECT n.original_lead_id AS row_number, n.contact_number,
           CASE WHEN decided.undone THEN 'undone' ELSE 'suppressed' END AS what,
           coalesce(string_agg(DISTINCT CASE WHEN x.list_version IS NULL THEN x.reason
               ELSE format('on the list %s, version %s as of %s', x.list_name, x.list_version,
                           here(x.list_as_of)) END, '; '), 'its file was taken back') AS reason
    FROM decided CROSS JOIN {normalized} AS n
    LEFT JOIN dnc_suppressions AS x
      ON x.import_id = {import_id} AND x.row_number = n.original_lead_id
     AND x.contact_number = n.contact_number
    WHERE NOT EXISTS (SELECT FROM leads_master AS l WHERE l.import_id = {import_id}
                      AND l.row_number = n.original_lead_id AND l.contact_number = n.contact_number)
      AND NOT EXISTS (SELECT FROM duplicate_leads AS d WHERE d.import_id = {import_id}
                      AND d.row_number = n.original_lead_id AND d.contact_number = n.contact_number)
      AND NOT EXISTS (SELECT FROM charges AS c WHERE c.import_id = {import_id}
                      AND c.row_number = n.original_lead_id AND c.contact_number = n.contact_number)
    GROUP BY 1, 2, 3),
lines AS (
    SELECT * FROM charged
    UNION ALL
    SELECT 'not charged', day, row_number, contact_number, what, 0, reason, NULL
    FROM decided CROSS JOIN (
        SELECT row_number, contact_number, 'duplicate' AS what, reason FROM duplicates
        UNION ALL SELECT row_number, contact_number, what, reason FROM listed
        UNION ALL SELECT row_number, contact_number, 'invalid', reason FROM invalid_contacts
                  WHERE import_id = {import_id}
        UNION ALL SELECT row_number, NULL, 'rejected', reason FROM rejected_leads AS r
                  WHERE import_id = {import_id} AND NOT EXISTS (
                      SELECT FROM invalid_contacts AS i
                      WHERE i.import_id = {import_id} AND i.row_number = r.row_number)) AS free)
SELECT l.line, l.day, {object_key} AS file, l.row_number AS "row", l.contact_number AS contact,
       n.external_id AS your_id, l.priced_by, l.amount, {currency} AS currency, l.reason,
       {import_id} AS import, l.event_id AS event
FROM lines AS l
LEFT JOIN {normalized} AS n
  ON n.original_lead_id = l.row_number AND n.contact_number = l.contact_number
ORDER BY l.row_number, l.contact_number, l.event_id
