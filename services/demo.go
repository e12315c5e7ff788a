package services

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"rolecall/models"
)

// Demo fills an empty database with people who do not exist.
type Demo struct{ *core }

// A DemoOrder says how many people, and which: the same seed makes the same ones,
// though the times of their lives are counted back from now.
type DemoOrder struct {
	Users int // 1 to DemoUsersMax
	Seed  uint64
}

// DemoUsersMax is the largest crowd.
const DemoUsersMax = 10_000_000

// A DemoCrowd is what was made. The password is everybody's, and kept nowhere.
type DemoCrowd struct {
	Users    int
	Admins   []string // usernames of those who hold Admin
	Password string
}

// demoBatch is how many people are held in memory, and made between two calls of
// progress.
const demoBatch = 10_000

// Fill makes the people in one transaction: a database that is not empty is a
// Conflict, and a run that is broken off leaves it empty. progress hears how many
// are made by now. Their password is random and not for the seed to tell, since
// one of them is an admin.
func (s *Demo) Fill(ctx context.Context, actor models.Actor, order DemoOrder, progress func(made int)) (_ DemoCrowd, err error) {
	defer models.StartSpan(&ctx, "Demo.Fill").End(&err)
	if err := actor.RequireAdmin("fill a database"); err != nil {
		return DemoCrowd{}, err
	}
	if order.Users < 1 || order.Users > DemoUsersMax {
		return DemoCrowd{}, models.InvalidField("users", fmt.Sprintf("Ask for 1 to %d.", DemoUsersMax))
	}
	password := demoPassword()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return DemoCrowd{}, err
	}
	crowd := DemoCrowd{Users: order.Users, Password: password}
	err = s.db.BulkTx(ctx, func(tx *gorm.DB) (err error) {
		crowd.Admins, err = s.fill(tx, actor, order, hash, progress)
		return err
	})
	if err != nil {
		return DemoCrowd{}, err
	}
	return crowd, nil
}

// fill returns the admins' names.
func (s *Demo) fill(tx *gorm.DB, actor models.Actor, order DemoOrder, hash string, progress func(made int)) ([]string, error) {
	if err := s.demoMayFill(tx); err != nil {
		return nil, err
	}
	f, err := s.newFiller(tx, actor, order, hash)
	if err != nil {
		return nil, err
	}
	made, stop := 0, make(chan struct{})
	defer close(stop)
	for people := range f.people.batches(s.db, stop) {
		if err := f.batch(people); err != nil {
			return nil, err
		}
		made += len(people)
		progress(made)
	}
	return f.history.adminNames(), f.history.write(s.db, tx, order.Users)
}

// demoPassword has 80 random bits, in groups that can be typed.
func demoPassword() string {
	text := strings.ToLower(rand.Text())
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:16]
}

// demoMayFill locks the directory, and the first admin's making, and looks
// whether the database is empty: an admin may be there, and what belongs to him,
// but no other account, no role but the built-in ones, and no trace of a user who
// is gone, whose id would be given again.
func (s *Demo) demoMayFill(tx *gorm.DB) error {
	if err := models.LockRow(tx, models.SetupLock); err != nil {
		return err
	}
	if err := lockDirectory(tx); err != nil {
		return err
	}
	var roles []models.Role
	if err := tx.Table("Roles").Select("RoleId", "RoleName").Find(&roles).Error; err != nil {
		return fmt.Errorf("read the roles: %w", err)
	}
	ids := []int64{0} // of the roles whose holders may be there
	empty := true
	for _, role := range roles {
		empty = empty && role.BuiltIn()
		if models.SameName(role.RoleName, models.AdminRole) {
			ids = append(ids, role.RoleID)
		}
	}
	for _, rows := range []struct {
		of    *gorm.DB
		bound int64
	}{
		{tx.Table(`"Users" AS u`), 1},
		{tx.Table(`"Users" AS u`).Where(`NOT EXISTS (SELECT 1 FROM "UserRoles" AS ur WHERE ur."UserId" = u."UserId" AND ur."RoleId" IN ?)`, ids), 0},
		{tx.Table(`"UserRoles" AS ur`).Where(`NOT EXISTS (SELECT 1 FROM "Users" AS u WHERE u."UserId" = ur."UserId")`), 0},
		{tx.Table(`"RolecallAccounts" AS a`).Where(`NOT EXISTS (SELECT 1 FROM "Users" AS u WHERE u."UserId" = a."UserId")`), 0},
	} {
		var count int64
		if err := rows.of.Count(&count).Error; err != nil {
			return fmt.Errorf("look whether the database is empty: %w", err)
		}
		empty = empty && count <= rows.bound
	}
	if !empty {
		return &models.Error{Kind: models.Conflict, Message: "The demo fills an empty database only, with one administrator at most. This one holds other accounts or roles."}
	}
	return nil
}

