package services

import (
	"context"
	"fmt"
	"maps"

	"gorm.io/gorm"

	"rolecall/models"
)

// Users keeps the accounts.
type Users struct{ *core }

// A NewUser is what an account begins with.
type NewUser struct {
	Username  string
	Email     string
	Password  string
	FirstName string
	LastName  string
	Roles     []string // not in a registration
	IsActive  bool     // not in a registration
}

// Register opens an account for a stranger, with the role User. Under
// RegistrationApproval it waits for an admin; under RegistrationClosed it is
// Forbidden, and Limited after too many from one address. A name or an e-mail address that is taken is a Conflict.
func (s *Users) Register(ctx context.Context, actor models.Actor, user NewUser) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Users.Register").End(&err)
	defer func() { s.measures.registered(err) }()
	state := models.Active
	switch s.cfg.Registration {
	case RegistrationClosed:
		return models.User{}, &models.Error{Kind: models.Forbidden, Message: "Registration is closed. Ask an administrator for an account."}
	case RegistrationApproval:
		state = models.Pending
	}
	if err := s.checkNew(user); err != nil {
		return models.User{}, err
	}
	if err := s.admitRegistration(ctx, actor); err != nil {
		return models.User{}, err
	}
	user.Roles = []string{models.UserRole}
	return s.open(ctx, actor, "user.registered", user, state)
}

// Create opens an account as an admin. With nil for the roles it gets the role
// User, with an empty list none.
func (s *Users) Create(ctx context.Context, actor models.Actor, user NewUser) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Users.Create").End(&err)
	if err := actor.RequireAdmin("create accounts"); err != nil {
		return models.User{}, err
	}
	if user.Roles == nil {
		user.Roles = []string{models.UserRole}
	}
	state := models.Active
	if !user.IsActive {
		state = models.Disabled
	}
	if err := s.checkNew(user); err != nil {
		return models.User{}, err
	}
	return s.open(ctx, actor, "user.created", user, state)
}

// open hashes the password outside the transaction, and writes all the rows of
// the account in it. The values are checked.
func (s *Users) open(ctx context.Context, actor models.Actor, action string, user NewUser, state models.Status) (models.User, error) {
	hash, err := s.hasher.hash(ctx, user.Password)
	if err != nil {
		return models.User{}, err
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.User, error) {
		return s.insert(tx, actor, action, user, hash, state)
	})
}

// checkNew checks the values of a new account.
func (s *Users) checkNew(user NewUser) error {
	fields := s.db.CheckUser(user.Username, user.Email, user.FirstName, user.LastName)
	if sentence := s.rules.check(user.Password, user.Username, user.Email); sentence != "" {
		fields["password"] = sentence
	}
	return fields.Err()
}

// insert writes the owner's row, ours, the memberships and the event.
func (s *Users) insert(tx *gorm.DB, actor models.Actor, action string, user NewUser, hash string, state models.Status) (models.User, error) {
	if err := lockDirectory(tx); err != nil {
		return models.User{}, err
	}
	if err := s.taken(tx, user.Username, user.Email, 0); err != nil {
		return models.User{}, err
	}
	roles, err := s.rolesNamed(tx, actor, user.Roles)
	if err != nil {
		return models.User{}, err
	}
	orphans, err := orphans(tx)
	if err != nil {
		return models.User{}, err
	}
	id, err := s.insertRow(tx, user, hash, state)
	if err != nil {
		return models.User{}, err
	}
	if err := s.insertOurs(tx, id, orphans[id], roles, state); err != nil {
		return models.User{}, err
	}
	created, err := s.db.User(tx, id)
	if err != nil {
		return models.User{}, err
	}
	return created, record(tx, actor, action, userTarget(created), appeared(created))
}

// orphans are the memberships that no user has yet, by the user's id: another
// program deleted one, and an engine may give the id again.
func orphans(tx *gorm.DB) (map[int64][]models.Membership, error) {
	var rows []models.Membership
	err := tx.Where(`"UserId" > (SELECT COALESCE(MAX(u."UserId"), 0) FROM "Users" AS u)`).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read the orphans of UserRoles: %w", err)
	}
	byUser := map[int64][]models.Membership{}
	for _, row := range rows {
		byUser[row.UserID] = append(byUser[row.UserID], row)
	}
	return byUser, nil
}

