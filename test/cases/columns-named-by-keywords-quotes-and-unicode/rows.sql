INSERT INTO "order" VALUES (1, 2, 'hi', 'it''s', 'groß', '田中', 'dot', 'empty'), (2, 3, NULL, NULL, NULL, NULL, NULL, NULL);
