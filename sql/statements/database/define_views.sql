-- How leads are compared with one another, by what they keep of their files. Safe to run again; their
-- columns stay what they are, or a migration drops the views first.
CREATE OR REPLACE VIEW linkage_people AS
SELECT lead_id, updated_at, folded(first_name) AS first_name, folded(last_name) AS last_name,
       to_char(date_of_birth, 'YYYYMMDD') AS born,
       coalesce(substring(house_number FROM '\d+'), substring(address_1 FROM '\d+')) AS house,
       nullif(btrim(regexp_replace(
           folded(regexp_replace(address_1, '\m\d+[[:alpha:]]?\M', ' ')), '[^[:alnum:]]+', ' ', 'g')),
           '') AS street,
       nullif(left(regexp_replace(lower(postal_code), '[^a-z0-9]', '', 'g'), 5), '') AS postal_code,
       folded(city) AS city,
       right(phones[1], 10) AS phone, right(phones[2], 10) AS other_phone,
       lower(email) AS mail,
       CASE WHEN strpos(email, '@') > 4 THEN lower(split_part(email, '@', 1)) END AS mailbox
FROM leads_master;
COMMENT ON VIEW linkage_people IS
    'Leads as they are compared: folded, addresses in street and house number, numbers without '
    'their country, mails also without their provider.';

-- Who shares one of these with another is worth comparing. Each is made of two or three things of
-- which a slip may have changed one, so that no single slip hides anybody from all of them. First
-- and last names stand in one kind of key, for they change places.
CREATE OR REPLACE VIEW linkage_keys AS
SELECT lead_id, hashtextextended(key, 0) AS key
FROM linkage_people CROSS JOIN LATERAL (VALUES
    ('names ' || least(first_name, last_name) || '|' || greatest(first_name, last_name)),
    ('born, initial ' || born || left(first_name, 1)),
    ('born, initial ' || born || left(last_name, 1)),
    ('born, code ' || born || postal_code),
    ('code, house ' || postal_code || '|' || house || '|' || left(street, 2)),
    ('code, name ' || postal_code || '|' || left(first_name, 2)),
    ('code, name ' || postal_code || '|' || left(last_name, 2)),
    ('house ' || street || '|' || house),
    ('city, house ' || city || '|' || house || '|' || left(street, 2)),
    ('street, name ' || street || '|' || left(first_name, 2)),
    ('street, name ' || street || '|' || left(last_name, 2)),
    ('phone, end ' || right(phone, 7)),
    ('phone, begin ' || left(phone, 7)),
    ('phone, both ' || left(phone, 3) || right(phone, 4)),
    ('phone, name ' || left(phone, 6) || left(first_name, 1)),
    ('last, first ' || last_name || '|' || left(first_name, 2)),
    ('first, last ' || first_name || '|' || left(last_name, 2)),
    ('last, year ' || last_name || '|' || left(born, 4)),
    ('first, year ' || first_name || '|' || left(born, 4) || left(last_name, 1)),
    ('last, city ' || last_name || '|' || city),
    ('mailbox ' || mailbox)
) AS keys (key)
WHERE key IS NOT NULL;
COMMENT ON VIEW linkage_keys IS 'Blocking keys: leads that share one are compared.'
