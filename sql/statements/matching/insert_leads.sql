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
  AND NOT EXISTS (SELECT FROM involved AS x WHERE x.row_number = n.original_lead_id
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
SELECT k.key_hash, k.key_check, k.kind, k.value, f.lead_id
FROM contact_keys AS k JOIN founders AS f USING (row_number, contact_number)
ORDER BY k.key_hash
