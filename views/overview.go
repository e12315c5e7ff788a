package views

// weekDays is how many of the last days are this week, today included.
const weekDays = 7

// A Tile is a number of the overview, with what it says and where it leads.
type Tile struct {
	Label, Icon, Tone string
	URL               string // of the list behind it, "" for none
	Value             int64
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
		{Label: "Old hashes", Icon: "warning", Value: o.OldHashes, Note: say("lower cost or another kind")},
	}
}
