package routes

import (
	"strings"
	"testing"
)

// TestRoles: making, renaming and deleting roles on both faces.
func TestRoles(t *testing.T) {
	long := strings.Repeat("r", 64)
	onBothFaces(t, []deed{
		{name: "create, a stranger", do: "create role", with: values{"role_name": "Author"}, status: 401},
		{name: "create, a user", who: "ann", do: "create role", with: values{"role_name": "Author"}, status: 403},
		{name: "create", who: "root", do: "create role", with: values{"role_name": "Author", "description": "Writes."}, status: 201, events: []string{"root role.created Author"}},
		{name: "create, taken", who: "root", do: "create role", with: values{"role_name": "Author"}, status: 409, fields: "role_name", has: "There is a role of this name already."},
		{name: "create, taken in other letters", who: "root", do: "create role", with: values{"role_name": "AUTHOR"}, status: 409, fields: "role_name"},
		{name: "create, built in", who: "root", do: "create role", with: values{"role_name": "admin"}, status: 409, fields: "role_name"},
		{name: "create, no name", who: "root", do: "create role", with: values{"role_name": ""}, status: 422, fields: "role_name", has: "Enter a name."},
		{name: "create, a blank name", who: "root", do: "create role", with: values{"role_name": "  "}, status: 422, fields: "role_name"},
		{name: "create, a blank behind", who: "root", do: "create role", with: values{"role_name": "Author "}, status: 422, fields: "role_name"},
		{name: "create, 64 characters", who: "root", do: "create role", with: values{"role_name": long}, status: 201, events: []string{"root role.created " + long}},
		{name: "create, 65 characters", who: "root", do: "create role", with: values{"role_name": long + "r"}, status: 422, fields: "role_name"},
		{name: "create, a control character", who: "root", do: "create role", with: values{"role_name": "a\x1bb"}, status: 422, fields: "role_name"},
		{name: "create, 200 characters of description", who: "root", do: "create role", with: values{"role_name": "Wordy", "description": strings.Repeat("é", 200)}, status: 201, events: []string{"root role.created Wordy"}},
		{name: "create, 201 characters of description", who: "root", do: "create role", with: values{"role_name": "Wordier", "description": strings.Repeat("é", 201)}, status: 422, fields: "description"},

		{name: "update, a stranger", do: "update role", to: "editor", with: values{"role_name": "Proofreader"}, status: 401},
		{name: "update, a user", who: "ann", do: "update role", to: "editor", with: values{"role_name": "Proofreader"}, status: 403},
		{name: "update, no such role", who: "root", do: "update role", to: "nobody", with: values{"role_name": "Proofreader"}, status: 404},
		{name: "rename", who: "root", do: "update role", to: "editor", with: values{"role_name": "Proofreader", "description": "Reads."}, status: 200, events: []string{"root role.updated Editor"}},
		{name: "rename, nothing changes", who: "root", do: "update role", to: "editor", with: values{"role_name": "Proofreader", "description": "Reads."}, status: 200},
		{name: "rename, other letters", who: "root", do: "update role", to: "editor", with: values{"role_name": "proofreader", "description": "Reads."}, status: 200, events: []string{"root role.updated Proofreader"}},
		{name: "rename, taken", who: "root", do: "update role", to: "editor", with: values{"role_name": "author"}, status: 409, fields: "role_name"},
		{name: "rename, no name", who: "root", do: "update role", to: "editor", with: values{"role_name": ""}, status: 422, fields: "role_name"},
		{name: "rename, built in", who: "root", do: "update role", to: "role-admin", with: values{"role_name": "Boss"}, status: 409, has: "A built-in role can't be renamed."},
		{name: "describe, built in", who: "root", do: "update role", to: "role-admin", with: values{"role_name": "Admin", "description": "May do everything."}, status: 200, events: []string{"root role.updated Admin"}},

		{name: "give it to ann", who: "root", do: "assign", to: "ann", with: values{"role_name": "Proofreader"}, status: 200, events: []string{"root role.assigned ann"}},
		{name: "delete, a stranger", do: "delete role", to: "editor", status: 401},
		{name: "delete, a user", who: "ann", do: "delete role", to: "editor", status: 403},
		{name: "delete, no such role", who: "root", do: "delete role", to: "nobody", status: 404},
		{name: "delete, held", who: "root", do: "delete role", to: "editor", status: 409, has: "Somebody still holds this role."},
		{name: "delete, built in", who: "root", do: "delete role", to: "role-user", status: 409},
		{name: "delete, built in, by force", who: "root", do: "delete role", to: "role-user", with: values{"force": true}, status: 409},
		{name: "delete, held, by force", who: "root", do: "delete role", to: "editor", with: values{"force": true}, status: 204, events: []string{"root role.revoked ann", "root role.deleted proofreader"}},
		{name: "delete again", who: "root", do: "delete role", to: "editor", status: 404},
		{name: "delete, held by nobody", who: "root", do: "delete role", to: "role-author", status: 204, events: []string{"root role.deleted Author"}},
	})
}

