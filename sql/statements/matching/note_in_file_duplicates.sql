-- Contacts that an earlier row of the file has already, for good.
INSERT INTO duplicate_leads (
    import_id, row_number, contact_number, outcome, matched_by, first_row_number,
    first_contact_number)
SELECT %(import_id)s, row_number, contact_number, 'in_file_duplicate', matched_by,
       first_row_number, first_contact_number
FROM in_file
