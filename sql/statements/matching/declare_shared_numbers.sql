-- Numbers that this import shows to be nobody's own: of a company, as its columns say, or of several
-- people of the file, who differ in surname and in mail (without one, in another phone). What is known
-- of a number holds for every file; `newly_shared` are those of which nothing was known.
CREATE TEMP TABLE newly_shared ON COMMIT DROP AS
WITH found AS (
    SELECT k.value, false AS of_company
    FROM shared_keys AS k JOIN sharers AS n USING (row_number, contact_number)
    WHERE k.kind = 'phone' AND n.contact_name IS NOT NULL
    GROUP BY 1
    HAVING count(DISTINCT lower(coalesce(n.contact_last_name, n.contact_name))) >= {people}
       AND count(DISTINCT coalesce(n.email_keys[1], (array_remove(n.phones, k.value))[1])) >= {people}
    UNION ALL
    SELECT value, true
    FROM {normalized} AS n, unnest({no_keys}) AS value
    WHERE {no_keys} IS NOT NULL AND starts_with(value, '+')),
declared AS (
    INSERT INTO shared_numbers (value, import_id, of_company)
    SELECT value, {import_id}, bool_and(of_company) FROM found GROUP BY 1
    RETURNING value)
SELECT value FROM declared AS d
WHERE NOT EXISTS (SELECT FROM shared_numbers AS s WHERE s.value = d.value);
UPDATE contact_keys SET weak = true
WHERE kind = 'phone' AND value IN (SELECT value FROM shared_numbers);
UPDATE shared_keys SET weak = true
WHERE kind = 'phone' AND value IN (SELECT value FROM shared_numbers);
CREATE TEMP TABLE weak_keys ON COMMIT DROP AS SELECT * FROM contact_keys WHERE weak;
ANALYZE weak_keys;
CREATE TEMP TABLE alone ON COMMIT DROP AS
SELECT w.row_number, w.contact_number
FROM (SELECT row_number, contact_number, count(*) AS channels FROM weak_keys GROUP BY 1, 2) AS w
JOIN {normalized} AS n ON n.original_lead_id = w.row_number AND n.contact_number = w.contact_number
WHERE w.channels = coalesce(cardinality(n.phones), 0) + coalesce(cardinality(n.email_keys), 0)
