package services

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"rolecall/models"
	"rolecall/models/modeltest"
)

// readyHash is a hash of goodPassword's length of another program's making.
var readyHash = passlibHashes[0].hash

// takeIn imports the text as root, and returns the report as "created updated same
// skipped refused" and the faults as "line column: why".
func (f *fixture) takeIn(o ImportOptions, lines ...string) (counts string, faults []string) {
	f.t.Helper()
	text := strings.ReplaceAll(strings.Join(lines, "\n"), "HASH", readyHash)
	r, err := f.Users.Import(f.t.Context(), f.as("root"), strings.NewReader(text), o)
	if err != nil {
		f.t.Errorf("Import(%.100q) = %v", text, err)
	}
	for _, fault := range r.Faults {
		faults = append(faults, strings.TrimSpace(fmt.Sprint(fault.Line, " ", fault.Column))+": "+fault.Why)
	}
	return fmt.Sprint(r.Created, r.Updated, r.Same, r.Skipped, r.Refused), faults
}

// TestImport: what a file does, what a dry run says of it, and that a second run
// does nothing.
func TestImport(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		if _, err := f.Roles.Create(t.Context(), f.as("root"), "Editor", ""); err != nil {
			t.Fatal(err)
		}
		f.exec(`UPDATE "RolecallAccounts" SET "Status" = 'pending' WHERE "UserId" = ?`, f.id("bob"))
		file := []string{
			"Username;email;first_name;Roles;is_active;password_hash;created_at",
			"kim;kim@example.com;Kim;Editor;;HASH;",
			"lee;lee@example.com;'=Lee;;false;HASH;2020",
			`mia;mia@example.com;"Mia ""M"" ; A";"editor; USER";TRUE;HASH;`,
			"ANN;anna@example.com;Ann;Editor;;HASH;",
			"bob;bob@example.com;;User;false;;",
			"root;root@example.com;;User;1;;",
		}
		update := ImportOptions{Update: true}
		want, fault := "3 1 1 0 1", []string{"7: " + models.LastAdmin.Sentence()}
		before := f.dump()
		counts, faults := f.takeIn(ImportOptions{Update: true, DryRun: true}, file...)
		if diff := cmp.Diff(fault, faults); counts != want || diff != "" {
			t.Errorf("a dry run counts %s, want %s, and (-want +got):\n%s", counts, want, diff)
		}
		if diff := cmp.Diff(before, f.dump()); diff != "" {
			t.Errorf("a dry run changes rows (-before +after):\n%s", diff)
		}
		_, last := f.events(0)
		counts, faults = f.takeIn(update, file...)
		if diff := cmp.Diff(fault, faults); counts != want || diff != "" {
			t.Errorf("Import counts %s, want %s, and (-want +got):\n%s", counts, want, diff)
		}
		events, last := f.events(last)
		actions := make([]string, len(events))
		for i, event := range events {
			actions[i] = strings.Join(strings.Fields(event)[:3], " ")
		}
		wanted := []string{"root user.created user:kim", "root user.created user:lee", "root user.created user:mia",
			"root user.updated user:ann", "root role.assigned user:ann", "root role.revoked user:ann"}
		if diff := cmp.Diff(wanted, actions); diff != "" {
			t.Errorf("the events differ (-want +got):\n%s", diff)
		}
		var rows []string
		for _, name := range []string{"kim", "lee", "mia", "ann", "bob", "root"} {
			u := f.user(name)
			rows = append(rows, fmt.Sprint(u.Username, " ", u.Email, " ", u.FirstName, " ", u.RoleNames(), " ", u.State(), " ", u.PasswordHash == readyHash))
		}
		if diff := cmp.Diff([]string{
			"kim kim@example.com Kim [Editor] active true",
			"lee lee@example.com =Lee [] disabled true",
			`mia mia@example.com Mia "M" ; A [Editor User] active true`,
			"ann anna@example.com Ann [Editor] active false",
			"bob bob@example.com  [User] pending false",
			"root root@example.com  [Admin User] active false",
		}, rows); diff != "" {
			t.Errorf("the users differ (-want +got):\n%s", diff)
		}
		for _, again := range []struct {
			options ImportOptions
			counts  string
		}{{update, "0 0 5 0 1"}, {ImportOptions{}, "0 0 0 6 0"}} {
			if counts, _ := f.takeIn(again.options, file...); counts != again.counts {
				t.Errorf("the next run, %+v, counts %s, want %s", again.options, counts, again.counts)
			}
		}
		if events, _ := f.events(last); len(events) > 0 {
			t.Errorf("the next runs write %q", events)
		}
	})
}

