INSERT INTO col VALUES (1, 1700000000, 1, 1, 18, 0, 0, 0, '', '', '', '', '');
INSERT INTO notes VALUES (1700000000001, 'g1', 1, 1, -1, ' bird ', 'heron' || char(31) || '鷺', 'heron', 42, 0, ''), (1700000000002, 'g2', 1, 1, -1, '', '17' || char(31) || 'seventeen', 17, 43, 0, '');
INSERT INTO cards VALUES (1, 1700000000001, 1, 0, 1, -1, 2, 2, 10, 5, 2500, 3, 0, 0, 0, 0, 0, '{}'), (2, 1700000000002, 1, 0, 1, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 0, '');
INSERT INTO graves VALUES (5, 1, -1), (4, 2, -1);
INSERT INTO notetypes VALUES (1, 'Basic', 1, 0, x'0a');
INSERT INTO decks VALUES (1, 'Default', 1, 0, x'00', x''), (2, 'Birds', 1, 0, x'01', x'');
INSERT INTO tags VALUES ('bird', 0, 0, NULL), ('Tree', 0, 1, x'');
