INSERT INTO t (rowid, name) VALUES (10, 'ten'), (20, 'twenty');
