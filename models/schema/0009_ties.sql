-- The list of users by status, and by their ids: SQLite and SQL Server have these in
-- every index.
{idsof RolecallAccounts Status};
