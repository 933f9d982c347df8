-- Settle some of a supplier's terms; what is not said stays. Safe to run again.
INSERT INTO suppliers AS u (supplier, cost_per_lead, lookback_days, scope, review)
VALUES (%(supplier)s, %(cost_per_lead)s, nullif(%(lookback_days)s, 0),
        coalesce(%(scope)s, 'everywhere'), %(review)s)
ON CONFLICT (supplier) DO UPDATE SET
    cost_per_lead = CASE WHEN NOT %(no_price)s
                         THEN coalesce(excluded.cost_per_lead, u.cost_per_lead) END,
    lookback_days = CASE WHEN %(lookback_days)s IS NULL THEN u.lookback_days
                         ELSE excluded.lookback_days END,
    scope = coalesce(%(scope)s, u.scope),
    review = CASE WHEN NOT %(usual_review)s THEN coalesce(excluded.review, u.review) END
RETURNING supplier, cost_per_lead, lookback_days, scope, review, created_at,
    (SELECT choices ->> 'region' FROM reading_choices AS c
     WHERE c.scope = 'supplier' AND c.name = u.supplier) AS region
