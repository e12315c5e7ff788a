package views

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolecall/models"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	taken := &models.Error{Kind: models.Conflict, Message: "It is taken.", Fields: models.FieldErrors{"email": "Taken."}}
	for _, tt := range []struct {
		name          string
		err           error
		message, mail string
	}{
		{"an error of ours", taken, "It is taken.", "Taken."},
		{"wrapped", fmt.Errorf("create: %w", taken), "It is taken.", "Taken."},
		{"a stranger's", errors.New("disk full"), "", ""},
		{"none", nil, "", ""},
	} {
		if got := Refused(tt.err); got.Message != tt.message || got.Errors["email"] != tt.mail {
			t.Errorf("%s: Refused = %+v", tt.name, got)
		}
	}
}

// TestFocus holds that the focus is on the first field with an error, or where
// the form starts.
func TestFocus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		fields []Field
		want   []string
	}{
		{"sign in", LoginForm{}.Fields(), []string{"username"}},
		{"sign in again", LoginForm{Username: "ada"}.Fields(), []string{"password"}},
		{"two errors", Register{Form: RegisterForm{Refusal: Refusal{Errors: models.FieldErrors{"password": "x", "email": "y"}}}}.Fields(), []string{"email"}},
		{"an error elsewhere", Register{Form: RegisterForm{Refusal: Refusal{Errors: models.FieldErrors{"other": "x"}}}}.Fields(), nil},
		{"a page of several forms", UserShow{}.ProfileFields(), nil},
	} {
		var got []string
		for _, field := range tt.fields {
			if field.Focus {
				got = append(got, field.Name)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: the focus is on %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestAdminRoleIsKept holds that a role whose box can't be unchecked is sent.
func TestAdminRoleIsKept(t *testing.T) {
	t.Parallel()
	page := UserShow{User: admin().User, AllRoles: allRoles, Guards: Guards{AdminRoleReason: "Keeps it."}}
	if check := page.RoleGroup().Checks[0]; check.Kept == "" || !check.Checked {
		t.Errorf("the box of a held role is %+v", check)
	}
	page.User = models.User{}
	if check := page.RoleGroup().Checks[0]; check.Kept != "" || check.Checked {
		t.Errorf("the box of a role that is not held is %+v", check)
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0":               "Edge on Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                            "Chrome on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                   "Safari on macOS",
		"python-requests/2.32.3": "python-requests/2.32.3",
		"something (Linux)":      "Linux",
		"":                       "Unknown program",
	} {
		if got := (SessionRow{Session: models.Session{UserAgent: agent}}).Device().In(english(t)); got != want {
			t.Errorf("Device of %q = %q, want %q", agent, got, want)
		}
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		user   models.User
		locked bool
		want   string
	}{
		{models.User{OwnerActive: true, Status: models.Active}, false, "Active"},
		{models.User{OwnerActive: true, Status: models.Active}, true, "Locked"},
		{models.User{OwnerActive: false, Status: models.Active}, true, "Disabled"},
		{models.User{OwnerActive: true, Status: models.Pending}, true, "Pending"},
		{models.User{OwnerActive: true, Status: models.Disabled}, false, "Disabled"},
	} {
		if got := stateOf(tt.user, tt.locked).Word; got != tt.want {
			t.Errorf("stateOf(%+v, %t) = %s, want %s", tt.user, tt.locked, got, tt.want)
		}
	}
}

// TestHintsHaveTheirScript: the pages on which a password is chosen load the
// script of the hints, and no others.
func TestHintsHaveTheirScript(t *testing.T) {
	t.Parallel()
	set := parse(t)
	for _, c := range pageCases() {
		out := render(t, set, c)
		if chosen, loaded := strings.Contains(out, `data-check="`), strings.Contains(out, "password.js"); chosen != loaded {
			t.Errorf("%s, %s: a password is chosen: %t; the script is loaded: %t", c.template, c.name, chosen, loaded)
		}
	}
}
