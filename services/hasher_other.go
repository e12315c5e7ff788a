//go:build !linux

package services

// lowerPriority does nothing: elsewhere than on Linux a priority is the
// process's, or needs more than the standard library.
func lowerPriority() {}
