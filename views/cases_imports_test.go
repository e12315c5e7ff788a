package views

import "rolecall/models"

func importCases() []pageCase {
	columns := []string{"username", "email"}
	page := func(one models.Import) ImportShow {
		one.ImportID, one.FileName, one.Size = "i1", "staff <2026>.csv", 200
		return ImportShow{Page: on("/admin/users/import/i1"), Import: one}
	}
	faults := []models.ImportFault{
		{Line: 3, Column: "password_hash", Why: "A new account needs a hash of its password."}, {Line: 1207, Why: "Cells in this line: 1,204; in the first: 5."},
	}
	found := models.ImportReport{Created: 1000, Updated: 204, Same: 3, Skipped: 5, Refused: 2, Faults: faults, FaultCount: 1204}
	now := models.Now()
	stale := page(models.Import{Phase: models.Checked, Report: found})
	stale.Actor.Began, stale.Refusal = past, refused("your_password", "Enter your own password.")
	fresh := page(models.Import{Phase: models.Checked, Report: found})
	fresh.Actor.Began = now
	running := page(models.Import{Phase: models.Writing, SeenAt: now, Position: 90, Report: models.ImportReport{Created: 400}})
	running.Again = 2
	imports, goOn := `action="/admin/users/import/i1"`, "Go on"
	return []pageCase{
		{"imports/new", "first", ImportNew{Page: on("/admin/users/import"), Form: ImportForm{Existing: models.SkipExisting}, Most: 64 << 20, Columns: columns},
			[]string{`enctype="multipart/form-data"`, `value="skip" checked`, "At most 64 MiB", `data-most="67108864"`, "<code translate=\"no\">username</code>"}, []string{"is-invalid", "is still here"}},
		{"imports/new", "refused", ImportNew{Page: on("/admin/users/import"), Form: ImportForm{Existing: models.UpdateExisting, Refusal: refused("file", "Choose a file.")}, Most: 64 << 20, Columns: columns,
			Latest: models.Import{ImportID: "i1", FileName: "staff.csv"}}, []string{"Choose a file.", `value="update" checked`, `aria-invalid="true"`, `<a href="/admin/users/import/i1">staff.csv</a>`}, nil},
		{"imports/new", "no choice", ImportNew{Page: on("/admin/users/import"), Form: ImportForm{Refusal: refused("existing", "Choose what to do with users who are there already.")}},
			[]string{"Choose what to do with users who are there already."}, nil},
		{"imports/show", "checking", page(models.Import{Phase: models.Checking, SeenAt: now, Position: 50}),
			[]string{"staff &lt;2026&gt;.csv is being checked", `value="25"`, `action="/admin/users/import/i1/stop"`, "data-running"}, []string{imports + " ", "Discard"}},
		{"imports/show", "checked", fresh, []string{"Import staff &lt;2026&gt;.csv?", "Import 1,204 users", imports, "1,207", "and 1,202 more, which are in the file", `href="/admin/users/import/i1/report"`, "be undone"}, []string{"data-running", "your_password"}},
		{"imports/show", "not confirmed", stale, []string{`name="your_password"`, "Enter your own password.", `role="alert"`}, nil},
		{"imports/show", "nothing new", page(models.Import{Phase: models.Checked, Report: models.ImportReport{Same: 3}}),
			[]string{"There is nothing to import in staff", "Choose another file"}, []string{imports + " ", "All of them as CSV"}},
		{"imports/show", "broken", page(models.Import{Phase: models.Checked, Report: models.ImportReport{Created: 3, Broken: "A record is longer than 64 KiB. Is there a quote that nothing ends?"}}),
			[]string{"Is there a quote", "nothing of it is imported", "Choose another file"}, []string{"Import 3 users"}},
		{"imports/show", "writing", running, []string{"is being imported", `value="45"`, `<noscript><meta http-equiv="refresh" content="2"></noscript>`, "400", "are there already"}, []string{"Discard"}},
		{"imports/show", "stopped", page(models.Import{Phase: models.Writing, SeenAt: 1, Position: 90, Report: models.ImportReport{Created: 400}}),
			[]string{"was only read in part", "It stopped half-way. What is counted here is done", goOn, imports}, []string{"data-running"}},
		{"imports/show", "check stopped", page(models.Import{Phase: models.Checking, SeenAt: 1}), []string{"Nothing was changed; check the file once more.", goOn}, []string{"your_password"}},
		{"imports/show", "written", page(models.Import{Phase: models.Written, Report: found}), []string{"is imported", "To the users", "What is wrong"}, []string{goOn, "be undone"}},
	}
}
