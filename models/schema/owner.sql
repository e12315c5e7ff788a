-- The owner's tables. Each is created only where it is missing, and one that is
-- there is never altered. NVARCHAR counts UTF-16 units, so what we bound in
-- characters has twice as many. The words in braces are each engine's own: see word()
-- in database_*.go.

-- Users
CREATE TABLE "Users" (
  "UserId" {id},
  "Username" {name 64} NOT NULL,
  "PasswordHash" {string 255} NOT NULL,
  "Email" {name 254} NOT NULL,
  "FirstName" {name 200},
  "LastName" {name 200}
);
CREATE UNIQUE INDEX "UX_Users_Username" ON "Users" ({fold "Username"});
CREATE UNIQUE INDEX "UX_Users_Email" ON "Users" ({fold "Email"});
CREATE INDEX "IX_Users_LastName" ON "Users" ({fold "LastName"}{ties "UserId"});
CREATE INDEX "IX_Users_FirstName" ON "Users" ({beginning "FirstName"}, {beginning "LastName"});
{beginnings "Username"};
{beginnings "Email"};
{beginnings "LastName"};

-- Roles
CREATE TABLE "Roles" (
  "RoleId" {id},
  "RoleName" {name 128} NOT NULL
);
CREATE UNIQUE INDEX "UX_Roles_RoleName" ON "Roles" ({fold "RoleName"});
INSERT INTO "Roles" ("RoleName") VALUES ('Admin');
INSERT INTO "Roles" ("RoleName") VALUES ('User');

-- UserRoles
CREATE TABLE "UserRoles" (
  "UserId" {ref} NOT NULL,
  "RoleId" {ref} NOT NULL,
  PRIMARY KEY ("UserId", "RoleId")
);
CREATE INDEX "IX_UserRoles_RoleId" ON "UserRoles" ("RoleId", "UserId");
