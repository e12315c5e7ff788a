package tds

import (
	"context"
	"net"
	"sync"
	"time"
)

// A connection is a client's, from PRELOGIN to its end. One goroutine reads its
// messages, so that an ATTENTION is heard while another runs the request.
type connection struct {
	server  *Server
	net     net.Conn
	session *session

	packetSize int
	messages   chan message
	lost       bool // the answer to the last statement is not sent

	mu        sync.Mutex
	cancel    context.CancelFunc // of the request that runs or waits, nil for none
	attention bool               // came while it did
}

// serve answers until the client goes or sends what can't be read.
func (c *connection) serve() {
	defer c.net.Close()
	c.packetSize = firstPacket
	if !c.login() {
		return
	}
	defer c.session.close()
	c.messages = make(chan message)
	done := make(chan struct{})
	go c.read(done)
	defer close(done)
	for m := range c.messages {
		if !c.answer(m) {
			return
		}
	}
}

// login answers PRELOGIN and LOGIN7, and opens the session.
func (c *connection) login() bool {
	m, err := readMessage(c.net)
	if err != nil || m.kind != packetPrelogin || writeReply(c.net, c.packetSize, preloginReply()) != nil {
		return false
	}
	if m, err = readMessage(c.net); err != nil || m.kind != packetLogin {
		return false
	}
	login, err := parseLogin(m.body)
	if err != nil {
		return false
	}
	refused := login.check(c.server)
	if refused == nil {
		if c.session, err = newSession(c.server, int(c.server.nextVersion())); err != nil {
			refused = internal(err)
		} else {
			c.session.user = userOf(login.user)
		}
	}
	if refused != nil {
		var r reply
		r.error(refused)
		r.finish(false)
		writeReply(c.net, c.packetSize, r.tokens)
		return false
	}
	tokens, size := loginReply(login)
	if writeReply(c.net, c.packetSize, tokens) != nil {
		c.session.close()
		return false
	}
	c.packetSize = size
	return true
}

// read hands messages over. An ATTENTION while a request runs or waits cancels it.
func (c *connection) read(done chan struct{}) {
	defer close(c.messages)
	for {
		m, err := readMessage(c.net)
		if err != nil {
			c.interrupt(false)
			return
		}
		if m.kind == packetAttention && c.interrupt(true) {
			continue
		}
		if m.kind != packetAttention {
			c.mu.Lock()
			m.ctx, c.cancel = context.WithCancel(context.Background())
			c.mu.Unlock()
		}
		select {
		case c.messages <- m:
		case <-done:
			return
		}
	}
}

// interrupt cancels the request that runs, and reports whether there is one.
func (c *connection) interrupt(attention bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancel == nil {
		return false
	}
	c.cancel()
	c.attention = c.attention || attention
	return true
}

// answer runs a request and sends its tokens. If an ATTENTION ended it, all it
// is told is that, and that its transaction is gone where it is; if one came too
// late, it is answered by itself.
func (c *connection) answer(m message) bool {
	if m.kind == packetAttention {
		return writeReply(c.net, c.packetSize, attention()) == nil
	}
	s := c.session
	s.reply = &reply{proc: m.kind == packetRPC}
	if m.reset {
		s.reset()
		s.reply.envText(envReset, "", "")
	}
	transaction := s.descriptorBytes()
	inTransaction := s.tranCount > 0
	if !c.run(m) || c.lost {
		return false
	}
	s.reply.finish(s.tranCount > 0)
	c.mu.Lock()
	asked := c.attention
	stopped := m.ctx.Err() != nil
	c.cancel()
	c.cancel, c.attention = nil, false
	c.mu.Unlock()
	switch {
	case !asked && stopped:
		return false
	case asked && s.lastError == errInterrupted.number:
		var r reply
		if inTransaction && s.tranCount == 0 {
			r.envBytes(envRollback, nil, transaction)
		}
		return writeReply(c.net, c.packetSize, append(r.tokens, attention()...)) == nil
	case asked:
		return writeReply(c.net, c.packetSize, s.reply.tokens) == nil && writeReply(c.net, c.packetSize, attention()) == nil
	}
	return writeReply(c.net, c.packetSize, s.reply.tokens) == nil
}

// run executes a request; false if it can't be read.
func (c *connection) run(m message) bool {
	s := c.session
	switch m.kind {
	case packetBatch:
		body := &cursor{rest: m.body}
		body.allHeaders()
		text := fromUCS2(body.rest)
		if body.err == nil && c.mayRun(m.ctx, text, "") {
			s.request(m.ctx, text, nil)
		}
		return body.err == nil
	case packetTransaction:
		request, err := parseTransactionRequest(m.body)
		if err == nil && c.mayRun(m.ctx, request.text(), "") {
			s.transactionRequest(request)
		}
		return err == nil
	case packetRPC:
		call, err := parseRPC(m.body)
		if err == nil {
			c.runCall(m.ctx, call)
		}
		return err == nil
	}
	return false
}

// runCall runs sp_executesql, whose settings end with it. There is no other
// procedure, sp_getapplock included.
func (c *connection) runCall(ctx context.Context, call remoteCall) {
	s := c.session
	if call.procedure != executeSQL {
		if c.mayRun(ctx, call.procedure, "") {
			s.fail(errorf(2812, "Could not find stored procedure '%s'.", call.procedure), commandNone)
		}
		return
	}
	text, declarations, parameters, err := call.statement()
	if err != nil {
		s.fail(err, commandNone)
		return
	}
	if !c.mayRun(ctx, text, declarations) {
		return
	}
	before := s.options
	s.request(ctx, text, parameters)
	s.options = before
	s.setLockWait(before.lockWait)
}

// mayRun records a statement, and applies what a test asked for it.
func (c *connection) mayRun(ctx context.Context, text, declarations string) bool {
	c.session.lastError = 0
	order := c.server.record(text, declarations)
	c.lost = order.lose
	if order.delay > 0 {
		select {
		case <-time.After(order.delay):
		case <-ctx.Done():
			c.session.fail(errInterrupted, commandNone)
			return false
		}
	}
	if order.fault != nil {
		c.session.fail(order.fault, commandNone)
		return false
	}
	return true
}
