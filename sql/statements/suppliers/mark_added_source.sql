-- A person wants this source: the files of its folder count for it. Safe to run again.
UPDATE source_names SET added_by_hand = true
WHERE display_name = %(display_name)s AND source_type = %(source_type)s
