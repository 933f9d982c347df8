-- The pair is decided about; one that nobody asked about is noted as decided all the same.
INSERT INTO merge_candidates AS c (
    lead_id, other_lead_id, kind, sentence, state, decided_at, decided_by)
VALUES (%(lead_id)s, %(other_lead_id)s, 'linkage', 'a person said so',
        CASE WHEN %(accepted)s THEN 'accepted' ELSE 'rejected' END, now(), %(who)s)
ON CONFLICT (lead_id, other_lead_id) DO UPDATE
SET state = excluded.state, decided_at = now(), decided_by = excluded.decided_by
