-- The key of a request, for whoever is first; a second one waits here until the first has ended.
INSERT INTO request_answers (key_digest, fingerprint) VALUES (%(key_digest)s, %(fingerprint)s)
ON CONFLICT (key_digest) DO NOTHING
