-- The match keys of an import's contacts, in the order in which lead_identities keeps them.
CREATE TEMP TABLE contact_keys ON COMMIT DROP AS
SELECT row_number, contact_number, kind, position, value,
       hashtextextended(key, 0) AS key_hash, hashtextextended(key, 1) AS key_check
FROM (
    SELECT original_lead_id AS row_number, contact_number, 'external_id'::match_kind AS kind,
           1 AS position, {source_id} || ':' || external_id AS value,
           'external_id:' || {source_id} || ':' || external_id AS key
    FROM {normalized} WHERE external_id IS NOT NULL
    UNION ALL
    SELECT original_lead_id, contact_number, 'email', k.position, k.value, 'email:' || k.value
    FROM {normalized}, unnest(email_keys) WITH ORDINALITY AS k (value, position)
    UNION ALL
    SELECT original_lead_id, contact_number, 'phone', k.position, k.value, 'phone:' || k.value
    FROM {normalized}, unnest(phones) WITH ORDINALITY AS k (value, position)) AS keys
ORDER BY key_hash;
ANALYZE contact_keys
