-- Set columns of a lead that this transaction holds. `updated_at` is the imports' alone.
UPDATE leads_master SET ({columns}) = ROW ({values}) WHERE lead_id = %(lead_id)s
