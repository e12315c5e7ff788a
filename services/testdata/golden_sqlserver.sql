-- What each method of the services sends to SQL Server, with the types of the
-- parameters. Made by go test ./services -run TestGoldenStatements -update.

-- Users.Register
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
INSERT INTO "RolecallAttempts" ("AttemptId","At","Account","Origin","Address") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, int64, string, string, string
COMMIT
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT * FROM "UserRoles" WHERE "UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, string, string, string, string
SELECT "UserId" FROM "Users" WHERE "Username" = @p1 AND "PasswordHash" = @p2
  -- string, string
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "UserRoles" WHERE "UserId" = @p1 AND "RoleId" = @p2
  -- int64, int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- int64, string, int64, int64, int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Users.Create
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT * FROM "UserRoles" WHERE "UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, string, string, string, string
SELECT "UserId" FROM "Users" WHERE "Username" = @p1 AND "PasswordHash" = @p2
  -- string, string
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "UserRoles" WHERE "UserId" = @p1 AND "RoleId" = @p2
  -- int64, int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- int64, string, int64, int64, int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Users.Get
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64

-- Users.Own
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64

-- Users.ListSoon
SELECT count(*) FROM (SELECT u."UserId" FROM "Users" AS u WHERE (u."Username" LIKE @p1 ESCAPE '\' OR u."Email" LIKE @p2 ESCAPE '\' OR u."FirstName" LIKE @p3 ESCAPE '\' OR u."LastName" LIKE @p4 ESCAPE '\') ORDER BY (SELECT NULL) OFFSET 0 ROW FETCH NEXT 1001 ROWS ONLY) AS n
  -- string, string, string, string
SELECT count(*) FROM "Users" AS u WHERE (u."Username" LIKE @p1 ESCAPE '\' OR u."Email" LIKE @p2 ESCAPE '\' OR u."FirstName" LIKE @p3 ESCAPE '\' OR u."LastName" LIKE @p4 ESCAPE '\')
  -- string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (u."Username" LIKE @p1 ESCAPE '\' OR u."Email" LIKE @p2 ESCAPE '\' OR u."FirstName" LIKE @p3 ESCAPE '\' OR u."LastName" LIKE @p4 ESCAPE '\') ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64

-- Users.Named
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 10 ROWS ONLY
  -- string, string

-- Users.List
SELECT "RoleId" FROM "Roles" WHERE "RoleName" IN (@p1, @p2) ORDER BY "RoleId"
  -- string, string
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\'))
  -- int64, int64, string, string, string, string, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."LastName" > '' ORDER BY u."LastName" DESC,u."UserId" DESC OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY
  -- int64, int64, string, string, string, string, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."LastName" > @p11 ORDER BY u."LastName" DESC,u."UserId" OFFSET 0 ROW FETCH NEXT 2 ROWS ONLY
  -- int64, int64, string, string, string, string, string, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."LastName" = @p11 ORDER BY u."LastName" DESC,u."UserId" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- int64, int64, string, string, string, string, string, string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT "RoleId" FROM "Roles" WHERE "RoleName" IN (@p1, @p2) ORDER BY "RoleId"
  -- string, string
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\'))
  -- int64, int64, string, string, string, string, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."LastName" = @p11 AND u."UserId" > @p12 ORDER BY u."LastName" DESC,u."UserId" OFFSET 0 ROW FETCH NEXT 2 ROWS ONLY
  -- int64, int64, string, string, string, string, string, string, string, string, string, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."LastName" > '' AND u."LastName" < @p11 ORDER BY u."LastName" DESC,u."UserId" DESC OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- int64, int64, string, string, string, string, string, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" IN (@p1,@p2)) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."LastName" < @p11 AND u."LastName" > @p12 ORDER BY u."LastName" DESC,u."UserId" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- int64, int64, string, string, string, string, string, string, string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE a."Status" = 'disabled'
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE a."Status" = 'disabled' AND a."UserId" IS NULL ORDER BY u."UserId" DESC OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" AND a."UserId" < @p1 WHERE a."Status" = 'disabled' AND a."UserId" IS NULL AND u."UserId" < @p2 ORDER BY u."UserId" DESC OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" AND a."UserId" < @p1 WHERE a."Status" = 'disabled' AND a."CreatedAt" = 0 AND u."UserId" < @p2 AND a."UserId" < @p3 ORDER BY a."UserId" DESC OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- int64, int64, int64
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1,@p2)
  -- int64, int64
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1) AND a."UserId" IS NULL ORDER BY u."UserId" DESC OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1) AND a."CreatedAt" = 0 ORDER BY a."UserId" DESC OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1) AND a."CreatedAt" > 0 ORDER BY a."CreatedAt",a."UserId" DESC OFFSET 0 ROW FETCH NEXT 49 ROWS ONLY
  -- int64
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1,@p2,@p3)
  -- int64, int64, int64
SELECT count(*) FROM "Users" AS u
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."Email" IS NULL ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 3 ROWS ONLY
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."Email" = '' ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 3 ROWS ONLY
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."Email" > '' ORDER BY u."Email",u."UserId" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1,@p2)
  -- int64, int64
