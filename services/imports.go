package services

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"

	"rolecall/models"
)

// Imports take in files of users in two steps, with a look at what it would do
// between them. The file waits in the database, and each step says there how far it
// is: any replica shows it, and goes on where another one stopped.
type Imports struct {
	*core
	users *Users
}

const (
	// ImportMax is the largest file, in bytes: some 300,000 users. The command has
	// no limit.
	ImportMax = 64 << 20
	// ImportLife is how long a file is kept.
	ImportLife = time.Hour

	importPiece = 256 << 10 // bytes of a row
)

var errNoImport = &models.Error{Kind: models.NotFound, Message: "There is no such file here. A file is kept for an hour, for whoever sent it."}

// Get returns an import of the actor's own; any other is NotFound.
func (s *Imports) Get(ctx context.Context, actor models.Actor, importID string) (_ models.Import, err error) {
	defer models.StartSpan(&ctx, "Imports.Get").End(&err)
	if err := actor.RequireAdmin("import accounts"); err != nil {
		return models.Import{}, err
	}
	var found []models.Import
	err = s.db.Read(ctx).Where(`"ImportId" = ? AND "ActorId" = ? AND "At" > ?`,
		clean(importID), actor.User.UserID, models.Now().Add(-ImportLife)).Find(&found).Error
	if err != nil {
		return models.Import{}, fmt.Errorf("read an import: %w", err)
	}
	if len(found) == 0 || found[0].ImportID != importID { // a collation may ignore letter case
		return models.Import{}, errNoImport
	}
	return found[0], nil
}

// Latest returns the actor's newest import, the zero Import where there is none.
func (s *Imports) Latest(ctx context.Context, actor models.Actor) (_ models.Import, err error) {
	defer models.StartSpan(&ctx, "Imports.Latest").End(&err)
	if err := actor.RequireAdmin("import accounts"); err != nil {
		return models.Import{}, err
	}
	var found []models.Import
	err = s.db.Read(ctx).Where(`"ActorId" = ? AND "At" > ? AND "Phase" <> ?`,
		actor.User.UserID, models.Now().Add(-ImportLife), models.Receiving).Order(`"At" DESC`).Limit(1).Find(&found).Error
	if err != nil {
		return models.Import{}, fmt.Errorf("read the latest import: %w", err)
	}
	return append(found, models.Import{})[0], nil
}

// Receive keeps the file, in the place of others that the actor has sent and that
// nobody is at work on. A file without a good first line, an empty one, and one
// that is larger than ImportMax are Invalid, and are not kept.
func (s *Imports) Receive(ctx context.Context, actor models.Actor, fileName string, from io.Reader) (_ models.Import, err error) {
	defer models.StartSpan(&ctx, "Imports.Receive").End(&err)
	if err := actor.RequireAdmin("import accounts"); err != nil {
		return models.Import{}, err
	}
	made := models.Import{
		ImportID: rand.Text(), ActorID: actor.User.UserID, At: models.Now(), FileName: clipRunes(fileName, targetNameMax),
		Existing: models.SkipExisting, Phase: models.Receiving,
	}
	if err := s.begin(ctx, made); err != nil {
		return models.Import{}, err
	}
	if made.Size, err = s.store(ctx, made.ImportID, from); err == nil {
		_, err = newUserFile(s.open(ctx, made.ImportID))
	}
	if err != nil {
		s.drop(ctx, made)
		return models.Import{}, blameFile(err)
	}
	return made, nil
}

// begin makes the row, and makes room for it.
func (s *Imports) begin(ctx context.Context, made models.Import) error {
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		var others []models.Import
		if err := tx.Select("ImportId", "Phase", "SeenAt").Where(`"ActorId" = ?`, made.ActorID).Find(&others).Error; err != nil {
			return fmt.Errorf("look for earlier imports: %w", err)
		}
		for _, other := range others {
			if other.Running() {
				continue
			}
			if err := deleteImports(tx, other.ImportID); err != nil {
				return err
			}
		}
		if err := tx.Create(&made).Error; err != nil {
			return fmt.Errorf("insert an import: %w", err)
		}
		return nil
	})
}

func deleteImports(tx *gorm.DB, ids ...string) error {
	if err := tx.Where(`"ImportId" IN ?`, ids).Delete(&models.ImportPiece{}).Error; err != nil {
		return fmt.Errorf("delete the pieces of imports: %w", err)
	}
	if err := tx.Where(`"ImportId" IN ?`, ids).Delete(&models.Import{}).Error; err != nil {
		return fmt.Errorf("delete imports: %w", err)
	}
	return nil
}

// drop deletes what a failed upload has left; what can't be deleted now, Purge will.
func (s *Imports) drop(ctx context.Context, made models.Import) {
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), cleanupLimit)
	defer end()
	err := s.db.Tx(ctx, func(tx *gorm.DB) error { return deleteImports(tx, made.ImportID) })
	if err != nil {
		s.log.WarnContext(ctx, "an upload that failed is still there", "error", models.LogText(err))
	}
}

// cleanupLimit is for what is set right after a failure.
const cleanupLimit = 5 * time.Second

// blameFile puts the sentence beside the field of the form.
func blameFile(err error) error {
	if known := (*models.Error)(nil); errors.As(err, &known) && known.Kind == models.Invalid {
		return models.InvalidField("file", known.Message)
	}
	return err
}

// Discard deletes the file, and what is known of it, unless somebody is at work on
// it.
func (s *Imports) Discard(ctx context.Context, actor models.Actor, importID string) (err error) {
	defer models.StartSpan(&ctx, "Imports.Discard").End(&err)
	one, err := s.Get(ctx, actor, importID)
	if err != nil {
		return err
	}
	if one.Running() {
		return errImportRuns
	}
	return s.db.Tx(ctx, func(tx *gorm.DB) error { return deleteImports(tx, one.ImportID) })
}

// Purge deletes the files that are an hour old, and what is known of them. Whoever
// is at work on one then stops.
func (s *Imports) Purge(ctx context.Context) (err error) {
	defer models.StartSpan(&ctx, "Imports.Purge").End(&err)
	for {
		var ids []string
		err := s.db.Read(ctx).Model(&models.Import{}).Where(`"At" < ?`, models.Now().Add(-ImportLife)).
			Order(`"At"`).Limit(purgeBatch).Pluck("ImportId", &ids).Error
		if err != nil {
			return fmt.Errorf("look for imports to purge: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := s.db.Tx(ctx, func(tx *gorm.DB) error { return deleteImports(tx, ids...) }); err != nil {
			return err
		}
	}
}
