-- Those of some keys that have one of some digests (SHA-256). Read only.
SELECT DISTINCT sha256(convert_to(value, 'UTF8')) AS digest, value FROM ({keys}) AS one (value)
WHERE sha256(convert_to(value, 'UTF8')) = ANY (%(digests)s::bytea[])