SELECT count(*) FROM "Users" AS u
SELECT MIN(r."RoleName") AS "RoleName", SUM(r."Holders") AS "Holders" FROM (SELECT r."RoleName", (SELECT COUNT(*) FROM (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" = r."RoleId" ORDER BY (SELECT NULL) OFFSET 0 ROW FETCH NEXT 5001 ROWS ONLY) AS m) AS "Holders" FROM "Roles" AS r) AS r WHERE r."RoleName" IS NOT NULL GROUP BY r."RoleName" ORDER BY r."RoleName"
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE NOT EXISTS (SELECT 1 FROM "UserRoles" AS f JOIN "Roles" AS e ON e."RoleId" = f."RoleId" WHERE f."UserId" = u."UserId" AND e."RoleName" IS NOT NULL) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 4 ROWS ONLY
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT count(*) FROM "Users" AS u
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (a."Status" IS NULL OR a."Status" = 'active') AND NOT u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 4 ROWS ONLY
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE a."Status" = 'disabled' ORDER BY a."UserId" OFFSET 0 ROW FETCH NEXT 3 ROWS ONLY
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (a."Status" IS NULL OR a."Status" = 'active') AND u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 2 ROWS ONLY
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE a."Status" = 'pending' ORDER BY a."UserId" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1,@p2,@p3)
  -- int64, int64, int64

-- Users.Batch
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND (EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p1, @p2) AND ur."UserId" = u."UserId")) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, string, string, string, string, string, string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND (EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p1, @p2) AND ur."UserId" = u."UserId")) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND u."UserId" > @p11 ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, string, string, string, string, string, string, string, string, string, int64
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64

-- Users.Import
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT "UserId" FROM "Users" WHERE "Username" IN (@p1, @p2, @p3, @p4) UNION SELECT "UserId" FROM "Users" WHERE "Email" IN (@p5, @p6, @p7, @p8)) ORDER BY u."UserId"
  -- string, string, string, string, string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" ORDER BY "RoleId"
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT "UserId" FROM "Users" WHERE "Username" IN (@p1, @p2, @p3, @p4) UNION SELECT "UserId" FROM "Users" WHERE "Email" IN (@p5, @p6, @p7, @p8)) ORDER BY u."UserId"
  -- string, string, string, string, string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" ORDER BY "RoleId"
SELECT * FROM "UserRoles" WHERE "UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, string, string, string, string
SELECT "UserId", "Username", "PasswordHash" FROM "Users" WHERE "Username" IN (@p1)
  -- string
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- int64, string, int64, int64, int64, int64
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
UPDATE "Users" SET "Email" = CASE "UserId" WHEN @p1 THEN @p2 ELSE "Email" END WHERE "UserId" IN (@p3)
  -- int64, string, int64
UPDATE "Users" SET "FirstName" = CASE "UserId" WHEN @p1 THEN @p2 ELSE "FirstName" END WHERE "UserId" IN (@p3)
  -- int64, string, int64
UPDATE "Users" SET "LastName" = CASE "UserId" WHEN @p1 THEN @p2 ELSE "LastName" END WHERE "UserId" IN (@p3)
  -- int64, string, int64
UPDATE "RolecallAccounts" SET "UpdatedAt"=@p1,"Version"="Version" + 1 WHERE "UserId" IN (@p2)
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
UPDATE "RolecallAccounts" SET "UpdatedAt"=@p1,"Version"="Version" + 1 WHERE "UserId" IN (@p2)
  -- int64, int64
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" IN (@p3)
  -- string, int64, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10),(@p11,@p12,@p13,@p14,@p15,@p16,@p17,@p18,@p19,@p20);
  -- int64, int64, string, string, string, int64, string, string, string, string, int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Users.IsLastAdmin
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string

-- Users.Update
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
UPDATE "Users" SET "Email"=@p1,"FirstName"=@p2,"LastName"=@p3,"Username"=@p4 WHERE "UserId" = @p5
  -- string, string, string, string, int64
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" = @p3
  -- string, int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
COMMIT

-- Users.SetPassword
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
UPDATE "Users" SET "PasswordHash"=@p1 WHERE "UserId" = @p2
  -- string, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" = @p3
  -- string, int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
COMMIT

-- Users.ChangePassword
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
UPDATE "Users" SET "PasswordHash"=@p1 WHERE "UserId" = @p2
  -- string, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" = @p3
  -- string, int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
COMMIT

-- Users.CheckPassword

-- Users.Traces
SELECT count(*) FROM "RolecallDevices" WHERE "UserId" = @p1
  -- int64
SELECT count(*) FROM "RolecallAttempts" WHERE "Account" = @p1
  -- string
SELECT count(*) FROM "RolecallEvents" WHERE "TargetType" = @p1 AND "TargetId" = @p2
  -- string, int64

-- Users.Delete
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
DELETE FROM "RolecallAttempts" WHERE "Account" = @p1
  -- string
DELETE FROM "RolecallHolds" WHERE "UserId" = @p1
  -- int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "UserRoles" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "Users" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Roles.List
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description", (SELECT COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId" WHERE ur."RoleId" = r."RoleId") AS "UserCount" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" ORDER BY r."RoleName"

-- Roles.Choices
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" ORDER BY r."RoleName"

-- Roles.Get
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description", (SELECT COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId" WHERE ur."RoleId" = r."RoleId") AS "UserCount" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" WHERE r."RoleId" = @p1
  -- int64

-- Roles.Create
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Roles" WHERE "RoleName" = @p1 AND "RoleId" <> @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description", (SELECT COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId" WHERE ur."RoleId" = r."RoleId") AS "UserCount" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" WHERE r."RoleId" = @p1
  -- int64
COMMIT

-- Roles.Update
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description", (SELECT COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId" WHERE ur."RoleId" = r."RoleId") AS "UserCount" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" WHERE r."RoleId" = @p1
  -- int64
SELECT count(*) FROM "Roles" WHERE "RoleName" = @p1 AND "RoleId" <> @p2
  -- string, int64
UPDATE "Roles" SET "RoleName"=@p1 WHERE "RoleId" = @p2
  -- string, int64
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description", (SELECT COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId" WHERE ur."RoleId" = r."RoleId") AS "UserCount" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" WHERE r."RoleId" = @p1
  -- int64
