-- Records of a source in a span by the outcome that the vendor gave them. Read only.
SELECT coalesce(payload ->> 'outcome', '') AS outcome, count(*) AS total
FROM connector_inbox
WHERE source = %(source)s AND NOT is_test AND occurred_at BETWEEN %(since)s AND %(until)s
GROUP BY 1
