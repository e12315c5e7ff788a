package replicas

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// The process is killed at a random moment while several clients write, again and
// again on the same database. Whatever was acknowledged is there, what was not is
// there as a whole or not at all, and the file is sound.
func TestKilled(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		rounds := map[string]int{"sqlite": 50}[engine]
		if rounds == 0 {
			rounds = 5
		}
		f := startFleet(t, url, 1)
		f.replicas[0].api(t, "POST /roles", f.replicas[0].tokens(t, rootName).Access, `{"role_name":"Editor"}`).want(t, "create a role", http.StatusCreated)
		books := make([]*book, 4)
		for i := range books {
			books[i] = &book{name: fmt.Sprint("writer", i), root: f.replicas[0].tokens(t, rootName).Access, people: map[string]*person{}}
		}
		for range rounds {
			killUnder(t, f.replicas[0], books)
			f.replicas[0].spawn()
			checkBooks(t, engine, url, books)
			f.replicas[0].ready()
		}
		t.Logf("%d rounds, %d writes acknowledged", rounds, count(books))
	})
}

// count is how many writes were acknowledged.
func count(books []*book) (sum int64) {
	for _, b := range books {
		sum += b.acknowledged.Load()
	}
	return sum
}

// killUnder kills the process under those who write.
func killUnder(t *testing.T, r *replica, books []*book) {
	t.Helper()
	var writers sync.WaitGroup
	for _, b := range books {
		writers.Go(func() { b.write(&wire{replica: r}) })
	}
	for enough := count(books) + int64(rand.N(20)); count(books) < enough; {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(rand.N(10 * time.Millisecond))
	if err := r.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	writers.Wait()
	<-r.ended
	_ = r.command.Wait() // it was killed
}

// A book is what a client knows of the people whom it alone writes about.
type book struct {
	name, root   string
	people       map[string]*person
	acknowledged atomic.Int64
}

// A person's deeds are counted: those that were asked for, and those that were
// acknowledged. Between two kills they differ by one at most.
type person struct {
	id           int64
	asked, known deeds
	checked      bool // nobody writes about them any more
}

// Deeds are how often each sort of write was made: an account is opened, its name
// changed, a role given (odd) or taken (even), and its password changed.
type deeds struct{ opened, named, roles, passwords int }

func (d deeds) password() string { return fmt.Sprint(password, d.passwords) }

// write does one deed after the other, until nobody answers. Of one that is refused
// nobody knows, so that the next person's turn comes.
func (b *book) write(w *wire) {
	defer w.close()
	for answered := true; answered; {
		name := fmt.Sprintf("%s-%d", b.name, len(b.people))
		who, done := &person{}, true
		b.people[name] = who
		for left := 1 + rand.N(6); left > 0 && done; left-- {
			done, answered = b.deed(w, name, who)
		}
	}
}

// deed asks for one, and reports whether it was acknowledged, and answered at all.
func (b *book) deed(w *wire, name string, who *person) (done, answered bool) {
	next, call, body, want := who.known, "", "", http.StatusOK
	switch sort := rand.N(3); {
	case who.known.opened == 0:
		next.opened, want = 1, http.StatusCreated
		call, body = "POST /register", fmt.Sprintf(`{"username":%q,"email":"%s@example.com","password":%q}`, name, name, next.password())
	case sort == 0:
		next.named++
		call, body = fmt.Sprintf("PUT /users/%d", who.id), fmt.Sprintf(`{"first_name":"%d"}`, next.named)
	case sort == 1:
		next.roles++
		call = map[int]string{1: "POST /roles/assign", 0: "POST /roles/revoke"}[next.roles%2]
		body = fmt.Sprintf(`{"user_id":%d,"role_name":"Editor"}`, who.id)
	default:
		next.passwords++
		want = http.StatusNoContent
		call, body = fmt.Sprintf("POST /users/%d/password", who.id), fmt.Sprintf(`{"new_password":%q}`, next.password())
	}
	who.asked = next
	a, err := w.json(call, b.root, body)
	if err != nil || a.StatusCode != want {
		return false, err == nil
	}
	who.known = next
	b.acknowledged.Add(1)
	if want == http.StatusCreated {
		var made user
		_ = json.Unmarshal([]byte(a.body), &made)
		who.id = made.ID
	}
	return true, true
}

// checkBooks holds the database against what the clients know, and has them know it.
func checkBooks(t *testing.T, engine, url string, books []*book) {
	t.Helper()
	db := openMade(t, url)
	defer db.Close()
	checkSound(t, engine, db)
	found, hashes := readDeeds(t, db)
	for _, b := range books {
		for name, who := range b.people {
			got := found[name]
			if got != who.known && got != who.asked {
				t.Errorf("%s has %+v, want %+v, which was acknowledged, or %+v, which was asked for", name, got, who.known, who.asked)
			}
			if got.opened == 1 && !who.checked && bcrypt.CompareHashAndPassword(hashes[name], []byte(got.password())) != nil {
				t.Errorf("the password of %s is not number %d", name, got.passwords)
			}
			who.known, who.asked, who.checked = got, got, true
		}
	}
}

// checkSound wants the file to be whole, and no row without those that belong to it.
func checkSound(t *testing.T, engine string, db *models.DB) {
	t.Helper()
	if engine == "sqlite" {
		for _, check := range []string{"PRAGMA integrity_check", `SELECT CASE COUNT(*) WHEN 0 THEN 'ok' END FROM pragma_foreign_key_check`} {
			var said []string
			if err := db.Read(t.Context()).Raw(check).Scan(&said).Error; err != nil || !slices.Equal(said, []string{"ok"}) {
				t.Errorf("%s: %q, %v; want ok", check, said, err)
			}
		}
	}
	var counts []int64
	for _, query := range []string{
		`SELECT COUNT(*) FROM "Users"`, `SELECT COUNT(*) FROM "RolecallAccounts"`, `SELECT COUNT(DISTINCT "UserId") FROM "UserRoles"`,
		`SELECT COUNT(*) FROM "RolecallEvents" WHERE "Action" IN ('user.created', 'user.registered')`,
	} {
		var count int64
		if err := db.Read(t.Context()).Raw(query).Row().Scan(&count); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, count)
	}
	if slices.Min(counts) != slices.Max(counts) {
		t.Errorf("users, accounts, holders of roles and events are %v, want as many of each", counts)
	}
}

