SELECT is_required, typeof(is_required) FROM t;
-- expect: 'true', 'text'
