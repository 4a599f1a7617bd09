INSERT INTO t VALUES ('b', 'Bob'), ('a', 'Ada');
