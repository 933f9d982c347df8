-- The match keys of an import's contacts, in the order in which lead_identities keeps them.
CREATE TEMP TABLE contact_keys ON COMMIT DROP AS
SELECT row_number, contact_number, kind, position, value,
       hashtextextended(word || value, 0) AS key_hash,
       hashtextextended(word || value, 1) AS key_check
FROM (
    SELECT original_lead_id AS row_number, contact_number, 'external_id'::match_kind AS kind,
           'external_id:' AS word, 1 AS position, {source_id} || ':' || external_id AS value
    FROM {normalized} WHERE external_id IS NOT NULL
    UNION ALL
    SELECT original_lead_id, contact_number, 'email', 'email:',
           generate_subscripts(email_keys, 1), unnest(email_keys)
    FROM {normalized}
    UNION ALL
    SELECT original_lead_id, contact_number, 'phone', 'phone:',
           generate_subscripts(phones, 1), unnest(phones)
    FROM {normalized}) AS keys
ORDER BY key_hash;
ANALYZE contact_keys
