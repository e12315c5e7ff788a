package routes

import (
	"fmt"
	"net"
	"syscall"

	sys "golang.org/x/sys/unix"
)

// hush has the kernel complete no further connection for the listener. It drops
// their first packet, which a client sends again after a second: by then nobody
// listens, and it is refused, or the next program does, and it is served. Without
// that, closing a listener resets those that the kernel has completed and nobody
// has accepted, with the requests that they have sent. The filter is inherited by
// accepted connections, whose packets have no SYN.
func hush(listener net.Listener) error {
	socket, ok := listener.(syscall.Conn)
	if !ok {
		return fmt.Errorf("a listener of type %T has no socket", listener)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	const flags, syn = 13, 0x02 // the byte of a TCP header, and the bit in it
	program := []sys.SockFilter{
		{Code: sys.BPF_LD | sys.BPF_B | sys.BPF_ABS, K: flags},
		{Code: sys.BPF_JMP | sys.BPF_JSET | sys.BPF_K, K: syn, Jf: 1},
		{Code: sys.BPF_RET | sys.BPF_K, K: 0}, // drop it
		{Code: sys.BPF_RET | sys.BPF_K, K: 0xffffffff},
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		refused = sys.SetsockoptSockFprog(int(fd), sys.SOL_SOCKET, sys.SO_ATTACH_FILTER,
			&sys.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	})
	if err == nil {
		err = refused
	}
	return err
}
