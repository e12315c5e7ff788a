package routes

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"rolecall/services"
)

type values = map[string]any

// account are the values of a new account, with changes; "-" takes one away.
func account(name string, changes values) values {
	with := values{"username": name, "password": goodPassword, "email": name + "@example.net"}
	maps.Copy(with, changes)
	maps.DeleteFunc(with, func(_ string, value any) bool { return value == "-" })
	return with
}

// valueRules are those of a new account's values, at their borders.
var valueRules = []struct {
	field string
	value string
	good  bool
}{
	{"username", "", false}, {"username", "ab", false}, {"username", "abc", true},
	{"username", strings.Repeat("u", 64), true}, {"username", strings.Repeat("u", 65), false},
	{"username", "0._@+-", true}, {"username", ".abc", false}, {"username", "-abc", false}, {"username", "@abc", false},
	{"username", "a b c", false}, {"username", " abc", false}, {"username", "abc ", false}, {"username", "zoë", false},
	{"username", "аbс", false}, {"username", "ab\nc", false}, {"username", "abc/..", false},
	{"email", "", false}, {"email", "a", false}, {"email", "a@", false}, {"email", "@b", false}, {"email", "x@y", true},
	{"email", "a@b@c", false}, {"email", "a b@c", false}, {"email", "a@b\t", false}, {"email", "zoë@exämple.net", true},
	{"email", strings.Repeat("e", 242) + "@example.net", true}, {"email", strings.Repeat("e", 243) + "@example.net", false},
	{"first_name", "", true}, {"first_name", strings.Repeat("é", 100), true}, {"first_name", strings.Repeat("é", 101), false},
	{"first_name", "Ma\tria", false}, {"first_name", "O'Neil <b>", true}, {"first_name", "李", true}, {"first_name", "a\u0085b", false},
	{"last_name", strings.Repeat("n", 100), true}, {"last_name", strings.Repeat("n", 101), false}, {"last_name", "a\nb", false},
	{"password", "", false}, {"password", "7 chars", false}, {"password", "8 chars.", true},
	{"password", strings.Repeat("pq", 32), true}, {"password", strings.Repeat("pq", 32) + "p", false},
	{"password", strings.Repeat("é", 36), true}, {"password", strings.Repeat("é", 36) + "a", false},
	{"password", strings.Repeat("e\u0301", 36), true},
	{"password", "password123", false}, {"password", "PassWord123", false}, {"password", "        ", true}, {"password", " spaces kept ", true},
}

// TestValues: each rule for values holds on both faces, for whoever creates the
// account; and each engine keeps what the rules let through.
func TestValues(t *testing.T) {
	var good, bad []deed
	for i, rule := range valueRules {
		for _, do := range []string{"register", "create user"} {
			name := fmt.Sprintf("new%d%s", i, do[:1])
			d := deed{name: fmt.Sprintf("%s/%s %.20q", do, rule.field, rule.value), do: do, with: account(name, values{rule.field: rule.value}), status: 422, fields: rule.field}
			actor, action := "", "user.registered"
			if do == "create user" {
				d.who, actor, action = "root", "root ", "user.created"
			}
			if rule.good {
				username, _ := d.with["username"].(string)
				if do == "create user" && rule.field == "username" {
					username = username[:len(username)-1] + "z" // the one before took it
					d.with["username"] = username
				}
				if do == "create user" && rule.field == "email" {
					d.with["email"] = "q" + rule.value[1:]
				}
				d.status, d.fields, d.events = 201, "", []string{actor + action + " " + username}
				good = append(good, d)
			} else {
				bad = append(bad, d)
			}
		}
	}
	onBothFaces(t, good)
	for _, face := range faces {
		t.Run("refused/"+face, func(t *testing.T) {
			t.Parallel()
			one(t).playOn(t, face, bad)
		})
	}
}

