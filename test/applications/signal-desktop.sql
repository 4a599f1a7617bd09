-- Signal Desktop's db.sqlite, about version 8, without its encryption. Here for generated columns over json_extract and
-- `->>`, partial indexes with IS and IN, STRICT, the type STRING, a DEFAULT that is a bare word, a column in single
-- quotes, `ON CONFLICT FAIL`, a column named rowid, comments with quotes in them, and triggers that fill an FTS5 table.
-- The tokenizer of that is an extension of Signal's own, which nobody else has.
CREATE TABLE messages(
  rowid INTEGER PRIMARY KEY ASC,
  id STRING UNIQUE,
  json TEXT,
  readStatus INTEGER,
  expires_at INTEGER,
  sent_at INTEGER,
  schemaVersion INTEGER,
  conversationId STRING,
  received_at INTEGER,
  hasAttachments INTEGER,
  expireTimer INTEGER,
  expirationStartTimestamp INTEGER,
  type STRING,
  body TEXT,
  isErased INTEGER,
  isViewOnce INTEGER,
  sourceServiceId TEXT
, serverGuid STRING NULL, sourceDevice INTEGER, storyId STRING, isStory INTEGER
  GENERATED ALWAYS AS (type IS 'story'), isChangeCreatedByUs INTEGER NOT NULL DEFAULT 0, isTimerChangeFromSync INTEGER
  GENERATED ALWAYS AS (
    json_extract(json, '$.expirationTimerUpdate.fromSync') IS 1
  ), seenStatus NUMBER default 0, storyDistributionListId STRING, expiresAt INT
  GENERATED ALWAYS
  AS (ifnull(
    expirationStartTimestamp + (expireTimer * 1000),
    9007199254740991
  )), isUserInitiatedMessage INTEGER
  GENERATED ALWAYS AS (
    type IS NULL
    OR
    type NOT IN (
      'change-number-notification',
      'contact-removed-notification',
      'conversation-merge',
      'group-v1-migration',
      'keychange',
      'profile-change',
      'story',
      'verified-change'
    )
  ), mentionsMe INTEGER NOT NULL DEFAULT 0, isGroupLeaveEvent INTEGER
  GENERATED ALWAYS AS (
    type IS 'group-v2-change' AND
    json_array_length(json_extract(json, '$.groupV2Change.details')) IS 1 AND
    json_extract(json, '$.groupV2Change.details[0].type') IS 'member-remove' AND
    json_extract(json, '$.groupV2Change.from') IS NOT NULL AND
    json_extract(json, '$.groupV2Change.from') IS json_extract(json, '$.groupV2Change.details[0].aci')
  ), isGroupLeaveEventFromOther INTEGER
  GENERATED ALWAYS AS (
    isGroupLeaveEvent IS 1
    AND
    isChangeCreatedByUs IS 0
  ), callId TEXT
  GENERATED ALWAYS AS (
    json_extract(json, '$.callId')
  ));
ALTER TABLE messages ADD COLUMN timestamp INTEGER;
ALTER TABLE messages
      ADD COLUMN isSearchable INT
        GENERATED ALWAYS AS (isViewOnce IS NOT 1 AND storyId IS NULL) VIRTUAL;
ALTER TABLE messages ADD COLUMN searchableText TEXT GENERATED ALWAYS AS (
  CASE WHEN json->'poll' IS NOT NULL THEN json->'poll'->>'question' ELSE body END
) VIRTUAL;
ALTER TABLE messages ADD COLUMN hasPreviews INTEGER NOT NULL GENERATED ALWAYS AS (
  IFNULL(json_array_length(json, '$.preview'), 0) > 0
);

CREATE TABLE conversations(id STRING PRIMARY KEY ASC, json TEXT, active_at INTEGER, type STRING, members TEXT, name TEXT, profileName TEXT
, e164 TEXT, serviceId TEXT, groupId TEXT, profileLastFetchedAt INTEGER, expireTimerVersion INTEGER NOT NULL DEFAULT 1);
CREATE TABLE items(id STRING PRIMARY KEY ASC, json TEXT);
CREATE TABLE preKeys(id STRING PRIMARY KEY ASC, json TEXT, ourServiceId NUMBER
  GENERATED ALWAYS AS (json_extract(json, '$.ourServiceId')));
