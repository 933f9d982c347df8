-- Which attributes every lead has by now. Read only.
SELECT lead_columns FROM account
