-- What people decided about leads that may be one person, the latest first. Read only.
SELECT decision_id, accepted, lead_id, other_lead_id, sentence, probability, decided_at, decided_by,
       taken_back_at, taken_back_by
FROM merge_decisions ORDER BY decision_id DESC LIMIT %(most)s
