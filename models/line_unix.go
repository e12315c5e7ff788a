//go:build unix

package models

import (
	"net"
	"syscall"
)

// closedMeanwhile reports whether the other end has closed the connection, or has said
// something unasked, as servers do before they close. It does not wait.
func closedMeanwhile(conn net.Conn) bool {
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	silent := false
	err = raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		silent = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
	})
	return err == nil && !silent
}
