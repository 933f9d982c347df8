-- The keys that have some digests (SHA-256). Read only.
SELECT a.digest, k.value
FROM unnest(%(digests)s::bytea[]) AS a (digest)
JOIN key_digests AS k ON k.digest = substr(a.digest, 1, 7) AND sha256(convert_to(k.value, 'UTF8')) = a.digest
