-- Whether the test of a webhook arrived, as a record or as a notice of one. Read only.
SELECT EXISTS (SELECT FROM connector_inbox
               WHERE source = %(source)s AND external_id = %(external_id)s AND is_test)
    OR EXISTS (SELECT FROM connector_notices
               WHERE source = %(source)s AND external_id = %(external_id)s) AS kept
