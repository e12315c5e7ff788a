package services

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// Sessions signs users in and out.
type Sessions struct{ *core }

// errCredentials is the one answer to an unknown name, a wrong password, and an
// account that may not sign in.
var errCredentials = &models.Error{Kind: models.Unauthenticated, Message: "The username or the password is wrong, or the account is not active."}

// SignIn begins a session for whom knows the password of the account with that
// username or e-mail address, in the place of the one that the actor has. Unknown
// names take as long as known ones. A hash of another program, or of a lower cost
// than the present one, is renewed. An API session comes with its first refresh token.
func (s *Sessions) SignIn(ctx context.Context, actor models.Actor, name, password string, kind models.SessionKind) (_ models.User, _ models.Session, err error) {
	defer models.StartSpan(&ctx, "Sessions.SignIn").End(&err)
	why := ""
	defer func() { s.measures.signedIn(why, err) }()
	user, err := s.find(ctx, name)
	if err != nil {
		return models.User{}, models.Session{}, err
	}
	try, err := s.admit(ctx, actor, user, name)
	if err != nil {
		return models.User{}, models.Session{}, err
	}
	try.counts = !actor.Is(user.UserID) // who confirms a change is in already
	match, err := s.hasher.verify(ctx, user.PasswordHash, password)
	if err != nil {
		return models.User{}, models.Session{}, err
	}
	if why = refusal(user, match); why != "" {
		s.log.WarnContext(ctx, "sign-in refused", "event", "authn_login_fail", "why", why, "user_id", user.UserID)
		return models.User{}, models.Session{}, cmp.Or(s.failed(ctx, actor, try, user), error(errCredentials))
	}
	renewed, err := s.renewed(ctx, user, password)
	if err != nil {
		return models.User{}, models.Session{}, err
	}
	return s.begin(ctx, actor, try, user, renewed, kind)
}

// Confirm is a sign-in by an actor who gives the own password once more: another
// session takes the place of the present one. A wrong password is Invalid, with
// the field your_password.
func (s *Sessions) Confirm(ctx context.Context, actor models.Actor, password string) (_ models.User, _ models.Session, err error) {
	defer models.StartSpan(&ctx, "Sessions.Confirm").End(&err)
	if err := actor.RequireUser("confirm a change"); err != nil {
		return models.User{}, models.Session{}, err
	}
	user, session, err := s.SignIn(ctx, actor, actor.User.Username, password, models.ConsoleSession)
	if err == nil && user.UserID != actor.User.UserID { // the name has just been given to somebody else
		err = errCredentials
	}
	if models.KindOf(err) == models.Unauthenticated {
		err = models.InvalidField("your_password", "This is not your password.")
	}
	return user, session, err
}

// Begin begins a session for a user who has just registered.
func (s *Sessions) Begin(ctx context.Context, actor models.Actor, user models.User, kind models.SessionKind) (_ models.Session, err error) {
	defer models.StartSpan(&ctx, "Sessions.Begin").End(&err)
	_, session, err := s.begin(ctx, actor, attempt{}, user, "", kind)
	return session, err
}

// begin writes the session of a user whose password was verified. It holds the
// account: who changes the password, disables or deletes it meanwhile ends this
// session with the others, or it does not begin.
func (s *Sessions) begin(ctx context.Context, actor models.Actor, try attempt, verified models.User, renewed string, kind models.SessionKind) (models.User, models.Session, error) {
	session := s.newSession(verified, actor, kind)
	user, err := inTx(ctx, s.db, func(tx *gorm.DB) (models.User, error) {
		if err := s.settle(tx, actor, try, verified); err != nil {
			return verified, err
		}
		if err := holdAccount(tx, verified.UserID, "LastLoginAt", session.CreatedAt); err != nil {
			return verified, err
		}
		user, err := s.db.User(tx, verified.UserID)
		if models.KindOf(err) == models.NotFound ||
			err == nil && (!user.IsActive() || user.PasswordHash != verified.PasswordHash) {
			return user, errCredentials
		}
		if err != nil {
			return user, err
		}
		if err := endSession(tx, actor.User.UserID, actor.SessionID); err != nil {
			return user, err
		}
		if err := s.beginSession(tx, user, renewed, session); err != nil || !try.counts {
			return user, err
		}
		return user, countSignIn(tx, goodSignIns)
	})
	if err != nil {
		return models.User{}, models.Session{}, err
	}
	s.log.InfoContext(ctx, "signed in", "event", "authn_login_success", "user_id", user.UserID, "kind", string(kind))
	return user, session, nil
}

