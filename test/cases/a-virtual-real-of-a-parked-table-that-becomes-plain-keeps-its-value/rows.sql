INSERT INTO t VALUES ('abc'), ('');
