package views

import (
	"fmt"
	"net/url"
	"strings"

	"rolecall/models"
)

// A Field is a labelled text field, as the template "field" shows it.
type Field struct {
	Name, Label, Type, Value string
	Autocomplete, InputMode  string
	Hint, Error              string
	Required                 bool
	Optional                 bool   // and said so; an account may lack more, which its page does not invite
	Half                     bool   // shares its line with the next
	Key                      string // tells fields of one name on one page apart
	Focus                    bool   // has the focus when the page opens
	Least                    int    // characters of a new password, of which is told while it is typed; 0 for other fields
	Taboo                    string // an e-mail address that the new password must not be, where the form has no field for one
}

// labels are those of the fields, in the order of the forms.
var labels = []struct{ name, label string }{
	{"username", "Username"}, {"email", "E-mail"}, {"first_name", "First name"}, {"last_name", "Last name"},
	{"current_password", "Current password"}, {"password", "Password"}, {"new_password", "New password"},
	{"role_name", "Name"}, {"description", "Description"},
}

// A Fault is a field to blame, in the list above a form.
type Fault struct{ ID, Label, Sentence string }

// Faults are the fields to blame, in the order of the form. A single one has the
// focus and its sentence beside it, and is not listed.
func (r Refusal) Faults() []Fault {
	var list []Fault
	for _, field := range labels {
		if sentence := r.Errors[field.name]; sentence != "" {
			list = append(list, Fault{Field{Name: field.name}.ID(), field.label, sentence})
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

// ID is the field's id, by which its label finds it.
func (f Field) ID() string { return "f-" + f.Name + f.Key }

// Secret reports whether the field holds a password.
func (f Field) Secret() bool { return f.Type == "password" }

// Verbatim reports whether a browser must neither spell nor capitalise the value.
func (f Field) Verbatim() bool {
	return f.Autocomplete != "given-name" && f.Autocomplete != "family-name"
}

// DescribedBy lists the ids of the error, the hint and what is told while typing.
func (f Field) DescribedBy() string {
	var list []string
	for _, part := range []struct {
		name  string
		there bool
	}{{"-error", f.Error != ""}, {"-hint", f.Hint != ""}, {"-live", f.Least > 0}} {
		if part.there {
			list = append(list, f.ID()+part.name)
		}
	}
	return strings.Join(list, " ")
}

// A Check is a checkbox with its label.
type Check struct {
	Name, Value, Label, Hint string
	Checked                  bool
	Kept                     string // why it can't be unchecked; its value is sent all the same
}

// ID is the checkbox's id; it has no spaces, as a role's name may.
func (c Check) ID() string { return "f-" + c.Name + "-" + url.QueryEscape(c.Value) }

// A CheckGroup is a set of checkboxes of one name, under one legend.
type CheckGroup struct {
	Legend, Error string
	Checks        []Check
}

// fields puts the refusal's sentences beside the fields, and the focus on the
// first that has one.
func (r Refusal) fields(list ...Field) []Field {
	focused := false
	for i := range list {
		list[i].Error = r.Errors[list[i].Name]
		if len(r.Errors) > 0 {
			list[i].Focus = list[i].Error != "" && !focused
			focused = focused || list[i].Focus
		}
	}
	return list
}

// confirm is the field for the actor's own password, in a form that changes what
// only a fresh sign-in may: it is there once the form was refused for lack of it,
// and at once where the form has a password, which is not kept.
func (p Page) confirm(r Refusal, atOnce bool, form string) []Field {
	if r.Errors["your_password"] == "" && (!atOnce || p.Actor.Fresh()) {
		return nil
	}
	list := r.fields(Field{Name: "your_password", Key: "-" + form, Label: "Your own password", Type: "password",
		Autocomplete: "current-password", Required: true})
	if list[0].Error == "" {
		list[0].Hint = "You signed in a while ago."
	}
	return list
}

// Fields are the fields of the form.
func (f LoginForm) Fields() []Field {
	return f.fields(
		Field{Name: "username", Label: "Username or e-mail", Type: "text", Value: f.Username, Autocomplete: "username", Required: true, Focus: f.Username == ""},
		Field{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password", Required: true, Focus: f.Username != ""},
	)
}

// Fields are the fields of the form.
func (r Register) Fields() []Field {
	return r.Form.fields(
		newUsername(r.Form.Username, true), newEmail(r.Form.Email),
		firstName(r.Form.FirstName), lastName(r.Form.LastName),
		newPassword("password", "Password", r.PasswordMin),
	)
}

// Fields are the fields of the form.
func (s Setup) Fields() []Field {
	return s.Form.fields(newUsername(s.Form.Username, true), newEmail(s.Form.Email),
		newPassword("password", "Password", s.PasswordMin))
}

// ProfileFields are the fields that people may change of their own account.
func (a AccountShow) ProfileFields() []Field {
	list := a.Profile.fields(email(a.Profile.Email, "email"), personFirst(a.Profile, "given-name"), personLast(a.Profile, "family-name"))
	return append(list, a.confirm(a.Profile.Refusal, false, "profile")...)
}

// PasswordFields are the fields to change the own password.
func (a AccountShow) PasswordFields() []Field {
	return a.Password.fields(
		Field{Name: "current_password", Label: "Current password", Type: "password", Autocomplete: "current-password", Required: true},
		taboo(newPassword("new_password", "New password", a.PasswordMin), a.User.Email),
	)
}

// Fields are the text fields of the form. They are somebody else's, so the
// browser is not asked to fill in the admin's own values.
func (u UserNew) Fields() []Field {
	list := u.Form.fields(
		newUsername(u.Form.Username, true), newEmail(u.Form.Email),
		firstName(u.Form.FirstName), lastName(u.Form.LastName),
		newPassword("password", "Password", u.PasswordMin),
	)
	for i := range list {
		if !list[i].Secret() {
			list[i].Autocomplete = "off"
		}
	}
	return append(list, u.confirm(u.Form.Refusal, true, "new")...)
}

// ProfileFields are the text fields of the account. They take what an older
// database holds, so the browser checks no form or length.
func (u UserShow) ProfileFields() []Field {
	list := u.Profile.fields(
		Field{Name: "username", Label: "Username", Type: "text", Value: u.Profile.Username, Autocomplete: "off", Half: true},
		half(email(u.Profile.Email, "off")),
		personFirst(u.Profile, "off"), personLast(u.Profile, "off"),
	)
	return append(list, u.confirm(u.Profile.Refusal, false, "profile")...)
}

// PasswordFields is the field to set the user's password.
func (u UserShow) PasswordFields() []Field {
	list := u.Password.fields(taboo(newPassword("new_password", "New password", u.PasswordMin), u.User.Email))
	return append(list, u.confirm(u.Password.Refusal, true, "password")...)
}

// RolesConfirm is the field that a refused change of roles asks for.
func (u UserShow) RolesConfirm() []Field { return u.confirm(u.Roles.Refusal, false, "roles") }

// Confirm is the field that a deletion asks for, unless it can't be done at all.
func (u UserDelete) Confirm() []Field {
	if u.DeleteReason != "" {
		return nil
	}
	return u.confirm(u.Refusal, true, "delete")
}

// DeleteConfirm is the field that a refused deletion asks for.
func (r RoleShow) DeleteConfirm() []Field { return r.confirm(r.Delete, false, "delete") }

// Fields are the fields of the form; a built-in role keeps its name.
func (r RoleShow) Fields() []Field {
	list := roleFields(r.Form)
	if r.Role.BuiltIn() {
		list = list[1:]
	}
	return r.Form.fields(list...)
}

// Fields are the fields of the form for a new role.
func (r RoleList) Fields() []Field { return r.Form.fields(roleFields(r.Form)...) }

func roleFields(f RoleForm) []Field {
	return []Field{
		{Name: "role_name", Label: "Name", Type: "text", Value: f.RoleName, Autocomplete: "off", Required: true},
		{Name: "description", Label: "Description", Optional: true, Type: "text", Value: f.Description, Autocomplete: "off",
			Hint: "What people with this role may do."},
	}
}

func newUsername(value string, focus bool) Field {
	return Field{Name: "username", Label: "Username", Type: "text", Value: value, Autocomplete: "username",
		Hint:     fmt.Sprintf("%d to %d letters, digits and . _ @ + -", models.UsernameMin, models.UsernameMax),
		Required: true, Focus: focus}
}

func newEmail(value string) Field {
	return Field{Name: "email", Label: "E-mail", Type: "email", Value: value, Autocomplete: "email", Required: true}
}

// email is for a value that exists; type=email would trim and refuse some.
func email(value, autocomplete string) Field {
	return Field{Name: "email", Label: "E-mail", Type: "text", InputMode: "email", Value: value, Autocomplete: autocomplete}
}

func firstName(value string) Field {
	return Field{Name: "first_name", Label: "First name", Optional: true, Type: "text", Value: value, Autocomplete: "given-name", Half: true}
}

func lastName(value string) Field {
	return Field{Name: "last_name", Label: "Last name", Optional: true, Type: "text", Value: value, Autocomplete: "family-name", Half: true}
}

func personFirst(f ProfileForm, autocomplete string) Field {
	return Field{Name: "first_name", Label: "First name", Optional: true, Type: "text", Value: f.FirstName, Autocomplete: autocomplete, Half: true}
}

func personLast(f ProfileForm, autocomplete string) Field {
	return Field{Name: "last_name", Label: "Last name", Optional: true, Type: "text", Value: f.LastName, Autocomplete: autocomplete, Half: true}
}

func half(f Field) Field {
	f.Half = true
	return f
}

// newPassword has no maxlength, nor has any other field: a browser would cut what
// is pasted short without a word.
func newPassword(name, label string, least int) Field {
	if least == 0 {
		least = 8
	}
	return Field{Name: name, Label: label, Type: "password", Autocomplete: "new-password", Required: true, Least: least,
		Hint: fmt.Sprintf("At least %d characters. A few words are better than symbols.", least)}
}

func taboo(f Field, email string) Field {
	f.Taboo = email
	return f
}
