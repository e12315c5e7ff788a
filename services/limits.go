package services

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// Failed sign-ins that hold back, in windows that slide. A known device or
// address is exempt from the limit of the account, so that an attacker elsewhere
// does not lock the owner out.
var (
	originLimit  = Rate{5, 15 * time.Minute} // for one account from one device or address
	accountLimit = Rate{100, time.Hour}      // for one account from anywhere
	addressLimit = Rate{20, 5 * time.Minute} // from one address for all accounts
)

// The limits, by what they count the tries of.
const (
	limitOfAddress       = "address"
	limitOfOrigin        = "origin"
	limitOfAccount       = "account"
	limitOfRegistrations = "registrations"
)

const (
	deviceLife    = 90 * 24 * time.Hour // how long a device stays known
	deviceRefresh = time.Hour           // how exactly we know when it was seen
	// attemptsMost bounds how many attempts at one account are read. Strangers get
	// no further than the limit of the account, each known device to 20 an hour.
	attemptsMost = 500
)

// until is until when the events, newest first, reach the rate; zero when they
// don't.
func (r Rate) until(times []models.Time, now models.Time) models.Time {
	if len(times) < r.Count {
		return 0
	}
	if until := times[r.Count-1].Add(r.Window); until > now {
		return until
	}
	return 0
}

// untilFrom is the same for the attempts from an address.
func (r Rate) untilFrom(tx *gorm.DB, address string, now models.Time) (models.Time, error) {
	var last []models.Time // the one that reaches the rate
	err := tx.Model(&models.Attempt{}).Where(`"Address" = ? AND "At" > ?`, address, now.Add(-r.Window)).
		Order(`"At" DESC`).Offset(r.Count-1).Limit(1).Pluck("At", &last).Error
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].Add(r.Window), nil
}

// An attempt is a sign-in under way, as the limits see it. One without an account
// is one that nothing limits.
type attempt struct {
	account string
	origin  string   // the browser where the user's is known, else the address
	address string   // an address's key
	devices []string // what a good sign-in makes known
	known   bool     // one of the devices is
	fresh   bool     // all of them are, and were seen of late
	counts  bool     // when it is good, among the sign-ins of the day
}

// admit is for a sign-in before anything is hashed: a Limited error when the
// limits hold it back. user is the zero User for a name that nobody has; then the
// same statements are sent, and the same answers given.
func (c *core) admit(ctx context.Context, actor models.Actor, user models.User, name string) (attempt, error) {
	if !c.cfg.LoginLimits {
		return attempt{}, nil
	}
	now, read := models.Now(), c.db.Read(ctx)
	a := newAttempt(actor, user, name)
	if err := a.recognize(read, actor, user, now); err != nil {
		return attempt{}, err
	}
	seen, err := a.failures(read, now)
	if err != nil {
		return attempt{}, err
	}
	return a, c.limited(ctx, actor, user, a, seen, now)
}

func newAttempt(actor models.Actor, user models.User, name string) attempt {
	a := attempt{account: models.UserAccount(user.UserID), address: models.AddressKey(actor.Address)}
	if user.UserID == 0 {
		a.account = models.NameAccount(clean(name))
	}
	a.origin = a.address
	if a.address != models.UnknownAddress {
		a.devices = append(a.devices, a.address)
	}
	if actor.Device != "" {
		a.devices = append(a.devices, models.DeviceKey(actor.Device))
	}
	return a
}

// recognize looks which of the devices the user has signed in from.
func (a *attempt) recognize(tx *gorm.DB, actor models.Actor, user models.User, now models.Time) error {
	if len(a.devices) == 0 {
		return nil
	}
	var found []models.Device
	err := tx.Where(`"UserId" = ? AND "Device" IN ? AND "SeenAt" > ?`, user.UserID, a.devices, now.Add(-deviceLife)).
		Find(&found).Error
	if err != nil {
		return fmt.Errorf("look for known devices: %w", err)
	}
	a.known, a.fresh = len(found) > 0, len(found) == len(a.devices)
	for _, device := range found {
		if device.Device == models.DeviceKey(actor.Device) {
			a.origin = device.Device
		}
		a.fresh = a.fresh && device.SeenAt > now.Add(-deviceRefresh)
	}
	return nil
}

// failures are what the limits look at.
type failures struct {
	account []models.Attempt // the newest first
	address models.Time      // until when the address is held back
}

