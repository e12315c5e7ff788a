package views

import (
	"time"

	"rolecall/models"
)

// A pageCase is a page in one state, and what it must and must not say.
type pageCase struct {
	template, name string
	page           any
	want, not      []string
}

const someRefused = "Some values are not acceptable."

var (
	past     = models.TimeOf(time.Date(2026, 3, 4, 15, 6, 7, 0, time.UTC))
	allRoles = []models.Role{
		{RoleID: 1, RoleName: "Admin", Description: "Manages accounts.", UserCount: 2},
		{RoleID: 2, RoleName: "User", UserCount: 1},
		{RoleID: 3, RoleName: "Editor", Description: "Writes.", UserCount: 1200},
		{RoleID: 4, RoleName: "Nobody's"},
	}
)

func on(path string) Page {
	return Page{Title: "Title", Path: path, Actor: admin(), Flash: Flash{Kind: "success", Text: "It is done."}}
}

func stranger(path string) Page { return Page{Title: "Title", Path: path} }

func refused(field, sentence string) Refusal {
	return Refusal{Message: someRefused, Errors: models.FieldErrors{field: sentence}}
}

func person(id int64, name string, status models.Status) models.User {
	return models.User{UserID: id, Username: name, FirstName: "First", LastName: "Last", Email: name + "@example.com",
		OwnerActive: true, Status: status, CreatedAt: past, UpdatedAt: past, LastLoginAt: past, Roles: allRoles[1:3]}
}

func pageCases() []pageCase {
	cases := append(authCases(), accountCases()...)
	cases = append(cases, userListCases()...)
	cases = append(cases, userCases()...)
	cases = append(cases, deleteCases()...)
	cases = append(cases, conflictCases()...)
	cases = append(cases, roleCases()...)
	cases = append(cases, actCases()...)
	cases = append(cases, importCases()...)
	return append(cases, otherCases()...)
}

func authCases() []pageCase {
	return []pageCase{
		{"auth/login", "first", Login{Page: stranger("/login"), CanRegister: true, Form: LoginForm{Next: "/admin/users?search=a&sort=b"}},
			[]string{`href="/register"`, `name="next" value="/admin/users?search=a&amp;sort=b"`, `autocomplete="username"`, `autocomplete="current-password"`}, []string{"Sign out", "nav-main"}},
		{"auth/login", "refused, closed", Login{Page: stranger("/login"), Form: LoginForm{Username: "ada", Refusal: Refusal{Message: "The username or the password is wrong."}}},
			[]string{"The username or the password is wrong.", `value="ada"`, `role="alert"`}, []string{`href="/register"`, `name="next" value="/`}},
		{"auth/login", "flash", Login{Page: Page{Flash: Flash{Kind: "danger", Text: "Your session ended."}}}, []string{"Your session ended.", "<title>rolecall</title>"}, nil},
		{"auth/register", "first", Register{Page: stranger("/register"), ByApproval: true, PasswordMin: 15},
			[]string{"At least 15 characters", "An admin looks", `autocomplete="given-name"`, `autocomplete="family-name"`, `autocomplete="email"`, `autocomplete="new-password"`}, []string{"aria-invalid"}},
		{"auth/register", "refused", Register{Page: stranger("/register"), Form: RegisterForm{Username: "ada", Email: "x", FirstName: "A", LastName: "L", Refusal: refused("email", "Enter an e-mail address.")}},
			[]string{someRefused, `aria-invalid="true" aria-describedby="f-email-error" autofocus`, "Enter an e-mail address.", `value="ada"`, "At least 8 characters"}, nil},
		{"auth/pending", "named", Pending{Page: stranger("/register"), Username: "ada"}, []string{"waits for approval", "<strong>ada</strong>"}, nil},
		{"auth/pending", "nameless", Pending{Page: stranger("/register")}, []string{"Your account is registered."}, nil},
		{"auth/closed", "only", Closed{Page: stranger("/register")}, []string{"Registration is closed"}, nil},
		{"auth/setup", "first", Setup{Page: stranger("/setup"), Form: SetupForm{Token: "t0k"}}, []string{`name="token" value="t0k"`}, []string{"first_name"}},
		{"auth/setup", "refused", Setup{Page: stranger("/setup"), Form: SetupForm{Token: "t0k", Username: "ada", Refusal: refused("password", "Choose another.")}}, []string{"Choose another.", `value="ada"`}, nil},
	}
}

