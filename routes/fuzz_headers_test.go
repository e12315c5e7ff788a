package routes

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"rolecall/services"
)

// FuzzForwarded: from an address that is not trusted, no header changes the address
// or the id of a request. From one that is, the address is the peer's or one that the
// headers name, and an id has the form that a log can hold.
func FuzzForwarded(f *testing.F) {
	f.Add(true, "203.0.113.9", "6.6.6.6, 10.0.0.2", "from-the-proxy")
	f.Add(true, "::ffff:203.0.113.9, fe80::1%eth0", "x", "a\r\nb: c-------")
	f.Add(true, " , ,", "010.1.1.1", "short")
	f.Add(false, "203.0.113.9", "", "from-a-client")
	h := &handlers{cfg: services.Config{TrustedProxies: prefixes("10.0.0.0/8", "fd00::/8")}}
	app := fiber.New()
	f.Fuzz(func(t *testing.T, trusted bool, first, second, id string) {
		peer := netip.MustParseAddr("192.0.2.7")
		if trusted {
			peer = netip.MustParseAddr("10.0.0.1")
		}
		request := &fasthttp.RequestCtx{}
		request.SetRemoteAddr(net.TCPAddrFromAddrPort(netip.AddrPortFrom(peer, 1)))
		request.Request.Header.Add("X-Forwarded-For", first)
		request.Request.Header.Add("X-Forwarded-For", second)
		request.Request.Header.Set("X-Request-Id", id)
		c := app.AcquireCtx(request)
		defer app.ReleaseCtx(c)
		got, gotID := h.address(c), h.requestID(c)
		if !trusted && (got != peer.String() || gotID == id) {
			t.Fatalf("a stranger is believed that he is %q, with the id %q", got, gotID)
		}
		addr, err := netip.ParseAddr(got)
		if err != nil || addr.Is4In6() || !requestIDForm.MatchString(gotID) {
			t.Fatalf("the address is %q, the id %q", got, gotID)
		}
		named := slices.ContainsFunc(strings.Split(first+","+second, ","), func(hop string) bool {
			hopAddr, err := netip.ParseAddr(strings.TrimSpace(hop))
			return err == nil && hopAddr.Unmap() == addr
		})
		if addr != peer && !named {
			t.Fatalf("the address is %q, which neither %q nor %q names", got, first, second)
		}
	})
}

// FuzzLanguage: whatever a browser likes, and whatever was chosen, pages are in a
// language that they are written in.
func FuzzLanguage(f *testing.F) {
	f.Add("de-AT,de;q=0.9,en;q=0.5", "")
	f.Add("*;q=0", "de")
	f.Add("x-klingon, i-default, zh-min-nan;q=9", "tlh")
	f.Add(strings.Repeat("en-a-a-a,", 500), strings.Repeat("-", 500))
	speech, err := loadLanguages()
	if err != nil {
		f.Fatal(err)
	}
	h, app := &handlers{speech: speech}, fiber.New()
	f.Fuzz(func(t *testing.T, liked, chosen string) {
		request := &fasthttp.RequestCtx{}
		request.Request.Header.Set("Accept-Language", liked)
		request.Request.Header.SetCookie(languageCookie, chosen)
		c := app.AcquireCtx(request)
		defer app.ReleaseCtx(c)
		if got := h.language(c); !slices.Contains(speech.tags, got) {
			t.Fatalf("%q and %q lead to the language %q", liked, chosen, got)
		}
	})
}

// FuzzNext: wherever next leads, it is a path on this site, as browsers read it.
func FuzzNext(f *testing.F) {
	for _, next := range []string{"/account", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/a?b=//c#d", "/%2f/evil.example", "/..//evil.example", "\x00/", "/\u2028", "/a:b@c", "javascript:alert(1)", "/\xff"} {
		f.Add(next)
	}
	app := fiber.New()
	f.Fuzz(func(t *testing.T, next string) {
		path := localPath(next)
		if path == "" {
			return
		}
		request := &fasthttp.RequestCtx{}
		request.Request.SetRequestURI("http://rolecall.test/login")
		c := app.AcquireCtx(request)
		defer app.ReleaseCtx(c)
		if err := redirect(c, path); err != nil {
			t.Fatal(err)
		}
		to := string(request.Response.Header.Peek("Location"))
		if !staysHere(path) || !staysHere(to) || strings.Count(request.Response.Header.String(), "\n") != strings.Count(request.Response.Header.String(), "\r\n") {
			t.Fatalf("%q leads to %q", next, to)
		}
	})
}

