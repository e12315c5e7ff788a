-- A file of users that an admin has sent, until it is taken in: for an hour at
-- most. It is kept here in pieces, and not beside the program, as another replica
-- may be the next that is asked. Worker is who is at it, SeenAt when it last was.
CREATE TABLE "RolecallImports" (
  "ImportId" {string 32} NOT NULL PRIMARY KEY,
  "ActorId" {long} NOT NULL,
  "At" {long} NOT NULL,
  "FileName" {string 254} NOT NULL,
  "Size" {long} NOT NULL,
  "Existing" {string 16} NOT NULL,
  "Phase" {string 16} NOT NULL,
  "Worker" {string 32} NOT NULL,
  "SeenAt" {long} NOT NULL,
  "Position" {long} NOT NULL,
  "Report" {text} NOT NULL
);
CREATE INDEX "IX_RolecallImports_At" ON "RolecallImports" ("At");
CREATE INDEX "IX_RolecallImports_ActorId" ON "RolecallImports" ("ActorId", "At");
CREATE TABLE "RolecallImportPieces" (
  "ImportId" {string 32} NOT NULL,
  "Place" {long} NOT NULL,
  "Bytes" {bytes} NOT NULL,
  PRIMARY KEY ("ImportId", "Place")
);
