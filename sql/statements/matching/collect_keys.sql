-- The match keys of an import's contacts, in the order in which lead_identities keeps them. `value` is
-- the channel or id itself, `match_value` what it is recognised by: a mail that is no key of a person
-- (weak) tells somebody apart only together with the name; `holders` is how many times it stands in
-- the file. A window over the order that is wanted anyway: nothing tells the planner how many are shared.
CREATE TEMP TABLE contact_keys ON COMMIT DROP AS
WITH ids AS (
    SELECT original_lead_id AS row_number, contact_number, {source_id} || ':' || external_id AS value
    FROM {normalized} WHERE external_id IS NOT NULL),
mails AS (
    SELECT original_lead_id AS row_number, contact_number, contact_name,
           generate_subscripts(email_keys, 1) AS position, unnest(email_keys) AS value,
           {no_keys} AS no_keys
    FROM {normalized} AS n),
phones AS (
    SELECT original_lead_id AS row_number, contact_number,
           generate_subscripts(phones, 1) AS position, unnest(phones) AS value
    FROM {normalized}),
keys AS (
    SELECT row_number, contact_number, 'external_id'::match_kind AS kind, 1 AS position, value,
           value AS match_value, false AS weak, 'external_id:' AS word
    FROM ids
    UNION ALL
    SELECT row_number, contact_number, 'email', position, value,
           CASE WHEN value = ANY (no_keys) THEN value || ' ' || lower(coalesce(contact_name, ''))
                ELSE value END,
           coalesce(value = ANY (no_keys), false), 'email:'
    FROM mails
    UNION ALL
    SELECT row_number, contact_number, 'phone', position, value, value, false, 'phone:'
    FROM phones),
hashed AS (
    SELECT row_number, contact_number, kind, position, value, match_value, weak,
           hashtextextended(word || match_value, 0) AS key_hash,
           hashtextextended(word || match_value, 1) AS key_check
    FROM keys)
SELECT *, count(*) OVER (PARTITION BY key_hash, key_check) AS holders
FROM hashed
ORDER BY key_hash;
ANALYZE contact_keys
