package tests

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// TestTrustInBrowser: an admin finds a locked account, sees why, unlocks it, gives
// the own password before a role changes, and ends the sessions elsewhere.
func TestTrustInBrowser(t *testing.T) {
	db := modeltest.NewDB(t)
	address, s := serveOn(t, db)
	grace := makeUser(t, s, "grace", "Grace", "Hopper", models.UserRole)
	if _, err := s.Roles.Create(t.Context(), models.System(), "Editor", "Writes and corrects texts."); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		attacker := models.Actor{Address: "203.0.113.66", UserAgent: "curl/8.5"}
		if _, _, err := s.Sessions.SignIn(t.Context(), attacker, "grace", "wrong", models.APISession); err == nil {
			t.Fatal("a wrong password signs in")
		}
	}
	elsewhere := models.Actor{Address: "198.51.100.7", UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1"}
	if _, _, err := s.Sessions.SignIn(t.Context(), elsewhere, "root", password, models.ConsoleSession); err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, address)
	b.open("/login")
	b.submit("/login", map[string]string{"username": "root", "password": password})
	b.open("/admin/users?status=locked")
	b.shows("grace@example.com")
	b.press("th[scope=row] a")
	b.shows("5 failed sign-ins from 203.0.113.66 in 15 minutes")
	b.picture(t, "user-locked")
	b.press("form[action$='/unlock'] button")
	b.shows("The account is unlocked.")

	makeStale(t, db)
	b.do(chromedp.SetAttributeValue(chromedp.CSS("input[name=roles][value=Editor]"), "checked", "checked"))
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("You signed in a while ago. Enter your own password to go on.")
	b.picture(t, "user-confirm")
	b.do(chromedp.SendKeys(chromedp.CSS("#f-your_password-roles"), password))
	b.press("form[action$='/roles'] button[type=submit]")
	b.shows("The roles are saved.")
	user, err := s.Users.Get(t.Context(), models.System(), grace.UserID)
	if err != nil || !user.HasRole("Editor") {
		t.Errorf("grace has %v, %v; want Editor among them", user.RoleNames(), err)
	}

	b.open("/account")
	b.shows("Safari on iPhone")
	b.picture(t, "account-sessions")
	b.press("form[action='/account/sessions/delete'] button")
	b.shows("All your other sessions have ended.")
	b.quiet()
}

// makeStale moves every sign-in an hour into the past.
func makeStale(t *testing.T, db *models.DB) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *gorm.DB) error {
		models.TouchedAll(tx)
		return tx.Exec(`UPDATE "RolecallSessions" SET "CreatedAt" = "CreatedAt" - ?`, time.Hour.Milliseconds()).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// picture photographs the whole of the page as it is, at both widths, light and
// dark.
func (b *browser) picture(t *testing.T, name string) {
	t.Helper()
	folder := filepath.Join(root, "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
			t.Fatal(err)
		}
		for width, label := range map[int64]string{390: "390", 1280: "1280"} {
			b.do(chromedp.EmulateViewport(width, 1600))
			if wide := ask(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); wide > width {
				t.Errorf("%s is %d pixels wide in a window of %d", name, wide, width)
			}
			if err := os.WriteFile(filepath.Join(folder, name+"-"+scheme+"-"+label+".png"), ask(b, chromedp.CaptureScreenshot()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
