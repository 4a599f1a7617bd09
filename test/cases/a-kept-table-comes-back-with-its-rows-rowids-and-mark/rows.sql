INSERT INTO t VALUES (1, 'x');
DROP TRIGGER old_insert;
INSERT INTO old VALUES (3, 'Ada', 1), (7, 'Zoe', NULL), (9, NULL, 1);
DELETE FROM old WHERE id = 9;
CREATE TRIGGER old_insert AFTER INSERT ON old BEGIN UPDATE old SET name = 'fired'; END;
INSERT INTO loose (rowid, a, b, c) VALUES (5, '1', 2, x'00'), (8, 1, 'text', 'a' || char(0)), (9, NULL, 1e300, 9223372036854775807);
