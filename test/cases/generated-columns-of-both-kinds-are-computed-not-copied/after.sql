UPDATE t SET price = 20, tax = 'half' WHERE id = 2;
-- expect: nothing
SELECT id, gross, label, both FROM t;
-- expect: 1, 12.5, 'FULL', 'FULL12.5'
-- expect: 2, 25.0, 'HALF', 'HALF25.0'