// readDeeds counts each person's deeds by the audit, and holds the rows against it.
func readDeeds(t *testing.T, db *models.DB) (found map[string]deeds, hashes map[string][]byte) {
	t.Helper()
	found, hashes = map[string]deeds{}, map[string][]byte{}
	var events []struct {
		TargetName, Action string
		Count              int
	}
	err := db.Read(t.Context()).Raw(`SELECT "TargetName", "Action", COUNT(*) AS "Count" FROM "RolecallEvents" WHERE "TargetType" = 'user' GROUP BY "TargetName", "Action"`).Scan(&events).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		d := found[e.TargetName]
		switch e.Action {
		case "user.registered":
			d.opened += e.Count
		case "user.updated":
			d.named += e.Count
		case "role.assigned", "role.revoked":
			d.roles += e.Count
		case "user.password_changed":
			d.passwords += e.Count
		}
		found[e.TargetName] = d
	}
	var users []struct {
		Username, FirstName, PasswordHash string
		Editor                            int
	}
	err = db.Read(t.Context()).Raw(`SELECT u."Username", u."FirstName", u."PasswordHash", (SELECT COUNT(*) FROM "UserRoles" AS ur` +
		` JOIN "Roles" AS r ON r."RoleId" = ur."RoleId" WHERE ur."UserId" = u."UserId" AND r."RoleName" = 'Editor') AS "Editor" FROM "Users" AS u`).Scan(&users).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		d := found[u.Username]
		named := fmt.Sprint(d.named)
		if d.named == 0 {
			named = ""
		}
		if u.FirstName != named || u.Editor != d.roles%2 {
			t.Errorf("%s has the name %q and %d times the role Editor, and the audit tells of %+v", u.Username, u.FirstName, u.Editor, d)
		}
		hashes[u.Username] = []byte(u.PasswordHash)
	}
	return found, hashes
}
