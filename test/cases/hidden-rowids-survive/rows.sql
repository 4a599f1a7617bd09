INSERT INTO t (rowid, name) VALUES (10, 'ten'), (20, 'twenty'), (-5, 'minus');
INSERT INTO keyed (rowid, code, name) VALUES (7, 'b', 'seven'), (9223372036854775807, 'a', 'last');
INSERT INTO taken (_rowid_, rowid, oid, name) VALUES (42, 'r', 'o', 'n');
