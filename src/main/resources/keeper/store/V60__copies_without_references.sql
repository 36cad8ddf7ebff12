-- SPDX-License-Identifier: GPL-2.0-or-later
-- Mails come by the ten thousand, and what is written with each counts. One piece of code writes these tables, in one transaction; a
-- reference that the database checks with every row, and H2's index for it beside ours, told nothing. A copy is found by its blob,
-- whichever the list: many are asked for at once.

CREATE TABLE copy_of_mail (
  id          BIGINT PRIMARY KEY,
  mail_id     BIGINT,                         -- of "mail"; NULL when it could not be read
  list_id     BIGINT NOT NULL,                -- of "mailing_list"
  epoch       INTEGER NOT NULL,
  blob_id     VARCHAR(64) NOT NULL,
  received    TIMESTAMP WITH TIME ZONE NOT NULL,
  state       VARCHAR(12) NOT NULL,           -- kept, unreadable, gone
  reason      VARCHAR NOT NULL,
  via         BOOLEAN NOT NULL                -- the list rewrote From: another list's copy is better
);
INSERT INTO copy_of_mail (id, mail_id, list_id, epoch, blob_id, received, state, reason, via)
  SELECT id, mail_id, list_id, epoch, blob_id, received, state, reason, via FROM copy ORDER BY id;

CREATE TABLE content_of_copy (
  copy_id BIGINT PRIMARY KEY,                 -- of "copy"
  bytes   BYTEA NOT NULL                      -- deflated
);
INSERT INTO content_of_copy (copy_id, bytes) SELECT copy_id, bytes FROM content ORDER BY copy_id;

DROP TABLE content;
DROP TABLE copy;
ALTER TABLE copy_of_mail RENAME TO copy;
ALTER TABLE content_of_copy RENAME TO content;
CREATE UNIQUE INDEX copy_by_blob ON copy (blob_id, list_id, epoch);
CREATE INDEX copy_by_mail ON copy (mail_id);

CREATE TABLE posted_patch (
  mail_id    BIGINT PRIMARY KEY,              -- of "mail"
  title      VARCHAR NOT NULL,
  title_hash BIGINT NOT NULL,
  patch_id   VARCHAR(40) NOT NULL,            -- empty when there is none
  sha        VARCHAR(64) NOT NULL             -- of a From line; empty when there is none
);
INSERT INTO posted_patch (mail_id, title, title_hash, patch_id, sha) SELECT mail_id, title, title_hash, patch_id, sha FROM posted ORDER BY mail_id;
DROP TABLE posted;
ALTER TABLE posted_patch RENAME TO posted;
CREATE INDEX posted_by_title ON posted (title_hash);
CREATE INDEX posted_by_patch ON posted (patch_id);
CREATE INDEX posted_by_sha ON posted (sha);

DROP INDEX mail_by_received;                  -- asked by nobody
