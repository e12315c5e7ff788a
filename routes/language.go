package routes

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/template/html/v2"
	"golang.org/x/text/language"

	"rolecall/models"
	"rolecall/views"
)

// languageCookie names the language that somebody chose.
const languageCookie = "rolecall-language"

// speech is the templates in each language: html/template binds functions, and so
// the words, when it parses.
type speech struct {
	tags      []string // the first is English
	languages map[string]*views.Language
	engines   map[string]*html.Engine
	matcher   language.Matcher
}

// loadLanguages reads what lies in the program itself, so once is enough.
var loadLanguages = sync.OnceValues(readLanguages)

func readLanguages() (*speech, error) {
	list, err := views.Languages()
	if err != nil {
		return nil, err
	}
	s := &speech{languages: map[string]*views.Language{}, engines: map[string]*html.Engine{}}
	tags := make([]language.Tag, len(list))
	for i, l := range list {
		engine := html.NewFileSystem(http.FS(views.FS), ".html")
		engine.AddFuncMap(views.Funcs(l, list))
		if err := engine.Load(); err != nil {
			return nil, fmt.Errorf("templates in %s: %w", l.Tag, err)
		}
		s.tags, tags[i] = append(s.tags, l.Tag), language.Make(l.Tag)
		s.languages[l.Tag], s.engines[l.Tag] = l, engine
	}
	s.matcher = language.NewMatcher(tags)
	return s, nil
}

// language is the one that the reader chose, or else the one of ours that the
// browser likes best.
func (h *handlers) language(c *fiber.Ctx) string {
	if chosen := c.Cookies(h.cookieName(languageCookie)); h.speech.engines[chosen] != nil {
		return chosen
	}
	wanted, _, err := language.ParseAcceptLanguage(c.Get(fiber.HeaderAcceptLanguage))
	if err != nil {
		return views.English
	}
	_, place, _ := h.speech.matcher.Match(wanted...)
	return h.speech.tags[place]
}

// render answers with a page, in the language of whoever reads it.
func (h *handlers) render(c *fiber.Ctx, status int, name string, page any) error {
	var body bytes.Buffer
	if err := h.speech.engines[h.language(c)].Render(&body, name, page); err != nil {
		return err
	}
	return sendPage(c, status, body.Bytes())
}

// consoleLanguage serves POST /language: the switch in the foot of every page.
func (h *handlers) consoleLanguage(c *fiber.Ctx) error {
	chosen := field(c, "language")
	if h.speech.engines[chosen] == nil {
		return models.InvalidField("language", "The pages are not written in this language.")
	}
	h.setCookie(c, languageCookie, chosen, deviceLife)
	next := localPath(field(c, "next"))
	if next == "" {
		next = "/"
	}
	return redirect(c, next)
}

// here is the address to come back to the page that is shown. A form that was
// refused has none of its own: then it is the page above that the form stands on.
func here(c *fiber.Ctx) string {
	if c.Method() == fiber.MethodGet {
		return c.OriginalURL()
	}
	routes := c.App().GetRoutes(true)
	for path := c.Path(); path != ""; path = path[:strings.LastIndex(path, "/")] {
		for _, route := range routes {
			if route.Method == fiber.MethodGet && fiber.RoutePatternMatch(path, route.Path) {
				return path
			}
		}
	}
	return "/"
}
