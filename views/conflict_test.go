package views

import (
	"testing"

	"rolecall/models"
)

// TestAgainst: what is chosen, and what is said of it, for each way in which three
// versions of a field can differ.
func TestAgainst(t *testing.T) {
	t.Parallel()
	me, words := models.Actor{User: models.User{UserID: 7}}, english(t)
	stored := func(value string, event models.Event) models.Event {
		event.At, event.Changes = past, models.Changes{"email": {Old: "was", New: value}}
		return event
	}
	for _, tt := range []struct {
		name           string
		was, sent, now string
		event          models.Event
		mine           bool
		theirs, yours  string // the notes
	}{
		{"changed by both", "was", "mine", "now", stored("now", models.Event{ActorID: 5, ActorName: "eva"}), true, "Changed by eva", "You changed it"},
		{"by oneself elsewhere", "was", "mine", "now", stored("now", models.Event{ActorID: 7, ActorName: "ann"}), true, "Changed by yourself", "You changed it"},
		{"by somebody who is not named", "was", "mine", "now", stored("now", models.Event{ActorID: 5}), true, "Changed by an administrator", "You changed it"},
		{"by a command", "was", "mine", "now", stored("now", models.Event{RequestID: "command"}), true, "Changed by a command", "You changed it"},
		{"by another program, after ours", "was", "mine", "now", stored("older", models.Event{ActorID: 5, ActorName: "eva"}), true, "Written by another program", "You changed it"},
		{"by me alone", "was", "mine", "was", models.Event{}, true, "As it was when you opened the page", "You changed it"},
		{"by me, from nothing", "", "mine", "", models.Event{}, true, "As it was when you opened the page", "You changed it"},
		{"by them alone", "was", "was", "now", models.Event{}, false, "Written by another program", "As it was when you opened the page"},
		{"by a program that does not say what it was", "?", "mine", "now", models.Event{}, true, "", "You changed it"},
		{"by such a program, as an event tells", "?", "mine", "now", stored("now", models.Event{ActorID: 5, ActorName: "eva"}), true, "Changed by eva", "You changed it"},
	} {
		edit := Edit{Was: Values{"email": tt.was, "first_name": "x"}}
		if tt.was == "?" {
			delete(edit.Was, "email")
		}
		sent, now := Values{"email": tt.sent, "first_name": "y", "more": "z"}, Values{"email": tt.now, "first_name": "x"}
		got := edit.Against(sent, now, map[string]models.Event{"email": tt.event}, me)
		if got == nil || len(got.Choices) != 2 || len(got.Same) != 0 {
			t.Errorf("%s: Against = %+v, want two choices", tt.name, got)
			continue
		}
		theirs, yours := got.Choices[0].Sides[0], got.Choices[0].Sides[1]
		if theirs.Chosen == tt.mine || yours.Chosen != tt.mine || theirs.Value != tt.now || yours.Value != tt.sent {
			t.Errorf("%s: the sides are %+v and %+v, want mine chosen: %t", tt.name, theirs, yours, tt.mine)
		}
		if got, want := theirs.Note.In(words)+"|"+yours.Note.In(words), tt.theirs+"|"+tt.yours; got != want {
			t.Errorf("%s: the notes are %q, want %q", tt.name, got, want)
		}
	}
}

// TestNothingLeft: where nothing that the sender changed differs from what is
// stored, there is no conflict.
func TestNothingLeft(t *testing.T) {
	t.Parallel()
	edit := Edit{Version: "1", Was: Values{"email": "was", "last_name": "was"}}
	now := Edit{Version: "2", Was: Values{"email": "now", "last_name": "now"}}
	for _, sent := range []Values{now.Was, edit.Was, {"email": "now", "last_name": "was"}} {
		if got := edit.Against(sent, now.Was, nil, models.Actor{}); got != nil {
			t.Errorf("Against(%v) = %+v, want none", sent, got)
		}
	}
	if got := edit.Against(Values{"email": "mine", "last_name": "now"}, now.Was, nil, models.Actor{}); got == nil || got.Same["last_name"] != "now" || len(got.Choices) != 1 {
		t.Errorf("Against one change = %+v, want it to choose, and the other field as it is", got)
	}
}

// TestMeantFor: a form is meant for what it was opened with, and for what has
// changed beside it.
func TestMeantFor(t *testing.T) {
	t.Parallel()
	now := Edit{Version: "2", Was: Values{"email": "x"}}
	for _, tt := range []struct {
		name string
		form Edit
		want string
	}{
		{"nothing of the form has changed", Edit{Version: "1", Was: Values{"email": "x"}}, "2"},
		{"something has", Edit{Version: "1", Was: Values{"email": "y"}}, "1"},
		{"a program that says the revision alone", Edit{Version: "1", Was: Values{}}, "1"},
		{"a program that says nothing", Edit{}, ""},
	} {
		if got := tt.form.MeantFor(now); got != tt.want {
			t.Errorf("%s: MeantFor = %q, want %q", tt.name, got, tt.want)
		}
	}
}