func (a attempt) failures(tx *gorm.DB, now models.Time) (failures, error) {
	var seen failures
	var err error
	if seen.account, err = attemptsAt(tx, a.account, now); err != nil {
		return seen, err
	}
	if seen.address, err = addressLimit.untilFrom(tx, a.address, now); err != nil {
		return seen, fmt.Errorf("count the attempts from an address: %w", err)
	}
	return seen, nil
}

func attemptsAt(tx *gorm.DB, account string, now models.Time) ([]models.Attempt, error) {
	var rows []models.Attempt
	err := tx.Where(`"Account" = ? AND "At" > ?`, account, now.Add(-accountLimit.Window)).
		Order(`"At" DESC`).Limit(attemptsMost).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count the attempts at an account: %w", err)
	}
	return rows, nil
}

// times are those of the attempts, or of those from one origin.
func times(rows []models.Attempt, origin string) []models.Time {
	var all []models.Time
	for _, row := range rows {
		if origin == "" || row.Origin == origin {
			all = append(all, row.At)
		}
	}
	return all
}

// limited is a Limited error, also in the log, when a limit holds the attempt back.
func (c *core) limited(ctx context.Context, actor models.Actor, user models.User, a attempt, seen failures, now models.Time) error {
	until, limit, why := seen.address, limitOfAddress, "too many failures from one address"
	if own := originLimit.until(times(seen.account, a.origin), now); own > until {
		until, limit, why = own, limitOfOrigin, "too many failures at one account from one origin"
	}
	if all := accountLimit.until(times(seen.account, ""), now); all > until && !a.known {
		until, limit, why = all, limitOfAccount, "too many failures at one account"
	}
	if until.IsZero() {
		return nil
	}
	c.measures.limited(limit)
	c.log.WarnContext(ctx, "sign-in refused", "event", "authn_login_fail_max", "why", why, "user_id", user.UserID)
	return tooMany("Too many sign-ins have failed. Try again later.", until, now)
}

func tooMany(message string, until, now models.Time) error {
	return &models.Error{Kind: models.Limited, Message: message, RetryAfter: max(1, int((until.Sub(now)+time.Second-1)/time.Second))}
}

// failed counts a sign-in that failed, for whatever reason. It is Limited, and
// not counted, when others that went on meanwhile have reached a limit: of any
// number of guesses at once, no more are answered than one after the other.
func (c *core) failed(ctx context.Context, actor models.Actor, a attempt, user models.User) error {
	return c.db.Tx(ctx, func(tx *gorm.DB) error {
		if a.account != "" {
			if err := c.keepAttempt(tx, actor, a, user); err != nil {
				return err
			}
		}
		return countSignIn(tx, badSignIns)
	})
}

func (c *core) keepAttempt(tx *gorm.DB, actor models.Actor, a attempt, user models.User) error {
	if err := models.LockAttempts(tx, a.account, a.address); err != nil {
		return err
	}
	now := models.Now()
	seen, err := a.failures(tx, now)
	if err == nil {
		err = c.limited(tx.Statement.Context, actor, user, a, seen, now)
	}
	if err != nil {
		return err
	}
	row := models.Attempt{AttemptID: rand.Text(), At: now, Account: a.account, Origin: a.origin, Address: a.address}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("count a failed sign-in: %w", err)
	}
	if user.UserID == 0 {
		return nil
	}
	return a.hold(tx, actor, user, slices.Insert(seen.account, 0, row), now)
}

// hold notes until when the account is held back, and the attempt that reached a
// limit in the audit. rows begins with that attempt.
func (a attempt) hold(tx *gorm.DB, actor models.Actor, user models.User, rows []models.Attempt, now models.Time) error {
	own, all := originLimit.until(times(rows, a.origin), now), accountLimit.until(times(rows, ""), now)
	until := max(own, all)
	if until.IsZero() {
		return nil
	}
	if err := holdUntil(tx, user.UserID, until); err != nil {
		return err
	}
	var reason string
	switch {
	case all > 0 && accountLimit.until(times(rows[1:], ""), now).IsZero():
		reason = fmt.Sprintf("%d failed sign-ins in an hour", accountLimit.Count)
	case own > 0:
		reason = fmt.Sprintf("%d failed sign-ins from %s in 15 minutes", originLimit.Count, a.place())
	default: // a known device goes on failing behind the limit of the account
		return nil
	}
	return record(tx, actor, "user.locked", userTarget(user), models.Changes{
		"locked_until": {New: until.Std().Format(time.RFC3339)}, "reason": {New: reason},
	})
}

// place says to an admin where the attempt came from.
func (a attempt) place() string {
	if a.origin != a.address {
		return "a known browser"
	}
	return strings.TrimPrefix(strings.Replace(a.address, models.UnknownAddress, "an unknown address", 1), "address ")
}

