-- Every channel of an import's contacts, and what the file itself says of it, for the lists.
CREATE TEMP TABLE contact_channels ON COMMIT DROP AS
SELECT original_lead_id AS row_number, contact_number, 'phone' AS channel,
       k.position::smallint AS position, k.value, {flag} AS flag, {campaign} AS campaign
FROM {normalized} AS n, unnest(phones) WITH ORDINALITY AS k (value, position)
UNION ALL
SELECT original_lead_id, contact_number, 'email', k.position::smallint, k.value, NULL, {campaign}
FROM {normalized} AS n, unnest(email_keys) WITH ORDINALITY AS k (value, position)
