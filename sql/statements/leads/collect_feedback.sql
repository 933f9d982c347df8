-- What the rows of an import of feedback say, in one shape whatever columns its file has. What our side
-- wrote is no reply, and the state of a message no disposition.
CREATE TEMP TABLE feedback ON COMMIT DROP AS
WITH said AS (
    SELECT n.original_lead_id AS row_number, n.phones, n.email_keys, {external_id}::text AS external_id,
           {lead_number}::bigint AS lead_number, least(n.event_at, {modified_at}) AS at,
           n.event_at IS NOT NULL AS is_timed, {feedback_channel}::text AS said_channel,
           {disposition}::text AS disposition, {status}::text AS status,
           CASE WHEN {call_direction}::text ~* '^\s*out' THEN NULL ELSE {reply}::text END AS reply,
           {reply}::text IS NOT NULL AS is_message, {opted_out}::text AS opted_out,
           coalesce({returned}::boolean, {return_reason}::text IS NOT NULL) AS is_return,
           {return_reason}::text AS return_reason, {flags}::jsonb AS flags
    FROM {normalized} AS n)
SELECT row_number, phones, email_keys, external_id, lead_number, at, is_timed,
       CASE WHEN said_channel ~* '\me-?mails?\M' THEN 'email'
            WHEN said_channel ~* 'sms|mms|text|message|whatsapp' THEN 'text'
            WHEN said_channel IS NOT NULL OR NOT is_message THEN 'call'
            WHEN phones IS NULL AND email_keys IS NOT NULL THEN 'email'
            ELSE 'text' END AS channel,
       said_channel IS NOT NULL AS is_channel_said, is_message,
       coalesce(disposition, CASE WHEN NOT is_message THEN status END) AS disposition,
       CASE WHEN NOT is_message THEN status END AS status, reply, opted_out, is_return, return_reason,
       flags
FROM said;
CREATE INDEX ON feedback (row_number);
ANALYZE feedback
