package views

import (
	"time"

	"rolecall/models"
)

// fresh is when an act that can still be undone was done.
func fresh() models.Time { return models.Now().Add(-time.Second) }

func one(action models.ActAction, row models.ActRow) ActReport {
	row.UserID, row.Username, row.Outcome = 7, "seven", models.Done
	return ActReport{Act: models.Act{ActID: "a1", At: fresh(), Action: action, Total: 1}, Counts: models.ActCounts{Done: 1}, Rows: []models.ActRow{row}}
}

func many(action models.ActAction, role string) ActReport {
	return ActReport{
		Act:    models.Act{ActID: "a1", At: fresh(), Action: action, RoleName: role, Total: 1204},
		Counts: models.ActCounts{Done: 1200, Same: 2, Refused: 1, Gone: 1, Reasons: map[models.Reason]int64{models.OwnAccount: 1}},
		Rows: []models.ActRow{
			{UserID: 1, Username: "ada", Outcome: models.Refused, Reason: models.OwnAccount}, {UserID: 99, Outcome: models.Gone},
			{UserID: 7, Username: "seven", Outcome: models.Done}, {UserID: 8, Username: "eight", Outcome: models.Same},
		},
	}
}

func undone(report ActReport) ActReport {
	report.Undoes = "a0"
	return report
}

func actCases() []pageCase {
	return append(append(noticeCases(), previewCases()...), resultCases()...)
}

// noticeCases are what the top of any page says for a minute.
func noticeCases() []pageCase {
	editor, user := []models.RoleRef{{ID: 3, Name: "Editor"}}, []models.RoleRef{{ID: 2, Name: "User"}}
	offered := []string{`action="/admin/acts/a1/undo"`, ">Undo</button>", "data-left="}
	notice := func(name string, report ActReport, want, not []string) pageCase {
		page := on("/admin/roles")
		page.Undo = report
		return pageCase{"roles/list", "notice, " + name, RoleList{Page: page, Roles: allRoles}, want, not}
	}
	late := one(models.Disable, models.ActRow{})
	late.At = late.At.Add(-models.UndoFor)
	return []pageCase{
		notice("disabled", one(models.Disable, models.ActRow{Was: models.Active}), append(offered, "seven is disabled, and all sessions have ended."), []string{"See each result"}),
		notice("enabled", one(models.Enable, models.ActRow{Was: models.Disabled}), append(offered, "seven is enabled, and can sign in."), nil),
		notice("approved", one(models.Enable, models.ActRow{Was: models.Pending}), append(offered, "seven is approved, and can sign in."), nil),
		notice("sessions", one(models.EndSessions, models.ActRow{}), []string{"All sessions of seven have ended."}, offered),
		notice("given", one(models.ChangeRoles, models.ActRow{Gave: editor}), append(offered, "seven now has Editor."), nil),
		notice("taken", one(models.RevokeRole, models.ActRow{Took: append(user, editor...)}), append(offered, "seven no longer has User, Editor."), nil),
		notice("both", one(models.ChangeRoles, models.ActRow{Gave: editor, Took: user}), append(offered, "seven now has Editor, and no longer User."), nil),
		notice("too late", late, []string{"seven is disabled"}, offered),
		notice("undone", undone(one(models.Disable, models.ActRow{Was: models.Disabled})), []string{"Undone. seven is as before. Sessions that have ended stay ended."}, offered),
		notice("many", many(models.AssignRole, "Editor"), append(offered, "1,200 users were given the role Editor", `href="/admin/acts/a1">See each result`), nil),
	}
}

