-- What files said of the leads that they updated.
CREATE TEMP TABLE told (
    lead_id bigint, received_at timestamptz, import_id integer, row_number bigint,
    contact_number smallint, attributes jsonb) ON COMMIT DROP
