-- Enter a supplier, or settle what is about all its imports; what is not said stays. Safe to run again.
INSERT INTO suppliers AS u (supplier, review, currency)
VALUES (%(supplier)s, %(review)s, coalesce(%(currency)s, 'USD'))
ON CONFLICT (supplier) DO UPDATE SET
    currency = coalesce(%(currency)s, u.currency),
    review = CASE WHEN NOT %(usual_review)s THEN coalesce(excluded.review, u.review) END
