-- How many contacts the archive holds of an import. Read only.
SELECT count(*) AS contacts FROM {archived}
