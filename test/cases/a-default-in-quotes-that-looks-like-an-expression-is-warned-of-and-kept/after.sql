SELECT at FROM t;
-- expect: 'CURRENT_TIMESTAMP'
INSERT INTO u DEFAULT VALUES;
-- expect: nothing
SELECT * FROM u;
-- expect: 'current_date', 'NULL', 'datetime(''now'')', 'now', 'b'
