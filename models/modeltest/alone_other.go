//go:build !linux && !darwin

package modeltest

// Alone does nothing on this system; see alone_unix.go.
func Alone() error { return nil }
