-- The keys, the duplicates, the history and the open questions of the leads looked at.
INSERT INTO lead_identities (key_hash, key_check, kind, value, lead_id)
SELECT hashtextextended(kind::text || ':' || value, 0), hashtextextended(kind::text || ':' || value, 1),
       kind, value, lead_id
FROM owned ORDER BY 1;
INSERT INTO duplicate_leads (
    import_id, row_number, contact_number, outcome, matched_by, lead_id, first_row_number,
    first_contact_number, received_at, updates)
SELECT p.import_id, p.row_number, p.contact_number, p.outcome, p.matched_by,
       CASE WHEN p.first_row_number IS NULL THEN p.lead_id END, p.first_row_number,
       p.first_contact_number, s.received_at, p.updates OR p.joins
FROM placed AS p JOIN seen AS s USING (import_id, row_number, contact_number)
WHERE p.position > 1;
INSERT INTO lead_sources_history (
    lead_id, source_id, import_id, row_number, contact_number, external_id, raw_payload, received_at)
SELECT DISTINCT ON (p.lead_id, i.source_id)
       p.lead_id, i.source_id, p.import_id, p.row_number, p.contact_number, s.external_lead_id,
       s.raw_payload, s.received_at
FROM placed AS p
JOIN seen AS s USING (import_id, row_number, contact_number)
JOIN lead_sources AS i USING (import_id)
JOIN leads_master AS l USING (lead_id)
WHERE i.source_id <> l.source_id
ORDER BY p.lead_id, i.source_id, p.position;
INSERT INTO loose_keys (
    lead_id, other_lead_id, kind, value, no_key, import_id, row_number, contact_number)
SELECT lead_id, other_lead_id, kind, value, weak AND kind = 'email', import_id, row_number,
       contact_number
FROM conflicts
