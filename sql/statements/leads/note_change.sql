-- Who changed a column of a lead, from what to what.
INSERT INTO lead_changes (lead_id, changed_by, field, old_value, new_value)
VALUES (%(lead_id)s, %(who)s, %(field)s, %(old_value)s, %(new_value)s)
