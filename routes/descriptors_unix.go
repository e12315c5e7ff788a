//go:build unix

package routes

import "syscall"

// descriptors is how many files and connections the process may have open.
func descriptors() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > connections*100 {
		return connections * 100 // more than are asked for
	}
	return int(limit.Cur)
}
