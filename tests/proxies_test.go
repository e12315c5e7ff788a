package tests

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rolecall/models"
	"rolecall/models/modeltest"
	"rolecall/services"
)

const proxiedHost = "accounts.example.com" // as in the examples

// A proxy is one of the examples in deploy/, set up for this machine.
type proxy struct {
	t       *testing.T
	folder  string // for whatever it writes
	port    string // for https on loopback
	service string // its address
}

// TestProxies runs each example in front of the service.
func TestProxies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		start func(*proxy) (log string)
	}{{"nginx", (*proxy).nginx}, {"caddy", (*proxy).caddy}} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := exec.LookPath(tt.name); err != nil {
				t.Skipf("skipped: no %s on this machine", tt.name)
			}
			p := &proxy{t: t, folder: t.TempDir(), port: freePort(t)}
			address, s := serveOn(t, modeltest.NewDB(t), func(c *services.Config) {
				c.PublicURL = p.url("")
				c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
			})
			makeUser(t, s, "root", "Ada", "Root", models.AdminRole, models.UserRole)
			p.service = strings.TrimPrefix(address, "http://")
			client := p.trusted(p.certificate())
			log := tt.start(p)
			p.await(client)
			p.forwards(client, s)
			p.refusesLarge(client)
			p.uploads(client)
			p.keepsQueries(client, log)
		})
	}
}

func (p *proxy) url(path string) string {
	return "https://" + net.JoinHostPort(proxiedHost, p.port) + path
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func (p *proxy) path(name string) string { return filepath.Join(p.folder, name) }

func (p *proxy) write(name string, text []byte) {
	p.t.Helper()
	if err := os.WriteFile(p.path(name), text, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// certificate makes one for the host, which signs itself.
func (p *proxy) certificate() *x509.Certificate {
	p.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{proxiedHost}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		p.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write("chain.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	p.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	made, err := x509.ParseCertificate(der)
	if err != nil {
		p.t.Fatal(err)
	}
	return made
}

// clientAddress is another than the proxy's own. All of 127.0.0.0/8 is loopback.
const clientAddress = "127.0.0.2"

// trusted is a client that comes from clientAddress and finds the host here. It
// follows no redirection.
func (p *proxy) trusted(certificate *x509.Certificate) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(clientAddress)}}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", p.port))
	}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// nginx checks the example and runs it; log is the file that it logs to.
func (p *proxy) nginx() (log string) {
	p.t.Helper()
	site := replaced(p.t, readText(p.t, "deploy/nginx.conf"),
		"    listen 80;\n    listen [::]:80;\n", "    listen 127.0.0.1:"+freePort(p.t)+";\n",
		"    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n", "    listen 127.0.0.1:"+p.port+" ssl http2;\n",
		"server 127.0.0.1:8080", "server "+p.service, "/var/log/nginx/rolecall.log", p.path("access.log"),
		"/etc/ssl/rolecall/fullchain.pem", p.path("chain.pem"), "/etc/ssl/rolecall/privkey.pem", p.path("key.pem"))
	var around strings.Builder
	fmt.Fprintf(&around, "daemon off; master_process off; pid %s; error_log stderr; events {}\nhttp {\n", p.path("pid"))
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&around, "%s_temp_path %s;\n", kind, p.path(kind))
	}
	p.write("nginx.conf", []byte(around.String()+site+"}\n"))
	arguments := []string{"-e", "stderr", "-p", p.folder, "-c", p.path("nginx.conf")}
	p.check("nginx", append([]string{"-t", "-q"}, arguments...)...)
	p.run("nginx", arguments...)
	return p.path("access.log")
}

// caddy checks the example, its form too, and runs it.
func (p *proxy) caddy() (log string) {
	p.t.Helper()
	example := readText(p.t, "deploy/Caddyfile")
	site := replaced(p.t, example, "\n"+proxiedHost+" {\n", fmt.Sprintf("\n%s {\n\tbind 127.0.0.1\n\ttls %s %s\n",
		p.url(""), p.path("chain.pem"), p.path("key.pem")), "reverse_proxy 127.0.0.1:8080", "reverse_proxy "+p.service)
	p.write("example", []byte(example))
	p.write("Caddyfile", []byte("{\n\tadmin off\n\tauto_https off\n}\n"+site))
	if formed := p.check("caddy", "fmt", p.path("example")); formed != example {
		p.t.Errorf("caddy fmt has it otherwise:\n%s", formed)
	}
	arguments := []string{"--adapter", "caddyfile", "--config", p.path("Caddyfile")}
	p.check("caddy", append([]string{"validate"}, arguments...)...)
	p.run("caddy", append([]string{"run"}, arguments...)...)
	return p.path("stderr")
}

// command keeps what it writes elsewhere in the folder too.
func (p *proxy) command(name string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(p.t.Context(), name, arguments...)
	command.Env = append(os.Environ(), "HOME="+p.folder, "XDG_DATA_HOME="+p.folder, "XDG_CONFIG_HOME="+p.folder)
	return command
}

func (p *proxy) check(name string, arguments ...string) (output string) {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	command := p.command(name, arguments...)
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		p.t.Fatalf("%s %q: %v\n%s", name, arguments, err, stderr.String())
	}
	return stdout.String()
}

// run starts the proxy, and ends it with the test.
func (p *proxy) run(name string, arguments ...string) {
	p.t.Helper()
	stderr, err := os.Create(p.path("stderr"))
	if err != nil {
		p.t.Fatal(err)
	}
	command := p.command(name, arguments...)
	command.Stderr = stderr
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = command.Wait() }() // it is killed: how it ended says nothing
	p.t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
		stderr.Close()
		if p.t.Failed() {
			text, _ := os.ReadFile(stderr.Name())
			p.t.Logf("%s wrote:\n%s", name, text)
		}
	})
}