// TestMembership: giving and taking roles on both faces. A page sends the whole
// set, and blames it for a name that there is not.
func TestMembership(t *testing.T) {
	onBothFaces(t, []deed{
		{name: "assign, a stranger", do: "assign", to: "ann", with: values{"role_name": "Editor"}, status: 401},
		{name: "assign, a user to himself", who: "ann", do: "assign", to: "ann", with: values{"role_name": "Admin"}, status: 403},
		{name: "assign, nobody there", who: "root", do: "assign", to: "nobody", with: values{"role_name": "Editor"}, status: 404},
		{name: "assign, no such role", who: "root", do: "assign", to: "ann", with: values{"role_name": "Nobody"}, status: 404, page: 422},
		{name: "assign", who: "root", do: "assign", to: "ann", with: values{"role_name": "Editor"}, status: 200, events: []string{"root role.assigned ann"}},
		{name: "assign twice", who: "root", do: "assign", to: "ann", with: values{"role_name": "Editor"}, status: 200},
		{name: "assign, other letters", who: "root", do: "assign", to: "bob", with: values{"role_name": "eDITOR"}, status: 200, events: []string{"root role.assigned bob"}},
		{name: "revoke, a stranger", do: "revoke", to: "ann", with: values{"role_name": "Editor"}, status: 401},
		{name: "revoke, a user", who: "bob", do: "revoke", to: "ann", with: values{"role_name": "Editor"}, status: 403},
		{name: "revoke, nobody there", who: "root", do: "revoke", to: "nobody", with: values{"role_name": "Editor"}, status: 404},
		{name: "revoke", who: "root", do: "revoke", to: "ann", with: values{"role_name": "editor"}, status: 200, events: []string{"root role.revoked ann"}},
		{name: "revoke twice", who: "root", do: "revoke", to: "ann", with: values{"role_name": "Editor"}, status: 200},
		{name: "revoke, the last admin", who: "root", do: "revoke", to: "root", with: values{"role_name": "Admin"}, status: 409, has: "The last active administrator can't be demoted. Make somebody else an administrator first."},
		{name: "revoke, the last role", who: "root", do: "revoke", to: "ann", with: values{"role_name": "User"}, status: 200, events: []string{"root role.revoked ann"}},
		{name: "a second admin", who: "root", do: "assign", to: "ann", with: values{"role_name": "Admin"}, status: 200, events: []string{"root role.assigned ann"}},
		{name: "an admin demotes another", who: "ann", do: "revoke", to: "root", with: values{"role_name": "Admin"}, status: 200, events: []string{"ann role.revoked root"}},
		{name: "who may no more", who: "root", do: "assign", to: "bob", with: values{"role_name": "Admin"}, status: 403},
	})
}
