SELECT id, a, hex(b) FROM t WHERE id IN (1, -1, 3) ORDER BY id;
-- expect: -1, Infinity, '6E756C006E756C'
-- expect: 1, 9007199254740993, '78'
-- expect: 3, 0.30000000000000004, 'FF'
