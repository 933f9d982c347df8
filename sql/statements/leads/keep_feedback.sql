-- Each row of feedback with the lead that it is of. What was told before at the same time is repeated: a
-- call that stands in two exports is one.
INSERT INTO lead_feedback (
    import_id, row_number, lead_id, at, is_timed, channel, disposition, reply, is_attempt, is_repeated)
SELECT %(import_id)s, row_number, lead_id, at, is_timed, channel, disposition, reply,
       channel = 'call' AND NOT is_return AND NOT is_repeated AND (is_channel_said OR disposition IS NOT NULL),
       is_repeated
FROM (
    SELECT f.*, l.lead_id, f.is_timed AND (
               row_number() OVER (PARTITION BY l.lead_id, f.at, f.is_timed, f.channel, f.disposition, f.reply
                                  ORDER BY f.row_number) > 1
               OR EXISTS (
                   SELECT FROM lead_feedback AS b
                   WHERE b.lead_id = l.lead_id AND b.at = f.at AND b.is_timed AND b.channel = f.channel
                     AND b.disposition IS NOT DISTINCT FROM f.disposition
                     AND b.reply IS NOT DISTINCT FROM f.reply)) AS is_repeated
    FROM feedback AS f JOIN feedback_leads AS l USING (row_number)
    WHERE l.lead_id IS NOT NULL) AS one
