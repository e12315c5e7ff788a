package services

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

const allFour = "SELECT, INSERT, UPDATE, DELETE"

// installed has a DBA run on the owner's tables what `migrate --dry-run` prints,
// and returns the names of all tables.
func installed(t *testing.T, url string) []string {
	t.Helper()
	db, err := models.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text bytes.Buffer
	if err := db.PrintMigrations(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	for statement := range strings.SplitSeq(text.String(), ";\n") {
		if strings.TrimSpace(statement) != "" {
			modeltest.Exec(t, url, statement)
		}
	}
	return append(slices.Clone(ownersTables), db.OwnTables()...)
}

// opened is the database as that login, prepared as with ROLECALL_MIGRATE=check.
func opened(t *testing.T, login modeltest.Login) *models.DB {
	t.Helper()
	db, err := models.Open(t.Context(), login.URL, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Prepare(t.Context(), false); err != nil {
		t.Fatalf("Prepare as %s: %v", login.Name, err)
	}
	return db
}

// With the four rights to the tables, and none to make or alter any, every
// method works.
func TestLeastRights(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		login := modeltest.NewLogin(t, engine, url)
		login.Grant(allFour, installed(t, url)...)
		owner, clerk := newFixture(t, modeltest.Open(t, url)), newFixture(t, opened(t, login))
		admin := owner.create("root", models.AdminRole)
		for _, method := range methods {
			if onEmpty(method.name) {
				continue
			}
			subject := owner.subject(strings.ToLower(strings.ReplaceAll(method.name, ".", "-")))
			subject.Services, subject.admin = clerk.Services, models.Actor{User: owner.user(admin.Username)}
			if err := method.do(t.Context(), subject); err != nil {
				t.Errorf("%s with the least rights: %v", method.name, err)
			}
		}
		report := diagnosed(t, login.URL)
		if got := report.found("rights"); len(got) != 1 || got[0].Severity != Fine {
			t.Errorf("the report has %+v, want that the rights are enough", got)
		}
	})
}

// The first admin too can be made with the least rights.
func TestSetupWithLeastRights(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		login := modeltest.NewLogin(t, engine, url)
		login.Grant(allFour, installed(t, url)...)
		clerk := newFixture(t, opened(t, login))
		token, err := clerk.Setup.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := clerk.Setup.CreateAdmin(t.Context(), models.Actor{}, token, newUser("boss")); err != nil {
			t.Errorf("CreateAdmin with the least rights: %v", err)
		}
	})
}

// What a login lacks is reported, with the words that grant it.
func TestDiagnoseRights(t *testing.T) {
	for _, tt := range []struct {
		name  string
		grant func(login modeltest.Login, all []string)
		want  []string
	}{
		{"none", func(modeltest.Login, []string) {}, []string{"fatal rights"}},
		{"all but one", func(login modeltest.Login, all []string) {
			login.Grant(allFour, all[1:]...)
			login.Grant("SELECT, UPDATE", "Users")
		}, []string{"warning rights"}},
		{"to read ours", func(login modeltest.Login, all []string) {
			login.Grant(allFour, all[:3]...)
			login.Grant("SELECT", all[3:]...)
		}, []string{"fatal rights"}},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "_"), func(t *testing.T) {
			modeltest.EachURL(t, func(t *testing.T, engine, url string) {
				login := modeltest.NewLogin(t, engine, url)
				tt.grant(login, installed(t, url))
				report := diagnosed(t, login.URL)
				rights := report.found("rights")
				if len(rights) == 0 || string(rights[0].Severity)+" rights" != tt.want[0] {
					t.Fatalf("the report has %+v, want %q", report.brief(), tt.want)
				}
				if len(report.found("view")) > 0 {
					t.Errorf("a table that is denied is taken for a view")
				}
				for _, finding := range rights {
					for _, statement := range finding.SQL {
						modeltest.Exec(t, url, statement)
					}
				}
				healed := diagnosed(t, login.URL)
				if got := healed.found("rights"); len(got) != 1 || got[0].Severity != Fine || healed.Count(Fatal) > 0 {
					t.Errorf("after its SQL the report has %q", healed.brief())
				}
			})
		})
	}
}

// A login that may not make tables is told before it starts.
func TestDiagnoseWhoMayNotCreate(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		login := modeltest.NewLogin(t, engine, url)
		report := diagnosed(t, login.URL)
		if got := report.found("migrations"); len(got) != 1 || got[0].Severity != Fatal || !strings.Contains(got[0].Advice, "--dry-run") {
			t.Errorf("the report has %+v, want a fatal word on migrations", got)
		}
	})
}

// A SERIAL column takes its values from a sequence, whose right is one more.
func TestDiagnoseSequence(t *testing.T) {
	modeltest.EachURL(t, func(t *testing.T, engine, url string) {
		if engine != "postgres" {
			t.Skip("skipped: this engine has no such columns")
		}
		modeltest.Exec(t, url, `CREATE TABLE "Users" ("UserId" SERIAL PRIMARY KEY, "Username" TEXT, "PasswordHash" TEXT, "Email" TEXT, "FirstName" TEXT, "LastName" TEXT)`)
		login := modeltest.NewLogin(t, engine, url)
		login.Grant(allFour, installed(t, url)...)
		rights := diagnosed(t, login.URL).found("rights")
		if len(rights) != 1 || rights[0].Severity != Warning || !slices.Equal(rights[0].SQL, []string{`GRANT USAGE ON SEQUENCE "Users_UserId_seq" TO "` + login.Name + `"`}) {
			t.Fatalf("the report has %+v, want the right to the sequence", rights)
		}
		clerk := newFixture(t, opened(t, login))
		if _, err := clerk.Users.Create(t.Context(), models.System(), newUser("joe")); err == nil {
			t.Error("Create without that right = nil, want a failure")
		}
		modeltest.Exec(t, url, rights[0].SQL...)
		if _, err := clerk.Users.Create(t.Context(), models.System(), newUser("joe")); err != nil {
			t.Errorf("Create with it: %v", err)
		}
	})
}
