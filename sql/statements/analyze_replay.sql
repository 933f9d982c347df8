-- Tell the planner how much is looked at: nobody else analyzes temporary tables.
ANALYZE replay_leads, members, seen, seen_further, placed, owned, conflicts
