-- How many records of a file could not be read and were rejected at loading. Read only.
SELECT count(*) AS unread FROM {rejected} WHERE NOT staged
