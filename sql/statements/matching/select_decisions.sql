-- What people decided about leads that may be one person, the latest first; of those before one, if
-- it is given. Read only.
SELECT decision_id, accepted, lead_id, other_lead_id, sentence, probability, decided_at, decided_by,
       taken_back_at, taken_back_by
FROM merge_decisions
WHERE %(before)s::integer IS NULL OR decision_id < %(before)s
ORDER BY decision_id DESC LIMIT %(most)s
