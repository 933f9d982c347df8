-- The campaigns of an import's contacts, for the lists of one campaign; where there is none, nobody asks.
CREATE TEMP TABLE contact_campaigns ON COMMIT DROP AS
SELECT n.original_lead_id AS row_number, n.contact_number, one.campaign
FROM {normalized} AS n, unnest({campaigns}) AS one (campaign)
WHERE one.campaign IS NOT NULL AND EXISTS (SELECT FROM dnc_lists WHERE campaign IS NOT NULL)
