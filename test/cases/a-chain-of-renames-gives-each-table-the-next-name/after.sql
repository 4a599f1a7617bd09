SELECT x FROM b;
-- expect: 'a'
SELECT y FROM c;
-- expect: 2
