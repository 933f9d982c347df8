-- Tell the planner how much is looked at: nobody else analyzes temporary tables, and without it the
-- joins over a contact's place come out as loops. Safe to run again, and cheap.
ANALYZE replay_leads, members, seen (import_id, row_number, contact_number), placed, owned, conflicts
