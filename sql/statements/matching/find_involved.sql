-- Contacts that cannot simply be added as the last sighting of the lead that they match: an older
-- sighting of a known lead, one that brings or lends it something, one on a supplier's own terms,
-- those that only in-file duplicates have a known key for, and those that the file links.
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
    (SELECT row_number, contact_number FROM hits
     EXCEPT SELECT row_number, contact_number FROM matches)
    UNION
    SELECT row_number, contact_number FROM in_file_links
    UNION
    SELECT other_row_number, other_contact_number FROM in_file_links) AS found;
CREATE INDEX ON involved (row_number, contact_number)
