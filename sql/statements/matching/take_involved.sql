-- The next portion of contacts to look at.
INSERT INTO replay_contacts
SELECT row_number, contact_number FROM involved
WHERE NOT EXISTS (SELECT FROM replayed WHERE replayed.row_number = involved.row_number
                  AND replayed.contact_number = involved.contact_number)
ORDER BY row_number, contact_number
LIMIT %(most)s
