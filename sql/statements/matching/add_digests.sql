-- What was collected, in the order of the index. Safe to run again.
INSERT INTO key_digests (digest, value)
SELECT digest, value FROM fresh_digests AS f
WHERE NOT EXISTS (SELECT FROM key_digests AS k WHERE k.digest = f.digest AND k.value = f.value)
ORDER BY digest
