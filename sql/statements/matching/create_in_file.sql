-- Contacts that are an earlier contact of the same file, and contacts of the file that may be one.
CREATE TEMP TABLE in_file (
    row_number bigint, contact_number smallint, first_row_number bigint,
    first_contact_number smallint, matched_by match_kind) ON COMMIT DROP;
CREATE TEMP TABLE in_file_links (
    row_number bigint, contact_number smallint, other_row_number bigint,
    other_contact_number smallint) ON COMMIT DROP