// TestOpenAccount: registration, and accounts that an admin makes.
func TestOpenAccount(t *testing.T) {
	taken, mail := "This username is taken.", "This e-mail address is taken."
	onBothFaces(t, []deed{
		{name: "register", do: "register", with: account("carl", values{"first_name": "Carl", "last_name": "C."}), status: 201, events: []string{"user.registered carl"}},
		{name: "register, the name is taken", do: "register", with: account("carl", values{"email": "c@example.org"}), status: 409, fields: "username", has: taken},
		{name: "register, taken in other letters", do: "register", with: account("CARL", values{"email": "c@example.org"}), status: 409, fields: "username", has: taken},
		{name: "register, the e-mail is taken", do: "register", with: account("carla", values{"email": "carl@example.net"}), status: 409, fields: "email", has: mail},
		{name: "register, the e-mail in other letters", do: "register", with: account("carla", values{"email": "CARL@EXAMPLE.NET"}), status: 409, fields: "email", has: mail},
		{name: "register, both are taken", do: "register", with: account("carl", nil), status: 409, fields: "email,username"},
		{name: "register, somebody's e-mail as a name", do: "register", with: account("carl@example.net", values{"email": "c@example.org"}), status: 409, fields: "username"},
		{name: "register, several faults", do: "register", with: account("x", values{"email": "x", "password": "x", "first_name": "\t"}), status: 422, fields: "email,first_name,password,username"},
		{name: "register, the name as a password", do: "register", with: account("longenough", values{"password": "LongEnough"}), status: 422, fields: "password"},
		{name: "register, the e-mail as a password", do: "register", with: account("carla", values{"password": "carla@example.net"}), status: 422, fields: "password"},
		{name: "create, a stranger", do: "create user", with: account("dan", nil), status: 401},
		{name: "create, a user", who: "ann", do: "create user", with: account("dan", nil), status: 403},
		{name: "create", who: "root", do: "create user", with: account("dan", nil), status: 201, events: []string{"root user.created dan"}},
		{name: "create, taken", who: "root", do: "create user", with: account("Dan", values{"email": "DAN@example.net"}), status: 409, fields: "email,username"},
		{name: "create with roles", who: "root", do: "create user", with: account("eve", values{"roles": []string{"Editor", "admin"}}), status: 201, events: []string{"root user.created eve"}},
		{name: "create, no such role", who: "root", do: "create user", with: account("fay", values{"roles": []string{"User", "Nobody"}}), status: 422, fields: "roles", has: "There is no role of one of these names."},
		{name: "create, disabled", who: "root", do: "create user", with: account("gil", values{"is_active": false}), status: 201, events: []string{"root user.created gil"}},
	})
}

// TestUpdateUser: an admin changes an account; a user the own.
func TestUpdateUser(t *testing.T) {
	onBothFaces(t, []deed{
		{name: "a stranger", do: "update user", to: "ann", with: values{"email": "x@example.net"}, status: 401},
		{name: "nobody there", who: "root", do: "update user", to: "nobody", with: account("nobody", values{"password": "-"}), status: 404},
		{name: "one value", who: "root", do: "update user", to: "ann", with: values{"first_name": "Ann"}, status: 200, events: []string{"root user.updated ann"}},
		{name: "the same again", who: "root", do: "update user", to: "ann", with: values{"first_name": "Ann"}, status: 200, free: true},
		{name: "all values", who: "root", do: "update user", to: "ann", with: values{"username": "anna", "email": "anna@example.net", "first_name": "Anna", "last_name": "A."}, status: 200, events: []string{"root user.updated ann"}},
		{name: "the letter case of the name", who: "root", do: "update user", to: "anna", with: values{"username": "ANNA"}, status: 200, events: []string{"root user.updated anna"}},
		{name: "a name that is taken", who: "root", do: "update user", to: "ann", with: values{"username": "BOB"}, status: 409, fields: "username", has: "This username is taken."},
		{name: "an e-mail that is taken", who: "root", do: "update user", to: "ann", with: values{"email": "Bob@example.com"}, status: 409, fields: "email", has: "This e-mail address is taken."},
		{name: "several faults", who: "root", do: "update user", to: "ann", with: values{"username": "!", "email": "x", "last_name": strings.Repeat("x", 101)}, status: 422, fields: "email,last_name,username"},
		{name: "the admin's own name", who: "root", do: "update user", to: "root", with: values{"username": "admin"}, status: 200, events: []string{"root user.updated root"}},
		{name: "own, a stranger", do: "update own", to: "bob", with: values{"email": "x@example.net"}, status: 401},
		{name: "own", who: "bob", do: "update own", to: "bob", with: values{"email": "bob@example.org", "last_name": "B."}, status: 200, events: []string{"bob user.updated bob"}},
		{name: "own, a fault", who: "bob", do: "update own", to: "bob", with: values{"email": "b@@", "first_name": "a\x07"}, status: 422, fields: "email,first_name"},
		{name: "own, taken", who: "bob", do: "update own", to: "bob", with: values{"email": "root@example.com"}, status: 409, fields: "email"},
	})
}

