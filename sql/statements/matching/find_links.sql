-- Who is the first of the file, in the order of time, to have each of the keys that several have; and
-- which contacts hang together by them.
CREATE TEMP TABLE holders ON COMMIT DROP AS
SELECT row_number, contact_number, kind, position, value, weak,
       first_value(row_number) OVER one AS first_row_number,
       first_value(contact_number) OVER one AS first_contact_number
FROM shared_keys JOIN sharers USING (row_number, contact_number)
WINDOW one AS (PARTITION BY key ORDER BY received_at, row_number, contact_number);
CREATE TEMP TABLE in_file_links ON COMMIT DROP AS
SELECT row_number, contact_number, first_row_number AS other_row_number,
       first_contact_number AS other_contact_number, bool_or(NOT weak) AS strong
FROM holders
WHERE (row_number, contact_number) <> (first_row_number, first_contact_number)
GROUP BY 1, 2, 3, 4;
CREATE INDEX ON in_file_links (row_number, contact_number);
CREATE INDEX ON in_file_links (other_row_number, other_contact_number);
ANALYZE holders;
ANALYZE in_file_links
