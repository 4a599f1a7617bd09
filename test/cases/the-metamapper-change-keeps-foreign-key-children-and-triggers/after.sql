INSERT INTO mapping_paths (id, name, entity_type) VALUES (8, 'ARIVALE_TO_UKBB_VIA_UNIPROT', 'metabolite');
-- expect: nothing
INSERT INTO mapping_paths (id, name, entity_type) VALUES (9, 'ARIVALE_TO_UKBB_VIA_UNIPROT', 'metabolite');
-- expect: error UNIQUE constraint failed: mapping_paths.name, mapping_paths.entity_type
SELECT count(*) FROM history;
-- expect: 0