func accountCases() []pageCase {
	own := admin().User
	sessions := []models.Session{
		{SessionID: "s1", Kind: models.ConsoleSession, CreatedAt: past, LastSeenAt: past, Address: "192.0.2.1", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
		{SessionID: "s2", Kind: models.APISession, CreatedAt: past, LastSeenAt: past},
	}
	return []pageCase{
		{"account/show", "full", AccountShow{Page: on("/account"), User: own, Profile: OwnProfileOf(own), Sessions: sessions},
			[]string{"It is done.", `value="ada@example.com"`, "never", "not known", "Firefox on Linux", "this device", "Unknown program", `action="/account/sessions/s2/delete"`, `href="/account" aria-current="page"`},
			[]string{`action="/account/sessions/s1/delete"`, "aria-invalid", "autofocus"}},
		{"account/show", "refused", AccountShow{Page: on("/account"), User: own, Profile: ProfileForm{Email: "new@x", Refusal: refused("email", "Taken.")}, Password: PasswordForm{refused("current_password", "Wrong.")}},
			[]string{"Taken.", "Wrong.", `value="new@x"`, `id="f-current_password-error"`}, []string{"Where you are signed in"}},
	}
}

func userListCases() []pageCase {
	query := UserQuery{Search: "an&n", Roles: []string{"Editor", "Gone"}, Status: "active", Sort: "-username", Limit: 20}
	full := UserList{Page: on("/admin/users"), Query: UserQuery{Sort: "username"}, First: 41, Total: 1234, Next: "n=", Previous: "p", Last: "l", AllRoles: allRoles,
		Items:  []models.User{person(7, "seven", models.Active), person(8, "eight", models.Disabled), person(9, "nine", models.Pending), person(10, "ten", models.Active), {UserID: 11, Username: "bare"}},
		Locked: map[int64]models.Time{10: past}}
	counting, countingAll := full, full
	counting.Query, counting.More, countingAll.More = query, true, true
	return []pageCase{
		{"users/list", "still counting", countingAll, []string{"41–45 of more than 1,234", "All users", "More than 1,234 users, of whom 5 are shown", "cursor=l&amp;"}, []string{"of 1,234", "All that match"}},
		{"users/list", "still counting those that match", counting, []string{"41–45 of more than 1,234", "All that match"}, []string{"of 1,234", "All users"}},
		{"users/list", "full", full,
			[]string{"1,234", `id="pick-all"`, "All 1,234 users", `name="assign" value="Nobody&#39;s"`, `name="do" value="end_sessions"`, `id="pick-7" form="bulk"`, "41–45 of 1,234", "cursor=l&amp;", `rel="first" href="/admin/users?sort=username"`, "sort=roles", "sort=status", `aria-sort="ascending"`, "sort=-username", "cursor=n%3D", "cursor=p", "Active", "Disabled", "Pending", "Locked", `href="/admin/users/7"`, `datetime="2026-03-04T15:06:07Z" title="4 March 2026, 15:06:07 UTC">2026-03-04<`, `data-label="E-mail"`, `href="/admin/users" aria-current="page"`},
			[]string{"chips"}},
		{"users/list", "filtered", UserList{Page: on("/admin/users"), Query: query, Items: full.Items[:1], First: 1, Total: 1, AllRoles: allRoles},
			[]string{"1–1 of 1<", `value="an&amp;n"`, `aria-sort="descending"`, "2 roles", `name="limit" value="20"`, "/admin/users?limit=20&amp;role=Gone&amp;search=an%26n&amp;sort=-username&amp;status=active", "/admin/users?limit=20&amp;sort=-username\""}, []string{"cursor=", `rel="next"`}},
		{"users/list", "nothing found", UserList{Page: on("/admin/users"), Query: query, AllRoles: allRoles}, []string{"Nobody is found", `<span class="chip-value">an&amp;n</span>`, "remove this filter", "Clear all"}, []string{"<table"}},
		{"users/list", "no users", UserList{Page: on("/admin/users")}, []string{"No users yet", `href="/admin/users/new"`, `href="/admin/users/import"`}, []string{"<table", "Nobody is found"}},
	}
}

func userCases() []pageCase {
	u := person(7, "seven", models.Active)
	pending, disabled, boss := person(8, "eight", models.Pending), person(9, "nine", models.Disabled), admin().User
	guards := Guards{DisableReason: "Not yourself.", DeleteReason: "Not the last.", AdminRoleReason: "Keeps it."}
	show := func(user models.User) UserShow {
		return UserShow{Page: on("/admin/users/7"), User: user, Profile: ProfileOf(user), Roles: RolesOf(user), AllRoles: allRoles}
	}
	full, locked, guarded, spoiled := show(u), show(u), show(boss), show(disabled)
	full.Profile.Version, full.Events, full.Sessions = `"3"`, events(), []models.Session{{SessionID: "x", UserAgent: "curl/8 x"}}
	locked.Locked, locked.Sessions, guarded.Guards = past, []models.Session{}, guards
	spoiled.Profile.Refusal, spoiled.Roles.Refusal = refused("username", "Taken."), Refusal{Message: "No such role."}
	spoiled.Password.Refusal = refused("new_password", "Too common.")
	return []pageCase{
		{"users/new", "first", UserNew{Page: on("/admin/users/new"), Form: BlankUser(), AllRoles: allRoles}, []string{`id="f-roles-User" name="roles" value="User" checked`, `name="is_active" value="true" checked`}, []string{`value="Admin" checked`}},
		{"users/new", "refused", UserNew{Page: on("/admin/users/new"), AllRoles: allRoles, Form: NewUserForm{Username: "x", Roles: []string{"editor"}, Refusal: Refusal{Message: someRefused, Errors: models.FieldErrors{"roles": "No role.", "is_active": "No.", "password": "Short."}}}}, []string{"No role.", "Short.", `value="Editor" checked`}, []string{`value="true" checked`}},
		{"users/show", "full", full, []string{"First Last", `name="was" value=""`, `name="was" value="Editor"`, "seven", `name="version" value="&#34;3&#34;"`, `action="/admin/users/7/roles"`, `href="/admin/users/7/delete"`, `action="/admin/users/7/disable"`, "gave a role to", "curl/8", `action="/admin/users/7/sessions/delete"`, "Disable"}, []string{"/enable", "/unlock", " disabled"}},
		{"users/show", "locked", locked, []string{`action="/admin/users/7/unlock"`, "Locked", "Not signed in anywhere."}, nil},
		{"users/show", "pending", show(pending), []string{"Approve", `action="/admin/users/8/enable"`}, []string{"/disable", "Not signed in"}},
		{"users/show", "guarded", guarded, []string{"Not yourself.", "Not the last.", "Keeps it.", `<input type="hidden" name="roles" value="Admin">`, `disabled aria-describedby="disable-reason"`}, []string{`href="/admin/users/1/delete"`}},
		{"users/show", "disabled and refused", spoiled, []string{"Enable", "Taken.", "No such role.", "Too common."}, []string{"/disable"}},
	}
}

func roleCases() []pageCase {
	return []pageCase{
		{"roles/list", "full", RoleList{Page: on("/admin/roles"), Roles: allRoles}, []string{"built in", "1,200 users", "/admin/users?role=Nobody%27s", `href="/admin/roles/3"`}, nil},
		{"roles/list", "empty and refused", RoleList{Page: on("/admin/roles"), Form: RoleForm{RoleName: "x", Refusal: refused("role_name", "Taken.")}}, []string{"No roles yet", "Taken.", `value="x"`}, nil},
		{"roles/show", "held", RoleShow{Page: on("/admin/roles/3"), Role: allRoles[2], Form: RoleOf(allRoles[2]), Holders: []models.User{person(7, "seven", models.Active)}, Delete: Refusal{Message: "It is held."}}, []string{"Also take it from its 1,200 holders", `name="force"`, "It is held.", `name="role_name" type="text"`, "/admin/users?role=Editor"}, nil},
		{"roles/show", "not held", RoleShow{Page: on("/admin/roles/4"), Role: allRoles[3]}, []string{"Nobody holds this role.", "/admin/roles/4/delete"}, []string{"force"}},
		{"roles/show", "built in", RoleShow{Page: on("/admin/roles/1"), Role: allRoles[0], Form: RoleForm{Refusal: refused("description", "Long.")}}, []string{"keeps its name", "Long."}, []string{"/delete", `name="role_name" type="text"`}},
	}
}

func otherCases() []pageCase {
	cases := []pageCase{
		{"overview/show", "full", Overview{Page: on("/admin"), Figures: figures(), Waiting: []models.User{person(8, "eight", models.Pending)}, Events: events()}, []string{"1,234", "Waiting for approval", `id="hashes"`, `href="#hashes"`, "260000–870000", "Renewed at sign-in", "Not readable", "of no known kind", "no hash", "eight@example.com", "/admin/users/8/enable", "Visitor", `href="/admin" aria-current="page"`}, nil},
		{"overview/show", "still counting", Overview{Page: on("/admin"), Figures: models.Figures{Users: 7, HashesUnknown: true}}, []string{"<strong>–</strong><small>still being counted</small>"}, []string{"lower cost", "hashes\""}},
		{"overview/show", "empty", Overview{Page: on("/admin")}, []string{"Nothing was changed yet."}, []string{"Waiting", "hashes\""}},
		{"audit/list", "full", AuditList{Page: on("/admin/audit"), Query: AuditQuery{Action: "x.y", Limit: 5}, Events: events(), First: 11, Total: 90, Actions: []string{"role.assigned"}, Next: "n", Previous: "p"}, []string{"Wednesday, 4 March 2026", "15:06:07", "gave a role to", "Command line", "registered as", "took the x y", ">x y<", "action=x.y&amp;cursor=n&amp;limit=5", "11–17 of 90", "<del>User</del>", "<ins>Editor, User</ins>", "192.0.2.1"}, []string{`href="/admin/users/6"`}},
		{"audit/list", "nothing found", AuditList{Page: on("/admin/audit"), Query: AuditQuery{Actor: "x"}}, []string{"Nothing is found", "Clear all"}, []string{"<table", "/export"}},
		{"audit/list", "empty", AuditList{Page: on("/admin/audit")}, []string{"Nothing was changed yet"}, nil},
		{"docs/index", "stranger", Docs{stranger("/docs")}, []string{"swagger-ui-bundle", "docs.js", `id="docs"`}, []string{"tabler", "Sign out"}},
	}
	for _, number := range []int{400, 401, 403, 404, 405, 409, 412, 413, 415, 418, 422, 429, 500, 502, 503} {
		e := Error{Page: on("/x"), Status: number, RequestID: "r1"}
		cases = append(cases, pageCase{"errors/error", e.Heading(), e, []string{"r1", `href="/admin"`}, nil})
	}
	return append(cases,
		pageCase{"errors/error", "stranger", Error{Page: stranger("/x"), Status: 404, Detail: "There is no such user."}, []string{"There is no such user.", `href="/login"`}, []string{"Request "}},
		pageCase{"errors/error", "user", Error{Page: Page{Actor: models.Actor{User: person(7, "seven", models.Active)}}, Status: 403}, []string{`href="/account"`, "Sign out"}, []string{"nav-main"}})
}

func events() Events {
	list := []models.Event{
		{Action: "role.assigned", ActorID: 1, ActorName: "ada", TargetType: "user", TargetID: 7, TargetName: "seven", Address: "192.0.2.1", Changes: models.Changes{"roles": {Old: []any{"User"}, New: []any{"Editor", "User"}}}},
		{Action: "user.registered", TargetType: "user", TargetID: 8, TargetName: "eight", Changes: models.Changes{"username": {New: "eight"}, "is_active": {Old: true, New: false}, "shoe_size": {Old: 1.5, New: 2}}},
		{Action: "user.disabled", ActorID: 1, ActorName: "ada", TargetType: "user", TargetID: 9, TargetName: "nine", Changes: models.Changes{"status": {Old: "pending", New: "disabled"}}},
		{Action: "user.deleted", ActorID: 5, TargetType: "user", TargetID: 6, TargetName: "six", Changes: models.Changes{"username": {Old: "six"}}},
		{Action: "role.created", RequestID: "command", TargetType: "role", TargetID: 3, TargetName: "Editor"},
		{Action: "took_the.x_y", TargetType: "thing", TargetID: 3},
		{Action: "none"},
	}
	for i := range list {
		list[i].At = past
	}
	return Events{list, models.Present{Users: map[int64]bool{1: true, 7: true, 8: true}, Roles: map[int64]bool{3: true}}}
}

// figures are those of thirty days, of which the last had no sign-in.
func figures() models.Figures {
	f := models.Figures{Users: 1234, Active: 1200, Pending: 30, Disabled: 4, Locked: 3, ConsoleSessions: 12, APISessions: 1030, OldHashes: 77, Hashes: []models.HashCount{
		{Name: "bcrypt", Cost: "12", State: models.HashCurrent, Count: 1155}, {Name: "PBKDF2-SHA256 (Django)", Cost: "260000–870000", State: models.HashRenewed, Count: 74},
		{State: models.HashUnread, Count: 3}, {State: models.HashMissing, Count: 2}}}
	for i := range int64(30) {
		f.Days = append(f.Days, models.DayFigures{Day: past.Day() - 29 + models.Day(i), Registered: i % 5, Good: 10 * (29 - i), Bad: 29 - i})
	}
	return f
}

func hostileCases(evil string) []pageCase {
	u := models.User{UserID: 7, Username: evil, FirstName: evil, LastName: evil, Email: evil, OwnerActive: true, Status: models.Active,
		Roles: []models.Role{{RoleID: 5, RoleName: evil, Description: evil}}}
	page := Page{Title: evil, Path: evil, Actor: models.Actor{User: u}, Flash: Flash{Kind: evil, Text: evil}}
	list := Events{List: []models.Event{{ActorID: 7, ActorName: evil, Action: evil, TargetType: "user", TargetID: 7, TargetName: evil, Address: evil, RequestID: evil, At: past, Changes: models.Changes{evil: {Old: evil, New: []any{evil}}}}}, Present: models.Present{Users: map[int64]bool{7: true}}}
	sessions := []models.Session{{SessionID: evil, Address: evil, UserAgent: evil, Kind: models.SessionKind(evil)}}
	bad := Refusal{Message: evil, Errors: models.FieldErrors{"username": evil, "email": evil, "roles": evil, "role_name": evil}}
	boss := models.Actor{User: u}
	boss.User.Roles = append([]models.Role{{RoleName: models.AdminRole}}, u.Roles...)
	page.Actor = boss
	page.Undo = one(models.ChangeRoles, models.ActRow{Gave: []models.RoleRef{{ID: 5, Name: evil}}})
	page.Undo.ActID, page.Undo.Rows[0].Username = evil, evil
	query := UserQuery{Search: evil, Roles: []string{evil}, Status: evil, Sort: evil, Cursor: evil}
	return []pageCase{
		{template: "auth/login", page: Login{Page: page, Form: LoginForm{Refusal: bad, Username: evil, Next: evil}}},
		{template: "auth/pending", page: Pending{Page: page, Username: evil}},
		{template: "auth/setup", page: Setup{Page: page, Form: SetupForm{Refusal: bad, Token: evil, Username: evil, Email: evil}}},
		{template: "account/show", page: AccountShow{Page: page, User: u, Profile: ProfileOf(u), Sessions: sessions}},
		{template: "users/list", page: UserList{Page: page, Query: query, Items: []models.User{u}, Next: evil, Previous: evil, AllRoles: u.Roles}},
		{template: "users/list", page: UserList{Page: page, Query: query}},
		{template: "users/new", page: UserNew{Page: page, Form: NewUserForm{Refusal: bad, Username: evil, Roles: []string{evil}}, AllRoles: u.Roles}},
		{template: "users/show", page: UserShow{Page: page, User: u, Profile: ProfileOf(u), Roles: RolesOf(u), AllRoles: u.Roles, Sessions: sessions, Events: list, Guards: Guards{evil, evil, evil}}},
		{template: "users/show", page: UserShow{Page: page, User: u, Profile: hostileConflict(ProfileOf(u), evil)}},
		{template: "users/delete", page: UserDelete{Page: page, User: u, DeleteReason: evil, Sessions: sessions, SessionCount: 1, Events: 1}},
		{template: "acts/preview", page: ActPreview{Page: page, Total: 1, Order: ActOrder{Action: models.AssignRole, RoleName: evil, All: true, Query: query, Next: query.URL()}, Counts: models.ActCounts{Done: 1}, Rows: []PlannedRow{{models.ActRow{UserID: 7}, u}}}},
		{template: "acts/show", page: ActShow{Page: page, BackTo: query.URL(), Next: evil, Act: ActReport{Act: models.Act{ActID: evil, Action: models.AssignRole, RoleName: evil, Total: 1}, Counts: models.ActCounts{Done: 1}, Rows: []models.ActRow{{UserID: 7, Username: evil}}}}},
		{template: "roles/list", page: RoleList{Page: page, Roles: u.Roles, Form: RoleForm{Refusal: bad, RoleName: evil}}},
		{template: "roles/show", page: RoleShow{Page: page, Role: u.Roles[0], Form: RoleOf(u.Roles[0]), Holders: []models.User{u}}},
		{template: "overview/show", page: Overview{Page: page, Waiting: []models.User{u}, Events: list, Figures: models.Figures{OldHashes: 1, Hashes: []models.HashCount{{Name: evil, Cost: evil, State: models.HashState(evil), Count: 1}}}}},
		{template: "audit/list", page: AuditList{Page: page, Query: AuditQuery{Actor: evil, Action: evil, Target: evil, User: 7, From: evil, To: evil}, UserName: evil, Events: list, Actions: []string{evil}, Next: evil}},
		{template: "errors/error", page: Error{Page: page, Status: 404, Detail: evil, RequestID: evil}},
		{template: "docs/index", page: Docs{page}},
	}
}
