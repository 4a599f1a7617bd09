SELECT name FROM sqlite_schema WHERE sql LIKE '%people, not accounts%never reused%longer now%';
-- expect: 'users'
SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%-- kept as it is%' OR sql LIKE '%-- does nothing%' OR sql LIKE '%-- only that%';
-- expect: 3
SELECT sql FROM sqlite_schema WHERE name = 'users_name';
-- expect: 'CREATE INDEX users_name ON users (name /* as typed */)'