// TestSwitchUser: disabling, enabling and deleting, up to the last admin.
func TestSwitchUser(t *testing.T) {
	onBothFaces(t, []deed{
		{name: "disable, a stranger", do: "disable", to: "ann", status: 401},
		{name: "disable, a user", who: "bob", do: "disable", to: "ann", status: 403},
		{name: "disable, nobody there", who: "root", do: "disable", to: "nobody", status: 404},
		{name: "disable", who: "root", do: "disable", to: "ann", status: 200, events: []string{"root user.disabled ann"}},
		{name: "disable again", who: "root", do: "disable", to: "ann", status: 200},
		{name: "enable, a user", who: "bob", do: "enable", to: "ann", status: 403},
		{name: "enable", who: "root", do: "enable", to: "ann", status: 200, events: []string{"root user.enabled ann"}},
		{name: "disable the last admin", who: "root", do: "disable", to: "root", status: 409, has: "The last active administrator can't be disabled. Make somebody else an administrator first."},
		{name: "delete the last admin", who: "root", do: "delete user", to: "root", status: 409, has: "The last active administrator can't be deleted. Make somebody else an administrator first."},
		{name: "delete, a stranger", do: "delete user", to: "ann", status: 401},
		{name: "delete, a user", who: "bob", do: "delete user", to: "ann", status: 403},
		{name: "delete oneself as a user", who: "bob", do: "delete user", to: "bob", status: 403},
		{name: "delete, nobody there", who: "root", do: "delete user", to: "nobody", status: 404},
		{name: "delete", who: "root", do: "delete user", to: "ann", status: 204, events: []string{"root user.deleted ann"}},
		{name: "delete again", who: "root", do: "delete user", to: "ann", status: 404},
		{name: "a second admin", who: "root", do: "assign", to: "bob", with: values{"role_name": "Admin"}, status: 200, events: []string{"root role.assigned bob"}},
		{name: "an admin deletes himself", who: "root", do: "delete user", to: "root", status: 204, events: []string{"root user.deleted root"}},
		{name: "now bob is the last", who: "bob", do: "disable", to: "bob", status: 409},
	})
}

// TestPasswords: one's own, and those that an admin sets.
func TestPasswords(t *testing.T) {
	wrong := "This is not your present password."
	onBothFaces(t, []deed{
		{name: "own, a stranger", do: "change password", with: values{"current_password": goodPassword, "new_password": newPassword}, status: 401},
		{name: "own, the present one is wrong", who: "ann", do: "change password", with: values{"current_password": "wrong horse", "new_password": newPassword}, status: 422, fields: "current_password", has: wrong},
		{name: "own, the present one is empty", who: "ann", do: "change password", with: values{"current_password": "", "new_password": newPassword}, status: 422, fields: "current_password"},
		{name: "own, too short", who: "ann", do: "change password", with: values{"current_password": goodPassword, "new_password": "short 7"}, status: 422, fields: "new_password", has: "Use at least 8 characters."},
		{name: "own, a common one", who: "ann", do: "change password", with: values{"current_password": goodPassword, "new_password": "iloveyou1"}, status: 422, fields: "new_password"},
		{name: "own, the e-mail", who: "ann", do: "change password", with: values{"current_password": goodPassword, "new_password": "Ann@example.com"}, status: 422, fields: "new_password"},
		{name: "own", who: "ann", do: "change password", with: values{"current_password": goodPassword, "new_password": newPassword}, status: 204, events: []string{"ann user.password_changed ann"}},
		{name: "own, the old one is no longer good", who: "ann", do: "change password", with: values{"current_password": goodPassword, "new_password": goodPassword}, status: 422, fields: "current_password"},
		{name: "set, a stranger", do: "set password", to: "bob", with: values{"new_password": newPassword}, status: 401},
		{name: "set, a user", who: "ann", do: "set password", to: "bob", with: values{"new_password": newPassword}, status: 403},
		{name: "set, the own as a user", who: "ann", do: "set password", to: "ann", with: values{"new_password": newPassword}, status: 403},
		{name: "set, nobody there", who: "root", do: "set password", to: "nobody", with: values{"new_password": newPassword}, status: 404},
		{name: "set, a bad one", who: "root", do: "set password", to: "bob", with: values{"new_password": "bob"}, status: 422, fields: "new_password"},
		{name: "set", who: "root", do: "set password", to: "bob", with: values{"new_password": newPassword}, status: 204, events: []string{"root user.password_changed bob"}},
	})
}

// TestLongerPasswords: the setting raises the minimum on both faces.
func TestLongerPasswords(t *testing.T) {
	onBothFaces(t, []deed{
		{name: "14 characters", do: "register", with: account("carl", values{"password": "14 characters."}), status: 422, fields: "password", has: "Use at least 15 characters."},
		{name: "15 characters", do: "register", with: account("carl", values{"password": "15 characters.."}), status: 201, events: []string{"user.registered carl"}},
	}, func(c *services.Config) { c.PasswordMinLength = 15 })
}

// TestClosedRegistration: a stranger is refused on both faces; an admin is not.
func TestClosedRegistration(t *testing.T) {
	closed := func(c *services.Config) { c.Registration = services.RegistrationClosed }
	onBothFaces(t, []deed{
		{name: "register", do: "register", with: account("carl", nil), status: 403},
		{name: "register with faults", do: "register", with: account("x", nil), status: 403},
		{name: "create", who: "root", do: "create user", with: account("carl", nil), status: 201, events: []string{"root user.created carl"}},
	}, closed)
}
