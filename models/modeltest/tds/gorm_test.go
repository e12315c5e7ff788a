package tds_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"gorm.io/driver/sqlserver"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"rolecall/models/modeltest/tds"
)

type member struct {
	UserID    int64     `gorm:"column:UserId;primaryKey;autoIncrement"`
	Username  string    `gorm:"column:Username"`
	IsActive  bool      `gorm:"column:IsActive"`
	CreatedAt time.Time `gorm:"column:CreatedAt"`
	Roles     []role    `gorm:"many2many:UserRoles;joinForeignKey:UserId;joinReferences:RoleId"`
}

func (member) TableName() string { return "Members" }

type role struct {
	RoleID   int64  `gorm:"column:RoleId;primaryKey;autoIncrement"`
	RoleName string `gorm:"column:RoleName"`
}

func (role) TableName() string { return "Roles" }

type membership struct {
	UserID int64 `gorm:"column:UserId;primaryKey;autoIncrement:false"`
	RoleID int64 `gorm:"column:RoleId;primaryKey;autoIncrement:false"`
}

func (membership) TableName() string { return "UserRoles" }

func openGORM(t *testing.T) (*tds.Server, *gorm.DB) {
	t.Helper()
	server := tds.Start(t)
	server.Exec(t, `CREATE TABLE "Members" ("UserId" INT IDENTITY(1,1) NOT NULL, "Username" NVARCHAR(50) NOT NULL, "IsActive" BIT NOT NULL, "CreatedAt" DATETIMEOFFSET NULL,
  CONSTRAINT "PK_Members" PRIMARY KEY ("UserId"), CONSTRAINT "UQ_Members_Username" UNIQUE ("Username"));
CREATE TABLE "Roles" ("RoleId" BIGINT IDENTITY(1,1) NOT NULL PRIMARY KEY, "RoleName" NVARCHAR(50) NOT NULL UNIQUE)
CREATE TABLE "UserRoles" ("UserId" INT NOT NULL REFERENCES "Members" ("UserId") ON DELETE CASCADE, "RoleId" BIGINT NOT NULL, PRIMARY KEY ("UserId", "RoleId"))`)
	db, err := gorm.Open(sqlserver.Open(server.URL()), &gorm.Config{
		NamingStrategy: schema.NamingStrategy{NoLowerCase: true, SingularTable: true},
		Logger:         logger.Discard, SkipDefaultTransaction: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SetupJoinTable(&member{}, "Roles", &membership{}); err != nil {
		t.Fatal(err)
	}
	std, _ := db.DB()
	t.Cleanup(func() { std.Close() })
	return server, db
}

func TestGORM(t *testing.T) {
	server, db := openGORM(t)
	bob := member{Username: "Bob", IsActive: true, CreatedAt: time.Now()}
	admin := []role{{RoleName: "Admin"}, {RoleName: "User"}}
	if err := errors.Join(db.Omit(clause.Associations).Create(&bob).Error, db.Create(&admin).Error); err != nil {
		t.Fatal(err)
	}
	if bob.UserID != 1 || admin[0].RoleID != 1 || admin[1].RoleID != 2 {
		t.Errorf("ids %d, %d, %d", bob.UserID, admin[0].RoleID, admin[1].RoleID)
	}
	if err := db.Create(&[]membership{{1, 1}, {1, 2}}).Error; err != nil {
		t.Fatal(err)
	}
	var found member
	if err := db.Preload("Roles").Where(`"Username" = ?`, "BOB").Take(&found).Error; err != nil {
		t.Fatal(err)
	}
	if len(found.Roles) != 2 || !found.IsActive || !found.CreatedAt.Equal(bob.CreatedAt.Truncate(100)) {
		t.Errorf("found %+v", found)
	}
	err := db.Omit(clause.Associations).Create(&member{Username: "BOB"}).Error
	if number(err) != 2627 {
		t.Errorf("duplicate: %v", err)
	}
	if err := db.Where(`"Username" = ?`, "nobody").Take(&member{}).Error; !errors.Is(err, gorm.ErrRecordNotFound) {
		t.Errorf("Take of none: %v", err)
	}
	if err := db.Create(&role{RoleID: 9, RoleName: "Nine"}).Error; err != nil {
		t.Errorf("a set identity: %v", err)
	}

	server.Exec(t, `CREATE TRIGGER TR ON Members FOR UPDATE AS PRINT 'x'`)
	if err := db.Omit(clause.Associations).Create(&member{Username: "carl"}).Error; number(err) != 334 {
		t.Errorf("Create with a trigger: %v, want 334", err)
	}
	if err := db.Table("Members").Create(map[string]any{"Username": "carl", "IsActive": false}).Error; err != nil {
		t.Errorf("Create from a map: %v", err)
	}
}

func TestGORMPages(t *testing.T) {
	_, db := openGORM(t)
	for _, name := range []string{"d", "B", "a", "C"} {
		if err := db.Create(&role{RoleName: name}).Error; err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	if err := db.Model(&role{}).Order(`"RoleName"`).Limit(2).Offset(1).Pluck("RoleName", &names).Error; err != nil {
		t.Fatal(err)
	}
	if strings.Join(names, "") != "BC" {
		t.Errorf("page %v, want B C", names)
	}
	var count int64
	if err := db.Model(&role{}).Where(`"RoleName" IN ?`, []string{"A", "b"}).Count(&count).Error; err != nil || count != 2 {
		t.Errorf("Count = %d, %v", count, err)
	}
	var first role
	if err := db.First(&first).Error; err != nil || first.RoleName != "d" {
		t.Errorf("First = %+v, %v", first, err)
	}
	update := db.Model(&role{}).Where(`"RoleId" = ?`, 1).UpdateColumns(map[string]any{"RoleName": gorm.Expr(`"RoleName" + ?`, "x")})
	if update.Error != nil || update.RowsAffected != 1 {
		t.Errorf("update: %d, %v", update.RowsAffected, update.Error)
	}
	if err := db.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&first).Error; number(err) != 102 {
		t.Errorf("FOR UPDATE: %v, want 102", err)
	}
	if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&membership{1, 1}).Error; number(err) != 102 {
		t.Errorf("MERGE: %v, want 102", err)
	}
}

func TestGORMTransaction(t *testing.T) {
	_, db := openGORM(t)
	stop := errors.New("stop")
	err := db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&role{RoleName: "one"}).Error; err != nil {
			return err
		}
		nested := tx.Transaction(func(inner *gorm.DB) error {
			inner.Create(&role{RoleName: "two"})
			return stop
		})
		if !errors.Is(nested, stop) {
			t.Errorf("nested: %v", nested)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Transaction(func(tx *gorm.DB) error {
		return errors.Join(tx.Create(&role{RoleName: "three"}).Error, stop)
	}, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
	var names []string
	if err := db.Model(&role{}).Pluck("RoleName", &names).Error; err != nil || strings.Join(names, ",") != "one" {
		t.Errorf("names %v, %v", names, err)
	}
}
