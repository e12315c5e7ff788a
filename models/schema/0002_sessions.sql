-- One row for each sign-in. The end of a session is the end of its row.
CREATE TABLE "RolecallSessions" (
  "SessionId" {string 32} NOT NULL PRIMARY KEY,
  "UserId" {long} NOT NULL,
  "Kind" {string 16} NOT NULL,
  "CreatedAt" {long} NOT NULL,
  "LastSeenAt" {long} NOT NULL,
  "ExpiresAt" {long} NOT NULL,
  "Address" {string 64} NOT NULL,
  "UserAgent" {string 200} NOT NULL
);
CREATE INDEX "IX_RolecallSessions_UserId" ON "RolecallSessions" ("UserId");
CREATE INDEX "IX_RolecallSessions_ExpiresAt" ON "RolecallSessions" ("ExpiresAt");
