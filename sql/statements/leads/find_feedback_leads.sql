-- The leads that each row of feedback may be of. Our number alone decides where it is said; else an id
-- of any source, and the phones and mails, which have to agree if both lead to somebody.
CREATE TEMP TABLE feedback_leads ON COMMIT DROP AS
WITH asked AS (
    SELECT row_number, 'external_id' AS kind, s.source_id || ':' || external_id AS value
    FROM feedback CROSS JOIN source_names AS s WHERE external_id IS NOT NULL AND lead_number IS NULL
    UNION
    SELECT row_number, 'phone', unnest(phones) FROM feedback WHERE lead_number IS NULL
    UNION
    SELECT row_number, 'email', unnest(email_keys) FROM feedback WHERE lead_number IS NULL),
hits AS (
    SELECT a.row_number, a.kind = 'external_id' AS by_id, i.lead_id
    FROM asked AS a JOIN lead_identities AS i
        ON i.key_hash = hashtextextended(a.kind || ':' || a.value, 0)
       AND i.key_check = hashtextextended(a.kind || ':' || a.value, 1)
       AND i.kind = a.kind::match_kind AND i.value = a.value
    UNION
    SELECT a.row_number, a.kind = 'external_id', k.lead_id
    FROM asked AS a JOIN loose_keys AS k ON k.kind = a.kind::match_kind AND k.value = a.value),
led AS (
    SELECT row_number, array_agg(DISTINCT lead_id) FILTER (WHERE by_id) AS by_id,
           array_agg(DISTINCT lead_id) FILTER (WHERE NOT by_id) AS by_channel
    FROM hits GROUP BY 1),
agreed AS (
    SELECT row_number, coalesce(by_id, '{}') || coalesce(by_channel, '{}') AS all_leads,
           CASE WHEN by_id IS NULL THEN by_channel WHEN by_channel IS NULL THEN by_id
                ELSE ARRAY(SELECT unnest(by_id) INTERSECT SELECT unnest(by_channel)) END AS leads
    FROM led)
SELECT f.row_number, CASE WHEN n.lead_id IS NULL THEN a.all_leads ELSE ARRAY[n.lead_id] END AS all_leads,
       coalesce(n.lead_id, CASE WHEN cardinality(a.leads) = 1 THEN a.leads[1] END) AS lead_id
FROM feedback AS f
LEFT JOIN leads_master AS n ON n.lead_id = f.lead_number
LEFT JOIN agreed AS a ON a.row_number = f.row_number;
CREATE INDEX ON feedback_leads (row_number);
ANALYZE feedback_leads
