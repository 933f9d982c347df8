-- A lead's columns that people change, held until the transaction ends. Whoever decides about the lead
-- (an import, an undo) is waited for, and waits.
SELECT lead_id, status, assigned_to, next_followup_at, total_attempts, is_qualified
FROM leads_master WHERE lead_id = %(lead_id)s
FOR NO KEY UPDATE