// TestImportFaults: each row that is wrong is named, and left out alone.
func TestImportFaults(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, tt := range []struct {
			row  string // behind username,email,roles,is_active,password_hash
			want string // "" for none
		}{
			{"joe1,joe1@example.com,User,true,HASH", ""},
			{"ab,joe2@example.com,User,true,HASH", "username: Use 3 to 64 characters."},
			{"jo\x00e,joe2@example.com,User,true,HASH", "username: Use letters"},
			{"joe2,x,User,true,HASH", "email: Enter an e-mail address with one @"},
			{"joe2,,User,true,HASH", "email: Enter an e-mail address."},
			{"joe2,joe2@example.com,Nobody,true,HASH", "roles: There is no role of one"},
			{`joe2,joe2@example.com,"User;""x",true,HASH`, "roles: The quotes"},
			{"joe2,joe2@example.com,User,maybe,HASH", "is_active: Use true or false."},
			{"joe2,joe2@example.com,User,true,", "password_hash: A new account needs"},
			{"joe2,joe2@example.com,User,true,canary", "password_hash: Nobody could sign in"},
			{"joe2,joe2@example.com,User,true,$2b$31$" + readyHash[7:], "password_hash: Nobody could sign in"},
			{"joe2,ANN@example.com,User,true,HASH", "email: This e-mail address is taken."},
			{"ann@example.com,joe2@example.com,User,true,HASH", "username: This username is taken."},
			{"ann,bob@example.com,User,true,", "email: This e-mail address is taken."},
			{"ann,not an address,User,true,", "email: Enter"},
			{"joe2,zoë@example.com,User,true,HASH", ""},
			{"joe3,zoë@example.com,User,true,HASH", "email: This e-mail address is taken."},
			{"joe2", ": Cells in this line: 1; in the first: 5."},
			{`joe2,"joe2@example.com,User,true,HASH`, ": The quotes of this line do not match."},
			{"joe\xff,joe2@example.com,User,true,HASH", "username: This is no UTF-8."},
			{strings.Repeat("j", 60_000) + ",joe2@example.com,User,true,HASH", "username: Use 3 to 64"},
		} {
			before := f.dump()
			counts, faults := f.takeIn(ImportOptions{Update: true}, "username,email,roles,is_active,password_hash", tt.row, "")
			if tt.want == "" {
				if len(faults) > 0 || counts != "1 0 0 0 0" {
					t.Errorf("%.60q: %s, %q", tt.row, counts, faults)
				}
				continue
			}
			if text := strings.Join(faults, "\n"); counts != "0 0 0 0 1" || len(faults) != 1 || !strings.HasPrefix(strings.Replace(text, "2:", "2 :", 1), "2 "+tt.want) {
				t.Errorf("%.60q: %s, %q, want %q", tt.row, counts, faults, tt.want)
			}
			if diff := cmp.Diff(before, f.dump()); diff != "" {
				t.Errorf("%.60q is refused, but rows changed (-before +after):\n%s", tt.row, diff)
			}
		}
	})
}