// holdUntil never shortens a hold.
func holdUntil(tx *gorm.DB, userID int64, until models.Time) error {
	held := tx.Model(&models.Hold{}).Where(`"UserId" = ?`, userID).
		UpdateColumn("Until", gorm.Expr(`CASE WHEN "Until" < ? THEN ? ELSE "Until" END`, until, until))
	err := held.Error
	if err == nil && held.RowsAffected == 0 {
		err = tx.Create(&models.Hold{UserID: userID, Until: until}).Error
	}
	if err != nil {
		return fmt.Errorf("hold user %d: %w", userID, err)
	}
	return nil
}

// settle is for a sign-in that knew the password, first in the transaction that
// makes use of it. It is Limited when guesses that went on meanwhile have reached
// a limit, else forgets the failures from the same origin, which were typing
// errors, and makes the device known.
func (c *core) settle(tx *gorm.DB, actor models.Actor, a attempt, user models.User) error {
	if a.account == "" {
		return nil
	}
	if err := models.LockAttempts(tx, a.account); err != nil {
		return err
	}
	now := models.Now()
	seen, err := a.failures(tx, now)
	if err == nil {
		err = c.limited(tx.Statement.Context, actor, user, a, seen, now)
	}
	if err == nil {
		err = a.wipe(tx, user, seen.account, now)
	}
	if err != nil || a.fresh {
		return err
	}
	return a.remember(tx, user, now)
}

// wipe deletes the failures from the same origin, and brings the hold to what
// the others ask for.
func (a attempt) wipe(tx *gorm.DB, user models.User, rows []models.Attempt, now models.Time) error {
	others := slices.DeleteFunc(slices.Clone(rows), func(row models.Attempt) bool { return row.Origin == a.origin })
	if len(others) == len(rows) {
		return nil
	}
	err := tx.Where(`"Account" = ? AND "Origin" = ? AND "At" > ?`, a.account, a.origin, now.Add(-accountLimit.Window)).
		Delete(&models.Attempt{}).Error
	if err != nil {
		return fmt.Errorf("forget failed sign-ins: %w", err)
	}
	until := accountLimit.until(times(others, ""), now)
	for _, row := range others {
		until = max(until, originLimit.until(times(others, row.Origin), now))
	}
	held := tx.Where(`"UserId" = ?`, user.UserID)
	if until.IsZero() {
		err = held.Delete(&models.Hold{}).Error
	} else {
		err = held.Model(&models.Hold{}).UpdateColumn("Until", until).Error
	}
	if err != nil {
		return fmt.Errorf("shorten the hold of user %d: %w", user.UserID, err)
	}
	return nil
}

// remember makes the devices known.
func (a attempt) remember(tx *gorm.DB, user models.User, now models.Time) error {
	for _, device := range a.devices {
		seen := tx.Model(&models.Device{}).Where(`"UserId" = ? AND "Device" = ?`, user.UserID, device).UpdateColumn("SeenAt", now)
		err := seen.Error
		if err == nil && seen.RowsAffected == 0 {
			err = tx.Create(&models.Device{UserID: user.UserID, Device: device, SeenAt: now}).Error
		}
		if err != nil {
			return fmt.Errorf("remember a device of user %d: %w", user.UserID, err)
		}
	}
	return nil
}

// admitRegistration counts a registration before anything is hashed; Limited, and
// not counted, when there have been too many from the address.
func (c *core) admitRegistration(ctx context.Context, actor models.Actor) error {
	limit := c.cfg.RegisterLimit
	if limit.Count == 0 {
		return nil
	}
	const account = "registration" // no sign-in has it, nor the address
	address := account + " " + models.AddressKey(actor.Address)
	return c.db.Tx(ctx, func(tx *gorm.DB) error {
		if err := models.LockAttempts(tx, address); err != nil {
			return err
		}
		now := models.Now()
		until, err := limit.untilFrom(tx, address, now)
		if err != nil {
			return fmt.Errorf("count the registrations from an address: %w", err)
		}
		if !until.IsZero() {
			c.measures.limited(limitOfRegistrations)
			c.log.WarnContext(ctx, "registration refused", "event", "excess_rate_limit_exceeded", "why", "too many from one address")
			return tooMany("Too many accounts have been opened from your address. Try again later.", until, now)
		}
		return tx.Create(&models.Attempt{AttemptID: rand.Text(), At: now, Account: account, Address: address}).Error
	})
}
