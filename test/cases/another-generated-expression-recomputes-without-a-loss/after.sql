SELECT loud FROM t ORDER BY id;
-- expect: 'ada'
-- expect: 'ab'
