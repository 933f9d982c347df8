-- The leads of which people have said that they are one, by the decision. Read only.
SELECT decision_id, lead_id FROM merged_leads WHERE decision_id = ANY (%(decisions)s)
