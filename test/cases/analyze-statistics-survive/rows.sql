INSERT INTO t VALUES (1, 'x', 'p'), (2, 'x', 'q'), (3, 'y', 'p');
INSERT INTO other VALUES (1);
ANALYZE;
