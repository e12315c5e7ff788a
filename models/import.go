package models

import "time"

// An Import is a file of users that an admin has sent. It is checked first, which
// changes nothing, and then written, when the admin has seen what that would do.
type Import struct {
	ImportID string       `gorm:"column:ImportId;primaryKey"` // 128 bits at random
	ActorID  int64        `gorm:"column:ActorId"`
	At       Time         `gorm:"column:At"` // when it was sent
	FileName string       `gorm:"column:FileName"`
	Size     int64        `gorm:"column:Size"` // bytes
	Existing Existing     `gorm:"column:Existing"`
	Phase    ImportPhase  `gorm:"column:Phase"`
	Worker   string       `gorm:"column:Worker"`   // who is at it; anybody else who was has to stop
	SeenAt   Time         `gorm:"column:SeenAt"`   // when the worker last got on; 0 for nobody at work
	Position int64        `gorm:"column:Position"` // bytes that the phase has read
	Report   ImportReport `gorm:"column:Report;serializer:json"`
}

// TableName is the table's name.
func (Import) TableName() string { return "RolecallImports" }

// An ImportPiece is a part of the file.
type ImportPiece struct {
	ImportID string `gorm:"column:ImportId;primaryKey"`
	Place    int64  `gorm:"column:Place;primaryKey;autoIncrement:false"` // from 0
	Bytes    []byte `gorm:"column:Bytes"`
}

// TableName is the table's name.
func (ImportPiece) TableName() string { return "RolecallImportPieces" }

// Existing is what to do with users whom a file names and who are there.
type Existing string

// The choices.
const (
	SkipExisting   Existing = "skip"
	UpdateExisting Existing = "update"
)

// An ImportPhase is how far an import has come.
type ImportPhase string

// The phases, in their order.
const (
	Receiving ImportPhase = "receiving"
	Checking  ImportPhase = "checking"
	Checked   ImportPhase = "checked"
	Writing   ImportPhase = "writing"
	Written   ImportPhase = "written"
)

// importSilence is how long the worker of an import may be silent before somebody
// else may go on with it. A batch takes a fraction of a second, unless it has to
// wait for other writers.
const importSilence = 30 * time.Second

// Unfinished reports whether a phase was begun that is not over.
func (i Import) Unfinished() bool { return i.Phase == Checking || i.Phase == Writing }

// Running reports whether somebody is at work on it.
func (i Import) Running() bool { return i.Unfinished() && Now().Sub(i.SeenAt) < importSilence }

// Percent is how much of the file the phase has read.
func (i Import) Percent() int64 {
	if i.Size == 0 {
		return 0
	}
	return min(100, 100*i.Position/i.Size)
}

// An ImportReport counts the rows by what became of them, or would.
type ImportReport struct {
	Created, Updated int
	Same             int // there already, and as the file has them
	Skipped          int // there already, and not to be updated
	Refused          int
	Faults           []ImportFault // the first faultsKept
	FaultCount       int
	Broken           string // why the rest of the file can't be read, "" where it can
}

// faultsKept bounds what a report holds of a file that is wrong throughout.
const faultsKept = 100

// An ImportFault is what is wrong with a row. It quotes nothing of it.
type ImportFault struct {
	Line   int    // where the record begins, from 1
	Column string // "" for the whole line
	Why    string // a sentence
}

// Rows are all that were read.
func (r ImportReport) Rows() int { return r.Created + r.Updated + r.Same + r.Skipped + r.Refused }

// Blame adds faults.
func (r *ImportReport) Blame(faults ...ImportFault) {
	r.FaultCount += len(faults)
	kept := len(r.Faults)
	r.Faults = append(r.Faults[:kept:kept], faults[:min(len(faults), faultsKept-kept)]...)
}
