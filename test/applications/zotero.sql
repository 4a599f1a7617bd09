-- Zotero's zotero.sqlite (a reference manager), about version 5. Here for columns without a type and the type NONE, an index
-- called schema and one called itemID, foreign keys with a comma missing between them, CASE and RAISE with double quotes
-- inside a text in triggers with WHEN, `DEFAULT CURRENT_TIMESTAMP NOT NULL`, and foreign keys to tables that come later.
CREATE TABLE version (schema TEXT PRIMARY KEY, version INT NOT NULL);
CREATE INDEX schema ON version(schema);
CREATE TABLE settings (setting TEXT, key TEXT, value,
  PRIMARY KEY (setting, key)
);
CREATE TABLE syncedSettings (
  setting TEXT NOT NULL, libraryID INT NOT NULL,
  value NOT NULL,
  version INT NOT NULL DEFAULT 0, synced INT NOT NULL DEFAULT 0,
  PRIMARY KEY (setting, libraryID),
  FOREIGN KEY (libraryID) REFERENCES libraries(libraryID) ON DELETE CASCADE
);
CREATE TABLE libraries (
  libraryID INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  editable INT NOT NULL,
  filesEditable INT NOT NULL
, archived INT NOT NULL DEFAULT 0);
CREATE TABLE items (
  itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL,
  dateAdded TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  dateModified TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  libraryID INT NOT NULL,
  key TEXT NOT NULL,
  version INT NOT NULL DEFAULT 0, synced INT NOT NULL DEFAULT 0,
  UNIQUE (libraryID, key),
  FOREIGN KEY (libraryID) REFERENCES libraries(libraryID) ON DELETE CASCADE
);
CREATE INDEX items_synced ON items(synced);
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT);
CREATE TABLE itemDataValues (
  valueID INTEGER PRIMARY KEY,
  value UNIQUE
);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID,
  PRIMARY KEY (itemID, fieldID),
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE,
  FOREIGN KEY (fieldID) REFERENCES fields(fieldID),
  FOREIGN KEY (valueID) REFERENCES itemDataValues(valueID)
);
CREATE INDEX itemData_fieldID ON itemData(fieldID);
CREATE INDEX itemData_valueID ON itemData(valueID);
CREATE TABLE itemNotes (
  itemID INTEGER PRIMARY KEY,
  parentItemID INT, note TEXT, title TEXT,
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE,
  FOREIGN KEY (parentItemID) REFERENCES items(itemID) ON DELETE CASCADE
);
CREATE TABLE itemAttachments (
  itemID INTEGER PRIMARY KEY,
  parentItemID INT, linkMode INT, contentType TEXT, charsetID INT, path TEXT,
  syncState INT DEFAULT 0, storageModTime INT, storageHash TEXT,
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE,
  FOREIGN KEY (parentItemID) REFERENCES items(itemID) ON DELETE CASCADE,
  FOREIGN KEY (charsetID) REFERENCES charsets(charsetID) ON DELETE SET NULL
);
CREATE TABLE charsets (charsetID INTEGER PRIMARY KEY, charset TEXT UNIQUE);
CREATE INDEX charsets_charset ON charsets(charset);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (
  itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL,
  PRIMARY KEY (itemID, tagID),
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE,
  FOREIGN KEY (tagID) REFERENCES tags(tagID) ON DELETE CASCADE
);
CREATE TABLE creators (
  creatorID INTEGER PRIMARY KEY,
  firstName TEXT, lastName TEXT, fieldMode INT,
  UNIQUE (lastName, firstName, fieldMode)
);
CREATE TABLE itemCreators (
  itemID INT NOT NULL, creatorID INT NOT NULL,
  creatorTypeID INT NOT NULL DEFAULT 1,
  orderIndex INT NOT NULL DEFAULT 0,
  PRIMARY KEY (itemID, creatorID, creatorTypeID, orderIndex),
  UNIQUE (itemID, orderIndex),
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE,
  FOREIGN KEY (creatorID) REFERENCES creators(creatorID) ON DELETE CASCADE
  FOREIGN KEY (creatorTypeID) REFERENCES creatorTypes(creatorTypeID)
);
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE collections (
  collectionID INTEGER PRIMARY KEY,
  collectionName TEXT NOT NULL,
  parentCollectionID INT DEFAULT NULL,
  libraryID INT NOT NULL, key TEXT NOT NULL,
  UNIQUE (libraryID, key),
  FOREIGN KEY (libraryID) REFERENCES libraries(libraryID) ON DELETE CASCADE,
  FOREIGN KEY (parentCollectionID) REFERENCES collections(collectionID) ON DELETE CASCADE
);
CREATE TABLE collectionItems (
  collectionID INT NOT NULL, itemID INT NOT NULL, orderIndex INT NOT NULL DEFAULT 0,
  PRIMARY KEY (collectionID, itemID),
  FOREIGN KEY (collectionID) REFERENCES collections(collectionID) ON DELETE CASCADE,
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE
);
CREATE INDEX itemID ON collectionItems(itemID);
CREATE TABLE savedSearchConditions (
  savedSearchID INT NOT NULL, searchConditionID INT NOT NULL,
  condition TEXT NOT NULL, operator TEXT, value TEXT,
  required NONE,
  PRIMARY KEY (savedSearchID, searchConditionID)
);
CREATE TABLE deletedItems (
  itemID INTEGER PRIMARY KEY,
  dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL,
  FOREIGN KEY (itemID) REFERENCES items(itemID) ON DELETE CASCADE
);
CREATE INDEX deletedItems_dateDeleted ON deletedItems(dateDeleted);
CREATE TABLE customItemTypes (
  customItemTypeID INTEGER PRIMARY KEY,
  typeName TEXT, label TEXT,
  display INT DEFAULT 1, -- 0: hidden, 1: shown, 2: shown first; "display"
  icon TEXT
);
CREATE TABLE translatorCache (
	fileName TEXT PRIMARY KEY,
	metadataJSON TEXT,
	lastModifiedTime INT
);

