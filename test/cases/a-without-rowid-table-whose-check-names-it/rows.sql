INSERT INTO t VALUES ('x', '01'), ('y', NULL);
