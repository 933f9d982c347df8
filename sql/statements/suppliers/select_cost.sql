-- What a lead of a supplier costs, where that is agreed. Read only.
SELECT cost_per_lead FROM suppliers WHERE supplier = %(supplier)s
