-- In which words, and when, somebody opted out, for the record.
INSERT INTO opt_outs_received (import_id, row_number, channel, value, received_at, said)
SELECT %(import_id)s, row_number, channel, value, received_at, said FROM feedback_opt_outs
