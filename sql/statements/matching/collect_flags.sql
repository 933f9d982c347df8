-- What the file itself says of an import's contacts, for the lists: phones that it flags, and
-- campaigns.
CREATE TEMP TABLE contact_flags ON COMMIT DROP AS
SELECT * FROM (
    SELECT original_lead_id AS row_number, contact_number, k.value, {flag} AS flag
    FROM {normalized} AS n, unnest(phones) AS k (value)) AS phones
WHERE flag IS NOT NULL;
CREATE TEMP TABLE contact_campaigns ON COMMIT DROP AS
SELECT original_lead_id AS row_number, contact_number, {campaign} AS campaign
FROM {normalized} AS n WHERE {campaign} IS NOT NULL
