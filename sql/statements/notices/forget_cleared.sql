-- What was cleared long ago goes. Safe to run again.
DELETE FROM notices WHERE cleared_at < %(now)s::timestamptz - %(days)s * interval '1 day'
