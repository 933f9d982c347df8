-- Where pairs that are likely one person are put first.
CREATE TEMP TABLE linkage_found (
    lead_id bigint, other_lead_id bigint, probability double precision, sentence text) ON COMMIT DROP
