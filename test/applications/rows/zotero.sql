INSERT INTO libraries VALUES (1, 'user', 1, 1, 0), (2, 'group', 1, 0, 1);
INSERT INTO items (itemID, itemTypeID, dateAdded, dateModified, libraryID, key) VALUES
  (1, 2, '2024-01-01 00:00:00', '2024-01-01 00:00:00', 1, 'ABCD2345'), (2, 26, '2024-01-02', '2024-01-02', 1, '00000042'), (3, 14, '2024-01-03', '2024-01-03', 2, 'XYZ');
INSERT INTO fields VALUES (14, 'date', NULL), (110, 'title', NULL);
INSERT INTO itemDataValues VALUES (1, '1974-05-00 1974'), (2, 'The Dispossessed'), (3, 42), (4, x'00');
INSERT INTO itemData VALUES (1, 14, 1), (1, 110, 2);
INSERT INTO itemNotes VALUES (2, NULL, '<p>"a note"</p>', 'a note');
INSERT INTO itemAttachments (itemID, parentItemID, path) VALUES (3, 1, 'storage:a.pdf');
INSERT INTO creators VALUES (1, 'Ursula K.', 'Le Guin', 0), (2, '', 'Ada', 1);
INSERT INTO creatorTypes VALUES (1, 'author');
INSERT INTO itemCreators (itemID, creatorID) VALUES (1, 1);
INSERT INTO tags VALUES (1, 'SF');
INSERT INTO itemTags VALUES (1, 1, 0);
INSERT INTO collections VALUES (1, 'Novels', NULL, 1, 'C1'), (2, 'Utopias', 1, 1, 'C2');
INSERT INTO collectionItems VALUES (1, 1, 0), (2, 2, 0);
INSERT INTO deletedItems VALUES (3, '2024-05-05 05:05:05');
INSERT INTO savedSearchConditions VALUES (1, 0, 'title', 'contains', 'wall', 1.0), (1, 1, 'note', 'is', '1', 'yes');
INSERT INTO settings VALUES ('account', 'userID', 17), ('account', 'username', '0017');
