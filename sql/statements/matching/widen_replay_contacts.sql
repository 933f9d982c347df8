-- The other contacts of this import that concern the same leads.
INSERT INTO replay_contacts
SELECT row_number, contact_number FROM hits JOIN replay_leads USING (lead_id)
UNION
SELECT l.other_row_number, l.other_contact_number
FROM in_file_links AS l JOIN replay_contacts USING (row_number, contact_number)
UNION
SELECT l.row_number, l.contact_number
FROM in_file_links AS l JOIN replay_contacts AS r
  ON r.row_number = l.other_row_number AND r.contact_number = l.other_contact_number
UNION
SELECT o.row_number, o.contact_number
FROM (SELECT decision_id FROM decided_contacts JOIN replay_contacts USING (row_number, contact_number)
      UNION
      SELECT decision_id FROM merged_leads JOIN replay_leads USING (lead_id)) AS d
JOIN decided_contacts AS o USING (decision_id)
ON CONFLICT DO NOTHING