COMMIT

-- Roles.Delete
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT r."RoleId", r."RoleName", COALESCE(n."Description", '') AS "Description", (SELECT COUNT(DISTINCT ur."UserId") FROM "UserRoles" AS ur JOIN "Users" AS u ON u."UserId" = ur."UserId" WHERE ur."RoleId" = r."RoleId") AS "UserCount" FROM "Roles" AS r LEFT JOIN "RolecallRoles" AS n ON n."RoleId" = r."RoleId" WHERE r."RoleId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur WHERE ur."RoleId" = @p1) ORDER BY u."UserId"
  -- int64
DELETE FROM "UserRoles" WHERE "RoleId" = @p1
  -- int64
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" = @p3
  -- string, int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
DELETE FROM "RolecallRoles" WHERE "RoleId" = @p1
  -- int64
DELETE FROM "Roles" WHERE "RoleId" = @p1
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Roles.Assign
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" = @p3
  -- string, int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
COMMIT

-- Roles.Revoke
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
DELETE FROM "UserRoles" WHERE "UserId" = @p1 AND "RoleId" = @p2
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" = @p3
  -- string, int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
COMMIT

-- Sessions.SignIn
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 10 ROWS ONLY
  -- string, string
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
UPDATE "RolecallAccounts" SET "LastLoginAt"=@p1 WHERE "UserId" = @p2
  -- int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallSessions" ("SessionId","UserId","Kind","CreatedAt","LastSeenAt","ExpiresAt","Address","UserAgent") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, string, int64, int64, int64, string, string
