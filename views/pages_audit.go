package views

// AuditList is the page audit/list, newest first.
type AuditList struct {
	Page
	Query                AuditQuery
	UserName             string // of Query.User, as it is now; "" for nobody's
	Events               Events
	First, Total         int64    // the place of the first that is shown among all that match the query
	Actions              []string // to choose from in the filter, such as "role.assigned"
	Next, Previous, Last string   // cursors; "" for none
}