// TestImportHeads: a head that is wrong ends the import, and is not quoted.
func TestImportHeads(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	for _, tt := range []struct{ text, want string }{
		{"", "has to name the columns"},
		{"email\n", "has to name the column username"},
		{"username,password\n", "Give ready hashes"},
		{"username,Username\n", "Cell 2 of the first line names a column again"},
		{"kim,kim@example.com," + readyHash, "Cell 1 of the first line names no column"},
		{"username\n\"" + strings.Repeat("x", 2*recordMax), "longer than 64 KiB"},
	} {
		_, err := f.Users.Import(t.Context(), f.as("root"), strings.NewReader(tt.text), ImportOptions{})
		if models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "$2") {
			t.Errorf("Import(%.40q) = %v, want %q", tt.text, err, tt.want)
		}
	}
	for who, want := range map[string]models.Kind{"": models.Unauthenticated, "ann": models.Forbidden} {
		if _, err := f.Users.Import(t.Context(), f.as(who), strings.NewReader("username\n"), ImportOptions{}); models.KindOf(err) != want {
			t.Errorf("Import by %q = %v, want %s", who, err, want)
		}
	}
}

// TestImportReads: a byte order mark, tabs, and a failing reader.
func TestImportReads(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	if counts, faults := f.takeIn(ImportOptions{}, "\uFEFFusername\temail\tpassword_hash\r", "kim\tkim@example.com\tHASH\r", ""); counts != "1 0 0 0 0" {
		t.Errorf("tabs behind a mark: %s, %q", counts, faults)
	}
	if names := f.user("kim").RoleNames(); !slices.Equal(names, []string{models.UserRole}) {
		t.Errorf("without a column for roles, kim has %q", names)
	}
	canary := errors.New("canary")
	from := io.MultiReader(strings.NewReader("username\n"+strings.Repeat("ann\n", 2000)), failing{canary})
	report, err := f.Users.Import(t.Context(), f.as("root"), from, ImportOptions{})
	if !errors.Is(err, canary) || report.Skipped == 0 {
		t.Errorf("Import from a reader that fails = %+v, %v", report, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestImportRepeats: a file names nobody twice, in a batch or in two; so a dry run
// says what the next one does, and what a second one finds.
func TestImportRepeats(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lines := []string{"username,email,first_name,password_hash",
			"kim,kim@example.com,Kim,HASH", "KIM,kim2@example.com,Kimberly,HASH", "lee,Kim@Example.com ,Lee,HASH", "ann,,,", "mia,,,", "mia@example.com,mia@example.com,,HASH"}
		for i := range importRows {
			lines = append(lines, fmt.Sprintf("new%d,new%d@example.com,,HASH", i, i))
		}
		lines = append(lines, "new1,new1@example.com,,HASH", "ANN,,,")
		want := []string{
			"3 username: An earlier line has this username.", "4 email: An earlier line has this e-mail address.",
			"6 email: Enter an e-mail address.", "6 password_hash: A new account needs a hash of its password.",
			fmt.Sprint(importRows+8) + " username: An earlier line has this username.", fmt.Sprint(importRows+8) + " email: An earlier line has this e-mail address.",
			fmt.Sprint(importRows+9) + " username: An earlier line has this username.",
		}
		for _, tt := range []struct {
			dry    bool
			counts string
		}{{true, fmt.Sprint(importRows+2, " 0 0 1 5")}, {false, fmt.Sprint(importRows+2, " 0 0 1 5")}, {false, fmt.Sprint("0 0 0 ", importRows+3, " 5")}} {
			counts, faults := f.takeIn(ImportOptions{DryRun: tt.dry}, lines...)
			if diff := cmp.Diff(want, faults); counts != tt.counts || diff != "" {
				t.Errorf("dry %t: %s, want %s, and (-want +got):\n%s", tt.dry, counts, tt.counts, diff)
			}
		}
	})
}

// TestExportIsImported: a file that was written is taken in again, and says of
// everybody that nothing is to be done.
func TestExportIsImported(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, role := range []string{"=1+1", `a; "b"`} {
			if _, err := f.Roles.Create(t.Context(), f.as("root"), role, ""); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Roles.Assign(t.Context(), f.as("root"), f.id("ann"), role); err != nil {
				t.Fatal(err)
			}
		}
		patch := UserPatch{FirstName: ptr("'=cmd"), LastName: ptr("\"@\",;\u00e9"), Email: ptr("+a@example.com"), IsActive: ptr(false)}
		if _, err := f.Users.Update(t.Context(), f.as("root"), f.id("ann"), patch, ""); err != nil {
			t.Fatal(err)
		}
		users, _, err := f.Users.Batch(t.Context(), f.as("root"), UserQuery{})
		if err != nil {
			t.Fatal(err)
		}
		var file strings.Builder
		if err := WriteCSV(&file, append([][]string{UserColumns}, UserRows(users)...)); err != nil {
			t.Fatal(err)
		}
		if counts, faults := f.takeIn(ImportOptions{Update: true}, file.String()); counts != "0 0 3 0 0" {
			t.Errorf("%s, %q of\n%s", counts, faults, &file)
		}
	})
}

