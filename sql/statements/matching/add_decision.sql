-- A person says that two leads are one, or are not.
INSERT INTO merge_decisions (accepted, lead_id, other_lead_id, decided_by, sentence, probability)
SELECT %(accepted)s, %(lead_id)s, %(other_lead_id)s, %(who)s, c.sentence, c.probability
FROM (SELECT) AS one
LEFT JOIN merge_candidates AS c
    ON c.lead_id = %(lead_id)s AND c.other_lead_id = %(other_lead_id)s
RETURNING decision_id
