-- What is said in words, each once. Read only.
SELECT DISTINCT kind, text
FROM feedback CROSS JOIN LATERAL (VALUES
    ('reply', reply), ('disposition', disposition), ('disposition', status), ('flag', opted_out)) AS one (kind, text)
WHERE text IS NOT NULL
