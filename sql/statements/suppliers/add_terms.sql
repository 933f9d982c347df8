-- Terms of a supplier from a day on; without a day from today on, the first ones for all times.
INSERT INTO supplier_terms (
    supplier, valid_from, price, rules, free, lookback_days, scope, return_days, daily_cap,
    monthly_cap, least_valid, agreed_by)
SELECT %(supplier)s, coalesce(%(valid_from)s::date, CASE WHEN EXISTS (
           SELECT FROM supplier_terms WHERE supplier = %(supplier)s) THEN here(now())
           ELSE '0001-01-01' END),
       %(price)s, %(rules)s, %(free)s, %(lookback_days)s, %(scope)s, %(return_days)s, %(daily_cap)s,
       %(monthly_cap)s, %(least_valid)s, %(agreed_by)s
RETURNING *
