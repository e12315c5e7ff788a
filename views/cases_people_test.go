package views

import "rolecall/models"

func deleteCases() []pageCase {
	u := person(7, "seven", models.Active)
	agents := []string{"curl/8", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "", "", "", "never named"}
	var sessions []models.Session
	for _, agent := range agents {
		sessions = append(sessions, models.Session{SessionID: "s" + agent, UserAgent: agent, Address: "192.0.2.9", LastSeenAt: past})
	}
	full := UserDelete{Page: on("/admin/users/7/delete"), User: u, Sessions: sessions, SessionCount: 8, Devices: 1, Attempts: 2, Events: 1200}
	full.Actor.Began = models.Now()
	stale := UserDelete{Page: on("/admin/users/7/delete"), User: u, Refusal: refused("your_password", "This is not your password.")}
	return []pageCase{
		{"users/delete", "full", full, []string{"Delete First Last?", "seven@example.com", "User, Editor", "8 sessions", "Firefox on Windows", "3 more", "1 known browser or address", "2 failed sign-ins that are counted against it",
			`<a href="/admin/audit?user=7">1,200 events about this account</a>`, ">Delete seven</button>"}, []string{"disabled", "never named", "your_password"}},
		{"users/delete", "of long ago", UserDelete{Page: on("/admin/users/7/delete"), User: u}, []string{"You signed in a while ago.", `id="f-your_password-delete"`}, []string{"known browser", "failed sign-in", "audit?user=", "aria-invalid"}},
		{"users/delete", "a wrong password", stale, []string{"This is not your password.", `aria-invalid="true" aria-describedby="f-your_password-delete-error" autofocus`}, nil},
		{"users/delete", "guarded", UserDelete{Page: on("/admin/users/7/delete"), User: models.User{UserID: 7, Username: "bare"}, DeleteReason: "The last admin stays.", Refusal: Refusal{Message: "It can't be done."}},
			[]string{"The last admin stays.", "no roles", "signed in nowhere", ` disabled aria-describedby="delete-reason"`, "It can&#39;t be done."}, []string{"your_password"}},
	}
}

func conflictCases() []pageCase {
	before, now := person(7, "seven", models.Active), person(7, "seven", models.Active)
	now.Email, now.LastName = "", "Now"
	opened, late := ProfileOf(before), ProfileOf(now)
	sent := opened.Values()
	sent["last_name"], sent["first_name"] = "Mine", "  Spaced"
	changes := map[string]models.Event{"last_name": {ActorID: 5, ActorName: "eva", At: past, Changes: models.Changes{"last_name": {New: "Now"}}}}
	late.Conflict = opened.Against(sent, late.Was, changes, admin())
	late.Conflict.URL = "/admin/users/7"
	own := OwnProfileOf(now)
	own.Conflict = &Conflict{URL: "/account", Choices: late.Conflict.Choices, Same: Values{}}
	role := RoleOf(allRoles[2])
	role.Conflict = role.Against(Values{"role_name": "Editor", "description": "Edits."}, role.Was, nil, admin())
	role.Conflict.URL = "/admin/roles/3"
	titled := on("/admin/users/7")
	titled.Refused = true
	return []pageCase{
		{"users/show", "conflict", UserShow{Page: titled, User: now, Profile: late},
			[]string{"<title>Error: Title", "Nothing of yours is saved yet", `<input type="hidden" name="version" value="` + now.Revision() + `">`, `name="was_last_name" value="Now"`, `<input type="hidden" name="username" value="seven">`,
				`<input class="form-check-input" type="radio" id="c-last_name-sent" name="last_name" value="Mine" checked>`, `id="c-last_name-stored" name="last_name" value="Now">`,
				`id="c-email-stored" name="email" value="" checked>`, "Written by another program", `Changed by eva, <time`, "You changed it", "As it was when you opened the page", `<em class="quiet">empty</em>`,
				`<a class="btn btn-quiet" href="/admin/users/7">Discard my version</a>`}, []string{`id="f-email"`, "Save profile"}},
		{"account/show", "conflict", AccountShow{Page: on("/account"), User: now, Profile: own}, []string{`class="conflict" method="post" action="/account"`}, []string{"was_username", "Save profile", "<title>Error"}},
		{"roles/show", "conflict", RoleShow{Page: on("/admin/roles/3"), Role: allRoles[2], Form: role}, []string{`<input type="hidden" name="role_name" value="Editor">`, `name="description" value="Edits." checked`}, []string{"Save role"}},
		{"auth/register", "three mistakes", Register{Page: stranger("/register"), Form: RegisterForm{Refusal: Refusal{Message: someRefused, Errors: models.FieldErrors{"password": "Too short.", "email": "No address.", "username": "Taken."}}}},
			[]string{`<li><a href="#f-username">Username</a>: Taken.</li>`, `<li><a href="#f-email">E-mail</a>: No address.</li>`, `<li><a href="#f-password">Password</a>: Too short.</li>`,
				`data-check="/password/check" data-least="8"`, `id="f-password-live" aria-live="polite"`, `aria-describedby="f-password-error f-password-hint f-password-live"`, "password.js"}, []string{"maxlength", "data-email"}},
	}
}

// hostileConflict is a form that came too late, with what an attacker might have
// stored and what another might send.
func hostileConflict(form ProfileForm, evil string) ProfileForm {
	changes := map[string]models.Event{"email": {ActorID: 5, ActorName: evil, At: past, Changes: models.Changes{"email": {New: evil}}}}
	edit := Edit{Was: Values{"email": "was"}}
	form.Conflict = edit.Against(Values{"email": evil + "x", "first_name": evil, "username": evil + "y"}, form.Was, changes, models.Actor{})
	form.Conflict.URL = "/admin/users/7"
	return form
}
