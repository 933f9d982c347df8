-- What the file itself says of an import's contacts, for the lists: channels that it flags. A flag
-- without a value is for every phone, or every mail, of its contact. OFFSET 0:
-- each cell is read once, not once for each key of its contact.
CREATE TEMP TABLE contact_flags ON COMMIT DROP AS
SELECT k.row_number, k.contact_number, k.kind::text AS channel, k.value, f.flag,
       string_agg(DISTINCT f.said, '; ') AS said
FROM (SELECT n.original_lead_id AS row_number, n.contact_number, one.*
      FROM {normalized} AS n,
           jsonb_to_recordset({flags}) AS one (channel text, value text, flag text, said text)
      WHERE {flags} IS NOT NULL OFFSET 0) AS f
JOIN contact_keys AS k ON k.row_number = f.row_number AND k.contact_number = f.contact_number
    AND k.kind = f.channel::match_kind AND k.value = coalesce(f.value, k.value)
GROUP BY 1, 2, 3, 4, 5;
ANALYZE contact_flags
