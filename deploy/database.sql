-- Run by sqlcmd as sa, which takes $(…) from its environment. It may be run again:
-- the login then gets the password that is set by now.
IF DB_ID(N'accounts') IS NULL CREATE DATABASE accounts;
GO
-- Who reads does not wait for who writes.
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'accounts' AND is_read_committed_snapshot_on = 0)
    ALTER DATABASE accounts SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
GO
IF SUSER_ID(N'rolecall') IS NULL
    CREATE LOGIN rolecall WITH PASSWORD = N'$(ROLECALL_DATABASE_PASSWORD)', DEFAULT_DATABASE = accounts;
ELSE
    ALTER LOGIN rolecall WITH PASSWORD = N'$(ROLECALL_DATABASE_PASSWORD)';
GO
USE accounts;
GO
IF USER_ID(N'rolecall') IS NULL CREATE USER rolecall FOR LOGIN rolecall;
-- SELECT, INSERT, UPDATE and DELETE on every table, and no right to change one.
ALTER ROLE db_datareader ADD MEMBER rolecall;
ALTER ROLE db_datawriter ADD MEMBER rolecall;
GO
