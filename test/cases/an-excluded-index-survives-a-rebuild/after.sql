INSERT INTO t VALUES (3, 'ADA');
-- expect: error UNIQUE constraint failed: t.name
