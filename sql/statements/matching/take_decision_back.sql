-- A decision holds no more. Its pair may be asked about again.
WITH back AS (
    UPDATE merge_decisions SET taken_back_at = now(), taken_back_by = %(who)s
    WHERE decision_id = %(decision_id)s AND taken_back_at IS NULL
    RETURNING lead_id, other_lead_id),
gone AS (
    DELETE FROM merge_candidates AS c USING back
    WHERE c.lead_id = back.lead_id AND c.other_lead_id = back.other_lead_id)
SELECT lead_id, other_lead_id FROM back
