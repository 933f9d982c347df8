-- Case A: contacts that nobody knows become leads, with their keys.
CREATE TEMP TABLE founders ON COMMIT DROP AS
SELECT original_lead_id AS row_number, contact_number,
       nextval('leads_master_lead_id_seq') AS lead_id
FROM {normalized} AS n
WHERE NOT EXISTS (SELECT FROM in_file AS x WHERE x.row_number = n.original_lead_id
                  AND x.contact_number = n.contact_number)
  AND NOT EXISTS (SELECT FROM suppressed AS x WHERE x.row_number = n.original_lead_id
                  AND x.contact_number = n.contact_number)
  AND NOT EXISTS (SELECT FROM matches AS x WHERE x.row_number = n.original_lead_id
                  AND x.contact_number = n.contact_number)
  AND NOT EXISTS (SELECT FROM replayed AS x WHERE x.row_number = n.original_lead_id
                  AND x.contact_number = n.contact_number);
ANALYZE founders;
WITH added AS (
    INSERT INTO leads_master (
        lead_id, id, source_id, import_source, supplier, import_id, row_number, contact_number, received_at,
        last_received_at, last_import_id, email, phone_e164, phone_number_normalized,
        alternate_phone_number, {names_and_attributes})
    SELECT f.lead_id, f.lead_id, {source_id}, {import_source}, {supplier}, {import_id}, row_number, contact_number,
           received_at, received_at, {import_id}, emails[1], phones[1], right(ltrim(phones[1], '+'), 10),
           phones[2], {names_and_attributes}
    FROM founders AS f JOIN ({contacts}) AS c USING (row_number, contact_number)
    RETURNING received_at)
INSERT INTO source_days (source_id, day, leads)
SELECT {source_id}, (received_at AT TIME ZONE a.time_zone)::date, count(*)
FROM added CROSS JOIN account AS a
GROUP BY 1, 2
ON CONFLICT (source_id, day) DO UPDATE SET leads = source_days.leads + excluded.leads;
INSERT INTO lead_identities (key_hash, key_check, kind, value, lead_id)
SELECT k.key_hash, k.key_check, k.kind, k.match_value, f.lead_id
FROM contact_keys AS k JOIN founders AS f USING (row_number, contact_number)
WHERE NOT k.weak
ORDER BY k.key_hash;
-- A weak key is of the first who has it.
INSERT INTO lead_identities (key_hash, key_check, kind, value, lead_id)
SELECT DISTINCT ON (k.key_hash, k.key_check) k.key_hash, k.key_check, k.kind, k.match_value, f.lead_id
FROM weak_keys AS k
JOIN founders AS f USING (row_number, contact_number)
JOIN {normalized} AS n
  ON n.original_lead_id = k.row_number AND n.contact_number = k.contact_number
WHERE NOT EXISTS (
    SELECT FROM hits AS h WHERE h.row_number = k.row_number AND h.contact_number = k.contact_number
    AND h.kind = k.kind AND h.value = k.value AND h.owned)
ORDER BY k.key_hash, k.key_check, least(n.event_at, {modified_at}), f.row_number, f.contact_number
