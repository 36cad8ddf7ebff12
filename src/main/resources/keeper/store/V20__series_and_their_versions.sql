-- SPDX-License-Identifier: GPL-2.0-or-later
-- Series as they were posted, and which one follows which; why a mail is no patch; bytes apart from the rows that are searched.

-- Numbers are handed out in blocks by the one who writes: an identity column would write to disk at every few rows.
CREATE TABLE counter (
  name    VARCHAR(32) PRIMARY KEY,
  next    BIGINT NOT NULL
);
INSERT INTO counter (name, next) SELECT 'mail', coalesce(max(id), 0) + 1 FROM mail;
INSERT INTO counter (name, next) SELECT 'copy', coalesce(max(id), 0) + 1 FROM copy;

-- Deflated. No row: gone, or too large to be kept here (it stays in the mirror).
CREATE TABLE content (
  copy_id BIGINT PRIMARY KEY REFERENCES copy,
  bytes   BYTEA NOT NULL
);
INSERT INTO content (copy_id, bytes) SELECT id, bytes FROM copy WHERE bytes IS NOT NULL;
ALTER TABLE copy DROP COLUMN bytes;

-- What of a mail decides which series it belongs to. NULL in "kind": it was read before this was kept, and is read again when told again.
ALTER TABLE mail ADD COLUMN kind VARCHAR(8);
ALTER TABLE mail ADD COLUMN why VARCHAR;             -- why it is of this kind, in words
ALTER TABLE mail ADD COLUMN minor INTEGER;           -- the .1 of v5.1
ALTER TABLE mail ADD COLUMN numbered BOOLEAN;
ALTER TABLE mail ADD COLUMN resend BOOLEAN;
ALTER TABLE mail ADD COLUMN sender VARCHAR;          -- the header's From, lower case; mailbox is the author's
ALTER TABLE mail ADD COLUMN prefixes VARCHAR;
ALTER TABLE mail ADD COLUMN change_id VARCHAR;
ALTER TABLE mail ADD COLUMN parents VARCHAR;         -- nearest first
DELETE FROM epoch;                                   -- archives are told again, once

DROP INDEX mail_by_title;  -- asked by nobody

CREATE TABLE posting (
  name      VARCHAR(998) PRIMARY KEY,  -- Message-ID of the cover letter, else of the first part known
  version   INTEGER NOT NULL,
  total     INTEGER NOT NULL,
  resend    BOOLEAN NOT NULL,
  sender    VARCHAR NOT NULL,
  title     VARCHAR NOT NULL,
  change_id VARCHAR,
  dated     TIMESTAMP WITH TIME ZONE,
  cover     VARCHAR(998),
  previous  VARCHAR(998),              -- the version before
  because   VARCHAR                    -- how it was found
);
CREATE INDEX posting_by_previous ON posting (previous);
CREATE INDEX posting_by_sender ON posting (sender);
CREATE INDEX posting_by_change ON posting (change_id);

CREATE TABLE posting_part (
  posting    VARCHAR(998) NOT NULL REFERENCES posting,
  number     INTEGER NOT NULL,
  message_id VARCHAR(998) NOT NULL,
  PRIMARY KEY (posting, number)
);
CREATE INDEX posting_part_by_mail ON posting_part (message_id);

-- Patch mails without a decision.
CREATE TABLE awaiting (
  message_id VARCHAR(998) PRIMARY KEY
);
INSERT INTO awaiting (message_id)
  SELECT m.message_id FROM mail m
  WHERE m.patch AND m.part > 0 AND NOT m.gone AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.message_id = m.message_id);