// Why a sign-in is refused.
const (
	unknownName   = "unknown name"
	unreadHash    = "a hash of a kind that is not read"
	wrongPassword = "wrong password"
)

func notActive(state models.Status) string { return "account is " + string(state) }

func refusal(user models.User, match bool) string {
	switch {
	case user.UserID == 0:
		return unknownName
	case !match && !readable(user.PasswordHash):
		return unreadHash
	case !match:
		return wrongPassword
	case !user.IsActive():
		return notActive(user.State())
	}
	return ""
}

// find returns the user with that username or, failing that, the only one with
// that e-mail address; the zero User where there is none. What the database
// calls equal is compared again: its collation may ignore more than letter case.
// Of several that differ by case, the exact one is meant.
func (s *core) find(ctx context.Context, name string) (models.User, error) {
	const most = 10 // accounts that differ by case alone
	var found []models.User
	name = clean(name)
	if name == "" || len(name) > 4*models.EmailMax {
		return models.User{}, nil
	}
	err := s.db.Users(s.db.Read(ctx)).
		Where(`u."UserId" IN `+s.called(), s.db.Param("Username", name), s.db.Param("Email", name)).
		Order(`u."UserId"`).Limit(most).Find(&found).Error
	if err != nil {
		return models.User{}, fmt.Errorf("look for a name: %w", err)
	}
	for _, of := range []func(models.User) string{
		func(u models.User) string { return u.Username },
		func(u models.User) string { return u.Email },
	} {
		if user, ok := pick(found, name, of); ok {
			return user, nil
		}
	}
	return models.User{}, nil
}

// called are the ids of those whose username is the first of its two parameters, or
// whose e-mail address is the second. Each has an index, which SQLite does not use for
// an OR of two that ignore letter case.
func (s *core) called() string {
	return `(SELECT n."UserId" FROM "Users" AS n WHERE ` + s.db.Same(`n."Username"`) +
		` UNION SELECT e."UserId" FROM "Users" AS e WHERE ` + s.db.Same(`e."Email"`) + ")"
}

func pick(users []models.User, name string, of func(models.User) string) (models.User, bool) {
	var alike []models.User
	for _, user := range users {
		if of(user) == name {
			return user, true
		}
		if models.SameName(of(user), name) {
			alike = append(alike, user)
		}
	}
	if len(alike) == 1 {
		return alike[0], true
	}
	return models.User{}, false
}

// renewed is the password's hash at the present cost, "" when the one there is
// good enough.
func (s *Sessions) renewed(ctx context.Context, user models.User, password string) (string, error) {
	if !s.hasher.outdated(user.PasswordHash, password) {
		return "", nil
	}
	return s.hasher.hash(ctx, password)
}

func (s *Sessions) newSession(user models.User, actor models.Actor, kind models.SessionKind) models.Session {
	now := models.Now()
	session := models.Session{
		SessionID: rand.Text(), UserID: user.UserID, Kind: kind,
		CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(s.cfg.ConsoleTTL),
		Address: clipRunes(actor.Address, addressMax), UserAgent: clipRunes(actor.UserAgent, models.UserAgentMax),
	}
	if kind == models.APISession {
		session.ExpiresAt, session.RefreshToken = now.Add(s.cfg.RefreshTokenTTL), newRefreshToken()
	}
	return session
}

// beginSession writes the session, and the hash where it is made anew. The
// condition is for other programs, which know no lock of ours: a password that
// one has changed meanwhile stays.
func (s *Sessions) beginSession(tx *gorm.DB, user models.User, renewed string, session models.Session) error {
	if err := tx.Create(&session).Error; err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	if session.RefreshToken != "" {
		if err := keepRefreshToken(tx, session); err != nil {
			return err
		}
	}
	if renewed != "" {
		err := tx.Table("Users").Where(`"UserId" = ? AND "PasswordHash" = ?`, user.UserID, s.db.Param("PasswordHash", user.PasswordHash)).
			Updates(s.db.OwnerRow(map[string]any{"PasswordHash": renewed})).Error
		if err != nil {
			return fmt.Errorf("renew the hash of user %d: %w", user.UserID, err)
		}
	}
	return nil
}
