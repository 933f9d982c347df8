-- Checks of whole assets (not of one import) whose last evaluation failed, by Dagster's own record. Webhooks have
-- their own measure. Read only.
SELECT check_name AS name FROM (
    SELECT DISTINCT ON (asset_key, check_name) check_name, execution_status FROM dagster.asset_check_executions
    WHERE asset_key = ANY (%(assets)s) AND partition IS NULL AND check_name <> 'webhook_delivers'
      AND execution_status IN ('SUCCEEDED', 'FAILED')
    ORDER BY asset_key, check_name, id DESC) AS last
WHERE execution_status = 'FAILED' ORDER BY 1
