-- The audit: one row for each change, written in the change's own transaction.
-- ActorId 0 is no user: a command at the terminal, or a stranger who registers.
CREATE TABLE "RolecallEvents" (
  "EventId" {bigid},
  "At" {long} NOT NULL,
  "ActorId" {long} NOT NULL,
  "ActorName" {string 64} NOT NULL,
  "Action" {string 64} NOT NULL,
  "TargetType" {string 16} NOT NULL,
  "TargetId" {long} NOT NULL,
  "TargetName" {string 254} NOT NULL,
  "Changes" {text} NOT NULL,
  "Address" {string 64} NOT NULL,
  "RequestId" {string 64} NOT NULL
);
CREATE INDEX "IX_RolecallEvents_Target" ON "RolecallEvents" ("TargetType", "TargetId", "EventId");
CREATE INDEX "IX_RolecallEvents_Actor" ON "RolecallEvents" ("ActorId", "EventId");
