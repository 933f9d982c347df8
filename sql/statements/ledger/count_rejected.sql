-- Of the rejected rows of some imports: how many had no phone where that is what a row is for, and
-- how many came again, mended. Read only.
SELECT n.import_id,
       (SELECT count(*) FROM rejected_leads AS r
        WHERE r.import_id = n.import_id AND n.import_id = ANY(%(need_phone)s)
          AND (r.code = 'no_contact' OR EXISTS (
              SELECT FROM invalid_contacts AS i
              WHERE i.import_id = r.import_id AND i.row_number = r.row_number
                AND i.code = 'no_phone'))) AS without_phone,
       (SELECT count(*) FROM rejected_leads AS r
        WHERE r.import_id = n.import_id AND r.retried_by IS NOT NULL) AS retried
FROM unnest(%(imports)s::int[]) AS n (import_id)