// await waits until the service answers through the proxy that it is ready.
func (p *proxy) await(client *http.Client) {
	p.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		answer, err := client.Get(p.url("/readyz"))
		if err == nil {
			answer.Body.Close()
		}
		if err == nil && answer.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("GET /readyz through the proxy: %v, %v", answer, err)
		}
	}
}

// send sends a body, as a browser on this site does, and with headers in pairs.
func (p *proxy) send(client *http.Client, path, mediaType string, body io.Reader, headers ...string) (*http.Response, string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url(path), body)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", mediaType)
	request.Header.Set("Origin", p.url(""))
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client.Do(request)
	if err != nil {
		p.t.Fatalf("POST %s: %v", path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatalf("POST %s: %v", path, err)
	}
	return answer, string(text)
}

const formType = "application/x-www-form-urlencoded"

// forwards: the audit has the client's address, whatever the client wrote, and an id
// that the proxy gave.
func (p *proxy) forwards(client *http.Client, s *services.Services) {
	p.t.Helper()
	const forged = "203.0.113.9"
	body := `{"username":"ann","email":"ann@example.com","password":"` + password + `"}`
	answer, text := p.send(client, "/register", "application/json", strings.NewReader(body),
		"X-Forwarded-For", forged, "X-Request-Id", "forged-by-the-client", "Forwarded", "for="+forged, "X-Real-Ip", forged)
	if answer.StatusCode != http.StatusCreated {
		p.t.Fatalf("POST /register = %d %s", answer.StatusCode, text)
	}
	events, err := s.Audit.List(p.t.Context(), models.System(), services.EventQuery{})
	if err != nil {
		p.t.Fatal(err)
	}
	event := events.Items[0]
	if event.TargetName != "ann" || event.Address != clientAddress {
		p.t.Errorf("the audit says %s from %s, want ann from %s", event.TargetName, event.Address, clientAddress)
	}
	if id := answer.Header.Get("X-Request-Id"); id != event.RequestID || len(id) < 32 || strings.Contains(id, "forged") {
		p.t.Errorf("the request's id is %q, and in the audit %q; want one that the proxy made", id, event.RequestID)
	}
}

// refusesLarge: nothing but a file of users may be large. The answer is the service's,
// also where it has come before the proxy has passed on the rest.
func (p *proxy) refusesLarge(client *http.Client) {
	p.t.Helper()
	for _, size := range []int{65 << 10, 100 << 10, 1000 << 10} {
		for _, body := range []io.Reader{
			strings.NewReader("username=" + strings.Repeat("a", size)),
			io.MultiReader(strings.NewReader("username=" + strings.Repeat("a", size))), // in chunks: of no length
		} {
			answer, text := p.send(client, "/token", formType, body)
			if answer.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text, "The request is too large.") {
				p.t.Errorf("%d bytes to /token = %d %.200s, want 413 and the sentence", size, answer.StatusCode, text)
			}
		}
	}
}

// uploads: a sign-in sets cookies for https alone, with which a file of 20 MiB goes
// through, and a larger one than may be is refused by the service itself.
func (p *proxy) uploads(client *http.Client) {
	p.t.Helper()
	form := url.Values{"username": {"root"}, "password": {password}}
	answer, _ := p.send(client, "/login", formType, strings.NewReader(form.Encode()))
	var cookies []string
	for _, set := range answer.Cookies() {
		if strings.HasPrefix(set.Name, "__Host-") && set.Secure {
			cookies = append(cookies, set.Name+"="+set.Value)
		}
	}
	if answer.StatusCode != http.StatusSeeOther || len(cookies) == 0 {
		p.t.Fatalf("POST /login = %d with the cookies %v, want 303 and some for https", answer.StatusCode, answer.Cookies())
	}
	cookie := strings.Join(cookies, "; ")
	answer, text := p.upload(client, cookie, 20<<20)
	if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/admin/users/import/") {
		p.t.Errorf("a file of 20 MiB = %d %q %.300s, want 303 to its page", answer.StatusCode, to, text)
	}
	answer, text = p.upload(client, cookie, services.ImportMax)
	if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "The file is larger than 64 MiB.") {
		p.t.Errorf("a larger file than may be = %d %.300s, want 422 and the sentence", answer.StatusCode, text)
	}
}

// upload sends a file of users with one row, which is too long.
func (p *proxy) upload(client *http.Client, cookie string, size int) (*http.Response, string) {
	p.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	file, err := parts.CreateFormFile("file", "users.csv")
	if err != nil {
		p.t.Fatal(err)
	}
	fmt.Fprintf(file, "username,email\n%s\n", strings.Repeat("a", size))
	if err := errors.Join(parts.WriteField("existing", "skip"), parts.Close()); err != nil {
		p.t.Fatal(err)
	}
	return p.send(client, "/admin/users/import", parts.FormDataContentType(), &body, "Cookie", cookie)
}

// keepsQueries: the log of the proxy has the path, and not what was asked.
func (p *proxy) keepsQueries(client *http.Client, log string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url("/setup?token=canary"), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Referer", p.url("/setup?token=canary"))
	answer, err := client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	answer.Body.Close()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(log)
		if err != nil {
			p.t.Fatal(err)
		}
		if strings.Contains(string(text), "canary") {
			p.t.Errorf("a query is in the log:\n%s", text)
		}
		if strings.Contains(string(text), "/setup") {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("the request is not in the log:\n%s", text)
		}
	}
}
