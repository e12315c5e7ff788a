package views

import (
	"net/url"
	"strconv"

	"rolecall/models"
)

// ImportNew is the page imports/new, where a file of users is sent.
type ImportNew struct {
	Page
	Form    ImportForm
	Latest  models.Import // the file before, while it is kept; the zero Import for none
	Most    int64         // bytes of a file
	Columns []string      // that a file may have
}

// An ImportForm is what was sent, but for the file.
type ImportForm struct {
	Refusal
	Existing models.Existing
}

// MostMiB is the largest file, as people say it.
func (i ImportNew) MostMiB() int64 { return i.Most >> 20 }

// Updates reports whether users who are there are to be changed.
func (f ImportForm) Updates() bool { return f.Existing == models.UpdateExisting }

// LatestURL is the page of the file before, "" where there is none.
func (i ImportNew) LatestURL() string {
	if i.Latest.ImportID == "" {
		return ""
	}
	return importURL(i.Latest)
}

func importURL(i models.Import) string { return "/admin/users/import/" + url.PathEscape(i.ImportID) }

// ImportShow is the page imports/show: what an import would do, how far it is, or
// what it has done.
type ImportShow struct {
	Page
	Refusal
	Import models.Import
}

// URL is the page's, and where its form is sent.
func (i ImportShow) URL() string { return importURL(i.Import) }

// Heading says what the page is about.
func (i ImportShow) Heading() Phrase {
	name := i.Import.FileName
	switch {
	case i.Import.Running() && i.Import.Phase == models.Checking:
		return say("%s is being checked", name)
	case i.Import.Running():
		return say("%s is being imported", name)
	case i.Import.Unfinished():
		return say("%s was only read in part", name)
	case i.Import.Phase == models.Written:
		return say("%s is imported", name)
	case i.CanImport():
		return say("Import %s?", name)
	}
	return say("There is nothing to import in %s", name)
}

// CanImport reports whether the checked file would change anything.
func (i ImportShow) CanImport() bool {
	report := i.Import.Report
	return i.Import.Phase == models.Checked && report.Broken == "" && report.Created+report.Updated > 0
}

// Stopped reports whether work was begun that nobody is at.
func (i ImportShow) Stopped() bool { return i.Import.Unfinished() && !i.Import.Running() }

// Happened reports whether the counts are of what was done, not of what would be.
func (i ImportShow) Happened() bool {
	return i.Import.Phase == models.Writing || i.Import.Phase == models.Written
}

// Percent is how far the work is, as a progress bar takes it.
func (i ImportShow) Percent() string { return strconv.FormatInt(i.Import.Percent(), 10) }

// Button says what the form does.
func (i ImportShow) Button() Phrase {
	if i.Stopped() {
		return say("Go on")
	}
	return counted(int64(i.Import.Report.Created+i.Import.Report.Updated), "Import %d user")
}

// Fields is the field for the own password, where the sign-in was a while ago.
func (i ImportShow) Fields() []Field {
	if i.Import.Phase == models.Checking {
		return nil
	}
	return i.confirm(i.Refusal, true, "import")
}

// More is how many faults are not listed.
func (i ImportShow) More() int { return i.Import.Report.FaultCount - len(i.Import.Report.Faults) }

// UsersURL shows those who came last.
func (i ImportShow) UsersURL() string { return UserQuery{Sort: "-created_at"}.URL() }
