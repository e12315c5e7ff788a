package services

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlainCell(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "a=1": "a=1", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
		"'=1": "''=1", "''=1": "'''=1", "'": "'", "'a": "'a", " =1": " =1", "ä": "ä", "＝1": "'＝1", "＠": "'＠",
	} {
		got := plainCell(text)
		if got != want {
			t.Errorf("plainCell(%q) = %q, want %q", text, got, want)
		}
		if back := textOf(got); back != text {
			t.Errorf("textOf(%q) = %q, want %q", got, back, text)
		}
	}
}

// broken is a writer that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("canary") }

func TestWriteCSV(t *testing.T) {
	rows := [][]string{{"a", "b"}, {"=1", "x,\"y\"\n"}}
	var file bytes.Buffer
	if err := WriteCSV(&file, rows); err != nil || file.String() != "a,b\r\n'=1,\"x,\"\"y\"\"\r\n\"\r\n" {
		t.Errorf("WriteCSV = %v, and wrote %q", err, &file)
	}
	if diff := cmp.Diff([][]string{{"a", "b"}, {"=1", "x,\"y\"\n"}}, rows); diff != "" {
		t.Errorf("the rows are changed (-want +got):\n%s", diff)
	}
	if err := WriteCSV(broken{}, rows); err == nil {
		t.Error("WriteCSV to what takes nothing = nil, want an error")
	}
}
