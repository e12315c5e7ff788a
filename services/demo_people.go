package services

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"rolecall/models"
)

// A demoPerson is one of the people, with the life of the account.
type demoPerson struct {
	username, email, firstName, lastName string

	status                      models.Status
	created, updated, lastLogin models.Time
	roles                       []int // beside User, as places in demoRoles
	admin                       bool
}

// demoPeople makes one person after another, in the order of their accounts. What
// it remembers does not grow with them: there are as many beginnings of usernames
// as pairs of names.
type demoPeople struct {
	random *rand.Rand
	now    models.Time
	total  int
	made   int
	named  map[string]int // how many usernames begin so
}

func newDemoPeople(order DemoOrder, now models.Time) *demoPeople {
	return &demoPeople{random: rand.New(rand.NewPCG(order.Seed, peopleStream)), now: now, total: order.Users, named: map[string]int{}}
}

// The sequences that a seed has: what is drawn of one changes nothing of the other.
const (
	peopleStream = iota
	historyStream
)

// demoAge is how long ago the first account was opened.
const demoAge = 5 * 365 * 24 * time.Hour

// Shares of the people.
const (
	demoMarriedAbroad = 0.06 // whose last name is of another language
	demoNameless      = 0.03
	demoFirstNameOnly = 0.01
	demoDisabled      = 0.03
	demoPending       = 0.08 // of the newest
	demoNewest        = 0.1
	demoNeverSeen     = 0.12
)

// batches makes all of them, each batch while the one before it is written, until
// somebody closes stop.
func (p *demoPeople) batches(db *models.DB, stop <-chan struct{}) <-chan []demoPerson {
	made := make(chan []demoPerson)
	go func() {
		defer close(made)
		for p.made < p.total {
			batch := make([]demoPerson, min(demoBatch, p.total-p.made))
			for i := range batch {
				batch[i] = p.next(db)
			}
			select {
			case made <- batch:
			case <-stop:
				return
			}
		}
	}()
	return made
}

// next makes a person whose names the owner's columns hold: in another script
// than theirs, if need be.
func (p *demoPeople) next(db *models.DB) demoPerson {
	var person demoPerson
	first, last := p.names()
	person.username = p.username(first.latin, last.latin)
	person.email = person.username + "@" + draw(p.random, demoDomains)
	person.firstName, person.lastName = first.native, last.native
	if len(db.CheckUser(person.username, person.email, person.firstName, person.lastName)) > 0 {
		person.firstName, person.lastName = first.latin, last.latin
	}
	switch share := p.random.Float64(); {
	case share < demoNameless:
		person.firstName, person.lastName = "", ""
	case share < demoNameless+demoFirstNameOnly:
		person.lastName = ""
	}
	p.live(&person)
	p.made++
	return person
}

func (p *demoPeople) names() (first, last demoName) {
	home := p.language()
	abroad := home
	if p.random.Float64() < demoMarriedAbroad {
		abroad = p.language()
	}
	return draw(p.random, home.first), draw(p.random, abroad.last)
}

func (p *demoPeople) language() demoLanguage {
	languages := demoLanguages()
	at := p.random.IntN(languages[len(languages)-1].until)
	for _, language := range languages {
		if at < language.until {
			return language
		}
	}
	panic("unreachable: the last language's bound is above every draw")
}

// draw chooses one of the list. The early ones are more common, as some names are.
func draw[T any](random *rand.Rand, list []T) T {
	return list[int(math.Pow(random.Float64(), 1.4)*float64(len(list)))]
}

// username is one of four habits, and a number where others have it already.
func (p *demoPeople) username(first, last string) string {
	first, last = demoLetters(first), demoLetters(last)
	name := first + "." + last
	switch habit := p.random.Float64(); {
	case habit < 0.15:
		name = first + "_" + last
	case habit < 0.25:
		name = last + "." + first
	case habit < 0.5 && len(last) >= models.UsernameMin-1:
		name = first[:1] + last
	}
	p.named[name]++
	if n := p.named[name]; n > 1 {
		name = fmt.Sprint(name, n)
	}
	return name
}

// demoLetters are the letters of a Latin name, in lower case.
func demoLetters(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// live gives the person an account: of a service that grows, so that half of the
// accounts are of the last third of the time.
func (p *demoPeople) live(person *demoPerson) {
	place := (float64(p.made) + p.random.Float64()) / float64(p.total)
	age := float64(demoAge.Milliseconds()) * (1 - math.Sqrt(place))
	person.created = p.now - models.Time(age) - 1
	person.updated, person.status = person.created, models.Active
	fate := p.random.Float64()
	person.roles = p.roles()
	seen := p.random.Float64()
	when := p.random.Float64()
	switch {
	case p.made == 0 || p.total >= demoSecondAdmin && p.made == p.total/3:
		person.admin = true
	case fate < demoDisabled:
		person.status = models.Disabled
		person.updated += models.Time(age * when)
	case fate > 1-demoPending && place > 1-demoNewest:
		person.status, person.roles = models.Pending, nil
	}
	if person.status == models.Pending || seen < demoNeverSeen {
		return
	}
	end := p.now
	if person.status == models.Disabled {
		end = person.updated
	}
	// Most were here lately.
	person.lastLogin = end - models.Time(float64(end-person.created)*math.Pow(p.random.Float64(), 4))
}

// demoSecondAdmin is from how many people on there are two admins.
const demoSecondAdmin = 100

// roles are those that the person holds: the first of all by one in seven, each
// next by fewer.
func (p *demoPeople) roles() (held []int) {
	for place := range demoRoles {
		if p.random.Float64() < 0.15/float64(place+1) {
			held = append(held, place)
		}
	}
	return held
}
