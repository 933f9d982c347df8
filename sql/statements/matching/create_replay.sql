-- What is looked at together: leads, contacts of this import, and every sighting of them.
CREATE TEMP TABLE replay_leads (lead_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE replay_contacts (
    row_number bigint, contact_number smallint,
    PRIMARY KEY (row_number, contact_number)) ON COMMIT DROP;
CREATE TEMP TABLE replayed (
    row_number bigint, contact_number smallint,
    PRIMARY KEY (row_number, contact_number)) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS hits (
    row_number bigint, contact_number smallint, lead_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS in_file_links (
    row_number bigint, contact_number smallint, other_row_number bigint,
    other_contact_number smallint) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS decided_contacts (
    row_number bigint, contact_number smallint, decision_id integer) ON COMMIT DROP;
CREATE TEMP TABLE members (
    import_id integer, row_number bigint, contact_number smallint, lead_id bigint,
    founder_of bigint, gone boolean,
    PRIMARY KEY (import_id, row_number, contact_number)) ON COMMIT DROP;
CREATE TEMP TABLE seen (
    import_id integer, row_number bigint, contact_number smallint, received_at timestamptz,
    all_email_keys text[], all_phones text[], no_keys text[], {columns}) ON COMMIT DROP;
CREATE TEMP TABLE placed (
    import_id integer, row_number bigint, contact_number smallint, lead_id bigint,
    position integer, outcome text, matched_by match_kind, updates boolean, joins boolean,
    first_row_number bigint, first_contact_number smallint) ON COMMIT DROP;
CREATE TEMP TABLE owned (kind match_kind, value text, lead_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE conflicts (
    lead_id bigint, other_lead_id bigint, kind match_kind, value text, weak boolean,
    import_id integer, row_number bigint, contact_number smallint) ON COMMIT DROP
