SELECT rowid, name FROM t ORDER BY rowid;
-- expect: -5, 'minus'
-- expect: 10, 'ten'
-- expect: 20, 'twenty'
SELECT _rowid_, rowid FROM taken;
-- expect: 42, 'r'
