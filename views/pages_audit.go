package views

import "rolecall/models"

// AuditList is the page audit/list, newest first.
type AuditList struct {
	Page
	Query          AuditQuery
	Events         []models.Event
	Actions        []string // to choose from in the filter, such as "role.assigned"; none hides it
	Next, Previous string   // cursors; "" for none
}
