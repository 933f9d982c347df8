-- What was answered to a request that came before. Read only.
SELECT fingerprint, answer FROM request_answers WHERE key_digest = %(key_digest)s
