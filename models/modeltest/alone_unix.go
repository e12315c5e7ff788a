//go:build linux || darwin

package modeltest

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Alone waits until no other package that calls it runs its tests: for those that
// want the machine for themselves, while go test runs several packages at once. It
// ends with the process.
func Alone() error {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("rolecall-tests-%d.lock", os.Getuid()))
	// An *os.File that is forgotten would be closed, and its lock be gone.
	file, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	return syscall.Flock(file, syscall.LOCK_EX)
}
