package services

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"rolecall/models"
)

// An importPlan is what a batch of rows does.
type importPlan struct {
	create  []models.User // who has no id yet
	change  []importChange
	same    int
	skipped int
	refused int
	faults  []models.ImportFault
}

// An importChange is what a row does to a user who is there.
type importChange struct {
	step    // for state and roles
	row     importRow
	changes models.Changes // of the columns
}

// count is the report after the plan.
func (p importPlan) count(r models.ImportReport) models.ImportReport {
	r.Created += len(p.create)
	r.Updated += len(p.change)
	r.Same += p.same
	r.Skipped += p.skipped
	r.Refused += p.refused
	r.Blame(p.faults...)
	return r
}

// An importPlanner plans rows, with what is in the database about them.
type importPlanner struct {
	*Users
	importPlan
	tx      *gorm.DB
	actor   models.Actor
	options ImportOptions
	users   map[string][]models.User // by nameKey of the username
	holders map[string]int64         // of each username or address, by nameKey
	loose   bool                     // the database may equate what we do not
	roles   []models.Role
}

// planImport plans what the batch does, under the rules and guards of the single
// operations. How many statements it takes does not depend on how many rows it has.
func (s *Users) planImport(tx *gorm.DB, actor models.Actor, batch importBatch, o ImportOptions) (importPlan, error) {
	p := &importPlanner{Users: s, tx: tx, actor: actor, options: o}
	p.refused, p.faults = batch.refused, slices.Clone(batch.faults)
	if err := p.look(batch.rows); err != nil {
		return p.importPlan, err
	}
	for _, row := range batch.rows {
		faults, err := p.plan(row)
		if err != nil {
			return p.importPlan, err
		}
		p.refuse(faults)
	}
	err := p.guard()
	slices.SortStableFunc(p.faults, func(a, b models.ImportFault) int { return a.Line - b.Line })
	return p.importPlan, err
}

func (p *importPlanner) refuse(faults []models.ImportFault) {
	if len(faults) > 0 {
		p.refused++
		p.faults = append(p.faults, faults...)
	}
}

// look reads the users who have any of the names, and the roles.
func (p *importPlanner) look(rows []importRow) error {
	var found []models.User
	if err := p.namesakes(rows).Order(`u."UserId"`).Find(&found).Error; err != nil {
		return fmt.Errorf("look for the users of %d rows: %w", len(rows), err)
	}
	if err := p.db.ReadRoles(p.tx, found); err != nil {
		return err
	}
	p.index(found)
	if err := p.tx.Model(&models.Role{}).Select(`"RoleId", "RoleName"`).Order(`"RoleId"`).Find(&p.roles).Error; err != nil {
		return fmt.Errorf("read the roles: %w", err)
	}
	return nil
}

// namesakes are the users who have a username or an address of the rows, as either
// of the two. Each is found by its index.
func (p *importPlanner) namesakes(rows []importRow) *gorm.DB {
	var names []string
	for _, row := range rows {
		for _, column := range []string{"username", "email"} {
			text := clean(row.text(column))
			if text != "" && utf8.RuneCountInString(text) <= models.EmailMax { // else it is nobody's
				names = append(names, text)
			}
		}
	}
	if len(names) == 0 {
		return p.db.Users(p.tx).Where("1 = 0")
	}
	return p.db.Users(p.tx).Where(`u."UserId" IN (SELECT "UserId" FROM "Users" WHERE ? UNION SELECT "UserId" FROM "Users" WHERE ?)`,
		p.db.Among("Username", names), p.db.Among("Email", names))
}