INSERT INTO "RolecallRefreshTokens" ("TokenHash","SessionId","UserId","CreatedAt","UsedAt","ExpiresAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- string, string, int64, int64, int64, int64
UPDATE "RolecallSignIns" SET "Good"="Good" + 1 WHERE "Day" = @p1 AND "Shard" = @p2
  -- int64, int64
COMMIT

-- Sessions.Begin
BEGIN
UPDATE "RolecallAccounts" SET "LastLoginAt"=@p1 WHERE "UserId" = @p2
  -- int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallSessions" ("SessionId","UserId","Kind","CreatedAt","LastSeenAt","ExpiresAt","Address","UserAgent") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, string, int64, int64, int64, string, string
COMMIT

-- Sessions.Count
SELECT count(*) FROM "RolecallSessions" WHERE "UserId" = @p1 AND ("ExpiresAt" > @p2 AND ("Kind" <> @p3 OR "LastSeenAt" >= @p4))
  -- int64, int64, string, int64

-- Sessions.List
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT * FROM "RolecallSessions" WHERE "UserId" = @p1 AND ("ExpiresAt" > @p2 AND ("Kind" <> @p3 OR "LastSeenAt" >= @p4)) ORDER BY "CreatedAt" DESC, "SessionId" OFFSET 0 ROW FETCH NEXT 200 ROWS ONLY
  -- int64, int64, string, int64

-- Sessions.End
BEGIN
SELECT * FROM "RolecallSessions" WHERE "SessionId" = @p1 AND "UserId" = @p2
  -- string, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Sessions.EndOthers
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Sessions.EndAll
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" <> @p2
  -- int64, string
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Sessions.Refresh
BEGIN
UPDATE "RolecallRefreshTokens" SET "UsedAt"=@p1 WHERE "TokenHash" = @p2 AND "UsedAt" = 0 AND "ExpiresAt" > @p3
  -- int64, string, int64
SELECT * FROM "RolecallRefreshTokens" WHERE "TokenHash" = @p1
  -- string
SELECT * FROM "RolecallSessions" WHERE "SessionId" = @p1 AND "UserId" = @p2
  -- string, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
UPDATE "RolecallSessions" SET "Address"=@p1,"LastSeenAt"=@p2,"UserAgent"=@p3 WHERE "SessionId" = @p4
  -- string, int64, string, string
INSERT INTO "RolecallRefreshTokens" ("TokenHash","SessionId","UserId","CreatedAt","UsedAt","ExpiresAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- string, string, int64, int64, int64, int64
COMMIT

-- Sessions.SignOut
BEGIN
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
COMMIT

-- Sessions.Purge
SELECT "SessionId" FROM "RolecallSessions" WHERE "ExpiresAt" < @p1 ORDER BY "ExpiresAt" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
BEGIN
DELETE FROM "RolecallSessions" WHERE "SessionId" IN (@p1,@p2)
  -- string, string
COMMIT
SELECT "SessionId" FROM "RolecallSessions" WHERE "ExpiresAt" < @p1 ORDER BY "ExpiresAt" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
SELECT "TokenHash" FROM "RolecallRefreshTokens" WHERE "ExpiresAt" < @p1 ORDER BY "ExpiresAt" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
BEGIN
DELETE FROM "RolecallRefreshTokens" WHERE "TokenHash" IN (@p1,@p2)
  -- string, string
COMMIT
SELECT "TokenHash" FROM "RolecallRefreshTokens" WHERE "ExpiresAt" < @p1 ORDER BY "ExpiresAt" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64

-- Sessions.Confirm
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 10 ROWS ONLY
  -- string, string
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT "At" FROM "RolecallAttempts" WHERE "Address" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 19 ROWS FETCH NEXT 1 ROWS ONLY
  -- string, int64
UPDATE "RolecallAccounts" SET "LastLoginAt"=@p1 WHERE "UserId" = @p2
  -- int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
INSERT INTO "RolecallSessions" ("SessionId","UserId","Kind","CreatedAt","LastSeenAt","ExpiresAt","Address","UserAgent") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, string, int64, int64, int64, string, string
COMMIT

-- Limits.Locked
SELECT * FROM "RolecallHolds" WHERE "UserId" IN (@p1) AND "Until" > @p2
  -- int64, int64

-- Limits.Unlock
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT * FROM "RolecallAttempts" WHERE "Account" = @p1 AND "At" > @p2 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, int64
SELECT * FROM "RolecallHolds" WHERE "UserId" = @p1 AND "Until" > @p2
  -- int64, int64
COMMIT

-- Limits.PurgeAttempts
SELECT * FROM "RolecallAttempts" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
SELECT * FROM "RolecallHolds" WHERE "Until" < @p1 ORDER BY "Until" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
SELECT * FROM "RolecallDevices" WHERE "SeenAt" < @p1 ORDER BY "SeenAt" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64

-- Tokens.Issue

-- Tokens.Renew

-- Tokens.Authenticate
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt", s."Kind", s."CreatedAt", s."LastSeenAt", s."ExpiresAt", COALESCE(r."RoleId", 0) AS "RoleId", COALESCE(r."RoleName", '') AS "RoleName" FROM "RolecallSessions" AS s JOIN "Users" AS u ON u."UserId" = s."UserId" LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" LEFT JOIN "UserRoles" AS ur ON ur."UserId" = u."UserId" LEFT JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE s."SessionId" = @p1
  -- string
BEGIN
UPDATE "RolecallSessions" SET "LastSeenAt"=@p1 WHERE "SessionId" = @p2
  -- int64, string
COMMIT

-- Tokens.Introspect
SELECT * FROM "RolecallRefreshTokens" WHERE "TokenHash" = @p1
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt", s."Kind", s."CreatedAt", s."LastSeenAt", s."ExpiresAt", COALESCE(r."RoleId", 0) AS "RoleId", COALESCE(r."RoleName", '') AS "RoleName" FROM "RolecallSessions" AS s JOIN "Users" AS u ON u."UserId" = s."UserId" LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" LEFT JOIN "UserRoles" AS ur ON ur."UserId" = u."UserId" LEFT JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE s."SessionId" = @p1
  -- string

-- Tokens.Revoke
SELECT * FROM "RolecallRefreshTokens" WHERE "TokenHash" = @p1
  -- string
BEGIN
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
DELETE FROM "RolecallSessions" WHERE "UserId" = @p1 AND "SessionId" = @p2
  -- int64, string
COMMIT

-- Tokens.JWKS

-- Acts.Preview
SELECT u."UserId" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND ((u."Username" LIKE @p1 ESCAPE '\' OR u."Email" LIKE @p2 ESCAPE '\' OR u."FirstName" LIKE @p3 ESCAPE '\' OR u."LastName" LIKE @p4 ESCAPE '\')) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 10001 ROWS ONLY
  -- string, string, string, string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT "UserId", COUNT(*) AS "Count" FROM "RolecallSessions" WHERE "UserId" IN (@p1) AND ("ExpiresAt" > @p2 AND ("Kind" <> @p3 OR "LastSeenAt" >= @p4)) GROUP BY "UserId"
  -- int64, int64, string, int64

-- Acts.Do
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT "UserId", COUNT(*) AS "Count" FROM "RolecallSessions" WHERE "UserId" IN (@p1) AND ("ExpiresAt" > @p2 AND ("Kind" <> @p3 OR "LastSeenAt" >= @p4)) GROUP BY "UserId"
  -- int64, int64, string, int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
UPDATE "RolecallAccounts" SET "UpdatedAt"=@p1,"Version"="Version" + 1 WHERE "UserId" IN (@p2)
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" IN (@p3)
  -- string, int64, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT

-- Acts.Switch
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
UPDATE "RolecallAccounts" SET "Status"=@p1,"UpdatedAt"=@p2,"Version"="Version" + 1 WHERE "UserId" IN (@p3)
  -- string, int64, int64
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT

-- Acts.ChangeRoles
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
DELETE FROM "UserRoles" WHERE "RoleId" = @p1 AND "UserId" IN (@p2)
  -- int64, int64
UPDATE "RolecallAccounts" SET "UpdatedAt"=@p1,"Version"="Version" + 1 WHERE "UserId" IN (@p2)
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10),(@p11,@p12,@p13,@p14,@p15,@p16,@p17,@p18,@p19,@p20);
  -- int64, int64, string, string, string, int64, string, string, string, string, int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT

-- Acts.Undo
SELECT * FROM "RolecallActs" WHERE "ActId" = @p1 AND "ActorId" = @p2
  -- string, int64
SELECT "UserId" FROM "RolecallActRows" WHERE "ActId" = @p1 AND "Outcome" = @p2 ORDER BY "UserId"
  -- string, string
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallAccounts" SET "Version"="Version" WHERE "UserId" IN (@p1)
  -- int64
SELECT * FROM "RolecallActRows" WHERE "ActId" = @p1 AND "UserId" IN (@p2)
  -- string, int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleId" IN (@p1)
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (@p1)
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallActs" ("ActId","ActorId","At","Action","RoleName","Total","Undoes","UndoneAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8);
  -- string, int64, int64, string, string, int64, string, int64
UPDATE "RolecallActs" SET "UndoneAt"=@p1 WHERE "ActId" = @p2 AND "UndoneAt" = 0
  -- int64, string
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
UPDATE "RolecallAccounts" SET "UpdatedAt"=@p1,"Version"="Version" + 1 WHERE "UserId" IN (@p2)
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
INSERT INTO "RolecallActRows" ("ActId","UserId","At","Username","Outcome","Reason","Gave","Took","Was","WasOwnerActive") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- string, int64, int64, string, string, string, string, string, string, int64
COMMIT

-- Acts.Get
SELECT * FROM "RolecallActs" WHERE "ActId" = @p1 AND "ActorId" = @p2
  -- string, int64
SELECT "Outcome", "Reason", COUNT(*) AS "Count" FROM "RolecallActRows" WHERE "ActId" = @p1 GROUP BY "Outcome","Reason"
  -- string
SELECT count(*) FROM "RolecallActRows" WHERE "ActId" = @p1
  -- string
SELECT * FROM "RolecallActRows" WHERE "ActId" = @p1 AND CASE "Outcome" WHEN 'refused' THEN 0 WHEN 'gone' THEN 1 WHEN 'done' THEN 2 ELSE 3 END >= @p2 AND ((CASE "Outcome" WHEN 'refused' THEN 0 WHEN 'gone' THEN 1 WHEN 'done' THEN 2 ELSE 3 END > @p3 OR "UserId" > @p4)) ORDER BY CASE "Outcome" WHEN 'refused' THEN 0 WHEN 'gone' THEN 1 WHEN 'done' THEN 2 ELSE 3 END,"UserId" OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- string, int64, int64, int64

-- Acts.Recent
SELECT * FROM "RolecallActs" WHERE "ActId" = @p1 AND "ActorId" = @p2
  -- string, int64
SELECT "Outcome", "Reason", COUNT(*) AS "Count" FROM "RolecallActRows" WHERE "ActId" = @p1 GROUP BY "Outcome","Reason"
  -- string
SELECT count(*) FROM "RolecallActRows" WHERE "ActId" = @p1
  -- string
SELECT * FROM "RolecallActRows" WHERE "ActId" = @p1 ORDER BY CASE "Outcome" WHEN 'refused' THEN 0 WHEN 'gone' THEN 1 WHEN 'done' THEN 2 ELSE 3 END,"UserId" OFFSET 0 ROW FETCH NEXT 2 ROWS ONLY
  -- string

-- Acts.Purge
SELECT * FROM "RolecallActRows" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
BEGIN
DELETE FROM "RolecallActRows" WHERE "At" < @p1 AND ("ActId" IN (@p2,@p3) AND "UserId" IN (@p4,@p5))
  -- int64, string, string, int64, int64
COMMIT
SELECT * FROM "RolecallActRows" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
SELECT * FROM "RolecallActs" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
BEGIN
DELETE FROM "RolecallActs" WHERE "At" < @p1 AND "ActId" IN (@p2,@p3)
  -- int64, string, string
COMMIT
SELECT * FROM "RolecallActs" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64

-- Audit.List
SELECT count(*) FROM "RolecallEvents" WHERE "ActorName" = @p1 AND "Action" = @p2 AND "TargetName" = @p3 AND ("TargetType" = @p4 AND "TargetId" = @p5) AND "At" >= @p6 AND "At" < @p7
  -- string, string, string, string, int64, int64, int64
SELECT * FROM "RolecallEvents" WHERE "ActorName" = @p1 AND "Action" = @p2 AND "TargetName" = @p3 AND ("TargetType" = @p4 AND "TargetId" = @p5) AND "At" >= @p6 AND "At" < @p7 AND "At" <= @p8 AND (("At" < @p9 OR "EventId" < @p10)) ORDER BY "At" DESC,"EventId" DESC OFFSET 0 ROW FETCH NEXT 51 ROWS ONLY
  -- string, string, string, string, int64, int64, int64, int64, int64, int64

-- Audit.LastChanges
SELECT * FROM "RolecallEvents" WHERE "TargetType" = @p1 AND "TargetId" = @p2 ORDER BY "EventId" DESC OFFSET 0 ROW FETCH NEXT 50 ROWS ONLY
  -- string, int64

-- Audit.Batch
SELECT * FROM "RolecallEvents" WHERE "ActorName" = @p1 AND "Action" = @p2 AND "TargetName" = @p3 AND ("TargetType" = @p4 AND "TargetId" = @p5) AND "At" >= @p6 AND "At" < @p7 AND "At" <= @p8 AND (("At" < @p9 OR "EventId" < @p10)) ORDER BY "At" DESC,"EventId" DESC OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- string, string, string, string, int64, int64, int64, int64, int64, int64

-- Audit.Present
SELECT "UserId" FROM "Users" WHERE "UserId" IN (@p1,@p2,@p3)
  -- int64, int64, int64
SELECT "RoleId" FROM "Roles" WHERE "RoleId" IN (@p1)
  -- int64

-- Figures.HashKinds
SELECT COALESCE(MIN("PasswordHash"), '') AS "Sample", COUNT(*) AS "Count" FROM (SELECT "PasswordHash", CASE WHEN "PasswordHash" IS NULL OR RTRIM("PasswordHash") = '' THEN '' WHEN "PasswordHash" LIKE '$2_$__$%' THEN SUBSTRING("PasswordHash", 1, 7) WHEN "PasswordHash" LIKE '$bcrypt-sha256$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$argon2id$v=19$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$argon2i$v=19$%' THEN SUBSTRING("PasswordHash", 1, 14 + CHARINDEX('$', SUBSTRING("PasswordHash", 15, 40))) WHEN "PasswordHash" LIKE '$pbkdf2-sha512$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$pbkdf2-sha256$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$pbkdf2$%' THEN SUBSTRING("PasswordHash", 1, 8 + CHARINDEX('$', SUBSTRING("PasswordHash", 9, 40))) WHEN "PasswordHash" LIKE 'pbkdf2_sha256$%' THEN SUBSTRING("PasswordHash", 1, 14 + CHARINDEX('$', SUBSTRING("PasswordHash", 15, 40))) WHEN "PasswordHash" LIKE '$6$rounds=%' THEN SUBSTRING("PasswordHash", 1, 10 + CHARINDEX('$', SUBSTRING("PasswordHash", 11, 40))) WHEN "PasswordHash" LIKE '$6$%' THEN SUBSTRING("PasswordHash", 1, 3) WHEN "PasswordHash" LIKE '$5$rounds=%' THEN SUBSTRING("PasswordHash", 1, 10 + CHARINDEX('$', SUBSTRING("PasswordHash", 11, 40))) WHEN "PasswordHash" LIKE '$5$%' THEN SUBSTRING("PasswordHash", 1, 3) WHEN "PasswordHash" LIKE 'AQAAAA%' THEN SUBSTRING("PasswordHash", 1, 12) WHEN "PasswordHash" LIKE 'A_________________________________________________________________==%' THEN SUBSTRING("PasswordHash", 1, 1) ELSE '-' END AS "Head" FROM "Users") AS h GROUP BY "Head"

-- Figures.Read
SELECT count(*) FROM "Users" AS u
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE a."Status" = 'disabled'
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE a."Status" = 'pending'
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT h."UserId" FROM "RolecallHolds" AS h WHERE h."Until" > @p1)
  -- int64
SELECT "Kind", COUNT(*) AS "Count" FROM "RolecallSessions" WHERE "ExpiresAt" > @p1 AND ("Kind" <> @p2 OR "LastSeenAt" >= @p3) GROUP BY "Kind"
  -- int64, string, int64
SELECT "CreatedAt" / 86400000 AS "Day", COUNT(*) AS "Registered" FROM "RolecallAccounts" WHERE "CreatedAt" >= @p1 GROUP BY "CreatedAt" / 86400000
  -- int64
SELECT "Day", SUM("Good") AS "Good", SUM("Bad") AS "Bad" FROM "RolecallSignIns" WHERE "Day" >= @p1 GROUP BY "Day"
  -- int64
SELECT COALESCE(MIN("PasswordHash"), '') AS "Sample", COUNT(*) AS "Count" FROM (SELECT "PasswordHash", CASE WHEN "PasswordHash" IS NULL OR RTRIM("PasswordHash") = '' THEN '' WHEN "PasswordHash" LIKE '$2_$__$%' THEN SUBSTRING("PasswordHash", 1, 7) WHEN "PasswordHash" LIKE '$bcrypt-sha256$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$argon2id$v=19$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$argon2i$v=19$%' THEN SUBSTRING("PasswordHash", 1, 14 + CHARINDEX('$', SUBSTRING("PasswordHash", 15, 40))) WHEN "PasswordHash" LIKE '$pbkdf2-sha512$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$pbkdf2-sha256$%' THEN SUBSTRING("PasswordHash", 1, 15 + CHARINDEX('$', SUBSTRING("PasswordHash", 16, 40))) WHEN "PasswordHash" LIKE '$pbkdf2$%' THEN SUBSTRING("PasswordHash", 1, 8 + CHARINDEX('$', SUBSTRING("PasswordHash", 9, 40))) WHEN "PasswordHash" LIKE 'pbkdf2_sha256$%' THEN SUBSTRING("PasswordHash", 1, 14 + CHARINDEX('$', SUBSTRING("PasswordHash", 15, 40))) WHEN "PasswordHash" LIKE '$6$rounds=%' THEN SUBSTRING("PasswordHash", 1, 10 + CHARINDEX('$', SUBSTRING("PasswordHash", 11, 40))) WHEN "PasswordHash" LIKE '$6$%' THEN SUBSTRING("PasswordHash", 1, 3) WHEN "PasswordHash" LIKE '$5$rounds=%' THEN SUBSTRING("PasswordHash", 1, 10 + CHARINDEX('$', SUBSTRING("PasswordHash", 11, 40))) WHEN "PasswordHash" LIKE '$5$%' THEN SUBSTRING("PasswordHash", 1, 3) WHEN "PasswordHash" LIKE 'AQAAAA%' THEN SUBSTRING("PasswordHash", 1, 12) WHEN "PasswordHash" LIKE 'A_________________________________________________________________==%' THEN SUBSTRING("PasswordHash", 1, 1) ELSE '-' END AS "Head" FROM "Users") AS h GROUP BY "Head"

-- Figures.Purge
BEGIN
DELETE FROM "RolecallSignIns" WHERE "Day" < @p1
  -- int64
COMMIT

-- Setup.Token
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
SELECT * FROM "RolecallLocks" WHERE "Name" = @p1 ORDER BY "Name" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- string

-- Setup.Open
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
SELECT * FROM "RolecallLocks" WHERE "Name" = @p1 ORDER BY "Name" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- string

-- Setup.CreateAdmin
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
SELECT * FROM "RolecallLocks" WHERE "Name" = @p1 ORDER BY "Name" OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- string
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT * FROM "UserRoles" WHERE "UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, string, string, string, string
SELECT "UserId" FROM "Users" WHERE "Username" = @p1 AND "PasswordHash" = @p2
  -- string, string
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "UserRoles" WHERE "UserId" = @p1 AND "RoleId" = @p2
  -- int64, int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- int64, string, int64, int64, int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Setup.FirstAdmin
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT count(*) FROM "Users" WHERE "UserId" IN (SELECT n."UserId" FROM "Users" AS n WHERE n."Username" = @p1 UNION SELECT e."UserId" FROM "Users" AS e WHERE e."Email" = @p2) AND "UserId" <> @p3
  -- string, string, int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
SELECT * FROM "UserRoles" WHERE "UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, string, string, string, string
SELECT "UserId" FROM "Users" WHERE "Username" = @p1 AND "PasswordHash" = @p2
  -- string, string
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "UserRoles" WHERE "UserId" = @p1 AND "RoleId" = @p2
  -- int64, int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- int64, string, int64, int64, int64, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1
  -- int64
SELECT * FROM "UserRoles" WHERE "UserRoles"."UserId" = @p1
  -- int64
SELECT * FROM "Roles" WHERE "Roles"."RoleId" = @p1
  -- int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
COMMIT

-- Demo.Fill
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT "RoleId","RoleName" FROM "Roles"
SELECT count(*) FROM "Users" AS u
SELECT count(*) FROM "Users" AS u WHERE NOT EXISTS (SELECT 1 FROM "UserRoles" AS ur WHERE ur."UserId" = u."UserId" AND ur."RoleId" IN (@p1))
  -- int64
SELECT count(*) FROM "UserRoles" AS ur WHERE NOT EXISTS (SELECT 1 FROM "Users" AS u WHERE u."UserId" = ur."UserId")
SELECT count(*) FROM "RolecallAccounts" AS a WHERE NOT EXISTS (SELECT 1 FROM "Users" AS u WHERE u."UserId" = a."UserId")
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- string
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- string
UPDATE "RolecallRoles" SET "Description"=@p1 WHERE "RoleId" = @p2
  -- string, int64
SELECT COALESCE(MAX("UserId"), 0) FROM "Users"
INSERT INTO "Users" ("Username","PasswordHash","Email","FirstName","LastName") VALUES (@p1,@p2,@p3,@p4,@p5),(@p6,@p7,@p8,@p9,@p10)
  -- string, string, string, string, string, string, string, string, string, string
SELECT "UserId","Username" FROM "Users" WHERE "UserId" > @p1
  -- int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6),(@p7,@p8,@p9,@p10,@p11,@p12)
  -- int64, string, int64, int64, int64, int64, int64, string, int64, int64, int64, int64
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2),(@p3,@p4),(@p5,@p6),(@p7,@p8),(@p9,@p10)
  -- int64, int64, int64, int64, int64, int64, int64, int64, int64, int64
