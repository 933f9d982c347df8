-- Contacts that cannot simply be added as the last sighting of the lead that they match: an older
-- sighting of a known lead, one that brings or lends it something, one on a supplier's own terms,
-- and those whose in-file duplicates have further keys.
CREATE TEMP TABLE involved ON COMMIT DROP AS
SELECT row_number, contact_number, false AS taken FROM (
    SELECT m.row_number, m.contact_number
    FROM matches AS m
    JOIN hits AS h USING (row_number, contact_number)
    JOIN leads_master AS l ON l.lead_id = h.lead_id
    JOIN {normalized} AS n
      ON n.original_lead_id = m.row_number AND n.contact_number = m.contact_number
    WHERE {by_terms}
       OR (l.last_received_at, l.last_import_id)
          > (least(n.event_at, {modified_at}), {import_id})
       OR (l.full_name IS NULL AND n.contact_name IS NOT NULL)
       OR (l.phones IS NULL AND n.phones IS NOT NULL)
       OR (l.emails IS NULL AND n.emails IS NOT NULL)
    UNION
    SELECT f.first_row_number, f.first_contact_number
    FROM in_file AS f JOIN contact_keys AS k USING (row_number, contact_number)
    WHERE NOT EXISTS (
        SELECT FROM contact_keys AS own
        WHERE own.row_number = f.first_row_number AND own.contact_number = f.first_contact_number
          AND own.kind = k.kind AND own.value = k.value)
    UNION
    SELECT row_number, contact_number FROM in_file_links
    UNION
    SELECT other_row_number, other_contact_number FROM in_file_links) AS found
WHERE NOT EXISTS (
    SELECT FROM suppressed AS s
    WHERE s.row_number = found.row_number AND s.contact_number = found.contact_number);
CREATE INDEX ON involved (row_number, contact_number)