CREATE TRIGGER insert_date_field BEFORE INSERT ON itemData
  FOR EACH ROW WHEN NEW.fieldID IN (14, 27, 52, 96, 100)
  BEGIN
    SELECT CASE
        CAST(SUBSTR((SELECT value FROM itemDataValues WHERE valueID=NEW.valueID), 1, 4) AS INT) BETWEEN 0 AND 9999 AND
        SUBSTR((SELECT value FROM itemDataValues WHERE valueID=NEW.valueID), 5, 1) = '-'
      WHEN 0 THEN RAISE (ABORT, 'a date begins with a year') END;
  END;
CREATE TRIGGER insert_creators BEFORE INSERT ON creators FOR EACH ROW WHEN NEW.firstName='' AND NEW.lastName=''
  BEGIN SELECT RAISE (ABORT, 'a creator has a name'); END;
CREATE TRIGGER fki_collections_parentCollectionID_libraryID
  BEFORE INSERT ON collections
  FOR EACH ROW BEGIN
    SELECT RAISE(ABORT, 'insert on "collections" breaks "fki_collections_parentCollectionID_libraryID"')
    WHERE NEW.parentCollectionID IS NOT NULL AND
    NEW.libraryID != (SELECT libraryID FROM collections WHERE collectionID = NEW.parentCollectionID);
  END;
CREATE TRIGGER fku_collections_parentCollectionID_libraryID
  BEFORE UPDATE ON collections
  FOR EACH ROW BEGIN
    SELECT RAISE(ABORT, 'update on "collections" breaks "fku_collections_parentCollectionID_libraryID"')
    WHERE NEW.parentCollectionID IS NOT NULL AND
    NEW.libraryID != (SELECT libraryID FROM collections WHERE collectionID = NEW.parentCollectionID);
  END;
CREATE TRIGGER fki_collectionItems_itemID_parentItemID
  BEFORE INSERT ON collectionItems
  FOR EACH ROW BEGIN
    SELECT RAISE(ABORT, 'insert on "collectionItems": the item has a parent')
    WHERE NEW.itemID IN (SELECT itemID FROM itemAttachments WHERE parentItemID IS NOT NULL UNION SELECT itemID FROM itemNotes WHERE parentItemID IS NOT NULL);
  END;
CREATE TRIGGER fku_itemNotes_parentItemID_collectionItems_itemID
  BEFORE UPDATE OF parentItemID ON itemNotes
  FOR EACH ROW WHEN OLD.parentItemID IS NULL AND NEW.parentItemID IS NOT NULL BEGIN
    DELETE FROM collectionItems WHERE itemID = NEW.itemID;
  END;
CREATE TRIGGER fku_items_libraryID AFTER UPDATE OF libraryID, key ON items FOR EACH ROW BEGIN
    UPDATE items SET synced=0 WHERE itemID=NEW.itemID; -- so that it is sent again; see "synced"
  END;
