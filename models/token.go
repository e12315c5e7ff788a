package models

// A RefreshToken is the trace of one that was given out: the SHA-256 of its
// text, in hexadecimal.
type RefreshToken struct {
	TokenHash string `gorm:"column:TokenHash;primaryKey"`
	SessionID string `gorm:"column:SessionId"`
	UserID    int64  `gorm:"column:UserId"`
	CreatedAt Time   `gorm:"column:CreatedAt;autoCreateTime:false"`
	UsedAt    Time   `gorm:"column:UsedAt"` // 0 while it is good
	ExpiresAt Time   `gorm:"column:ExpiresAt"`
}

// TableName is the table's name.
func (RefreshToken) TableName() string { return "RolecallRefreshTokens" }
