package services

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func TestSetup(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db)
		token, err := f.Setup.Token(t.Context())
		if err != nil || len(token) < 40 {
			t.Fatalf("Token = %q, %v", token, err)
		}
		if again, err := f.Setup.Token(t.Context()); again != token || err != nil {
			t.Errorf("Token again = %q, %v, want the same", again, err)
		}
		other := newFixture(t, db, func(c *Config) { c.Secret = []byte("another secret of at least 32 bytes") })
		if foreign, err := other.Setup.Token(t.Context()); foreign == token || err != nil {
			t.Errorf("Token of another secret = %q, %v, want another", foreign, err)
		}
		create := func(token string, user NewUser) func(*fixture) error {
			return func(f *fixture) error {
				if err := f.Setup.Open(t.Context(), token); err != nil {
					return err
				}
				_, err := f.Setup.CreateAdmin(t.Context(), f.as(""), token, user)
				return err
			}
		}
		f.play(t, []scenario{
			{"no token", create("", newUser("boss")), models.Forbidden, "", nil},
			{"a wrong token", create(flip(token), newUser("boss")), models.Forbidden, "", nil},
			{"wrong values", create(token, NewUser{Username: "x"}), models.Invalid, "email,password,username", nil},
			{"the link", create(token, newUser("boss")), "", "", []string{
				`user.created user:boss {"email":{"old":null,"new":"boss@example.com"},"first_name":{"old":null,"new":"Jo"},"is_active":{"old":null,"new":true},"last_name":{"old":null,"new":"Ann"},"roles":{"old":null,"new":["Admin","User"]},"username":{"old":null,"new":"boss"}}`}},
			{"the link again", create(token, newUser("boss2")), models.Forbidden, "", nil},
		})
		if token, err := f.Setup.Token(t.Context()); token != "" || err != nil {
			t.Errorf("Token with an admin = %q, %v, want none", token, err)
		}
		if _, err := f.Setup.CreateAdmin(t.Context(), f.as(""), "", newUser("boss2")); models.KindOf(err) != models.Forbidden {
			t.Errorf("CreateAdmin with no token = %v, want forbidden", err)
		}
		// The admin vanishes behind our back: the old link stays void.
		f.exec(`DELETE FROM "UserRoles"`)
		if err := f.Setup.Open(t.Context(), token); models.KindOf(err) != models.Forbidden {
			t.Errorf("Open with the used token = %v, want forbidden", err)
		}
	})
}

func TestSetupAtOnce(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		f := newFixture(t, db)
		token, err := f.Setup.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		errs := race(8, func(i int) error {
			_, err := f.Setup.CreateAdmin(t.Context(), models.Actor{}, token, newUser("boss"+string(rune('a'+i))))
			return err
		})
		if diff := cmp.Diff(map[models.Kind]int{"": 1, models.Forbidden: 7}, kinds(errs)); diff != "" {
			t.Errorf("one should win (-want +got):\n%s%v", diff, errs)
		}
		if got := f.count(`SELECT COUNT(*) FROM "Users"`); got != 1 {
			t.Errorf("got %d users, want 1", got)
		}
	})
}

func TestFirstAdmin(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB) {
		if err := newFixture(t, db).Setup.FirstAdmin(t.Context()); err != nil {
			t.Errorf("FirstAdmin without settings = %v, want nil", err)
		}
		boss := newUser("boss")
		f := newFixture(t, db, func(c *Config) { c.FirstAdmin = &boss })
		errs := race(4, func(int) error { return f.Setup.FirstAdmin(t.Context()) })
		if diff := cmp.Diff(map[models.Kind]int{"": 4}, kinds(errs)); diff != "" {
			t.Errorf("replicas that start at once (-want +got):\n%s%v", diff, errs)
		}
		if user := f.user("boss"); !user.IsActive() || !user.HasRole(models.AdminRole) || f.count(`SELECT COUNT(*) FROM "Users"`) != 1 {
			t.Errorf("the first admin is %+v", user)
		}
		boss.Username, boss.Email = "boss2", "boss2@example.com"
		if err := f.Setup.FirstAdmin(t.Context()); err != nil || f.count(`SELECT COUNT(*) FROM "Users"`) != 1 {
			t.Errorf("FirstAdmin with an admin = %v, want nil and nobody new", err)
		}
	})
}
