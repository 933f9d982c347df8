-- Which numbers and addresses opt out: those of the row for the channel that it is about, or else all of
-- whom it may be of. The parameters are the texts that say so.
CREATE TEMP TABLE feedback_opt_outs ON COMMIT DROP AS
WITH asked AS (
    SELECT f.row_number, one.channel, one.value, one.said
    FROM feedback AS f CROSS JOIN LATERAL (
        SELECT CASE f.channel WHEN 'email' THEN 'email' ELSE 'phone' END, NULL, said
        FROM (VALUES (f.reply, f.reply = ANY (%(replies)s)),
                     (f.disposition, f.disposition = ANY (%(dispositions)s)),
                     (f.status, f.status = ANY (%(dispositions)s)),
                     ('opted out: ' || f.opted_out, f.opted_out = ANY (%(flags)s))) AS one (said, counts)
        WHERE counts
        UNION ALL
        SELECT flag.channel, flag.value, flag.said
        FROM jsonb_to_recordset(f.flags) AS flag (channel text, value text, said text)
    ) AS one (channel, value, said))
SELECT a.row_number, a.channel, v.value, min(f.at) AS received_at, min(a.said) AS said
FROM asked AS a JOIN feedback AS f USING (row_number) JOIN feedback_leads AS l USING (row_number)
CROSS JOIN LATERAL (
    SELECT a.value WHERE a.value IS NOT NULL
    UNION
    SELECT unnest(CASE a.channel WHEN 'phone' THEN f.phones ELSE f.email_keys END)
    WHERE a.value IS NULL
    UNION
    SELECT unnest(CASE a.channel WHEN 'phone' THEN m.phones ELSE m.email_keys END)
    FROM leads_master AS m
    WHERE m.lead_id = ANY (CASE WHEN l.lead_id IS NULL THEN l.all_leads ELSE ARRAY[l.lead_id] END) AND a.value IS NULL
      AND CASE a.channel WHEN 'phone' THEN f.phones ELSE f.email_keys END IS NULL) AS v (value)
GROUP BY 1, 2, 3
