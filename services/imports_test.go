package services

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// send has root send the lines, and checks them.
func (f *fixture) send(existing models.Existing, lines ...string) models.Import {
	f.t.Helper()
	text := strings.ReplaceAll(strings.Join(lines, "\n"), "HASH", readyHash)
	one, err := f.Imports.Receive(f.t.Context(), f.as("root"), "users.csv", strings.NewReader(text))
	if err != nil {
		f.t.Fatalf("Receive = %v", err)
	}
	if err := f.Imports.Check(f.t.Context(), f.as("root"), one.ImportID, existing); err != nil {
		f.t.Fatalf("Check = %v", err)
	}
	return f.sent(one.ImportID)
}

func (f *fixture) sent(id string) models.Import {
	f.t.Helper()
	one, err := f.Imports.Get(f.t.Context(), f.as("root"), id)
	if err != nil {
		f.t.Fatalf("Get = %v", err)
	}
	return one
}

// pieces is how many pieces of files are kept.
func (f *fixture) pieces() int64 { return f.count(`SELECT COUNT(*) FROM "RolecallImportPieces"`) }

// TestImports: a file is checked, which changes nothing, written as it was checked,
// and then not kept, unless some of it was refused.
func TestImports(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		users := f.dump()["Users"]
		one := f.send(models.UpdateExisting, "username,email,first_name,password_hash", "kim,kim@example.com,Kim,HASH", "ann,ann@example.com,Anna,", "leo,leo@example.com,Leo,")
		if r := one.Report; one.Phase != models.Checked || r.Created != 1 || r.Updated != 1 || r.Refused != 1 || one.Running() || one.Percent() != 100 {
			t.Errorf("after the check it is %+v", one)
		}
		if len(f.dump()["Users"]) != len(users) {
			t.Error("the check has changed users")
		}
		faults := f.allFaults(one.ImportID)
		if len(faults) != 1 || faults[0] != one.Report.Faults[0] {
			t.Errorf("Faults = %+v, want %+v", faults, one.Report.Faults)
		}
		if latest, err := f.Imports.Latest(t.Context(), f.as("root")); err != nil || latest.ImportID != one.ImportID {
			t.Errorf("Latest = %+v, %v", latest, err)
		}
		if err := f.Imports.Write(t.Context(), f.as("root"), one.ImportID); err != nil {
			t.Fatalf("Write = %v", err)
		}
		if done := f.sent(one.ImportID); done.Phase != models.Written || done.Report.Created != 1 || done.Report.Updated != 1 || f.user("ann").FirstName != "Anna" || f.user("kim").FirstName != "Kim" {
			t.Errorf("it became %+v", done)
		}
		if f.pieces() != 1 || len(f.allFaults(one.ImportID)) != 1 {
			t.Error("the file is gone though a row was refused")
		}
		whole := f.send(models.SkipExisting, "username,email,password_hash", "leo,leo@example.com,HASH")
		if err := f.Imports.Write(t.Context(), f.as("root"), whole.ImportID); err != nil || f.pieces() != 0 {
			t.Errorf("Write = %v, and %d pieces are kept of a file that was taken in", err, f.pieces())
		}
		for what, err := range map[string]error{
			"write again": f.Imports.Write(t.Context(), f.as("root"), whole.ImportID), "check again": f.Imports.Check(t.Context(), f.as("root"), whole.ImportID, models.SkipExisting),
		} {
			if models.KindOf(err) != models.Conflict {
				t.Errorf("%s = %v, want a Conflict", what, err)
			}
		}
	})
}

// allFaults is all that Faults tells.
func (f *fixture) allFaults(id string) (all []models.ImportFault) {
	f.t.Helper()
	next, err := f.Imports.Faults(f.t.Context(), f.as("root"), id)
	for err == nil {
		var faults []models.ImportFault
		faults, err = next(f.t.Context())
		all = append(all, faults...)
	}
	if err != io.EOF {
		f.t.Errorf("Faults = %v", err)
	}
	return all
}

