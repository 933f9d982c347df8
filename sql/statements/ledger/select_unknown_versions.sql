-- Which of the listed file versions the ledger has not seen, or has seen go and come back.
-- Read only.
SELECT listed.object_key, listed.version_tag
FROM unnest(%(keys)s::text[], %(tags)s::text[]) AS listed (object_key, version_tag)
WHERE NOT EXISTS (
    SELECT FROM lead_sources AS known
    WHERE known.object_key = listed.object_key AND known.version_tag = listed.version_tag
      AND (known.error_code IS DISTINCT FROM 'object_gone' OR known.outages >= 300))
