-- A refresh token is kept as the SHA-256 of its text, in hexadecimal. One that was
-- used stays until its session ends: that is how its reuse is noticed.
CREATE TABLE "RolecallRefreshTokens" (
  "TokenHash" {string 64} NOT NULL PRIMARY KEY,
  "SessionId" {string 32} NOT NULL,
  "UserId" {long} NOT NULL,
  "CreatedAt" {long} NOT NULL,
  "UsedAt" {long} NOT NULL,
  "ExpiresAt" {long} NOT NULL
);
CREATE INDEX "IX_RolecallRefreshTokens_UserId" ON "RolecallRefreshTokens" ("UserId", "SessionId");
CREATE INDEX "IX_RolecallRefreshTokens_ExpiresAt" ON "RolecallRefreshTokens" ("ExpiresAt");
-- What the limits count: one row for each failed sign-in and each registration.
CREATE TABLE "RolecallAttempts" (
  "AttemptId" {string 32} NOT NULL PRIMARY KEY,
  "At" {long} NOT NULL,
  "Account" {string 64} NOT NULL,
  "Origin" {string 64} NOT NULL,
  "Address" {string 64} NOT NULL
);
CREATE INDEX "IX_RolecallAttempts_Account" ON "RolecallAttempts" ("Account", "At");
CREATE INDEX "IX_RolecallAttempts_Address" ON "RolecallAttempts" ("Address", "At");
CREATE INDEX "IX_RolecallAttempts_At" ON "RolecallAttempts" ("At");
-- From where a user has signed in with success: an address, or a browser.
CREATE TABLE "RolecallDevices" (
  "UserId" {long} NOT NULL,
  "Device" {string 64} NOT NULL,
  "SeenAt" {long} NOT NULL,
  PRIMARY KEY ("UserId", "Device")
);
CREATE INDEX "IX_RolecallDevices_SeenAt" ON "RolecallDevices" ("SeenAt");
-- Whom failed sign-ins hold back, and until when.
CREATE TABLE "RolecallHolds" (
  "UserId" {long} NOT NULL PRIMARY KEY,
  "Until" {long} NOT NULL
);
CREATE INDEX "IX_RolecallHolds_Until" ON "RolecallHolds" ("Until");
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 0', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 1', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 2', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 3', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 4', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 5', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 6', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 7', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 8', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 9', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 10', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 11', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 12', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 13', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 14', 0);
INSERT INTO "RolecallLocks" ("Name", "Counter") VALUES ('attempts 15', 0);
