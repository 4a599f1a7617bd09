-- Thunderbird's global-messages-db.sqlite (its index of mail), schema 26. Here for FTS3 whose tokenizer, mozporter, only
-- Thunderbird has, said without an equals sign before the columns; for a column without a type, NUMERIC, and `default`
-- behind NOT NULL in small letters.
CREATE TABLE extensionDefinitions (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE folderLocations (id INTEGER PRIMARY KEY, folderURI TEXT NOT NULL, dirtyStatus INTEGER NOT NULL, name TEXT NOT NULL, indexingPriority INTEGER NOT NULL);
CREATE TABLE attributeDefinitions (id INTEGER PRIMARY KEY, attributeType INTEGER NOT NULL, extensionName TEXT NOT NULL, name TEXT NOT NULL, parameter BLOB);
CREATE TABLE conversations (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, oldestMessageDate INTEGER, newestMessageDate INTEGER);
CREATE TABLE messages (id INTEGER PRIMARY KEY, folderID INTEGER, messageKey INTEGER, conversationID INTEGER NOT NULL, date INTEGER, headerMessageID TEXT, deleted INTEGER NOT NULL default 0, jsonAttributes TEXT, notability INTEGER NOT NULL default 0);
CREATE TABLE messageAttributes (conversationID INTEGER NOT NULL, messageID INTEGER NOT NULL, attributeID INTEGER NOT NULL, value NUMERIC);
CREATE TABLE contacts (id INTEGER PRIMARY KEY, directoryUUID TEXT, contactUUID TEXT, popularity INTEGER, frecency INTEGER, name TEXT, jsonAttributes TEXT);
CREATE TABLE contactAttributes (contactID INTEGER NOT NULL, attributeID INTEGER NOT NULL, value NUMERIC);
CREATE TABLE identities (id INTEGER PRIMARY KEY, contactID INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, description NOT NULL, relay INTEGER NOT NULL);
CREATE VIRTUAL TABLE conversationsText USING fts3(tokenize mozporter, subject TEXT);
CREATE VIRTUAL TABLE messagesText USING fts3(tokenize mozporter, body TEXT, subject TEXT, attachmentNames TEXT, author TEXT, recipients TEXT);
CREATE INDEX attribID ON attributeDefinitions (extensionName, name);
CREATE INDEX conversationSubject ON conversations (subject);
CREATE INDEX messageLocation ON messages (folderID, messageKey);
CREATE INDEX headerMessageID ON messages (headerMessageID);
CREATE INDEX conversationID ON messages (conversationID);
CREATE INDEX date ON messages (date);
CREATE INDEX deleted ON messages (deleted);
CREATE INDEX attribQuery ON messageAttributes (attributeID, value, conversationID, messageID);
CREATE INDEX messageAttribFastDeletion ON messageAttributes (messageID);
CREATE INDEX contactsPopularity ON contacts (popularity);
CREATE INDEX contactID ON identities (contactID);
