package models

import (
	"encoding/json"
	"fmt"
)

// An Event is a row of the audit: who changed what, from what, to what. Zero
// and "" stand for nobody (a command at the terminal, a stranger who registers).
type Event struct {
	EventID    int64   `gorm:"column:EventId;primaryKey;autoIncrement:false;<-:false"` // the database counts
	At         Time    `gorm:"column:At"`
	ActorID    int64   `gorm:"column:ActorId"`
	ActorName  string  `gorm:"column:ActorName"`
	Action     string  `gorm:"column:Action"`
	TargetType string  `gorm:"column:TargetType"`
	TargetID   int64   `gorm:"column:TargetId"`
	TargetName string  `gorm:"column:TargetName"`
	Changes    Changes `gorm:"column:Changes;serializer:json"`
	Address    string  `gorm:"column:Address"`
	RequestID  string  `gorm:"column:RequestId"`
}

// TableName is the table's name.
func (Event) TableName() string { return "RolecallEvents" }

// The types of target.
const (
	UserTarget = "user"
	RoleTarget = "role"
)

// Present tells which users and roles are still there, by their ids.
type Present struct{ Users, Roles map[int64]bool }

// Changes maps a field, as the API spells it, to its old and new value. A
// password or a hash is never one of them.
type Changes map[string]Change

// A Change is the value before and after; nil where there was or is none.
type Change struct {
	Old any `json:"old"`
	New any `json:"new"`
}

// Set records the change, unless both values are the same.
func (c Changes) Set(field string, before, after any) {
	if before != after {
		c[field] = Change{Old: before, New: after}
	}
}

// String shows the changes as JSON.
func (c Changes) String() string {
	text, err := json.Marshal(map[string]Change(c))
	if err != nil {
		return fmt.Sprint(map[string]Change(c))
	}
	return string(text)
}