// TestImportGoesOn: what stopped half-way goes on behind the last batch that was
// written, and counts all.
func TestImportGoesOn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lines := strings.Split(strings.TrimSuffix(newcomers(importRows+50), "\n"), "\n")
		one := f.send(models.SkipExisting, lines...)
		if counts, _ := f.takeIn(ImportOptions{}, lines[:importRows+1]...); counts != fmt.Sprint(importRows, " 0 0 0 0") {
			t.Fatalf("the first batch: %s", counts)
		}
		f.exec(`UPDATE "RolecallImports" SET "Phase" = 'writing', "Worker" = 'gone', "SeenAt" = 1, "Report" = ?`, fmt.Sprintf(`{"Created":%d}`, importRows))
		if halfway := f.sent(one.ImportID); halfway.Running() || !halfway.Unfinished() {
			t.Errorf("without a worker it is %+v", halfway)
		}
		if err := f.Imports.Write(t.Context(), f.as("root"), one.ImportID); err != nil {
			t.Fatal(err)
		}
		if done := f.sent(one.ImportID); done.Report.Created != importRows+50 || done.Report.Skipped != 0 || done.Phase != models.Written {
			t.Errorf("after it went on it is %+v", done)
		}
	})
}

// TestImportIsOnes: of several who carry out one import at once, one does.
func TestImportIsOnes(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		one := f.send(models.SkipExisting, strings.Split(strings.TrimSuffix(newcomers(importRows+50), "\n"), "\n")...)
		root, errs := f.as("root"), make([]error, 4)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { errs[i] = f.Imports.Write(t.Context(), root, one.ImportID) })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if models.KindOf(err) != models.Conflict {
				t.Errorf("one of them = %v, want a Conflict", err)
			}
		}
		if report := f.sent(one.ImportID).Report; done != 1 || report.Created != importRows+50 || report.Skipped > 0 {
			t.Errorf("%d did it, and the report is %+v", done, report)
		}
	})
}

// TestImportStops: a worker stops where somebody said so, where the file was thrown
// away, and where the admin is none any more; what it was about to write is not.
func TestImportStops(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("eve", models.AdminRole)
		for name, halt := range map[string]func(one models.Import){
			"stopped":  func(one models.Import) { _ = f.Imports.Stop(t.Context(), f.as("root"), one.ImportID) },
			"taken on": func(models.Import) { f.exec(`UPDATE "RolecallImports" SET "Worker" = 'another'`) },
			"deleted":  func(models.Import) { f.exec(`DELETE FROM "RolecallImports"`) },
			"demoted": func(models.Import) {
				f.exec(`DELETE FROM "UserRoles" WHERE "UserId" = ? AND "RoleId" IN (SELECT "RoleId" FROM "Roles" WHERE "RoleName" = 'Admin')`, f.id("root"))
			},
		} {
			one := f.send(models.SkipExisting, "username,email,password_hash", "kim,kim@example.com,HASH")
			root, working := f.as("root"), one
			working.Phase, working.Worker, working.SeenAt, working.Report = models.Writing, "w", models.Now(), models.ImportReport{}
			if err := f.Imports.mark(t.Context(), one, working); err != nil {
				t.Fatal(err)
			}
			halt(working)
			err := f.Imports.work(t.Context(), root, &working)
			if kind := models.KindOf(err); kind != models.Conflict && kind != models.Forbidden {
				t.Errorf("%s: work = %v", name, err)
			}
			if f.count(`SELECT COUNT(*) FROM "Users" WHERE "Username" = 'kim'`) > 0 {
				t.Errorf("%s: it wrote all the same", name)
			}
			f.exec(`INSERT INTO "UserRoles" ("UserId", "RoleId") SELECT u."UserId", r."RoleId" FROM "Users" AS u, "Roles" AS r WHERE u."Username" = 'root' AND r."RoleName" = 'Admin'` +
				` AND NOT EXISTS (SELECT 1 FROM "UserRoles" AS ur WHERE ur."UserId" = u."UserId" AND ur."RoleId" = r."RoleId")`)
			f.exec(`DELETE FROM "RolecallImports"`)
		}
	})
}