func previewCases() []pageCase {
	list := "/admin/users?role=Editor&sort=username"
	rows := []PlannedRow{
		{models.ActRow{UserID: 1, Username: "ada", Outcome: models.Refused, Reason: models.LastAdmin}, admin().User},
		{ActRow: models.ActRow{UserID: 99, Outcome: models.Gone}},
		{models.ActRow{UserID: 7, Username: "seven", Outcome: models.Done}, person(7, "seven", models.Active)},
		{models.ActRow{UserID: 8, Username: "eight", Outcome: models.Same}, person(8, "eight", models.Disabled)},
	}
	counts := models.ActCounts{Done: 48, Same: 1, Refused: 1, Gone: 1, Reasons: map[models.Reason]int64{models.LastAdmin: 1}}
	all := ActOrder{Action: models.AssignRole, RoleName: "Editor", All: true, Next: list, Query: UserQuery{Search: "a b", Roles: []string{"User"}, Status: "active"}}
	preview := func(action models.ActAction, role string) ActPreview {
		return ActPreview{Page: on("/admin/users/bulk"), Order: ActOrder{Action: action, RoleName: role, UserIDs: []int64{1, 7, 8, 99}, Next: list}, Total: 51, Counts: counts, Rows: rows}
	}
	everybody := preview(models.AssignRole, "Editor")
	everybody.Order, everybody.Actor.Began = all, models.Now()
	stale := everybody
	stale.Refusal, stale.Actor.Began = refused("your_password", "Enter your own password."), past
	unfiltered := everybody
	unfiltered.Order.Query = UserQuery{}
	nothing := preview(models.Enable, "")
	nothing.Counts = models.ActCounts{Same: 51}
	return []pageCase{
		{"acts/preview", "all that match", everybody,
			[]string{"Give the role Editor to 48 users?", ">Give it to 48 users</button>", "51 users", "all that match", "<strong>a b</strong>", `name="assign" value="Editor"`, `name="all" value="1"`, `name="search" value="a b"`,
				`name="role" value="User"`, `name="status" value="active"`, `name="count" value="51"`, `name="next" value="` + "/admin/users?role=Editor&amp;sort=username" + `"`, models.LastAdmin.Sentence(), "Number 99", "and 47 users more", "You can undo it for a minute."},
			[]string{`name="user"`, `name="your_password"`, "btn-danger\""}},
		{"acts/preview", "all there are", unfiltered, []string{"all there are"}, []string{"all that match"}},
		{"acts/preview", "the password is asked for", stale, []string{`name="your_password"`, "Enter your own password."}, nil},
		{"acts/preview", "a role taken", preview(models.RevokeRole, "User"), []string{"Take the role User from 48 users?", ">Take it from 48 users</button>", `name="revoke" value="User"`, `name="user" value="99"`, `name="your_password"`}, []string{`name="all"`}},
		{"acts/preview", "disable", preview(models.Disable, ""), []string{"Disable 48 accounts?", ">Disable 48 accounts</button>", `name="do" value="disable"`, "All their sessions end"}, []string{`name="your_password"`}},
		{"acts/preview", "enable", preview(models.Enable, ""), []string{"Enable 48 accounts?", ">Enable 48 accounts</button>"}, nil},
		{"acts/preview", "end sessions", preview(models.EndSessions, ""), []string{"End the sessions of 48 users?", ">End the sessions of 48 users</button>"}, []string{"You can undo it"}},
		{"acts/preview", "nothing to change", nothing, []string{"There is nothing to change", "Back to the list"}, []string{`method="post" action="/admin/users/bulk"`}},
		{"acts/preview", "refused", ActPreview{Page: on("/admin/users/bulk"), Order: ActOrder{Next: list}, Refusal: Refusal{Message: "Nobody is selected. Select users in the list, or all that match."}},
			[]string{"Nobody is selected.", `role="alert"`, `href="/admin/users?role=Editor&amp;sort=username"`}, []string{"<table", `action="/admin/users/bulk"`}},
	}
}

func resultCases() []pageCase {
	show := func(report ActReport) ActShow {
		return ActShow{Page: on("/admin/acts/a1"), Act: report, BackTo: "/admin/users?role=User"}
	}
	paged := show(many(models.AssignRole, "Editor"))
	paged.Next, paged.Previous = "n=", "p"
	half := many(models.Disable, "")
	half.Total = 2000
	none := many(models.Enable, "")
	none.Counts.Done = 0
	role := one(models.ChangeRoles, models.ActRow{})
	return []pageCase{
		{"acts/show", "given", paged, []string{"1,200 users were given the role Editor", `action="/admin/acts/a1/undo"`, `name="next" value="/admin/users?role=User"`, models.OwnAccount.Sentence(), "Was so already", "Not there any more", "Number 99",
			"/admin/acts/a1?cursor=n%3D&amp;next=%2Fadmin%2Fusers%3Frole%3DUser", "cursor=p", `href="/admin/users/7"`}, []string{"half-way"}},
		{"acts/show", "taken", show(many(models.RevokeRole, "Editor")), []string{"The role Editor was taken from 1,200 users"}, nil},
		{"acts/show", "disabled, half-way", show(half), []string{"1,200 accounts are disabled", "796 users were not reached"}, nil},
		{"acts/show", "nothing", show(none), []string{"Nothing was changed"}, []string{"/undo"}},
		{"acts/show", "enabled", show(many(models.Enable, "")), []string{"1,200 accounts are enabled"}, nil},
		{"acts/show", "sessions", show(many(models.EndSessions, "")), []string{"The sessions of 1,200 users have ended"}, []string{"/undo"}},
		{"acts/show", "given, undone", show(undone(many(models.AssignRole, "Editor"))), []string{"Undone. 1,200 users no longer have the role Editor"}, []string{"/undo"}},
		{"acts/show", "taken, undone", show(undone(many(models.RevokeRole, "Editor"))), []string{"1,200 users have the role Editor again"}, nil},
		{"acts/show", "disabled, undone", show(undone(many(models.Disable, ""))), []string{"1,200 accounts are as before", "Sessions that have ended stay ended."}, nil},
		{"acts/show", "enabled, undone", show(undone(many(models.Enable, ""))), []string{"1,200 accounts are as before"}, []string{"Sessions that have ended"}},
		{"acts/show", "roles", show(role), []string{"The roles of 1 user are changed"}, nil},
		{"acts/show", "roles, undone", show(undone(role)), []string{"The roles of 1 user are as before"}, nil},
	}
}