// newcomers is a file of n users.
func newcomers(n int) string {
	var file strings.Builder
	file.WriteString("username,email,first_name,roles,password_hash\n")
	for i := range n {
		fmt.Fprintf(&file, "new%06d,new%06d@example.com,New,User,%s\n", i, i, readyHash)
	}
	return file.String()
}

// TestImportStatements: how many statements a batch takes is not a matter of its
// rows, but for those that have as many parameters as a server takes.
func TestImportStatements(t *testing.T) {
	sent := func(rows int) int {
		var log bytes.Buffer
		db, services := loggedServices(t, &log)
		f := &fixture{t, db, services}
		f.cast()
		log.Reset()
		if _, err := f.Users.Import(t.Context(), models.System(), strings.NewReader(newcomers(rows)), ImportOptions{}); err != nil {
			t.Fatal(err)
		}
		return strings.Count(log.String(), `"msg":"statement"`)
	}
	rows := models.InsertMost(reflect.TypeFor[models.Event]().NumField())
	if few, many := sent(2), sent(rows); many != few || few < 10 {
		t.Errorf("%d rows take %d statements, and 2 take %d", rows, many, few)
	}
}

// The users whom a batch names are found by indexes, however many there are.
func TestImportIsIndexed(t *testing.T) {
	db := modeltest.NewDB(t)
	s := newServices(t, db, slog.New(slog.DiscardHandler))
	file, err := newUserFile(strings.NewReader(newcomers(importRows)))
	if err != nil {
		t.Fatal(err)
	}
	batch, err := file.batch()
	if err != nil || len(batch.rows) != importRows {
		t.Fatalf("the batch has %d rows, %v", len(batch.rows), err)
	}
	plan := explain(t, db, func(tx *gorm.DB) *gorm.DB {
		return (&importPlanner{Users: s.Users, tx: tx}).namesakes(batch.rows).Find(&[]models.User{})
	})
	if strings.Contains(plan, "SCAN") || !strings.Contains(plan, "UX_Users_Username") || !strings.Contains(plan, "UX_Users_Email") {
		t.Errorf("the users are found by %s", plan)
	}
}

// TestLongImport: a long file takes no more memory than a short one. It is not
// parallel, as it weighs the heap.
func TestLongImport(t *testing.T) {
	f := newFixture(t, modeltest.NewDB(t))
	f.cast()
	weigh := func(rows int) int64 {
		file := newcomers(rows)
		before, most := heapInUse(), int64(0)
		_, err := f.Users.Import(t.Context(), f.as("root"), strings.NewReader(file), ImportOptions{DryRun: true, Progress: func(r models.ImportReport) {
			if r.Rows()%(4*importRows) == 0 {
				most = max(most, heapInUse()-before)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		runtime.KeepAlive(file)
		return most
	}
	few, many := weigh(4*importRows), weigh(80*importRows)
	if many-few > 4<<20 { // the file alone has five
		t.Errorf("the heap grew by %d bytes with 40,000 rows, and by %d with 2,000", many, few)
	}
}

func heapInUse() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
