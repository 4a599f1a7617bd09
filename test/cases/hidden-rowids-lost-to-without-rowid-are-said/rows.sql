INSERT INTO t (rowid, code, name) VALUES (10, 'b', 'Bob'), (20, 'a', 'Ada');
