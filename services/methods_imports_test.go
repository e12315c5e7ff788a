package services

import (
	"context"
	"fmt"
	"io"
	"strings"

	"rolecall/models"
)

// importText and checkedText are the ids of files of root's: the check of one has
// stopped.
const (
	importText  = "canary-import"
	checkedText = "canary-checked"
)

// smallImport is their content.
var smallImport = "username,email,password_hash\nkit,kit@example.com," + passlibHashes[0].hash + "\n"

var importMethods = []method{
	{"Imports.Receive", func(ctx context.Context, s subject) error {
		_, err := s.Imports.Receive(ctx, s.admin, "users.csv", strings.NewReader(smallImport))
		return err
	}},
	{"Imports.Get", func(ctx context.Context, s subject) error {
		_, err := s.Imports.Get(ctx, s.admin, importText)
		return err
	}},
	{"Imports.Latest", func(ctx context.Context, s subject) error {
		_, err := s.Imports.Latest(ctx, s.admin)
		return err
	}},
	{"Imports.Check", func(ctx context.Context, s subject) error {
		return s.Imports.Check(ctx, s.admin, importText, models.UpdateExisting)
	}},
	{"Imports.Write", func(ctx context.Context, s subject) error {
		if _, err := s.Imports.Get(ctx, s.admin, importText); err != nil { // on a canned server, this one is first
			return err
		}
		return s.Imports.Write(ctx, s.admin, checkedText)
	}},
	{"Imports.Faults", func(ctx context.Context, s subject) error {
		next, err := s.Imports.Faults(ctx, s.admin, importText)
		if err != nil {
			return err
		}
		if _, err = next(ctx); err != io.EOF {
			return fmt.Errorf("the faults end with %w", err)
		}
		return nil
	}},
	{"Imports.Stop", func(ctx context.Context, s subject) error { return s.Imports.Stop(ctx, s.admin, importText) }},
	{"Imports.Discard", func(ctx context.Context, s subject) error { return s.Imports.Discard(ctx, s.admin, importText) }},
	{"Imports.Purge", func(ctx context.Context, s subject) error { return s.Imports.Purge(ctx) }},
}

// imports puts a file of root's there.
func (f *fixture) imports(id string, phase models.ImportPhase) {
	f.t.Helper()
	f.exec(`DELETE FROM "RolecallImports" WHERE "ImportId" = ?`, id)
	f.exec(`DELETE FROM "RolecallImportPieces" WHERE "ImportId" = ?`, id)
	f.exec(`INSERT INTO "RolecallImports" ("ImportId", "ActorId", "At", "FileName", "Size", "Existing", "Phase", "Worker", "SeenAt", "Position", "Report") VALUES (?, ?, ?, 'users.csv', ?, 'skip', ?, '', 0, 0, '{}')`,
		id, f.id("root"), int64(models.Now()), len(smallImport), string(phase))
	f.exec(`INSERT INTO "RolecallImportPieces" ("ImportId", "Place", "Bytes") VALUES (?, 0, ?)`, id, []byte(smallImport))
}
