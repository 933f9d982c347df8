-- What people decided about leads that may be one person.

CREATE TABLE merge_decisions (
    decision_id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    accepted      boolean NOT NULL,
    lead_id       bigint NOT NULL,
    other_lead_id bigint NOT NULL,
    sentence      text,
    probability   double precision,
    decided_at    timestamptz NOT NULL DEFAULT now(),
    decided_by    text NOT NULL,
    taken_back_at timestamptz,
    taken_back_by text
);
COMMENT ON TABLE merge_decisions IS
    'Pairs of leads, by their numbers at that time, that a person said are one, or are not.';

CREATE TABLE merge_keys (
    decision_id integer NOT NULL REFERENCES merge_decisions,
    side        smallint NOT NULL CHECK (side IN (1, 2)),
    kind        match_kind NOT NULL,
    value       text NOT NULL,
    PRIMARY KEY (value, kind, decision_id)
);
CREATE INDEX merge_keys_decision ON merge_keys (decision_id);
COMMENT ON TABLE merge_keys IS
    'The match keys of both leads when it was decided: whoever has one of them is who was meant, '
    'whatever becomes of the leads and their imports.';

CREATE VIEW merged_keys AS
SELECT k.decision_id, k.side, k.kind, k.value
FROM merge_keys AS k JOIN merge_decisions AS d USING (decision_id)
WHERE d.accepted AND d.taken_back_at IS NULL;
COMMENT ON VIEW merged_keys IS 'The keys of one person, by a decision that holds.';

CREATE VIEW decided_leads AS
SELECT DISTINCT decision_id, d.accepted, k.side, i.lead_id
FROM merge_decisions AS d
JOIN merge_keys AS k USING (decision_id)
JOIN lead_identities AS i
  ON i.key_hash = hashtextextended(k.kind::text || ':' || k.value, 0)
 AND i.key_check = hashtextextended(k.kind::text || ':' || k.value, 1)
 AND i.kind = k.kind AND i.value = k.value
WHERE d.taken_back_at IS NULL;
COMMENT ON VIEW decided_leads IS
    'The leads that have the keys of a decision that holds: one if it was accepted, else two.';

CREATE VIEW merged_leads AS
SELECT DISTINCT decision_id, lead_id FROM decided_leads WHERE accepted;
