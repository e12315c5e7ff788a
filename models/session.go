package models

// A SessionKind says which face of the service a session belongs to.
type SessionKind string

// The kinds of session.
const (
	APISession     SessionKind = "api"
	ConsoleSession SessionKind = "console"
)

// A Session begins with a sign-in and ends with a sign-out, a change of
// password, or at ExpiresAt. A token is good only while its session is here.
type Session struct {
	SessionID  string      `gorm:"column:SessionId;primaryKey"` // the sid claim: 128 bits at random
	UserID     int64       `gorm:"column:UserId"`
	Kind       SessionKind `gorm:"column:Kind"`
	CreatedAt  Time        `gorm:"column:CreatedAt;autoCreateTime:false"`
	LastSeenAt Time        `gorm:"column:LastSeenAt"`
	ExpiresAt  Time        `gorm:"column:ExpiresAt"`
	Address    string      `gorm:"column:Address"`
	UserAgent  string      `gorm:"column:UserAgent"`

	RefreshToken string `gorm:"-"` // its text, in the hands of whoever begins or refreshes an API session
}

// TableName is the table's name.
func (Session) TableName() string { return "RolecallSessions" }

// UserAgentMax is how many characters of a browser's own description are kept.
const UserAgentMax = 200
