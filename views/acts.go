package views

import (
	"slices"
	"strconv"
	"strings"

	"rolecall/models"
)

// deeds are the words for each action: the question before, the button, and what
// it does to people.
var deeds = map[models.ActAction]struct{ question, button, effect string }{
	models.AssignRole:  {"Give the role %[2]s to %[1]d user?", "Give it to %d user", "It takes effect at once."},
	models.RevokeRole:  {"Take the role %[2]s from %[1]d user?", "Take it from %d user", "It takes effect at once."},
	models.Disable:     {"Disable %d account?", "Disable %d account", "All their sessions end, and nobody can sign in with these accounts until they are enabled again."},
	models.Enable:      {"Enable %d account?", "Enable %d account", "They can sign in again. An account that waits for approval is approved."},
	models.EndSessions: {"End the sessions of %d user?", "End the sessions of %d user", "Whoever is signed in has to sign in once more. This can't be undone."},
}

// Question is the heading: what is going to be done.
func (p ActPreview) Question() Phrase {
	if p.Counts.Done == 0 {
		return say("There is nothing to change")
	}
	return ofAction(p.Order.Action, p.Counts.Done, deeds[p.Order.Action].question, p.Order.RoleName)
}

// ofAction counts; the sentence of an action on a role names it, too.
func ofAction(action models.ActAction, n int64, sentence, role string) Phrase {
	if action.OfRole() {
		return countedBeside(n, sentence, role)
	}
	return counted(n, sentence)
}

// Button is what carries the order out.
func (p ActPreview) Button() Phrase {
	return counted(p.Counts.Done, deeds[p.Order.Action].button)
}

// Effect says what it means to the people.
func (p ActPreview) Effect() string { return deeds[p.Order.Action].effect }

// Takes reports whether the order takes something away.
func (p ActPreview) Takes() bool {
	return slices.Contains([]models.ActAction{models.RevokeRole, models.Disable, models.EndSessions}, p.Order.Action)
}

// CanBeUndone reports whether there will be an Undo.
func (p ActPreview) CanBeUndone() bool { return p.Order.Action != models.EndSessions }

// Chips are the filters by which all who match are meant.
func (p ActPreview) Chips() []Chip { return UserList{Query: p.Order.Query}.Chips() }

// More is how many users have no row on the page.
func (p ActPreview) More() int64 { return p.Total - int64(len(p.Rows)) }

// Outcome is what would become of the user.
func (r PlannedRow) Outcome() State {
	switch r.ActRow.Outcome {
	case models.Done:
		return State{"Changes", "becomes", "green"}
	case models.Same:
		return State{"Stays as it is", "active", "gray"}
	}
	return leftOut(r.ActRow.Outcome)
}

// State is the state of the account now.
func (r PlannedRow) State() State { return stateOf(r.User, false) }

// Number is the id of a user whose name is not known any more.
func (r PlannedRow) Number() string { return strconv.FormatInt(r.UserID, 10) }

// IsThere reports whether there is such a user.
func (r PlannedRow) IsThere() bool { return r.User.UserID != 0 }

// Row is the user as a row of a list.
func (r PlannedRow) Row() UserRow { return UserRow{User: r.User, State: r.State()} }

// An OutcomeRow is a row of the page of an act.
type OutcomeRow struct{ models.ActRow }

// Number is the id of a user whose name is not known any more.
func (r OutcomeRow) Number() string { return strconv.FormatInt(r.UserID, 10) }

// OutcomeRows are the rows of the page.
func (a ActShow) OutcomeRows() []OutcomeRow {
	list := make([]OutcomeRow, len(a.Act.Rows))
	for i, row := range a.Act.Rows {
		list[i] = OutcomeRow{row}
	}
	return list
}

// Outcome is what became of the user.
func (r OutcomeRow) Outcome() State {
	switch r.ActRow.Outcome {
	case models.Done:
		return State{"Done", "active", "green"}
	case models.Same:
		return State{"Was so already", "active", "gray"}
	}
	return leftOut(r.ActRow.Outcome)
}

func leftOut(outcome models.Outcome) State {
	if outcome == models.Gone {
		return State{"Not there any more", "remove", "gray"}
	}
	return State{"Left alone", "locked", "amber"}
}

// A ReasonCount is how many users were left alone for a reason.
type ReasonCount struct {
	Reason models.Reason
	Count  int64
}

