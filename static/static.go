// Package static holds the files that a browser loads beside a page. Each is
// served under a name that holds the hash of its content, so that a browser may
// keep it for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed *.css *.js *.svg vendor/*/*.css vendor/*/*.js
var files embed.FS

// A File is one static file. It holds no copy of the content, which lies in the
// program itself, save the compressed one once somebody asked for it.
type File struct {
	ContentType string // with the charset
	ETag        string // strong, in quotes, of Bytes
	GzipETag    string // of Gzip, which is another representation (RFC 9110 §8.8.1)

	name string
	pack func() []byte
}

// Bytes is a copy of the content.
func (f File) Bytes() []byte {
	content, err := files.ReadFile(f.name)
	if err != nil {
		panic(err) // the name was found in the same embedded tree
	}
	return content
}

// Gzip is the compressed content: every file is text. It is made at the first
// call and then kept; the caller must not change it.
func (f File) Gzip() []byte { return f.pack() }

// URL is the address of the file, such as "/static/console.1f2e3d4c5b6a.css" for
// "console.css". It panics where there is no such file.
func URL(name string) string {
	hashed, found := index().hashed[name]
	if !found {
		panic(fmt.Sprintf("static: there is no file %q", name))
	}
	return "/static/" + hashed
}

// Open finds the file by the part of its URL after "/static/". Only the name
// with the right hash is found.
func Open(hashed string) (File, bool) {
	file, found := index().files[hashed]
	return file, found
}

// A catalogue knows the files by both of their names.
type catalogue struct {
	hashed map[string]string // plain name to hashed name
	files  map[string]File   // by hashed name
}

// index reads every file once, in pieces, for its hash.
var index = sync.OnceValue(func() catalogue {
	c := catalogue{hashed: map[string]string{}, files: map[string]File{}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		sum, err := hash(name)
		if err != nil {
			return err
		}
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + sum[:12] + ext
		c.hashed[name] = hashed
		c.files[hashed] = newFile(name, ext, sum)
		return nil
	})
	if err != nil {
		panic(err) // an embedded file can always be read
	}
	return c
})

func hash(name string) (string, error) {
	file, err := files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// The types are ours alone: the machine's own list, which package mime reads,
// must not decide whether a script runs.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml; charset=utf-8",
}

func newFile(name, ext, sum string) File {
	f := File{
		ContentType: contentTypes[ext],
		ETag:        `"` + sum[:32] + `"`,
		GzipETag:    `"` + sum[:32] + `-gzip"`,
		name:        name,
	}
	f.pack = sync.OnceValue(func() []byte { return compress(f.Bytes()) })
	return f
}

func compress(content []byte) []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	w.Write(content) // a bytes.Buffer takes everything
	w.Close()
	return bytes.Clone(packed.Bytes()) // without the spare capacity
}
