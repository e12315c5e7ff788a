package services

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// niceOf is the nice value of a thread; 0 is the calling one.
func niceOf(thread int) (int, error) {
	rank, err := syscall.Getpriority(syscall.PRIO_PROCESS, thread)
	return 20 - rank, err
}

// lowered returns the threads of this process whose nice value is not the usual
// one. The process's first thread can't end: where a hash ran on it, the runtime
// parks it for ever.
func lowered(t *testing.T, usual int) []string {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, task := range tasks {
		text, err := os.ReadFile(filepath.Join("/proc/self/task", task.Name(), "stat"))
		if err != nil || task.Name() == strconv.Itoa(os.Getpid()) {
			continue // ended meanwhile, or the first
		}
		// After the name in parentheses, nice is field 19 of proc_pid_stat(5).
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if nice := fields[19-3]; nice != strconv.Itoa(usual) {
			found = append(found, fmt.Sprintf("thread %s: nice %s", task.Name(), nice))
		}
	}
	return found
}

// A hash runs on a thread of lower priority, which ends with it; no thread that
// is started meanwhile inherits its priority.
func TestHashingPriority(t *testing.T) {
	usual, err := niceOf(0)
	if err != nil {
		t.Fatal(err)
	}
	want := min(usual+hashNice, 19)
	if want == usual {
		t.Skip("the tests run at the lowest priority already")
	}
	h := newHasher(4, 8)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			got, err := pooled(t.Context(), h, func(context.Context) (int, error) {
				for range 4 { // new threads are needed where others are in system calls
					go func() { _ = syscall.Nanosleep(&syscall.Timespec{Nsec: 1e6}, nil) }()
				}
				return niceOf(0)
			})
			if err != nil || got != want {
				t.Errorf("in a hash nice is %d, %v, want %d", got, err, want)
			}
		})
	}
	group.Wait()
	left := lowered(t, usual)
	for range 1000 { // a thread ends a moment after its goroutine
		if len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
		left = lowered(t, usual)
	}
	t.Errorf("after all hashes, of lower priority are still: %s", strings.Join(left, ", "))
}
