PRAGMA encoding;
-- expect: 'UTF-16le'
