-- A statement as it is issued.
INSERT INTO statements (supplier, number, month, currency, after_event, last_event, lines, total,
                        content, sha256, issued_at, issued_by)
VALUES (%(supplier)s, %(number)s, %(month)s, %(currency)s, %(after_event)s, %(last_event)s, %(lines)s,
        %(total)s, %(content)s, %(sha256)s, %(now)s, %(who)s)
RETURNING statement_id, supplier, number, month, currency, after_event, last_event, lines, total, sha256,
          issued_at, issued_by
