package models

// Figures are an admin's first look at the service.
type Figures struct {
	Users                        int64 // the sum of the next three
	Active, Disabled, Pending    int64
	Locked                       int64 // of the active ones
	ConsoleSessions, APISessions int64 // that are under way
	Hashes                       []HashCount
	HashesUnknown                bool  // they are still being counted, for the first time
	OldHashes                    int64 // of a lower cost than new ones, or of another kind
	Days                         []DayFigures
}

// DayFigures are those of one day in UTC.
type DayFigures struct {
	Day        Day   `gorm:"column:Day"`
	Registered int64 `gorm:"column:Registered"` // accounts that were opened, and are still there
	Good       int64 `gorm:"column:Good"`       // sign-ins
	Bad        int64 `gorm:"column:Bad"`
}

// SignIns is how many sign-ins there were on a day, in one of several rows.
type SignIns struct {
	Day   Day   `gorm:"column:Day;primaryKey;autoIncrement:false"`
	Shard int64 `gorm:"column:Shard;primaryKey;autoIncrement:false"`
	Good  int64 `gorm:"column:Good"`
	Bad   int64 `gorm:"column:Bad"`
}

// TableName is the table's name.
func (SignIns) TableName() string { return "RolecallSignIns" }