func (p *importPlanner) index(found []models.User) {
	p.users, p.holders = map[string][]models.User{}, map[string]int64{}
	for _, user := range found {
		key := nameKey(user.Username)
		p.users[key] = append(p.users[key], user)
		p.holders[key], p.holders[nameKey(user.Email)] = user.UserID, user.UserID
		p.loose = p.loose || !isASCII(user.Username+user.Email)
	}
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// plan plans one row, or says what is wrong with it.
func (p *importPlanner) plan(row importRow) ([]models.ImportFault, error) {
	name := row.text("username")
	switch users := p.users[nameKey(name)]; {
	case len(users) > 1:
		return []models.ImportFault{row.fault("username", "Several users have this name, but for letter case.")}, nil
	case len(users) == 1 && !p.options.Update:
		p.skipped++
		return nil, nil
	case len(users) == 1:
		return p.planChange(row, users[0])
	}
	return p.planNew(row)
}

func (p *importPlanner) planNew(row importRow) ([]models.ImportFault, error) {
	user := models.User{
		Username: row.text("username"), Email: row.text("email"), FirstName: row.text("first_name"), LastName: row.text("last_name"),
		PasswordHash: strings.TrimRight(row.text("password_hash"), " "), Roles: []models.Role{}, Status: models.Active, OwnerActive: true,
	}
	fields := p.db.CheckUser(user.Username, user.Email, user.FirstName, user.LastName)
	if why := p.checkHash(user.PasswordHash); why != "" {
		fields["password_hash"] = why
	}
	given := models.UserRole
	if cell, found := row.cell("roles"); found {
		given = cell
	}
	if err := p.setRoles(&user, given, fields); err != nil {
		return nil, err
	}
	setActive(&user, row.text("is_active"), fields)
	if faults, bad := row.faultsOf(fields.Err()); bad {
		return faults, nil
	}
	if faults, err := p.takenBy(row, user, user.Username, user.Email); len(faults) > 0 || err != nil {
		return faults, err
	}
	p.create = append(p.create, user)
	return nil, nil
}

func (p *importPlanner) checkHash(hash string) string {
	if hash == "" {
		return "A new account needs a hash of its password."
	}
	if _, _, ok := readHash(hash); !ok {
		return "Nobody could sign in with this: it is no hash that is verified here."
	}
	return p.db.CheckHash(hash)
}

func (p *importPlanner) planChange(row importRow, user models.User) ([]models.ImportFault, error) {
	patch := UserPatch{}
	for column, to := range map[string]**string{"email": &patch.Email, "first_name": &patch.FirstName, "last_name": &patch.LastName} {
		if text, found := row.cell(column); found {
			*to = &text
		}
	}
	next := patch.apply(user)
	changes := difference(user, next, patch)
	fields := p.db.CheckUser(next.Username, next.Email, next.FirstName, next.LastName)
	maps.DeleteFunc(fields, func(field, _ string) bool {
		_, changed := changes[field]
		return !changed
	})
	if cell, found := row.cell("roles"); found {
		if err := p.setRoles(&next, cell, fields); err != nil {
			return nil, err
		}
	}
	setActive(&next, row.text("is_active"), fields)
	if faults, bad := row.faultsOf(fields.Err()); bad {
		return faults, nil
	}
	if _, changed := changes["email"]; changed {
		if faults, err := p.takenBy(row, user, "", next.Email); len(faults) > 0 || err != nil {
			return faults, err
		}
	}
	one := plan{wish: func(models.User) (models.User, models.Reason) { return next, "" }}
	change := importChange{one.step(user.UserID, user, 0), row, changes}
	if change.Outcome == models.Same && len(changes) == 0 {
		p.same++
		return nil, nil
	}
	p.change = append(p.change, change)
	return nil, nil
}

// setRoles gives the user the roles that the cell lists, and no others.
func (p *importPlanner) setRoles(user *models.User, cell string, fields models.FieldErrors) error {
	names, ok := splitNames(cell)
	if !ok {
		fields["roles"] = "The quotes in this list of roles do not match."
		return nil
	}
	var roles []models.Role
	for _, name := range names {
		role, err := p.role(name)
		if err != nil {
			return err
		}
		if role.RoleName == "" {
			fields["roles"] = "There is no role of one of these names."
			return nil
		}
		roles = append(roles, without([]models.Role{role}, roles)...)
	}
	user.Roles = roles
	return nil
}

// role is the one of that name, the exact one where several differ by letter case.
// A built-in one that is not there yet is made, or in a dry run taken as made.
func (p *importPlanner) role(name string) (models.Role, error) {
	var alike models.Role
	for _, role := range p.roles {
		if role.RoleName == name {
			return role, nil
		}
		if alike.RoleName == "" && models.SameName(role.RoleName, name) {
			alike = role
		}
	}
	made := models.Role{RoleName: name}
	if alike.RoleName != "" || !made.BuiltIn() {
		return alike, nil
	}
	if !p.options.DryRun {
		var err error
		if made, err = p.roleNamed(p.tx, p.actor, name); err != nil {
			return made, err
		}
	}
	p.roles = append(p.roles, made)
	return made, nil
}

// setActive sets the state that the cell says; none leaves it. An account that
// waits for an approval is not active.
func setActive(user *models.User, cell string, fields models.FieldErrors) {
	var active bool
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "":
		return
	case "true", "1":
		active = true
	case "false", "0":
	default:
		fields["is_active"] = "Use true or false."
		return
	}
	if active != user.IsActive() {
		user.Status, user.OwnerActive = stateFor(active), active
	}
}

// takenBy blames a username or an address that somebody else has. Where the
// database may equate what we do not, it is asked.
func (p *importPlanner) takenBy(row importRow, user models.User, username, email string) ([]models.ImportFault, error) {
	if p.loose || !isASCII(email) {
		err := p.taken(p.tx, username, email, user.UserID)
		if faults, taken := row.faultsOf(err); taken {
			return faults, nil
		}
		return nil, err
	}
	var faults []models.ImportFault
	if _, held := p.holders[nameKey(username)]; held && username != "" {
		faults = append(faults, row.fault("username", "This username is taken."))
	}
	if id, held := p.holders[nameKey(email)]; held && id != user.UserID {
		faults = append(faults, row.fault("email", "This e-mail address is taken."))
	}
	return faults, nil
}

// guard refuses the changes that would leave no active admin, and those that
// nobody may make to the own account.
func (p *importPlanner) guard() error {
	steps := make([]step, len(p.change))
	for i, change := range p.change {
		steps[i] = change.step
	}
	guards := plan{actor: p.actor}
	for _, s := range steps {
		if s.losesAdmin() && guards.admins == 0 {
			var err error
			if guards.admins, err = p.activeAdmins(p.tx, 0); err != nil {
				return err
			}
		}
	}
	guards.guard(steps)
	kept := p.change[:0]
	for i, change := range p.change {
		if steps[i].Outcome == models.Refused {
			p.refuse([]models.ImportFault{change.row.fault("", steps[i].Reason.Sentence())})
			continue
		}
		kept = append(kept, change)
	}
	p.change = kept
	return nil
}
