-- Leads that may be one person, because a contact of the one has a key of the other: each pair once,
-- and not again once somebody has decided. A company's number says nothing of its people.
INSERT INTO merge_candidates (
    lead_id, other_lead_id, kind, value, sentence, import_id, row_number, contact_number)
SELECT DISTINCT ON (least(l.lead_id, l.other_lead_id), greatest(l.lead_id, l.other_lead_id))
       least(l.lead_id, l.other_lead_id), greatest(l.lead_id, l.other_lead_id),
       CASE WHEN s.value IS NULL THEN l.kind::text ELSE 'shared_phone' END, l.value,
       format(CASE WHEN s.value IS NOT NULL
                   THEN 'import %s row %s and the other have the phone %s, which several people have'
                   ELSE 'import %s row %s counts for the one and has the %4$s %3$s of the other' END,
              l.import_id, l.row_number,
              CASE l.kind WHEN 'external_id' THEN split_part(l.value, ':', 2) ELSE l.value END,
              replace(l.kind::text, '_', ' ')),
       l.import_id, l.row_number, l.contact_number
FROM {loosened} AS l
LEFT JOIN (SELECT value, bool_and(of_company) AS of_company FROM shared_numbers GROUP BY 1) AS s
  ON l.kind = 'phone' AND s.value = l.value
WHERE l.other_lead_id IS NOT NULL AND NOT coalesce(s.of_company, false)
ORDER BY 1, 2, l.kind, l.value, l.import_id, l.row_number, l.contact_number
ON CONFLICT DO NOTHING
