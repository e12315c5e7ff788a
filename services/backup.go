package services

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rolecall/models"
)

// secretSuffix makes of the name of an SQLite file that of the secret beside it.
const secretSuffix = ".jwt-secret"

// A Backup is what was written.
type Backup struct {
	Users  int64
	Bytes  int64
	Secret string // the file with the secret that signs tokens; "" where none is kept beside the database
}

// BackUp copies the SQLite database at the path, and the secret beside it, to a new
// file and one beside that, while the service runs: put in the place of the old ones
// they go on where these were. A name that is taken is refused. Both files appear whole
// or not at all, for their owner's eyes only.
func BackUp(ctx context.Context, path, target string) (Backup, error) {
	if _, err := os.Stat(path); err != nil { // it would be made
		return Backup{}, err
	}
	if err := vacant(target); err != nil {
		return Backup{}, err
	}
	draft, err := newDraft(target, nil)
	if err != nil {
		return Backup{}, err
	}
	defer os.Remove(draft)
	copied, err := models.CopySQLite(ctx, path, draft)
	if err != nil {
		return Backup{}, err
	}
	info, err := os.Stat(draft)
	if err != nil {
		return Backup{}, err
	}
	secret, err := backUpSecret(path+secretSuffix, target+secretSuffix)
	if err != nil {
		return Backup{}, err
	}
	if err := publish(draft, target); err != nil {
		if secret != "" {
			err = errors.Join(err, os.Remove(secret))
		}
		return Backup{}, err
	}
	return Backup{Users: copied.Users, Bytes: info.Size(), Secret: secret}, nil
}

// newDraft makes a file beside the one that it is to become, for its owner alone.
func newDraft(target string, text []byte) (path string, err error) {
	path = target + "." + rand.Text()
	return path, os.WriteFile(path, text, 0o600)
}

// vacant wants nothing to be there, nor beside it what the copy would be read with.
func vacant(target string) error {
	for _, suffix := range []string{"", "-wal", "-journal", secretSuffix} {
		if _, err := os.Lstat(target + suffix); !errors.Is(err, fs.ErrNotExist) {
			if err == nil {
				err = fmt.Errorf("%s is there already: nothing is overwritten", target+suffix)
			}
			return err
		}
	}
	return nil
}

// backUpSecret copies the secret, where there is one, and returns where it is now.
func backUpSecret(from, to string) (string, error) {
	text, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	draft, err := newDraft(to, text)
	if err != nil {
		return "", err
	}
	defer os.Remove(draft)
	return to, publish(draft, to)
}

// publish gives a file that is written its name, once it is on the disk.
func publish(draft, target string) error {
	file, err := os.OpenFile(draft, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Link(draft, target); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: nothing is overwritten", target)
	} else if err != nil { // a file system without links
		if err := os.Rename(draft, target); err != nil {
			return err
		}
	}
	if folder, err := os.Open(filepath.Dir(target)); err == nil {
		_ = folder.Sync() // some systems have no such thing
		_ = folder.Close()
	}
	return nil
}
