INSERT INTO t VALUES (1, 'Ada');
INSERT INTO x_theirs VALUES (7, 1);
INSERT INTO alembic_version VALUES ('6d519d1d9f5f');
