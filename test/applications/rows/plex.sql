INSERT INTO schema_migrations VALUES ('20221201000000', '', 'f', NULL);
INSERT INTO library_sections (name, name_sort, section_type, changed_at) VALUES ('Films', 'films', 1, 17);
INSERT INTO metadata_items (library_section_id, metadata_type, guid, title, title_sort, rating, "index") VALUES (1, 1, 'plex://movie/1', 'Stalker', 'Stalker', 8.1, 1), (1, 1, 'plex://movie/2', 'The Mirror', 'mirror', NULL, 2), (1, 1, NULL, 'Gone', NULL, NULL, 3);
DELETE FROM metadata_items WHERE title = 'Gone';
INSERT INTO media_items (library_section_id, metadata_item_id, size) VALUES (1, 1, 9007199254740993);
INSERT INTO tags (metadata_item_id, tag, tag_type) VALUES (1, 'Science Fiction', 1), (2, 'Drama', 1);
INSERT INTO taggings (metadata_item_id, tag_id, "index") VALUES (1, 1, 0), (2, 2, 0);
INSERT INTO locations VALUES (1, 10, 11, 20, 21);
INSERT INTO spellfix_tag_titles_vocab VALUES (1, 1, 0, 'drama', 'TRM', 'TRM');
