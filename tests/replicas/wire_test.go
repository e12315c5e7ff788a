package replicas

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// A wire is a client's connection to a replica, kept alive for as long as the
// replica allows. It tries nothing twice, as http.Transport would: what it reports
// is what happened.
type wire struct {
	replica *replica
	conn    net.Conn
	reader  *bufio.Reader

	opened, used time.Time // the connection, and when it was answered last
}

// errRefused is for a request that was not sent: nobody listened.
var errRefused = errors.New("the connection was refused")

// send sends a request and reads the answer.
func (w *wire) send(method, path, token, contentType, body string) (answer, error) {
	if err := w.open(); err != nil {
		return answer{}, err
	}
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: rolecall.test\r\nContent-Length: %d\r\n", method, path, len(body))
	if contentType != "" {
		head += "Content-Type: " + contentType + "\r\n"
	}
	if token != "" {
		head += "Authorization: Bearer " + token + "\r\n"
	}
	if _, err := io.WriteString(w.conn, head+"\r\n"+body); err != nil {
		w.close()
		return answer{}, fmt.Errorf("send %s %s: %w", method, path, err)
	}
	a, err := w.read(method)
	if err != nil || a.Close {
		w.close()
	}
	if err != nil {
		return a, fmt.Errorf("read the answer to %s %s on a connection of %s, answered %s: %w", method, path, w.opened.Format("05.000"), w.used.Format("05.000"), err)
	}
	w.used = time.Now()
	return a, nil
}

func (w *wire) read(method string) (answer, error) {
	response, err := http.ReadResponse(w.reader, &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response, string(text)}, err
}

// open connects, unless there is a connection that the replica has not closed.
func (w *wire) open() error {
	if w.conn != nil && !w.closed() {
		return nil
	}
	w.close()
	conn, err := net.Dial("tcp", w.replica.address)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return errRefused
	}
	if err != nil {
		return err
	}
	w.conn, w.reader, w.opened, w.used = conn, bufio.NewReader(conn), time.Now(), time.Time{}
	return nil
}

// closed reports whether the other side has ended the idle connection.
func (w *wire) closed() bool {
	_ = w.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := w.reader.Peek(1)
	_ = w.conn.SetReadDeadline(time.Time{})
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

func (w *wire) close() {
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// json is send with a JSON body, or none.
func (w *wire) json(call, token, body string) (answer, error) {
	method, path, _ := strings.Cut(call, " ")
	return w.send(method, path, token, "application/json", body)
}

// grant is send of a form for tokens.
func (w *wire) grant(fields ...string) (answer, error) {
	return w.send(http.MethodPost, "/token", "", "application/x-www-form-urlencoded", form(fields...).Encode())
}
