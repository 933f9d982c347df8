-- A sample of all leads, the same one every time: the order of the hashes is that of no import.
-- Read only.
SELECT {columns} FROM linkage_people ORDER BY hashint8(lead_id) LIMIT {most}
