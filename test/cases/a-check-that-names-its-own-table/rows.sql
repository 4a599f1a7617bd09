INSERT INTO "my t" (id, a, b) VALUES (1, 5, '05'), (100, 6, x'00ff');
DELETE FROM "my t" WHERE id = 100;
INSERT INTO hidden (rowid, a, b) VALUES (7, 1, 'seven'), (3, '2', NULL);