// A demoFiller writes the rows of the people, a batch at a time.
type demoFiller struct {
	db      *models.DB
	tx      *gorm.DB
	people  *demoPeople
	history *demoHistory
	hash    string
	roles   []int64 // ids, in the order of demoRoles
	admin   int64
	user    int64
	last    int64 // the highest UserId so far

	users, accounts, memberships *models.Bulk
}

func (s *Demo) newFiller(tx *gorm.DB, actor models.Actor, order DemoOrder, hash string) (*demoFiller, error) {
	now := models.Now()
	f := &demoFiller{db: s.db, tx: tx, hash: hash, people: newDemoPeople(order, now), history: newDemoHistory(order, now)}
	admin, err := s.roleNamed(tx, actor, models.AdminRole)
	if err != nil {
		return nil, err
	}
	user, err := s.roleNamed(tx, actor, models.UserRole)
	if err != nil {
		return nil, err
	}
	f.admin, f.user = admin.RoleID, user.RoleID
	for _, role := range demoRoles {
		made, err := s.insertRole(tx, role.name)
		if err == nil {
			err = describe(tx, made.RoleID, role.description)
		}
		if err != nil {
			return nil, err
		}
		f.roles = append(f.roles, made.RoleID)
	}
	if err := tx.Table("Users").Select(`COALESCE(MAX("UserId"), 0)`).Row().Scan(&f.last); err != nil {
		return nil, fmt.Errorf("read the highest id: %w", err)
	}
	f.users = f.db.NewBulk(tx, "Users", append(demoColumns, f.switches()...)...)
	f.accounts = f.db.NewBulk(tx, "RolecallAccounts", "UserId", "Status", "Version", "CreatedAt", "UpdatedAt", "LastLoginAt")
	f.memberships = f.db.NewBulk(tx, "UserRoles", "UserId", "RoleId")
	return f, nil
}

// demoColumns are the owner's that the service needs, but for the id.
var demoColumns = []string{"Username", "PasswordHash", "Email", "FirstName", "LastName"}

// switches is the owner's column for the state, where there is one.
func (f *demoFiller) switches() []string {
	for column := range f.db.OwnerActive(true) {
		return []string{column}
	}
	return nil
}

// batch writes the people. Their ids are the database's choice, and read back.
func (f *demoFiller) batch(people []demoPerson) error {
	for _, person := range people {
		if err := f.addUser(person); err != nil {
			return err
		}
	}
	if err := f.users.Flush(); err != nil {
		return err
	}
	ids, err := f.idsSince()
	if err != nil {
		return err
	}
	for _, person := range people {
		id, found := ids[person.username]
		if !found {
			return fmt.Errorf("the demo's user %s is not there after it was inserted", person.username)
		}
		if err := f.addOurs(id, person); err != nil {
			return err
		}
		f.history.of(id, person)
	}
	if err := f.accounts.Flush(); err != nil {
		return err
	}
	return f.memberships.Flush()
}

func (f *demoFiller) addUser(p demoPerson) error {
	row := make([]any, 0, len(demoColumns)+1)
	for i, text := range []string{p.username, f.hash, p.email, p.firstName, p.lastName} {
		row = append(row, f.db.Param(demoColumns[i], text))
	}
	for _, value := range f.db.OwnerActive(p.status == models.Active) {
		row = append(row, value)
	}
	return f.users.Add(row...)
}

// idsSince reads, by their names, the ids of the users above the highest so far.
// A CHAR column fills a name up with blanks.
func (f *demoFiller) idsSince() (map[string]int64, error) {
	var users []models.User
	if err := f.tx.Table("Users").Select("UserId", "Username").Where(`"UserId" > ?`, f.last).Find(&users).Error; err != nil {
		return nil, fmt.Errorf("read the ids of the demo's users: %w", err)
	}
	ids := make(map[string]int64, len(users))
	for _, user := range users {
		ids[strings.TrimRight(user.Username, " ")] = user.UserID
		f.last = max(f.last, user.UserID)
	}
	return ids, nil
}

func (f *demoFiller) addOurs(id int64, p demoPerson) error {
	if err := f.accounts.Add(id, string(p.status), int64(1), int64(p.created), int64(p.updated), int64(p.lastLogin)); err != nil {
		return err
	}
	roles := []int64{}
	if p.admin {
		roles = append(roles, f.admin)
	}
	roles = append(roles, f.user)
	for _, role := range p.roles {
		roles = append(roles, f.roles[role])
	}
	for _, role := range roles {
		if err := f.memberships.Add(id, role); err != nil {
			return err
		}
	}
	return nil
}
