-- The keys that several contacts of the file have, numbered, with everybody who has them. Windows and
-- not joins, because nothing tells the planner how many keys are shared.
CREATE TEMP TABLE shared_keys ON COMMIT DROP AS
SELECT row_number, contact_number, kind, position, value, weak,
       dense_rank() OVER (ORDER BY key_hash, kind, match_value) AS key
FROM (SELECT *, count(*) OVER (PARTITION BY key_hash, kind, match_value) AS holders
      FROM contact_keys) AS k
WHERE holders > 1
