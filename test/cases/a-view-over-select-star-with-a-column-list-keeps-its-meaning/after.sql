SELECT a, b FROM v;
-- expect: 'a', 'b'
