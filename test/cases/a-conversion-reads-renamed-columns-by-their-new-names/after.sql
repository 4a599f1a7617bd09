SELECT id, given, c FROM new;
-- expect: 1, 'Ada', 'xAda'
-- expect: 2, 'Bob', 'Bob'
