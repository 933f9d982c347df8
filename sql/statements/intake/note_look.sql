-- The bucket was looked at just now. Safe to run again.
INSERT INTO last_look (looked_at) VALUES (now())
ON CONFLICT (only_one) DO UPDATE SET looked_at = excluded.looked_at
