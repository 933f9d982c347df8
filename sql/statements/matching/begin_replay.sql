-- Forget the last portion; the contacts in it stay noted as replayed.
INSERT INTO replayed SELECT row_number, contact_number FROM replay_contacts ON CONFLICT DO NOTHING;
TRUNCATE replay_leads, replay_contacts, members, seen, placed, owned, conflicts
