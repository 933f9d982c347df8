-- When somebody known is a duplicate by the terms of a supplier that hold today. Read only.
SELECT coalesce(lookback_days, 0) AS lookback_days, scope
FROM terms_on(%(supplier)s, here(now()))
