SELECT entity_type FROM paths;
-- expect: 'protein'
-- expect: 'metabolite'
SELECT count(*) FROM log;
-- expect: 0