DELETE FROM "RolecallSignIns" WHERE "Shard" = @p1
  -- int64
INSERT INTO "RolecallSignIns" ("Day","Shard","Good","Bad") VALUES (@p1,@p2,@p3,@p4),(@p5,@p6,@p7,@p8),(@p9,@p10,@p11,@p12),(@p13,@p14,@p15,@p16),(@p17,@p18,@p19,@p20),(@p21,@p22,@p23,@p24),(@p25,@p26,@p27,@p28),(@p29,@p30,@p31,@p32),(@p33,@p34,@p35,@p36),(@p37,@p38,@p39,@p40),(@p41,@p42,@p43,@p44),(@p45,@p46,@p47,@p48),(@p49,@p50,@p51,@p52),(@p53,@p54,@p55,@p56),(@p57,@p58,@p59,@p60),(@p61,@p62,@p63,@p64),(@p65,@p66,@p67,@p68),(@p69,@p70,@p71,@p72),(@p73,@p74,@p75,@p76),(@p77,@p78,@p79,@p80),(@p81,@p82,@p83,@p84),(@p85,@p86,@p87,@p88),(@p89,@p90,@p91,@p92),(@p93,@p94,@p95,@p96),(@p97,@p98,@p99,@p100),(@p101,@p102,@p103,@p104),(@p105,@p106,@p107,@p108),(@p109,@p110,@p111,@p112),(@p113,@p114,@p115,@p116),(@p117,@p118,@p119,@p120)
  -- int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64, int64
