-- Every list that an import was checked against, hit or not, and the file's own flags where it has
-- some. A campaign's list counts as checked if a contact is of the campaign. Read only.
WITH hits AS (
    SELECT list_id, list_name, min(list_as_of) AS as_of, count(*) AS hits
    FROM dnc_suppressions WHERE import_id = %(import_id)s GROUP BY list_id, list_name),
campaigns AS (
    SELECT DISTINCT lower(campaign) AS campaign FROM contact_campaigns)
SELECT l.name AS list_name, l.kind, l.version, l.as_of, l.entries, coalesce(h.hits, 0) AS hits
FROM dnc_current AS l LEFT JOIN hits AS h USING (list_id)
WHERE l.campaign IS NULL OR lower(l.campaign) IN (SELECT campaign FROM campaigns)
UNION ALL
SELECT list_name, 'file', NULL, as_of, hits, hits FROM hits WHERE list_id IS NULL
ORDER BY list_name
