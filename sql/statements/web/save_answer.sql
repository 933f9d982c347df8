-- What was answered. Safe to run again.
UPDATE request_answers SET answer = %(answer)s
WHERE key_digest = %(key_digest)s
