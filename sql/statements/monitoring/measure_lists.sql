-- Each do-not-call list: how old what it says is, and how many entries it has. Read only.
SELECT name, kind, entries, extract(epoch FROM %(now)s::timestamptz - as_of)::float AS age_seconds FROM dnc_current
