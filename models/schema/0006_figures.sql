-- The audit is read newest first, by whom, about what, and between two days: each
-- filter finds its events in their order. Those about one account are few, and have
-- an index already.
CREATE INDEX "IX_RolecallEvents_At" ON "RolecallEvents" ("At", "EventId");
CREATE INDEX "IX_RolecallEvents_Action" ON "RolecallEvents" ("Action", "At", "EventId");
CREATE INDEX "IX_RolecallEvents_ActorName" ON "RolecallEvents" ({fold "ActorName"}, "At", "EventId");
CREATE INDEX "IX_RolecallEvents_TargetName" ON "RolecallEvents" ({fold "TargetName"}, "At", "EventId");
-- How many sign-ins there were on a day, counted in days since 1970-01-01 UTC. A
-- day has several rows, so that sign-ins at once do not wait for one another.
CREATE TABLE "RolecallSignIns" (
  "Day" {long} NOT NULL,
  "Shard" {long} NOT NULL,
  "Good" {long} NOT NULL,
  "Bad" {long} NOT NULL,
  PRIMARY KEY ("Day", "Shard")
);
