-- What an admin did to one user or to many, with the outcome for each: for the
-- page that shows it, and to take it back. The rows go after a day; the audit stays.
-- ActorId 0 is a command at the terminal. Was and WasOwnerActive are the state
-- before, '' where the act is none of states; Gave and Took are lists of roles.
CREATE TABLE "RolecallActs" (
  "ActId" {string 32} NOT NULL PRIMARY KEY,
  "ActorId" {long} NOT NULL,
  "At" {long} NOT NULL,
  "Action" {string 16} NOT NULL,
  "RoleName" {string 254} NOT NULL,
  "Total" {long} NOT NULL,
  "Undoes" {string 32} NOT NULL,
  "UndoneAt" {long} NOT NULL
);
CREATE INDEX "IX_RolecallActs_At" ON "RolecallActs" ("At");
CREATE TABLE "RolecallActRows" (
  "ActId" {string 32} NOT NULL,
  "UserId" {long} NOT NULL,
  "At" {long} NOT NULL,
  "Username" {string 254} NOT NULL,
  "Outcome" {string 16} NOT NULL,
  "Reason" {string 16} NOT NULL,
  "Gave" {text} NOT NULL,
  "Took" {text} NOT NULL,
  "Was" {string 16} NOT NULL,
  "WasOwnerActive" {long} NOT NULL,
  PRIMARY KEY ("ActId", "UserId")
);
CREATE INDEX "IX_RolecallActRows_At" ON "RolecallActRows" ("At");
