//go:build !unix

package models

import "net"

// closedMeanwhile can't tell here: what is sent then may fail.
func closedMeanwhile(net.Conn) bool { return false }
