package views

import (
	"errors"
	"strings"

	"rolecall/models"
)

// A Page is what every page has.
type Page struct {
	Title   string // of the browser's tab; the site's name is added
	Subject string // the name that goes into the Title's verb; "" where it has none
	Here    string // the address to come back to this page; "" for the first
	Path    string // of the request, for the current item of the navigation
	Actor   models.Actor
	Flash   Flash
	Refused bool                     // a form on it was not accepted, which the title says first
	Again   int                      // seconds after which a browser without JavaScript asks again; 0 for never
	Undo    ActReport                // what the actor did a moment ago, with the way back; or that it was taken back
	Assets  func(name string) string // the URL of a static file; nil gives "/static/" + name
}

// A Flash is a sentence that is shown once. The zero Flash is none.
type Flash struct {
	Kind string // "success", "danger", "warning" or "info"
	Text string
}

// Asset is the URL of a static file, such as "console.css".
func (p Page) Asset(name string) string {
	if p.Assets == nil {
		return "/static/" + name
	}
	return p.Assets(name)
}

// A NavItem is a link of the navigation.
type NavItem struct {
	Label, URL, Icon string
	Current          bool
}

// Nav is the navigation of an admin; for others it is empty.
func (p Page) Nav() []NavItem {
	if !p.Actor.SignedIn() || !p.Actor.Admin() {
		return nil
	}
	items := []NavItem{
		{Label: "Overview", URL: "/admin", Icon: "overview"},
		{Label: "Users", URL: "/admin/users", Icon: "users"},
		{Label: "Roles", URL: "/admin/roles", Icon: "roles"},
		{Label: "Audit", URL: "/admin/audit", Icon: "audit"},
		{Label: "API docs", URL: "/docs", Icon: "docs"},
	}
	for i := range items {
		items[i].Current = p.at(items[i].URL)
	}
	return items
}

// AtAccount reports whether the page is the actor's own account.
func (p Page) AtAccount() bool { return p.at("/account") }

// Home is where the site's name leads.
func (p Page) Home() string {
	switch {
	case !p.Actor.SignedIn():
		return "/login"
	case p.Actor.Admin():
		return "/admin"
	}
	return "/account"
}

func (p Page) at(url string) bool {
	return p.Path == url || url != "/admin" && strings.HasPrefix(p.Path, url+"/")
}

// A Refusal says why a form was not accepted. The zero Refusal belongs to a
// form that is shown for the first time.
type Refusal struct {
	Message string             // one sentence, above the form
	Errors  models.FieldErrors // beside the fields
}

// Refused is the Refusal for an error of kind Invalid or Conflict, and whatever
// else has a sentence for a person.
func Refused(err error) Refusal {
	if known := (*models.Error)(nil); errors.As(err, &known) {
		return Refusal{Message: known.Message, Errors: known.Fields}
	}
	return Refusal{}
}

// Overview is the page overview/show, the admins' first.
type Overview struct {
	Page
	models.Figures
	Waiting []models.User // the first few that wait for approval
	Events  Events        // the last few
}

// AccountShow is the page account/show: the actor's own account.
type AccountShow struct {
	Page
	User        models.User // as the database has it
	Profile     ProfileForm // OwnProfileOf(User), or what was sent
	Password    PasswordForm
	Sessions    []models.Session // the actor's own; none hides the section
	PasswordMin int              // characters; 0 is 8
}

// A PasswordForm changes the actor's own password; it keeps nothing.
type PasswordForm struct{ Refusal }

// Error is the page errors/error. Its heading follows from Status.
type Error struct {
	Page
	Status    int    // 403, 404, …
	Detail    string // one sentence; "" gives a friendly one for the Status
	RequestID string // "" hides it
}

// Docs is the page docs/index: the API, to try on.
type Docs struct{ Page }
