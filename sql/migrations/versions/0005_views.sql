-- What people ask for as one query, and the look-ups by which `explain` finds a person.

CREATE VIEW lead_source_list AS
SELECT l.lead_id, s.display_name AS source, s.source_type, true AS is_primary, l.external_id,
       l.received_at, l.import_id
FROM leads_master AS l JOIN source_names AS s USING (source_id)
UNION ALL
SELECT h.lead_id, s.display_name, s.source_type, h.is_primary, h.external_id, h.received_at,
       h.import_id
FROM lead_sources_history AS h JOIN source_names AS s USING (source_id);
COMMENT ON VIEW lead_source_list IS
    'All sources of a lead: its primary one, and every other that has sent the person since.';

-- By a number or an address: who was suppressed for it, and whom it makes a possible duplicate.
CREATE INDEX dnc_suppressions_value ON dnc_suppressions (value);
CREATE INDEX merge_candidates_value ON merge_candidates (value);
