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
	const flags, syn = 13, 0x02 // the byte of a TCP header, and the bit in it
	program := []sys.SockFilter{
		{Code: sys.BPF_LD | sys.BPF_B | sys.BPF_ABS, K: flags},
		{Code: sys.BPF_JMP | sys.BPF_JSET | sys.BPF_K, K: syn, Jf: 1},
		{Code: sys.BPF_RET | sys.BPF_K, K: 0}, // drop it
		{Code: sys.BPF_RET | sys.BPF_K, K: 0xffffffff},
	}
	return control(listener, func(fd int) error {
		return sys.SetsockoptSockFprog(fd, sys.SOL_SOCKET, sys.SO_ATTACH_FILTER,
			&sys.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	})
}

// queued is the number of connections that the kernel has completed for the listener
// and nobody has accepted: on a busy machine some wait there for long. Linux has it
// as tcpi_unacked of a socket that listens (tcp_get_info in net/ipv4/tcp.c). Where it
// is not to be had, it is taken for 0.
func queued(listener net.Listener) (n int) {
	_ = control(listener, func(fd int) error {
		info, err := sys.GetsockoptTCPInfo(fd, sys.IPPROTO_TCP, sys.TCP_INFO)
		if err == nil {
			n = int(info.Unacked)
		}
		return err
	})
	return n
}

// control does something with the listener's socket.
func control(listener net.Listener, do func(fd int) error) error {
	socket, ok := listener.(syscall.Conn)
	if !ok {
		return fmt.Errorf("a listener of type %T has no socket", listener)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	if err := raw.Control(func(fd uintptr) { refused = do(int(fd)) }); err != nil {
		return err
	}
	return refused
}