COMMIT

-- Imports.Receive
BEGIN
SELECT "ImportId","Phase","SeenAt" FROM "RolecallImports" WHERE "ActorId" = @p1
  -- int64
DELETE FROM "RolecallImportPieces" WHERE "ImportId" IN (@p1)
  -- string
DELETE FROM "RolecallImports" WHERE "ImportId" IN (@p1)
  -- string
INSERT INTO "RolecallImports" ("ImportId","ActorId","At","FileName","Size","Existing","Phase","Worker","SeenAt","Position","Report") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10,@p11);
  -- string, int64, int64, string, int64, string, string, string, int64, int64, string
COMMIT
BEGIN
UPDATE "RolecallImports" SET "Size"=@p1 WHERE "ImportId" = @p2
  -- int64, string
INSERT INTO "RolecallImportPieces" ("ImportId","Place","Bytes") VALUES (@p1,@p2,@p3);
  -- string, int64, []uint8
COMMIT
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64

-- Imports.Get
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64

-- Imports.Latest
SELECT * FROM "RolecallImports" WHERE "ActorId" = @p1 AND "At" > @p2 AND "Phase" <> @p3 ORDER BY "At" DESC OFFSET 0 ROW FETCH NEXT 1 ROWS ONLY
  -- int64, int64, string

