-- Every sighting of some leads: where it stands, when and from whom it came; the founder's says by
-- which kinds of channel the lead can be reached. Read only.
WITH sighted AS (
    SELECT lead_id, import_id, row_number, contact_number, received_at, source_id, supplier,
           array_remove(ARRAY[CASE WHEN phones IS NOT NULL THEN 'phone' END,
                              CASE WHEN emails IS NOT NULL THEN 'email' END], NULL) AS reached,
           true AS founds
    FROM leads_master WHERE lead_id = ANY (%(leads)s)
    UNION ALL
    SELECT lead_id, import_id, row_number, contact_number, received_at, s.source_id, s.supplier,
           '{}', false
    FROM duplicate_leads JOIN lead_sources AS s USING (import_id) WHERE lead_id = ANY (%(leads)s)),
repeated AS (
    SELECT s.lead_id, d.import_id, d.row_number, d.contact_number,
           coalesce(d.received_at, s.received_at), s.source_id, s.supplier, '{}'::text[], false
    FROM sighted AS s JOIN duplicate_leads AS d
      ON d.import_id = s.import_id AND d.first_row_number = s.row_number
     AND d.first_contact_number = s.contact_number)
SELECT * FROM sighted UNION ALL SELECT * FROM repeated
