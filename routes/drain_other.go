//go:build !linux

package routes

import "net"

// hush does nothing: elsewhere than on Linux a client that connects at the moment
// of the end may be reset.
func hush(net.Listener) error { return nil }

// queued is not known.
func queued(net.Listener) int { return 0 }