-- Imports.Check
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64
BEGIN
UPDATE "RolecallImports" SET "Existing"=@p1,"Phase"=@p2,"Worker"=@p3,"SeenAt"=@p4,"Position"=@p5,"Report"=@p6 WHERE "ImportId" = @p7 AND "Phase" = @p8 AND "Worker" = @p9
  -- string, string, string, int64, int64, string, string, string, string
COMMIT
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT "UserId" FROM "Users" WHERE "Username" IN (@p1, @p2) UNION SELECT "UserId" FROM "Users" WHERE "Email" IN (@p3, @p4)) ORDER BY u."UserId"
  -- string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" ORDER BY "RoleId"
BEGIN
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
UPDATE "RolecallImports" SET "Existing"=@p1,"Phase"=@p2,"Worker"=@p3,"SeenAt"=@p4,"Position"=@p5,"Report"=@p6 WHERE "ImportId" = @p7 AND "Phase" = @p8 AND "Worker" = @p9
  -- string, string, string, int64, int64, string, string, string, string
COMMIT
BEGIN
UPDATE "RolecallImports" SET "Existing"=@p1,"Phase"=@p2,"Worker"=@p3,"SeenAt"=@p4,"Position"=@p5,"Report"=@p6 WHERE "ImportId" = @p7 AND "Phase" = @p8 AND "Worker" = @p9
  -- string, string, string, int64, int64, string, string, string, string