CREATE TABLE jobs(
  id TEXT PRIMARY KEY,
  queueType TEXT STRING NOT NULL,
  timestamp INTEGER NOT NULL,
  data STRING TEXT
);
CREATE TABLE "attachment_downloads" (
  messageId TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
  attachmentType TEXT NOT NULL,
  attachmentSignature TEXT NOT NULL,
  receivedAt INTEGER NOT NULL,
  attachmentJson TEXT NOT NULL,
  active INTEGER NOT NULL,
  retryAfter INTEGER, source TEXT NOT NULL DEFAULT standard, ciphertextSize INTEGER NOT NULL DEFAULT 0, originalSource TEXT NOT NULL DEFAULT standard,
  PRIMARY KEY (messageId, attachmentType, attachmentSignature)
) STRICT;
CREATE TABLE attachment_downloads_backup_stats (
  id INTEGER PRIMARY KEY CHECK (id = 0),
  totalBytes INTEGER NOT NULL,
  completedBytes INTEGER NOT NULL
) STRICT;
CREATE TABLE badges(
  id TEXT PRIMARY KEY,
  category TEXT NOT NULL,
  name TEXT NOT NULL,
  descriptionTemplate TEXT NOT NULL
);
CREATE TABLE badgeImageFiles(
  badgeId TEXT REFERENCES badges(id)
    ON DELETE CASCADE
    ON UPDATE CASCADE,
  'order' INTEGER NOT NULL,
  url TEXT NOT NULL,
  localPath TEXT,
  theme TEXT NOT NULL
);
CREATE TABLE callsHistory (
  callId TEXT PRIMARY KEY,
  peerId TEXT NOT NULL, -- of a conversation | a "room"
  ringerId TEXT DEFAULT NULL, -- who rang
  mode TEXT NOT NULL, -- "Direct" | "Group"
  direction TEXT NOT NULL, -- "Incoming" | "Outgoing
  -- "Pending" | "Missed"; it's the other's, too
  status TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  UNIQUE (callId, peerId) ON CONFLICT FAIL
);
CREATE TABLE notificationProfiles(
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  /* a number, such as 0xAARRGGBB; */
  color INTEGER NOT NULL,
  /* JSON: ["id", …] */
  allowedMembersJson TEXT NOT NULL,
  storageNeedsSync INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE mentions (
  messageId REFERENCES messages(id) ON DELETE CASCADE,
  mentionAci STRING,
  start INTEGER,
  length INTEGER
);
CREATE TABLE pinnedMessages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversationId TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
  messageId TEXT NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
  pinnedAt INTEGER NOT NULL,
  expiresAt INTEGER,
  UNIQUE (conversationId, messageId)
) STRICT;
CREATE TABLE sendLogPayloads(
  id INTEGER PRIMARY KEY ASC,
  timestamp INTEGER NOT NULL,
  contentHint INTEGER NOT NULL,
  proto BLOB NOT NULL
, urgent INTEGER, hasPniSignatureMessage INTEGER DEFAULT 0 NOT NULL);
CREATE TABLE sendLogMessageIds(
  payloadId INTEGER NOT NULL,
  messageId STRING NOT NULL,
  PRIMARY KEY (payloadId, messageId),
  CONSTRAINT sendLogMessageIdsForeignKey
    FOREIGN KEY (payloadId)
    REFERENCES sendLogPayloads(id)
    ON DELETE CASCADE
);

CREATE VIRTUAL TABLE messages_fts USING fts5(
  body,
  tokenize = 'signal_tokenizer'
);

CREATE INDEX conversations_active ON conversations (active_at) WHERE active_at IS NOT NULL;
CREATE INDEX preKeys_ourServiceId ON preKeys (ourServiceId);
CREATE INDEX messages_id ON messages (id ASC);
CREATE INDEX messages_expires_at ON messages (expiresAt);
CREATE INDEX messages_searchOrder on messages(received_at, sent_at);
CREATE INDEX messages_call ON messages
  (type, conversationId, callId, sent_at)
  WHERE type IS 'call-history';
CREATE INDEX messages_callHistory_markReadBefore
  ON messages (type, seenStatus, received_at DESC)
  WHERE type IS 'call-history';
CREATE INDEX messages_hasPreviews
  ON messages (conversationId, received_at DESC, sent_at DESC)
  WHERE hasPreviews IS 1
    AND isViewOnce IS NOT 1
    AND type IN ('incoming', 'outgoing');
CREATE INDEX messages_isStory ON messages(received_at, sent_at) WHERE isStory = 1;
CREATE INDEX message_user_initiated ON messages (conversationId, isUserInitiatedMessage);
CREATE INDEX callsHistory_order ON callsHistory (timestamp DESC, callId, peerId);
CREATE INDEX attachment_downloads_active_source_receivedAt ON attachment_downloads (active, source, receivedAt);

CREATE TRIGGER messages_on_delete AFTER DELETE ON messages BEGIN
  DELETE FROM messages_fts WHERE rowid = old.rowid;
  DELETE FROM sendLogPayloads WHERE id IN (
    SELECT payloadId FROM sendLogMessageIds
    WHERE messageId = old.id
  );
END;
CREATE TRIGGER messages_on_insert AFTER INSERT ON messages
  WHEN new.isSearchable IS 1
  BEGIN
    INSERT INTO messages_fts
      (rowid, body)
    VALUES
      (new.rowid, new.searchableText);
  END;
CREATE TRIGGER messages_on_update AFTER UPDATE ON messages
  WHEN
    new.isSearchable IS 1 AND
    old.searchableText IS NOT new.searchableText
  BEGIN
    UPDATE messages_fts SET body = new.searchableText WHERE rowId = new.rowId;
  END;
CREATE TRIGGER messages_on_insert_insert_mentions AFTER INSERT ON messages
  BEGIN
    INSERT INTO mentions (messageId, mentionAci, start, length)

    SELECT messages.id, bodyRanges.value ->> 'mentionAci' as mentionAci,
      bodyRanges.value ->> 'start' as start,
      bodyRanges.value ->> 'length' as length
    FROM messages, json_each(messages.json ->> 'bodyRanges') as bodyRanges
    WHERE bodyRanges.value ->> 'mentionAci' IS NOT NULL

    AND messages.id = new.id;
  END;
CREATE TRIGGER messages_on_view_once_update AFTER UPDATE ON messages
  WHEN
    new.body IS NOT NULL AND new.isViewOnce = 1
  BEGIN
    DELETE FROM messages_fts WHERE rowid = old.rowid;
  END;
CREATE TRIGGER attachment_downloads_backup_job_insert
  AFTER INSERT ON attachment_downloads WHEN NEW.originalSource = 'backup_import'
  BEGIN
    UPDATE attachment_downloads_backup_stats SET
      totalBytes = totalBytes + NEW.ciphertextSize;
  END;
CREATE TRIGGER attachment_downloads_backup_job_update
  AFTER UPDATE OF ciphertextSize ON attachment_downloads WHEN NEW.originalSource = 'backup_import'
  BEGIN
    UPDATE attachment_downloads_backup_stats SET
      totalBytes = MAX(0, totalBytes - OLD.ciphertextSize + NEW.ciphertextSize)
    WHERE id = 0;
  END;
