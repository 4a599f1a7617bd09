INSERT INTO endpoint_relationships VALUES (1);
INSERT INTO mapping_paths (id, name, relationship_id) VALUES (1, 'ARIVALE_TO_UKBB_VIA_UNIPROT', 1), (7, 'RESOLVE_UNIPROT_HISTORY_VIA_API', NULL);
INSERT INTO mapping_path_steps VALUES (1, 1, 1), (2, 1, 2), (3, 7, 1);