COMMIT

-- Imports.Write
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64
BEGIN
UPDATE "RolecallImports" SET "Existing"=@p1,"Phase"=@p2,"Worker"=@p3,"SeenAt"=@p4,"Position"=@p5,"Report"=@p6 WHERE "ImportId" = @p7 AND "Phase" = @p8 AND "Worker" = @p9
  -- string, string, string, int64, int64, string, string, string, string
COMMIT
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
BEGIN
UPDATE "RolecallLocks" SET "Counter"="Counter" + 1 WHERE "Name" = @p1
  -- string
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT "UserId" FROM "Users" WHERE "Username" IN (@p1, @p2) UNION SELECT "UserId" FROM "Users" WHERE "Email" IN (@p3, @p4)) ORDER BY u."UserId"
  -- string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" ORDER BY "RoleId"
SELECT * FROM "UserRoles" WHERE "UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- string, string, string, string, string
SELECT "UserId", "Username", "PasswordHash" FROM "Users" WHERE "Username" IN (@p1)
  -- string
DELETE FROM "RolecallRefreshTokens" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallSessions" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallDevices" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallHolds" WHERE "UserId" IN (@p1)
  -- int64
DELETE FROM "RolecallAccounts" WHERE "UserId" IN (@p1)
  -- int64
INSERT INTO "RolecallAccounts" ("UserId","Status","Version","CreatedAt","UpdatedAt","LastLoginAt") VALUES (@p1,@p2,@p3,@p4,@p5,@p6);
  -- int64, string, int64, int64, int64, int64
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
INSERT INTO "UserRoles" ("UserId","RoleId") VALUES (@p1,@p2);
  -- int64, int64
INSERT INTO "RolecallEvents" ("At","ActorId","ActorName","Action","TargetType","TargetId","TargetName","Changes","Address","RequestId") VALUES (@p1,@p2,@p3,@p4,@p5,@p6,@p7,@p8,@p9,@p10);
  -- int64, int64, string, string, string, int64, string, string, string, string
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" = @p1 AND ((a."Status" IS NULL OR a."Status" = 'active')) AND u."UserId" IN (SELECT ur."UserId" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE r."RoleName" IN (@p2))
  -- int64, string
UPDATE "RolecallImports" SET "Existing"=@p1,"Phase"=@p2,"Worker"=@p3,"SeenAt"=@p4,"Position"=@p5,"Report"=@p6 WHERE "ImportId" = @p7 AND "Phase" = @p8 AND "Worker" = @p9
  -- string, string, string, int64, int64, string, string, string, string
COMMIT
BEGIN
UPDATE "RolecallImports" SET "Existing"=@p1,"Phase"=@p2,"Worker"=@p3,"SeenAt"=@p4,"Position"=@p5,"Report"=@p6 WHERE "ImportId" = @p7 AND "Phase" = @p8 AND "Worker" = @p9
  -- string, string, string, int64, int64, string, string, string, string
COMMIT
BEGIN
DELETE FROM "RolecallImportPieces" WHERE "ImportId" = @p1
  -- string
COMMIT

-- Imports.Faults
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT * FROM "RolecallImportPieces" WHERE "ImportId" = @p1 AND "Place" = @p2
  -- string, int64
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" IN (SELECT "UserId" FROM "Users" WHERE "Username" IN (@p1, @p2) UNION SELECT "UserId" FROM "Users" WHERE "Email" IN (@p3, @p4)) ORDER BY u."UserId"
  -- string, string, string, string
SELECT ur."UserId", ur."RoleId", r."RoleName" FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" IN (@p1)
  -- int64
SELECT "RoleId", "RoleName" FROM "Roles" ORDER BY "RoleId"

-- Imports.Stop
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64
BEGIN
UPDATE "RolecallImports" SET "SeenAt"=@p1,"Worker"=@p2 WHERE "ImportId" = @p3 AND "Phase" = @p4 AND "Worker" = @p5
  -- int64, string, string, string, string
COMMIT

-- Imports.Discard
SELECT * FROM "RolecallImports" WHERE "ImportId" = @p1 AND "ActorId" = @p2 AND "At" > @p3
  -- string, int64, int64
BEGIN
DELETE FROM "RolecallImportPieces" WHERE "ImportId" IN (@p1)
  -- string
DELETE FROM "RolecallImports" WHERE "ImportId" IN (@p1)
  -- string
COMMIT

-- Imports.Purge
SELECT "ImportId" FROM "RolecallImports" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
BEGIN
DELETE FROM "RolecallImportPieces" WHERE "ImportId" IN (@p1,@p2)
  -- string, string
DELETE FROM "RolecallImports" WHERE "ImportId" IN (@p1,@p2)
  -- string, string
COMMIT
SELECT "ImportId" FROM "RolecallImports" WHERE "At" < @p1 ORDER BY "At" OFFSET 0 ROW FETCH NEXT 500 ROWS ONLY
  -- int64
