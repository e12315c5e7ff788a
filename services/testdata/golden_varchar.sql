-- Where the owner's texts are VARCHAR, these of golden_sqlserver.sql have parameters
-- of that type. Made by go test ./services -run TestGoldenStatements -update.

SELECT count(*) FROM "Users" WHERE ("Username" = @p1 OR "Email" = @p2) AND "UserId" <> @p3
  -- mssql.VarChar, mssql.VarChar, int64
SELECT "RoleId", "RoleName" FROM "Roles" WHERE "RoleName" = @p1 ORDER BY "RoleId"
  -- mssql.VarChar
INSERT INTO "Users" ("Email","FirstName","LastName","PasswordHash","Username") VALUES (@p1,@p2,@p3,@p4,@p5);
  -- mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar
SELECT "UserId" FROM "Users" WHERE "Username" = @p1 AND "PasswordHash" = @p2
  -- mssql.VarChar, mssql.VarChar
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (u."Username" = @p1 OR u."Email" = @p2) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 10 ROWS ONLY
  -- mssql.VarChar, mssql.VarChar
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (COALESCE(a."Status", 'active') = 'active' AND 1 = 1) AND (EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" = u."UserId" AND r."RoleName" IN (@p1, @p2))) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\'))
  -- mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (COALESCE(a."Status", 'active') = 'active' AND 1 = 1) AND (EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" = u."UserId" AND r."RoleName" IN (@p1, @p2))) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) ORDER BY COALESCE(u."LastName", '') DESC,u."UserId" OFFSET 0 ROW FETCH NEXT 2 ROWS ONLY
  -- mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar
SELECT u."UserId", u."Username", u."PasswordHash", u."Email", u."FirstName", u."LastName", 1 AS "OwnerActive", COALESCE(a."Status", 'active') AS "Status", COALESCE(a."Version", 0) AS "Version", COALESCE(a."CreatedAt", 0) AS "CreatedAt", COALESCE(a."UpdatedAt", 0) AS "UpdatedAt", COALESCE(a."LastLoginAt", 0) AS "LastLoginAt" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (COALESCE(a."Status", 'active') = 'active' AND 1 = 1) AND (EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" = u."UserId" AND r."RoleName" IN (@p1, @p2))) AND ((u."Username" LIKE @p3 ESCAPE '\' OR u."Email" LIKE @p4 ESCAPE '\' OR u."FirstName" LIKE @p5 ESCAPE '\' OR u."LastName" LIKE @p6 ESCAPE '\' OR u."FirstName" LIKE @p7 ESCAPE '\' AND u."LastName" LIKE @p8 ESCAPE '\' OR u."FirstName" LIKE @p9 ESCAPE '\' AND u."LastName" LIKE @p10 ESCAPE '\')) AND COALESCE(u."LastName", '') <= @p11 AND ((COALESCE(u."LastName", '') < @p12 OR COALESCE(u."LastName", '') = @p13 AND u."UserId" > @p14)) ORDER BY COALESCE(u."LastName", '') DESC,u."UserId" OFFSET 0 ROW FETCH NEXT 2 ROWS ONLY
  -- mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, int64
SELECT count(*) FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE u."UserId" <> @p1 AND (COALESCE(a."Status", 'active') = 'active' AND 1 = 1) AND (EXISTS (SELECT 1 FROM "UserRoles" AS ur JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" = u."UserId" AND r."RoleName" IN (@p2)))
  -- int64, mssql.VarChar
UPDATE "Users" SET "Email"=@p1,"FirstName"=@p2,"LastName"=@p3,"Username"=@p4 WHERE "UserId" = @p5
  -- mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar, int64
UPDATE "Users" SET "PasswordHash"=@p1 WHERE "UserId" = @p2
  -- mssql.VarChar, int64
SELECT count(*) FROM "Roles" WHERE "RoleName" = @p1 AND "RoleId" <> @p2
  -- mssql.VarChar, int64
INSERT INTO "Roles" ("RoleName") VALUES (@p1);
  -- mssql.VarChar
UPDATE "Roles" SET "RoleName"=@p1 WHERE "RoleId" = @p2
  -- mssql.VarChar, int64
SELECT u."UserId" FROM "Users" AS u LEFT JOIN "RolecallAccounts" AS a ON a."UserId" = u."UserId" WHERE (COALESCE(a."Status", 'active') = 'active' AND 1 = 1) AND ((u."Username" LIKE @p1 ESCAPE '\' OR u."Email" LIKE @p2 ESCAPE '\' OR u."FirstName" LIKE @p3 ESCAPE '\' OR u."LastName" LIKE @p4 ESCAPE '\')) ORDER BY u."UserId" OFFSET 0 ROW FETCH NEXT 10001 ROWS ONLY
  -- mssql.VarChar, mssql.VarChar, mssql.VarChar, mssql.VarChar
