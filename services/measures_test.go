package services

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"rolecall/models"
	"rolecall/models/modeltest"
)

func measured(c *Config) { c.MetricsListen = "127.0.0.1:0" }

// readings are the numbers of all series by name and labels; of a histogram, how much
// it has seen.
func (f *fixture) readings() map[string]float64 {
	f.t.Helper()
	families, err := f.Measures.Registry.Gather()
	if err != nil {
		f.t.Fatal(err)
	}
	found := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			name := family.GetName()
			for _, label := range metric.GetLabel() {
				name += " " + label.GetValue()
			}
			found[name] = metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + float64(metric.GetHistogram().GetSampleCount())
		}
	}
	return found
}

// grown does something and returns what has grown by it, of what is our own.
func (f *fixture) grown(do func()) map[string]float64 {
	f.t.Helper()
	before := f.readings()
	do()
	after := f.readings()
	maps.DeleteFunc(after, func(name string, value float64) bool {
		return value <= before[name] || !strings.HasPrefix(name, "rolecall_")
	})
	for name := range after {
		after[name] -= before[name]
	}
	return after
}

// Each sign-in has one outcome, whatever it is.
func TestMeasuresOfSignIns(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t), measured, limitsOn)
	f.cast()
	signIn := func(name, password string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, _, err := f.Sessions.SignIn(ctx, models.Actor{Address: "192.0.2.1"}, name, password, models.APISession)
			return err
		}
	}
	f.exec(`UPDATE "Users" SET "PasswordHash" = 'plain' WHERE "Username" = 'bob'`)
	f.create("dora", models.UserRole)
	if _, err := f.Acts.Switch(t.Context(), f.as("root"), f.id("dora"), false); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		outcome string
		ctx     context.Context
		do      func(context.Context) error
	}{
		{"ok", t.Context(), signIn("ann", goodPassword)},
		{"wrong_password", t.Context(), signIn("ann", "wrong")},
		{"unknown_name", t.Context(), signIn("nobody", "wrong")},
		{"unreadable_hash", t.Context(), signIn("bob", "wrong")},
		{"disabled", t.Context(), signIn("dora", goodPassword)},
		{"busy", ended, signIn("ann", goodPassword)},
	} {
		got := f.grown(func() { _ = tt.do(tt.ctx) })
		for name, n := range got {
			if strings.HasPrefix(name, "rolecall_sign_ins_total ") && (name != "rolecall_sign_ins_total "+tt.outcome || n != 1) {
				t.Errorf("%s: %s grew by %v", tt.outcome, name, n)
			}
		}
		if got["rolecall_sign_ins_total "+tt.outcome] != 1 {
			t.Errorf("%s: what grew is %v", tt.outcome, got)
		}
		if hashed := got["rolecall_hash_work_seconds"]; (hashed >= 1) != (tt.outcome != "busy") || hashed != got["rolecall_hash_wait_seconds"] {
			t.Errorf("%s: %v passwords were hashed: %v", tt.outcome, hashed, got)
		}
	}
	for range originLimit.Count {
		_ = signIn("ann", "wrong")(t.Context())
	}
	got := f.grown(func() { _ = signIn("ann", goodPassword)(t.Context()) })
	if got["rolecall_sign_ins_total limited"] != 1 || got["rolecall_limits_hit_total origin"] != 1 || got["rolecall_hash_work_seconds"] != 0 {
		t.Errorf("under a limit %v grew", got)
	}
}

// What else is counted.
func TestMeasures(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t), measured, func(c *Config) { c.RegisterLimit = Rate{2, time.Hour} })
	f.cast()
	user, session, err := f.Sessions.SignIn(t.Context(), models.Actor{}, "ann", goodPassword, models.APISession)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := f.Tokens.Issue(user, session)
	if err != nil {
		t.Fatal(err)
	}
	register := func(name string) func() {
		return func() { _, _ = f.Users.Register(t.Context(), models.Actor{}, newUser(name)) }
	}
	refresh := func(text string) func() {
		return func() { _, _, _ = f.Sessions.Refresh(t.Context(), models.Actor{}, text) }
	}
	changeWrongly := func() {
		_ = f.Users.ChangePassword(t.Context(), models.Actor{User: user, SessionID: session.SessionID}, "wrong", nextPassword)
	}
	authenticate := func() { _, _ = f.Tokens.Authenticate(t.Context(), models.Actor{}, token, models.APISession) }
	for _, tt := range []struct {
		do   func()
		want string
	}{
		{register("joe"), "rolecall_registrations_total ok"},
		{register("joe"), "rolecall_registrations_total refused"},
		{register("kim"), "rolecall_registrations_total limited"},
		{register("kim"), "rolecall_limits_hit_total registrations"},
		{changeWrongly, "rolecall_sign_ins_total wrong_password"},
		{refresh("bogus"), "rolecall_token_refreshes_total refused"},
		{refresh(session.RefreshToken), "rolecall_token_refreshes_total ok"},
		{authenticate, "rolecall_snapshot_reads_total miss"},
		{authenticate, "rolecall_snapshot_reads_total hit"},
	} {
		if got := f.grown(tt.do); got[tt.want] != 1 {
			t.Errorf("%s did not grow by 1; what grew is %v", tt.want, got)
		}
	}
}

// The sessions are counted now and then, and not told of where the database is away.
func TestMeasuresOfTheDatabase(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t), measured)
	f.cast()
	if _, err := f.Sessions.Begin(t.Context(), models.Actor{}, f.user("ann"), models.ConsoleSession); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time from memory
		got := f.readings()
		if got["rolecall_sessions console"] != 1 || got["rolecall_database_up"] != 1 || got["go_sql_max_open_connections writing"] != 1 {
			t.Errorf("the numbers are %v", got)
		}
		f.exec(`DELETE FROM "RolecallSessions"`)
	}
	away := newFixture(t, modeltest.NewDB(t), measured)
	if err := away.db.Close(); err != nil {
		t.Fatal(err)
	}
	got := away.readings()
	if _, told := got["rolecall_sessions console"]; told || got["rolecall_database_up"] != 0 {
		t.Errorf("without a database the numbers are %v", got)
	}
}

// The names, the units and the texts are as Prometheus has them.
func TestMeasuresLint(t *testing.T) {
	t.Parallel()
	f := newFixture(t, modeltest.NewDB(t), measured)
	problems, err := testutil.GatherAndLint(f.Measures.Registry)
	for _, problem := range problems {
		if strings.HasPrefix(problem.Metric, "rolecall_") { // others are as they are everywhere
			err = fmt.Errorf("%s: %s", problem.Metric, problem.Text)
		}
	}
	if err != nil {
		t.Error(err)
	}
	if off := newFixture(t, modeltest.NewDB(t)); off.Measures != nil || off.Users.hasher.measures != nil {
		t.Error("without a listener for them, there are measures")
	}
}
