package services

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"gorm.io/gorm"

	"rolecall/models"
)

// Setup makes the first admin.
type Setup struct {
	*core
	users *Users
}

// Token returns the token of the one-time link, "" when there is an admin
// already. All replicas agree on it; the first admin's making voids it.
func (s *Setup) Token(ctx context.Context) (_ string, err error) {
	defer models.StartSpan(&ctx, "Setup.Token").End(&err)
	admins, err := s.anyAdmin(s.db.Read(ctx))
	if err != nil || admins {
		return "", err
	}
	var lock models.Lock
	if err := s.db.Read(ctx).Where(`"Name" = ?`, models.SetupLock).Take(&lock).Error; err != nil {
		return "", fmt.Errorf("read the setup lock: %w", err)
	}
	return s.token(lock.Counter), nil
}

func (s *Setup) token(counter int64) string {
	mac := hmac.New(sha256.New, s.cfg.linkSecret())
	fmt.Fprintf(mac, "rolecall setup %d", counter)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Open reports whether the link with this token is good.
func (s *Setup) Open(ctx context.Context, token string) (err error) {
	defer models.StartSpan(&ctx, "Setup.Open").End(&err)
	want, err := s.Token(ctx)
	if err != nil {
		return err
	}
	if want == "" || !hmac.Equal([]byte(want), []byte(token)) {
		return &models.Error{Kind: models.Forbidden, Message: "This link is not valid, or it has been used. While there is no administrator, each start of the service logs one."}
	}
	return nil
}

// CreateAdmin makes the first admin for the holder of the link; once.
func (s *Setup) CreateAdmin(ctx context.Context, actor models.Actor, token string, user NewUser) (_ models.User, err error) {
	defer models.StartSpan(&ctx, "Setup.CreateAdmin").End(&err)
	if err := s.Open(ctx, token); err != nil {
		return models.User{}, err
	}
	return s.create(ctx, actor, user)
}

// FirstAdmin makes the admin that the settings ask for, when there is none.
func (s *Setup) FirstAdmin(ctx context.Context) (err error) {
	defer models.StartSpan(&ctx, "Setup.FirstAdmin").End(&err)
	if s.cfg.FirstAdmin == nil {
		return nil
	}
	admins, err := s.anyAdmin(s.db.Read(ctx))
	if err != nil || admins {
		return err
	}
	_, err = s.create(ctx, models.System(), *s.cfg.FirstAdmin)
	if models.KindOf(err) == models.Forbidden { // another replica was first
		return nil
	}
	return err
}

func (s *Setup) create(ctx context.Context, actor models.Actor, user NewUser) (models.User, error) {
	user.Roles = []string{models.AdminRole, models.UserRole}
	if err := s.users.checkNew(user); err != nil {
		return models.User{}, err
	}
	hash, err := s.hasher.hash(ctx, user.Password)
	if err != nil {
		return models.User{}, err
	}
	return inTx(ctx, s.db, func(tx *gorm.DB) (models.User, error) {
		if err := models.LockRow(tx, models.SetupLock); err != nil {
			return models.User{}, err
		}
		admins, err := s.anyAdmin(tx)
		if err != nil {
			return models.User{}, err
		}
		if admins {
			return models.User{}, &models.Error{Kind: models.Forbidden, Message: "There is an administrator already."}
		}
		return s.users.insert(tx, actor, "user.created", user, hash, models.Active)
	})
}

func (s *Setup) anyAdmin(tx *gorm.DB) (bool, error) {
	count, err := s.activeAdmins(tx, 0)
	return count > 0, err
}
