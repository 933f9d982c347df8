-- Returns of leads, each about the contact that was paid last; one that comes too late is refused. Where
-- nothing is owed, or the contact is given back already, there is none.
WITH asked AS (
    SELECT DISTINCT ON (lead_id) *
    FROM jsonb_to_recordset(%(asked)s::jsonb) AS a (lead_id bigint, reason text, asked_at timestamptz)
    ORDER BY lead_id, asked_at),
places AS (
    SELECT a.*, l.import_id, l.row_number, l.contact_number
    FROM asked AS a JOIN leads_master AS l USING (lead_id)
    UNION ALL
    SELECT a.*, d.import_id, d.row_number, d.contact_number
    FROM asked AS a JOIN duplicate_leads AS d USING (lead_id)),
paid AS (
    SELECT DISTINCT ON (p.lead_id) p.*, here(s.modified_at) AS came, t.return_days
    FROM places AS p
    CROSS JOIN LATERAL (
        SELECT sum(c.amount) AS balance, max(c.event_id) AS last_event FROM charges AS c
        WHERE c.import_id = p.import_id AND c.row_number = p.row_number
          AND c.contact_number = p.contact_number) AS c
    JOIN lead_sources AS s USING (import_id)
    LEFT JOIN supplier_terms AS t USING (terms_id)
    WHERE c.balance > 0
    ORDER BY p.lead_id, c.last_event DESC),
judged AS (
    SELECT *, here(asked_at) > came + return_days AS late FROM paid)
INSERT INTO returns (kind, import_id, row_number, contact_number, lead_id, reason, asked_at, asked_by,
                     feedback_import_id, state, told, decided_at, decided_by)
SELECT 'return', import_id, row_number, contact_number, lead_id, coalesce(reason, 'no reason given'),
       asked_at, %(asked_by)s, %(feedback_import_id)s, CASE WHEN late THEN 'refused' ELSE 'open' END,
       CASE WHEN late THEN format('its file came on %%s and it was given back on %%s: the terms give %%s days',
                                  came, here(asked_at), return_days) END,
       CASE WHEN late THEN %(now)s END, CASE WHEN late THEN 'the terms' END
FROM judged
ORDER BY asked_at, lead_id
ON CONFLICT DO NOTHING
RETURNING *
