package replicas

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A disk gets full under the service: what is written is refused as a whole, what is
// read goes on, also after a restart, and as soon as there is space so does all.
func TestDiskFull(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("skipped: no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	url := "sqlite:" + filepath.Join(disk, "rolecall.db")
	f := startFleet(t, url, 1)
	r := f.replicas[0]
	root := r.tokens(t, rootName).Access
	opened := 0
	register := func(want int) answer {
		t.Helper()
		body := fmt.Sprintf(`{"username":"user%[1]d","email":"user%[1]d@example.com","password":%[2]q}`, opened, password)
		a := r.api(t, "POST /register", "", body)
		if a.StatusCode == http.StatusCreated {
			opened++
		}
		if want != 0 {
			a.want(t, "register", want)
		}
		return a
	}
	register(http.StatusCreated)
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	for register(0).StatusCode == http.StatusCreated { // into what the files have left
	}
	for range 2 {
		if a := register(http.StatusServiceUnavailable); !strings.Contains(a.body, "no space left") || a.Header.Get("Retry-After") == "" {
			t.Errorf("a registration that does not fit is answered by %s", a.body)
		}
		r.api(t, "GET /users", root, "").want(t, "the list", http.StatusOK)
		r.api(t, "GET /readyz", "", "").want(t, "readyz", http.StatusOK)
		r.restart()
	}
	commandsFail(t, url, disk)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	register(http.StatusCreated)
	db := openMade(t, url)
	checkSound(t, "sqlite", db)
	if users := census(t, db)["Users"]; users != int64(opened)+1 {
		t.Errorf("%d users are there, want root and the %d that were acknowledged", users, opened)
	}
}

// fill writes a file until no space is left.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = file.Write(block)
	}
}

// commandsFail wants the commands that write to a full disk to say so in one line, and
// to leave nothing behind.
func commandsFail(t *testing.T, url, disk string) {
	t.Helper()
	people := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(people, []byte("username,email\n"+strings.Repeat("x", 10)+",x@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := names(t, disk)
	for _, arguments := range [][]string{
		{"backup", filepath.Join(disk, "copy.db")},
		{"user", "export", filepath.Join(disk, "users.csv")},
		{"user", "import", people},
		{"migrate", "--database-url", "sqlite:" + filepath.Join(disk, "new.db")},
	} {
		command := exec.Command(program, arguments...)
		command.Env = []string{"ROLECALL_DATABASE_URL=" + url}
		output, err := command.CombinedOutput()
		if status := command.ProcessState.ExitCode(); status != 1 || strings.Count(string(output), "\n") != 1 {
			t.Errorf("%q ends with %v and says %q, want status 1 and one line", arguments, err, output)
		}
		t.Logf("%s: %s", arguments[0], output)
	}
	if after := names(t, disk); after != before {
		t.Errorf("on the disk is now %s, and was %s", after, before)
	}
}

func names(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "new.db") { // an empty one, to be filled another time
			names = append(names, entry.Name())
		}
	}
	return strings.Join(names, " ")
}
