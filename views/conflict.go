package views

import (
	"maps"

	"rolecall/models"
)

// Values are those of a form, by the names of its fields.
type Values map[string]string

// An Edit is what a form that changes something carries beside its values: what
// it was opened with. So it is noticed when somebody else changed the same.
type Edit struct {
	Version  string    // the revision that the values were read with; "" for whatever there is
	Was      Values    // the values as they were read
	Conflict *Conflict // with what is stored now; nil while nobody was quicker
}

// MeantFor is the revision that the form is meant for: the present one where
// nothing that it shows has changed, whatever else has (a role that was given).
func (e Edit) MeantFor(now Edit) string {
	if maps.Equal(e.Was, now.Was) {
		return now.Version
	}
	return e.Version
}

// A Conflict is what was sent beside what somebody else has stored meanwhile.
type Conflict struct {
	URL     string // of the page, which takes the choice
	Choices []Choice
	Same    Values // of the fields in which there is nothing to choose
}

// A Choice is a field whose two values differ.
type Choice struct {
	Name, Label string
	Sides       [2]Side
}

// A Side is one of the two values, and how it came to be.
type Side struct {
	Name, Key, Title string
	Value            string
	Chosen           bool        // until the reader chooses
	Note             Phrase      // how it came to be; none where that is not known
	At               models.Time // zero likewise
}

// ID is the radio button's id.
func (s Side) ID() string { return "c-" + s.Name + "-" + s.Key }

// Against compares what was sent with what is stored now. changes are the newest
// events that changed a field. What the sender changed is chosen, and what is
// stored where the sender changed nothing; nil means that nothing is left of what
// the sender changed.
func (e Edit) Against(sent, stored Values, changes map[string]models.Event, reader models.Actor) *Conflict {
	conflict, left := &Conflict{Same: Values{}}, false
	for _, field := range labels {
		now, found := stored[field.name]
		switch mine := sent[field.name]; {
		case !found:
		case mine == now:
			conflict.Same[field.name] = now
		default:
			theirs := Side{Key: "stored", Title: "Now stored", Value: now}.by(changes[field.name], field.name, reader)
			yours := Side{Key: "sent", Title: "Your version", Value: mine, Note: say("You changed it")}
			conflict.Choices = append(conflict.Choices, e.choice(field.name, field.label, theirs, yours))
			left = left || conflict.Choices[len(conflict.Choices)-1].Sides[1].Chosen
		}
	}
	if !left {
		return nil
	}
	return conflict
}

// choice chooses between the sides by what the field was when the page was
// opened. A program may send its values without that: then they are changes.
func (e Edit) choice(name, label string, stored, sent Side) Choice {
	asOpened := say("As it was when you opened the page")
	stored.Name, sent.Name = name, name
	was, known := e.Was[name]
	sent.Chosen = !known || sent.Value != was
	stored.Chosen = !sent.Chosen
	switch {
	case known && stored.Value == was:
		stored.Note, stored.At = asOpened, 0
	case !known && stored.At.IsZero(): // it may be as old as the account
		stored.Note = Phrase{}
	}
	if !sent.Chosen {
		sent.Note = asOpened
	}
	return Choice{Name: name, Label: label, Sides: [2]Side{stored, sent}}
}

// by says who stored the value, and when. What no event tells of was written by
// another program.
func (s Side) by(event models.Event, field string, reader models.Actor) Side {
	if event.Changes[field].New != any(s.Value) {
		s.Note = say("Written by another program")
		return s
	}
	s.At = event.At
	switch {
	case reader.Is(event.ActorID):
		s.Note = say("Changed by yourself")
	case event.ActorName != "":
		s.Note = say("Changed by %s", event.ActorName)
	case event.RequestID == models.System().RequestID:
		s.Note = say("Changed by a command")
	default:
		s.Note = say("Changed by an administrator")
	}
	return s
}