// ReasonCounts are the reasons, in the order of their names.
func ReasonCounts(c models.ActCounts) []ReasonCount {
	var list []ReasonCount
	for reason, count := range c.Reasons {
		list = append(list, ReasonCount{reason, count})
	}
	slices.SortFunc(list, func(a, b ReasonCount) int { return strings.Compare(string(a.Reason), string(b.Reason)) })
	return list
}

// Reasons are why users would be left alone.
func (p ActPreview) Reasons() []ReasonCount { return ReasonCounts(p.Counts) }

// Reasons are why users were left alone.
func (r ActReport) Reasons() []ReasonCount { return ReasonCounts(r.Counts) }

// IsUndo reports whether the act took another one back.
func (r ActReport) IsUndo() bool { return r.Undoes != "" }

// IsOfMany reports whether the results fill a page.
func (r ActReport) IsOfMany() bool { return r.Total > 1 }

// An UndoForm takes an act back.
type UndoForm struct{ ActID, BackTo string }

// UndoForm is the form that takes the act back.
func (r ActReport) UndoForm() UndoForm { return UndoForm{ActID: r.ActID} }

// UndoForm is the form that takes the act back, and knows the list.
func (a ActShow) UndoForm() UndoForm { return UndoForm{a.Act.ActID, a.BackTo} }

// CanUndo reports whether the act can be taken back now.
func (r ActReport) CanUndo() bool { return r.Counts.Done > 0 && r.UndoLeft() > 0 }

// UndoLeft is how long the act can be taken back from now, in milliseconds.
func (r ActReport) UndoLeft() int64 { return max(0, int64(r.UndoUntil()-models.Now())) }

// Unreached is how many users the act did not come to: it stopped half-way.
func (r ActReport) Unreached() int64 { return r.Total - r.Counts.All() }

// done are the words for what became of many, and for what an undo made of them.
var done = map[models.ActAction]struct{ done, undone string }{
	models.AssignRole:  {"%[1]d user was given the role %[2]s", "%[1]d user no longer has the role %[2]s"},
	models.RevokeRole:  {"The role %[2]s was taken from %[1]d user", "%[1]d user has the role %[2]s again"},
	models.Disable:     {"%d account is disabled", "%d account is as before"},
	models.Enable:      {"%d account is enabled", "%d account is as before"},
	models.EndSessions: {"The sessions of %d user have ended", ""},
	models.ChangeRoles: {"The roles of %d user are changed", "The roles of %d user are as before"},
}

// Heading says what was done.
func (r ActReport) Heading() Phrase {
	words := done[r.Action].done
	if r.IsUndo() {
		words = done[r.Action].undone
	}
	if r.Counts.Done == 0 {
		return say("Nothing was changed")
	}
	return ofAction(r.Action, r.Counts.Done, words, r.RoleName)
}

// EndedStay reports whether sessions have ended that no undo brings back.
func (r ActReport) EndedStay() bool { return r.IsUndo() && r.Action == models.Disable }

// Notice says what was done: of one user by name.
func (r ActReport) Notice() Phrase {
	if r.Total != 1 || r.Counts.Done != 1 || len(r.Rows) != 1 {
		return r.Heading()
	}
	row := r.Rows[0]
	switch {
	case r.Action.ChangesRoles():
		return rolesNotice(row)
	case r.IsUndo():
		return say("%s is as before.", row.Username)
	case r.Action == models.Disable:
		return say("%s is disabled, and all sessions have ended.", row.Username)
	case r.Action == models.EndSessions:
		return say("All sessions of %s have ended.", row.Username)
	case row.Was == models.Pending:
		return say("%s is approved, and can sign in.", row.Username)
	}
	return say("%s is enabled, and can sign in.", row.Username)
}

// rolesNotice names the roles that one user got and lost.
func rolesNotice(row models.ActRow) Phrase {
	gave, took := refNames(row.Gave), refNames(row.Took)
	switch {
	case took == "":
		return say("%s now has %s.", row.Username, gave)
	case gave == "":
		return say("%s no longer has %s.", row.Username, took)
	}
	return say("%s now has %s, and no longer %s.", row.Username, gave, took)
}

func refNames(refs []models.RoleRef) string {
	names := make([]string, len(refs))
	for i, ref := range refs {
		names[i] = ref.Name
	}
	return strings.Join(names, ", ")
}