// insertOurs writes what belongs to the new row. What an earlier user of that id
// has left, in our tables and in UserRoles, goes; a role that a trigger of the
// owner's has just given stays.
func (s *Users) insertOurs(tx *gorm.DB, id int64, orphans []models.Membership, roles []models.Role, state models.Status) error {
	if err := forget(tx, id); err != nil {
		return err
	}
	if err := dropOrphans(tx, orphans); err != nil {
		return err
	}
	now := models.Now()
	account := models.Account{UserID: id, Status: state, Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := tx.Create(&account).Error; err != nil {
		return fmt.Errorf("insert account %d: %w", id, err)
	}
	user, err := s.db.User(tx, id)
	if err != nil {
		return err
	}
	for _, role := range without(roles, user.Roles) {
		if err := tx.Create(&models.Membership{UserID: id, RoleID: role.RoleID}).Error; err != nil {
			return fmt.Errorf("give role %d to user %d: %w", role.RoleID, id, err)
		}
	}
	return nil
}

func dropOrphans(tx *gorm.DB, orphans []models.Membership) error {
	for _, orphan := range orphans {
		if err := tx.Where(`"UserId" = ? AND "RoleId" = ?`, orphan.UserID, orphan.RoleID).Delete(&models.Membership{}).Error; err != nil {
			return fmt.Errorf("delete an orphan of UserRoles: %w", err)
		}
	}
	return nil
}

// insertRow writes the row of the owner's table and returns its id. The hash is
// salted, so it names the row: an OUTPUT clause would fail where the table has a
// trigger, and SCOPE_IDENTITY is NULL behind an INSTEAD OF trigger.
func (s *Users) insertRow(tx *gorm.DB, user NewUser, hash string, state models.Status) (int64, error) {
	row := s.db.OwnerActive(state == models.Active)
	maps.Copy(row, map[string]any{
		"Username": user.Username, "PasswordHash": hash, "Email": user.Email,
		"FirstName": user.FirstName, "LastName": user.LastName,
	})
	if err := tx.Table("Users").Create(s.db.OwnerRow(row)).Error; err != nil {
		return 0, fmt.Errorf("insert a user: %w", err)
	}
	var id int64
	err := tx.Table("Users").Select(`"UserId"`).
		Where(s.db.Same(`"Username"`)+` AND "PasswordHash" = ?`, s.db.Param("Username", user.Username), s.db.Param("PasswordHash", hash)).Row().Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("read the new user's id: %w", err)
	}
	return id, nil
}

// taken returns a Conflict when another user has the username or the e-mail
// address, also as the other of the two: either signs in.
func (s *Users) taken(tx *gorm.DB, username, email string, except int64) error {
	fields := models.FieldErrors{}
	for _, value := range []struct{ field, text, sentence string }{
		{"username", username, "This username is taken."},
		{"email", email, "This e-mail address is taken."},
	} {
		if value.text == "" {
			continue
		}
		var found int64
		err := tx.Table("Users").Where(`"UserId" IN `+s.called()+` AND "UserId" <> ?`,
			s.db.Param("Username", value.text), s.db.Param("Email", value.text), except).Count(&found).Error
		if err != nil {
			return fmt.Errorf("look for the %s: %w", value.field, err)
		}
		if found > 0 {
			fields[value.field] = value.sentence
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Conflict, Message: "The username or the e-mail address is taken.", Fields: fields}
}

// Get returns one user, to an admin.
func (s *Users) Get(ctx context.Context, actor models.Actor, userID int64) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Users.Get").End(&err)
	if err := actor.RequireAdmin("see other accounts"); err != nil {
		return models.User{}, err
	}
	return s.db.User(s.db.Read(ctx), userID)
}

// Own returns the actor's own account, as it is now: the actor's may be a moment
// old.
func (s *Users) Own(ctx context.Context, actor models.Actor) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Users.Own").End(&err)
	if err := actor.RequireUser("see your account"); err != nil {
		return models.User{}, err
	}
	return s.db.User(s.db.Read(ctx), actor.User.UserID)
}

// values are what the audit keeps of a user.
func values(u models.User) map[string]any {
	return map[string]any{
		"username": u.Username, "email": u.Email, "first_name": u.FirstName, "last_name": u.LastName,
		"is_active": u.IsActive(), "roles": u.RoleNames(),
	}
}

// appeared are the changes from nothing to the user.
func appeared(u models.User) models.Changes {
	changes := models.Changes{}
	for field, value := range values(u) {
		changes[field] = models.Change{New: value}
	}
	return changes
}

// vanished are the changes from the user to nothing.
func vanished(u models.User) models.Changes {
	changes := models.Changes{}
	for field, value := range values(u) {
		changes[field] = models.Change{Old: value}
	}
	return changes
}
