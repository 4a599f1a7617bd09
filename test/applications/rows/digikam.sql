INSERT INTO AlbumRoots VALUES (1, 'Pictures', 0, 1, 'volumeid:?uuid=1', '/pictures');
INSERT INTO Albums VALUES (1, 1, '/', '2024-01-01', NULL, NULL, 2), (2, 1, '/birds', '2024-02-01', 'Birds', NULL, NULL);
INSERT INTO Images VALUES (1, 2, 'heron.jpg', 1, 1, '2024-02-01T10:00:00', 1000, 'ab12', NULL), (2, 2, 'wren.jpg', 1, 1, NULL, 9007199254740993, '0017', 3);
INSERT INTO ImageInformation (imageid, rating, format) VALUES (1, 5, 'JPG'), (2, -1, 'JPG');
INSERT INTO ImageComments VALUES (1, 1, 1, 'x-default', NULL, NULL, 'at dawn'), (2, 1, 1, 'x-default', NULL, NULL, 'at dusk');
INSERT INTO Tags (id, pid, name, icon) VALUES (1, 0, 'Animals', NULL), (2, 1, 'Birds', 1), (3, 2, 'Herons', 1), (4, 0, 'Places', NULL);
INSERT INTO ImageTags VALUES (1, 3), (2, 2);
INSERT INTO ImageTagProperties VALUES (1, 3, 'tagRegion', '<rect x="1"/>');
INSERT INTO ImageSimilarity VALUES (1, 2, 1, 0.5);