// TestImportIsOwn: a file is for whoever sent it, and for an hour.
func TestImportIsOwn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.create("eve", models.AdminRole)
		one := f.send(models.SkipExisting, "username,email,password_hash", "kim,kim@example.com,HASH")
		calls := map[string]func(actor models.Actor) error{
			"Get":     func(a models.Actor) error { _, err := f.Imports.Get(t.Context(), a, one.ImportID); return err },
			"Check":   func(a models.Actor) error { return f.Imports.Check(t.Context(), a, one.ImportID, models.SkipExisting) },
			"Write":   func(a models.Actor) error { return f.Imports.Write(t.Context(), a, one.ImportID) },
			"Stop":    func(a models.Actor) error { return f.Imports.Stop(t.Context(), a, one.ImportID) },
			"Discard": func(a models.Actor) error { return f.Imports.Discard(t.Context(), a, one.ImportID) },
			"Faults":  func(a models.Actor) error { _, err := f.Imports.Faults(t.Context(), a, one.ImportID); return err },
		}
		for name, call := range calls {
			for who, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden, "eve": models.NotFound} {
				if err := call(f.as(who)); models.KindOf(err) != want {
					t.Errorf("%s by %q = %v, want %s", name, who, err, want)
				}
			}
		}
		f.exec(`UPDATE "RolecallImports" SET "At" = "At" - ?`, ImportLife.Milliseconds()+1)
		if err := calls["Get"](f.as("root")); models.KindOf(err) != models.NotFound {
			t.Errorf("after an hour, Get = %v", err)
		}
		if latest, err := f.Imports.Latest(t.Context(), f.as("root")); err != nil || latest.ImportID != "" {
			t.Errorf("after an hour, Latest = %+v, %v", latest, err)
		}
		if err := f.Imports.Purge(t.Context()); err != nil || f.pieces() != 0 || f.count(`SELECT COUNT(*) FROM "RolecallImports"`) != 0 {
			t.Errorf("Purge = %v, and leaves it", err)
		}
	})
}

// TestReceive: what is no file of users is not kept, and a new file takes the place
// of the one before.
func TestReceive(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	canary := errors.New("canary")
	for _, tt := range []struct {
		name string
		file io.Reader
		want string
	}{
		{"empty", strings.NewReader(""), "The first line has to name the columns."},
		{"a picture", strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00"), "names no column"},
		{"too large", io.LimitReader(endless{}, ImportMax+1), "larger than 64 MiB"},
		{"broken off", io.MultiReader(strings.NewReader("username\n"), failing{canary}), "canary"},
	} {
		_, err := f.Imports.Receive(t.Context(), f.as("root"), "x", tt.file)
		known := (*models.Error)(nil)
		if errors.As(err, &known) {
			err = errors.New(known.Fields["file"])
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) || f.pieces() > 0 {
			t.Errorf("%s: Receive = %v, want %q, and %d pieces are kept", tt.name, err, tt.want, f.pieces())
		}
	}
	first := f.send(models.SkipExisting, "username", "ann")
	f.send(models.SkipExisting, "username", "ann")
	if _, err := f.Imports.Get(t.Context(), f.as("root"), first.ImportID); models.KindOf(err) != models.NotFound || f.pieces() != 1 {
		t.Errorf("after another file, the first is %v", err)
	}
	f.send(models.SkipExisting, "username", "ann")
	gone := models.ImportPiece{ImportID: first.ImportID, Bytes: []byte("x")}
	if err := f.Imports.storePiece(t.Context(), gone, 1); models.KindOf(err) != models.NotFound {
		t.Errorf("a piece of a file that was given up: %v", err)
	}
}

// endless are users without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "username\n"[i%9]
	}
	return len(p), nil
}

// TestBrokenFile: where a file can't be read on, the check says so, and nothing of
// it is written.
func TestBrokenFile(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	one := f.send(models.SkipExisting, "username,email,password_hash", "kim,kim@example.com,HASH", `"`+strings.Repeat("x", 10<<20))
	if one.Report.Broken != errRecordLong.Message || one.Phase != models.Checked {
		t.Errorf("the report is %+v", one)
	}
	if err := f.Imports.Write(t.Context(), f.as("root"), one.ImportID); models.KindOf(err) != models.Conflict {
		t.Errorf("Write = %v", err)
	}
}
