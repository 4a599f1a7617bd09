INSERT INTO "my t" (a) VALUES (7) RETURNING id, doubled;
-- expect: 101, 14
INSERT INTO hidden (a) VALUES (0);
-- expect: error CHECK constraint failed: hidden.a > 0
