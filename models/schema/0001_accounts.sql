-- What rolecall keeps beside the owner's rows. No foreign key points at the
-- owner's tables: another program may delete a user without knowing of these.
-- Times are milliseconds since 1970-01-01 UTC; 0 is never.
CREATE TABLE "RolecallAccounts" (
  "UserId" {long} NOT NULL PRIMARY KEY,
  "Status" {string 16} NOT NULL,
  "Version" {long} NOT NULL,
  "CreatedAt" {long} NOT NULL,
  "UpdatedAt" {long} NOT NULL,
  "LastLoginAt" {long} NOT NULL
);
CREATE INDEX "IX_RolecallAccounts_CreatedAt" ON "RolecallAccounts" ("CreatedAt");
CREATE INDEX "IX_RolecallAccounts_LastLoginAt" ON "RolecallAccounts" ("LastLoginAt");
CREATE TABLE "RolecallRoles" (
  "RoleId" {long} NOT NULL PRIMARY KEY,
  "Description" {string 400} NOT NULL
);
CREATE TABLE "RolecallLocks" (
  "Name" {string 32} NOT NULL PRIMARY KEY,
  "Counter" {long} NOT NULL
);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('directory', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('setup', 0);
