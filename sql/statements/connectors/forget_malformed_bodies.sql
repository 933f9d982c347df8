-- What nobody could read is kept for a while. Safe to run again.
DELETE FROM malformed_bodies WHERE received_at < now() - %(days)s * interval '1 day'
