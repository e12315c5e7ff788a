package services

import (
	"syscall"
)

const hashNice = 3

// lowerPriority lowers the priority of the calling thread alone: on Linux a nice
// value belongs to a thread. It can't be raised again without a privilege, so
// the thread must not be used for anything else. Where the kernel refuses, the
// hash runs at normal priority.
func lowerPriority() {
	thread := syscall.Gettid()
	rank, err := syscall.Getpriority(syscall.PRIO_PROCESS, thread)
	if err != nil {
		return
	}
	now := 20 - rank // the system call returns 20 less the nice value
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, thread, now+hashNice)
}
