-- What was told of leads long ago goes. Safe to run again.
DELETE FROM lead_notices WHERE created_at < %(now)s::timestamptz - %(days)s * interval '1 day'
