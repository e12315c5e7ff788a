package routes

import "net/http"

// about tells of each operation, by its id, what its one-line summary does not.
var about = map[string]string{
	"obtainToken": "With the grant `password`, a username (or an e-mail address) and a password begin a session (RFC 6749 §4.3). " +
		"With `refresh_token`, the refresh token of the last answer gives the next pair in the same session (RFC 6749 §6). " +
		"A refresh token serves once: used again, it ends the session, but for the first 10 seconds, in which a client whose answer was lost may repeat its request.",
	"revokeToken": "Ends the session of an access token or a refresh token: neither is accepted from then on (RFC 7009). " +
		"The answer is the same for a token that was good for nothing.",
	"introspectToken": "Whether the token is good now, whose it is, and with which roles (RFC 7662). For admins, and for a resource server that signs in as one.",
	"getMetadata":     "Where the endpoints of the authorization server are, and what they know (RFC 8414).",
	"getKeys": "The public keys that access tokens are verified with (RFC 7517). The set is empty while tokens are signed with a shared secret. " +
		"Ask again, but not all the time, when a token names a key that is not in it.",
	"getHealth":    "Asks nobody: any answer means that the program runs. For the probe that would start it anew.",
	"getReadiness": "503 while the database does not answer, and from the moment the program begins to stop. For the probe that decides where requests go.",
	"register": "Makes an account with the role `User`. Where registrations wait for approval, `is_active` is false until an admin lets the account in. " +
		"Where nobody may open one, the answer is 403.",

	"getMe":            "The account of the token, with the roles as the database has them now.",
	"changeMyPassword": "A wrong current password counts as a failed sign-in. Every other session of the account ends; this one goes on.",
	"listMySessions":   "Where the account is signed in, browsers included, newest first.",
	"endMySession":     "Its tokens are refused from then on. The session that asks may be ended, too.",
	"listUsers": "A page of accounts, and how many there are in all under the same filters. `next` and `previous` are cursors, null at the ends: " +
		"send one as `cursor`, with the same filters and order, for that page.",
	"createUser":   "Makes an account as an admin, whatever the rule for registrations is.",
	"getUser":      "The `ETag` of the answer can go into the `If-Match` of a change.",
	"updateUser":   "What is absent stays as it is. The own account may be changed by its user, but for `username` and `is_active`. With `If-Match`, a change is refused (412) when somebody else has changed the account since.",
	"deleteUser":   "Its sessions end, and it can't be undone. The last active admin can't be deleted (409). The audit keeps what the account did.",
	"unlockUser":   "Clears the limits that failed sign-ins have put on the account.",
	"setPassword":  "Every session of the account ends. The person is to change it after signing in.",
	"listSessions": "Where the account is signed in, browsers included, newest first.",
	"endSessions":  "All of its tokens are refused from then on.",

	"listRoles":  "All roles by name, with the number of accounts that hold each.",
	"createRole": "Two names that differ in letter case alone are the same.",
	"updateRole": "What is absent stays as it is. The built-in roles `Admin` and `User` keep their names (409).",
	"deleteRole": "Built-in roles can't be deleted, and a role that is held only with `force=true`, which takes it from its holders first (409).",
	"assignRole": "Binds the very next request of the account. To give a role twice is not an error.",
	"revokeRole": "Binds the very next request of the account. To take a role that is not held is not an error; the last active admin keeps `Admin` (409).",
	"listEvents": "A page of events, newest first, with cursors as in the list of accounts. An event has to fit all filters.",
}

// refusals say what a status means, whichever operation answers with it.
var refusals = map[int]string{
	http.StatusBadRequest:            "The request can't be read.",
	http.StatusUnauthorized:          "The token is missing or not good any more, or the credentials are wrong.",
	http.StatusForbidden:             "This account may not do that.",
	http.StatusNotFound:              "There is no such account, role or session.",
	http.StatusConflict:              "A name is taken, or a rule stands against it, such as that an admin remains.",
	http.StatusPreconditionFailed:    "The account has changed since the revision in `If-Match`.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusUnsupportedMediaType:  "The body is not of a media type that is read here.",
	http.StatusUnprocessableEntity:   "Some values are not acceptable; `errors` has a sentence for each field.",
	http.StatusTooManyRequests:       "Too many tries: wait as many seconds as `Retry-After` says.",
	http.StatusInternalServerError:   "Something went wrong on our side; the log has it under the request id.",
	http.StatusServiceUnavailable:    "Too busy, or the database does not answer: try again after as many seconds as `Retry-After` says.",
}
