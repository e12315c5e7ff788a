package services

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// Bounds of the history, for any number of people.
const (
	demoEventsMax = 2000
	demoArrivals  = 700 // whose registration is told, about
	demoVeterans  = 600 // of whom something else is told, about
)

// demoPast is how far back the history goes.
const demoPast = FigureDays * 24 * time.Hour

// demoHistory is what the audit tells of the last days: of a few of the people,
// and what is true of them.
type demoHistory struct {
	random *rand.Rand
	now    models.Time
	since  models.Time
	// The chances to be told of, for who is new and for who is not.
	arrival, veteran float64

	events []models.Event
	admins []models.User
}

func newDemoHistory(order DemoOrder, now models.Time) *demoHistory {
	past := float64(demoPast) / float64(demoAge)
	people := float64(order.Users)
	return &demoHistory{
		random: rand.New(rand.NewPCG(order.Seed, historyStream)), now: now, since: now.Add(-demoPast),
		arrival: demoArrivals / (people * (1 - (1-past)*(1-past))), veteran: demoVeterans / people,
	}
}

// of tells something of the person, or nothing.
func (h *demoHistory) of(id int64, p demoPerson) {
	user := p.user(id)
	if p.admin {
		h.admins = append(h.admins, user)
	}
	chance := h.veteran
	if p.created > h.since {
		chance = h.arrival
	}
	switch {
	case h.random.Float64() >= chance || p.admin:
	case p.created > h.since:
		h.arrived(user, p)
	default:
		h.changed(user, p)
	}
}

// user is the person as the database has it.
func (p demoPerson) user(id int64) models.User {
	user := models.User{
		UserID: id, Username: p.username, Email: p.email, FirstName: p.firstName, LastName: p.lastName,
		OwnerActive: true, Status: p.status, CreatedAt: p.created, UpdatedAt: p.updated, LastLoginAt: p.lastLogin,
	}
	for _, role := range p.roles {
		user.Roles = append(user.Roles, models.Role{RoleName: demoRoles[role].name})
	}
	return user
}

// arrived tells how the account was opened, and what happened to it since.
func (h *demoHistory) arrived(user models.User, p demoPerson) {
	before := user
	before.Roles = []models.Role{{RoleName: models.UserRole}}
	if p.status == models.Disabled {
		before.Status = models.Active
	}
	if h.random.Float64() < 0.8 {
		h.tell(p.created, h.stranger(), "user.registered", user, appeared(before))
	} else {
		h.tell(p.created, h.anAdmin(), "user.created", user, appeared(before))
	}
	for _, role := range user.Roles {
		h.tell(h.between(p.created, h.now), h.anAdmin(), "role.assigned", user, models.Changes{"role": {New: role.RoleName}})
	}
	h.disabled(user)
}

func (h *demoHistory) disabled(user models.User) {
	if user.Status == models.Disabled {
		h.tell(user.UpdatedAt, h.anAdmin(), "user.disabled", user, models.Changes{"is_active": {Old: true, New: false}})
	}
}

// changed tells one thing of an account that has been there for longer.
func (h *demoHistory) changed(user models.User, p demoPerson) {
	at := h.between(h.since, h.now)
	switch {
	case p.status == models.Disabled:
		if p.updated > h.since {
			h.disabled(user)
		}
	case len(user.Roles) > 0:
		role := user.Roles[h.random.IntN(len(user.Roles))]
		h.tell(at, h.anAdmin(), "role.assigned", user, models.Changes{"role": {New: role.RoleName}})
	case h.random.Float64() < 0.4:
		h.tell(at, h.self(user), "user.password_changed", user, models.Changes{})
	case h.random.Float64() < 0.5:
		h.tell(at, h.self(user), "session.ended", user, models.Changes{"sessions": {Old: 1 + h.random.IntN(3)}})
	default:
		h.tell(at, h.anAdmin(), "role.revoked", user, models.Changes{"role": {Old: demoRoles[h.random.IntN(len(demoRoles))].name}})
	}
}

func (h *demoHistory) between(from, to models.Time) models.Time {
	return from + models.Time(h.random.Float64()*float64(to-from))
}

func (h *demoHistory) stranger() models.Actor {
	net := draw(h.random, []string{"192.0.2", "198.51.100", "203.0.113"}) // of RFC 5737, nobody's
	return models.Actor{Address: fmt.Sprintf("%s.%d", net, 1+h.random.IntN(254)), RequestID: fmt.Sprintf("demo-%016x", h.random.Uint64())}
}

func (h *demoHistory) self(user models.User) models.Actor {
	actor := h.stranger()
	actor.User = user
	return actor
}

// anAdmin is one of those who hold Admin by now; the first person is one.
func (h *demoHistory) anAdmin() models.Actor {
	return h.self(h.admins[h.random.IntN(len(h.admins))])
}

func (h *demoHistory) tell(at models.Time, actor models.Actor, action string, user models.User, changes models.Changes) {
	if len(h.events) == demoEventsMax {
		return
	}
	event := eventOf(actor, action, userTarget(user), changes)
	event.At = at
	h.events = append(h.events, event)
}

func (h *demoHistory) adminNames() (names []string) {
	for _, admin := range h.admins {
		names = append(names, admin.Username)
	}
	return names
}

// write writes the events in the order of their times, and the days' sign-ins.
func (h *demoHistory) write(db *models.DB, tx *gorm.DB, people int) error {
	slices.SortStableFunc(h.events, func(a, b models.Event) int { return int(a.At - b.At) })
	events := db.NewBulk(tx, "RolecallEvents", "At", "ActorId", "ActorName", "Action",
		"TargetType", "TargetId", "TargetName", "Changes", "Address", "RequestId")
	for _, e := range h.events {
		err := events.Add(int64(e.At), e.ActorID, e.ActorName, e.Action, e.TargetType, e.TargetID, e.TargetName, e.Changes.String(), e.Address, e.RequestID)
		if err != nil {
			return err
		}
	}
	if err := events.Flush(); err != nil {
		return err
	}
	return h.writeSignIns(db, tx, people)
}

// demoShard is beyond those that sign-ins count in, so that no day that has begun
// is in the way.
const demoShard = signInShards

func (h *demoHistory) writeSignIns(db *models.DB, tx *gorm.DB, people int) error {
	if err := tx.Where(`"Shard" = ?`, demoShard).Delete(&models.SignIns{}).Error; err != nil {
		return fmt.Errorf("delete the sign-ins of a former demo: %w", err)
	}
	days := db.NewBulk(tx, "RolecallSignIns", "Day", "Shard", "Good", "Bad")
	today := h.now.Day()
	for day := today - FigureDays + 1; day <= today; day++ {
		good := float64(people) * 0.12 * (0.85 + 0.3*h.random.Float64())
		bad := good * (0.02 + 0.06*h.random.Float64())
		if weekday := day.Std().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			good, bad = good/4, bad/4
		}
		if err := days.Add(int64(day), demoShard, int64(good), int64(bad)); err != nil {
			return err
		}
	}
	return days.Flush()
}
