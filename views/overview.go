package views

import "rolecall/models"

// weekDays is how many of the last days are this week, today included.
const weekDays = 7

// A Tile is a number of the overview, with what it says and where it leads.
type Tile struct {
	Label, Icon, Tone string
	URL               string // of the list behind it, "" for none
	Value             int64
	Unknown           bool // there is no value yet
	Note              Phrase
}

// Tiles are the numbers of the overview.
func (o Overview) Tiles() []Tile {
	week := o.Days[max(0, len(o.Days)-weekDays):]
	return []Tile{
		{Label: "Users", Icon: "users", URL: UserQuery{}.URL(), Value: o.Users, Note: say("%d active", o.Active)},
		{Label: "New this week", Icon: "plus", URL: UserQuery{Sort: "-created_at"}.URL(), Value: sum(week, registered), Note: say("%d today", sum(o.Days[max(0, len(o.Days)-1):], registered))},
		{Label: "Active sessions", Icon: "session", Value: o.ConsoleSessions + o.APISessions,
			Note: say("%d in browsers, %d by the API", o.ConsoleSessions, o.APISessions)},
		{Label: "Failed sign-ins", Icon: "error", Value: sum(week, bad), Note: say("of %d in 7 days", sum(week, good)+sum(week, bad))},
		{Label: "Locked", Icon: "locked", URL: UserQuery{Status: "locked"}.URL(), Value: o.Locked, Note: say("after failed sign-ins")},
		{Label: "Old hashes", Icon: "warning", URL: o.hashesURL(), Value: o.OldHashes, Unknown: o.HashesUnknown, Note: o.hashesNote()},
	}
}

func (o Overview) hashesNote() Phrase {
	if o.HashesUnknown {
		return say("still being counted")
	}
	return say("lower cost or another kind")
}

func (o Overview) hashesURL() string {
	if len(o.HashRows()) == 0 {
		return ""
	}
	return "#hashes"
}

// A HashRow is how many accounts have a hash of a kind and cost.
type HashRow struct{ models.HashCount }

// HashRows are the kinds of hashes, as long as there are old ones among them.
func (o Overview) HashRows() []HashRow {
	if o.OldHashes == 0 {
		return nil
	}
	rows := make([]HashRow, len(o.Hashes))
	for i, count := range o.Hashes {
		rows[i] = HashRow{count}
	}
	return rows
}

// Nameless says what hashes are that have no name.
func (r HashRow) Nameless() string {
	if r.HashCount.State == models.HashMissing {
		return "no hash"
	}
	return "of no known kind"
}

// State says what becomes of the hashes.
func (r HashRow) State() State {
	switch r.HashCount.State {
	case models.HashCurrent:
		return State{"As new ones", "active", "green"}
	case models.HashRenewed:
		return State{"Renewed at sign-in", "pending", "amber"}
	case models.HashMissing:
		return State{"No sign-in", "disabled", "gray"}
	}
	return State{"Not readable", "error", "red"}
}
