-- Where a part of a source stands.
SELECT position FROM connector_cursors WHERE source = %(source)s AND part = %(part)s
