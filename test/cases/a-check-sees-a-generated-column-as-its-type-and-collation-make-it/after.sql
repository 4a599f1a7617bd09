SELECT whole, same, words, exact FROM t;
-- expect: 1, 'x1', '1.5', 1.0
-- expect: 2, 'x002', '3.0', 2.0
