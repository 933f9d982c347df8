-- Everybody who is in a pair, as they are compared. Read only.
SELECT {columns} FROM linkage_people
WHERE lead_id IN (SELECT lead_id FROM linkage_pairs UNION SELECT other_lead_id FROM linkage_pairs)
