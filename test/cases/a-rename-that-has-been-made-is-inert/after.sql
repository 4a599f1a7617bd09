SELECT new_name, old_name FROM t;
-- expect: 'new', 'old'
