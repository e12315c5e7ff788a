-- The list of users, by status.
CREATE INDEX "IX_RolecallAccounts_Status" ON "RolecallAccounts" ("Status");
