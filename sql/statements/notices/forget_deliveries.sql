-- What was told long ago, or never, goes. Safe to run again.
DELETE FROM notice_deliveries WHERE made_at < %(now)s::timestamptz - %(days)s * interval '1 day'
