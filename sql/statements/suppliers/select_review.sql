-- What is agreed about looking at a supplier's imports before they count. Read only.
SELECT review FROM suppliers WHERE supplier = %(supplier)s
