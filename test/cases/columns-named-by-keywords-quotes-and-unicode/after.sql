UPDATE "order" SET "order" = 9 WHERE id = 2;
-- expect: nothing
SELECT "it's", "group" FROM "order" WHERE id = 2;
-- expect: 'fired', 10
