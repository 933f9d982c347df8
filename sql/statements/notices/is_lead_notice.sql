-- Whether something was told of a lead under a number. Read only.
SELECT FROM lead_notices WHERE lead_notice_id = %(lead_notice_id)s