// FuzzAuthorization: nothing but the token itself, by the scheme Bearer, says who
// somebody is; any other header is refused with a challenge.
func FuzzAuthorization(f *testing.F) {
	s := fuzzing(f)
	token := strings.TrimPrefix(s.bearer, "Authorization: Bearer ")
	for _, value := range []string{"Bearer TOKEN", "bearer  TOKEN ", "Bearer TOKEN=", "Bearer", "Basic cm9vdDpyb290", "Bearer <canary", "Bearer\tTOKEN", "Token TOKEN", "TOKEN", "Bearer TOKEN,TOKEN", "\x80"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.ReplaceAll(value, "TOKEN", token) // each process that fuzzes has its own
		if !sendable(strings.ReplaceAll(value, "\t", "")) {
			return
		}
		a := s.raw(t, "GET /users/me HTTP/1.1\r\nHost: x\r\nAuthorization: "+value+"\r\nConnection: close\r\n\r\n")
		checkHarmless(t, a)
		scheme, given, _ := strings.Cut(strings.Trim(value, " \t"), " ")
		good := strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(given) == token
		if good != (a.StatusCode == 200) {
			t.Fatalf("Authorization: %s = %d", value, a.StatusCode)
		}
		if a.StatusCode == 401 && !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Fatalf("401 with the challenge %q", a.Header.Get("WWW-Authenticate"))
		}
	})
}

// FuzzIfMatch: a change is made where the header names what there is, or everything,
// or nothing; else it is refused, and not made.
func FuzzIfMatch(f *testing.F) {
	s := fuzzing(f)
	for _, value := range []string{"*", "", `""`, `"`, `W/"1"`, `"1", "2"`, "<canary", "1", `"ETAG"`, "ETAG", `"ETAG`, "\xff", "**"} {
		f.Add(value, int16(7))
	}
	f.Fuzz(func(t *testing.T, value string, name int16) {
		before := s.send(t, s.request(t, "GET /users/{ann}", "", s.bearer)).Header.Get("ETag")
		value = strings.Trim(strings.ReplaceAll(value, "ETAG", strings.Trim(before, `"`)), " \t")
		if !sendable(value) {
			return
		}
		body := `{"first_name":"` + strings.Repeat("x", 1+int(uint16(name))%90) + `"}`
		a := s.send(t, s.request(t, "PUT /users/{ann}", body, s.bearer, "Content-Type: application/json", "If-Match: "+value))
		checkHarmless(t, a)
		names := value == "" || value == "*" || strings.Trim(value, `"`) == strings.Trim(before, `"`)
		after := s.send(t, s.request(t, "GET /users/{ann}", "", s.bearer)).Header.Get("ETag")
		if names != (a.StatusCode == 200) || !names && (a.StatusCode != 412 || after != before) {
			t.Fatalf("If-Match: %s for %s = %d, and then it is %s", value, before, a.StatusCode, after)
		}
	})
}

// FuzzCookie: no cookie but the session's own lets anybody in, whatever else there
// is; and with it, the others are never more than what they are for.
func FuzzCookie(f *testing.F) {
	s := fuzzing(f)
	token := strings.TrimPrefix(s.cookie, "Cookie: rolecall=")
	for _, value := range []string{
		"rolecall=TOKEN", "rolecall=; rolecall=TOKEN", "rolecall=TOKENx", `rolecall="TOKEN"`, "__Host-rolecall=TOKEN", "rolecall=<canary", "ROLECALL=TOKEN", "rolecall-device=<canary; rolecall-undo=<canary; rolecall-notice=<canary; rolecall-language=<canary",
		"rolecall-undo=x; rolecall-notice=saved; rolecall-language=de", "a=b,c;;= ;rolecall=TOKEN", "\xff=\xfe",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.ReplaceAll(value, "TOKEN", token)
		if !sendable(value) {
			return
		}
		a := s.raw(t, "GET /account HTTP/1.1\r\nHost: x\r\nCookie: "+value+"\r\nConnection: close\r\n\r\n")
		checkHarmless(t, a)
		if a.StatusCode == 200 && !strings.Contains(value, token) {
			t.Fatalf("Cookie: %s = %d", value, a.StatusCode)
		}
		a = s.raw(t, "GET /admin HTTP/1.1\r\nHost: x\r\nCookie: rolecall="+token+"; "+value+"\r\nConnection: close\r\n\r\n")
		checkHarmless(t, a)
		for _, set := range a.Cookies() {
			if !strings.HasPrefix(set.Name, "rolecall") || !set.HttpOnly || strings.Contains(set.Value, mark) {
				t.Fatalf("Cookie: %s sets %v", value, set)
			}
		}
	})
}
