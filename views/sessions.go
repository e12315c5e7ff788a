package views

import (
	"strings"

	"rolecall/models"
)

// A SessionRow is a session as a list shows it.
type SessionRow struct {
	models.Session
	Current bool // it is the one that asks
}

func sessionRows(sessions []models.Session, current string) []SessionRow {
	list := make([]SessionRow, len(sessions))
	for i, s := range sessions {
		list[i] = SessionRow{Session: s, Current: current != "" && s.SessionID == current}
	}
	return list
}

// Device names the browser and the system, as far as its own description tells.
func (s SessionRow) Device() Phrase {
	browser, system := first(s.UserAgent, browsers), first(s.UserAgent, systems)
	switch {
	case browser != "" && system != "":
		return say("%s on %s", browser, system)
	case browser != "" || system != "":
		return named(browser + system)
	case s.UserAgent != "":
		program, _, _ := strings.Cut(s.UserAgent, " ")
		return named(program)
	}
	return say("Unknown program")
}

// Face says what was signed in to.
func (s SessionRow) Face() string {
	if s.Kind == models.APISession {
		return "API"
	}
	return "Browser"
}

// The order matters: nearly every browser says that it is some of the others too.
var (
	browsers = [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

func first(text string, names [][2]string) string {
	for _, name := range names {
		if strings.Contains(text, name[0]) {
			return name[1]
		}
	}
	return ""
}
