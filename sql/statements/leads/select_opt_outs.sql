-- Each number and address that opts out, once. Read only.
SELECT DISTINCT channel, value FROM feedback_opt_outs ORDER BY channel, value
