package tds

import (
	"slices"
	"strings"
)

// owner is the user of the database whom sa is. Every other login is the user of
// its own name, and has the rights that were granted.
const owner = "dbo"

func userOf(login string) string {
	if strings.EqualFold(login, loginName) {
		return owner
	}
	return strings.ToLower(login)
}

// login is the session's.
func (s *session) login() string {
	if s.user == owner {
		return loginName
	}
	return s.user
}

// password of a login.
func (s *Server) password(login string) (password string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	password, known = s.logins[strings.ToLower(login)]
	return password, known
}

// may reports whether the session's user has the right to a table.
func (s *session) may(t *table, right string) bool {
	return s.user == owner || slices.Contains(t.Grants[s.user], right)
}

// sees reports whether the catalogue shows the table to the session's user: it
// takes any right to it.
func (s *session) sees(t *table) bool { return s.user == owner || len(t.Grants[s.user]) > 0 }

// require refuses a statement without the right.
func (b *binder) require(t *table, right string) {
	if !b.s.may(t, right) {
		panic(errorf(229, "The %s permission was denied on the object '%s', database '%s', schema 'dbo'.", right, t.Name, databaseName))
	}
}

// createLogin reads CREATE LOGIN name WITH PASSWORD = 'text'.
func (p *parser) createLogin() statement {
	s := createLogin{name: p.name()}
	p.expect("WITH", "PASSWORD", "=")
	l := p.next()
	if l.kind != tokenText && l.kind != tokenNText {
		p.at--
		p.fail()
	}
	s.password = l.text
	return s
}

// createUser reads CREATE USER name [FOR LOGIN name]; the two names are one here.
func (p *parser) createUser() statement {
	s := createUser{p.name()}
	if p.take("FOR", "LOGIN") && !equalName(p.name(), s.name) {
		panic(unsupported("a user of another name than its login"))
	}
	return s
}

// grant reads GRANT right, … ON table TO user.
func (p *parser) grant() statement {
	p.expect("GRANT")
	var s grant
	for {
		right := p.takeAny("SELECT", "INSERT", "UPDATE", "DELETE")
		if right == "" {
			panic(unsupported("GRANT " + p.peek().text))
		}
		if s.rights = append(s.rights, right); !p.take(",") {
			break
		}
	}
	p.expect("ON")
	if p.take("OBJECT", ":") {
		p.expect(":")
	}
	s.table = p.table()
	p.expect("TO")
	s.user = p.name()
	return s
}

// alterDatabase reads ALTER DATABASE name SET READ_COMMITTED_SNAPSHOT ON or OFF.
func (p *parser) alterDatabase() statement {
	if !p.take("CURRENT") {
		p.use()
	}
	p.expect("SET", "READ_COMMITTED_SNAPSHOT")
	s := setSnapshot{p.onOff() == "ON"}
	p.take("WITH", "ROLLBACK", "IMMEDIATE")
	return s
}

// administer changes what the server keeps outside the database.
func (s *session) administer(st statement) *sqlError {
	if s.user != owner {
		return errorf(15247, "User does not have permission to perform this action.")
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	switch st := st.(type) {
	case createLogin:
		if s.server.logins[strings.ToLower(st.name)] != "" {
			return errorf(15025, "The server principal '%s' already exists.", st.name)
		}
		s.server.logins[strings.ToLower(st.name)] = st.password
	case createUser:
		if s.server.logins[strings.ToLower(st.name)] == "" {
			return errorf(15007, "'%s' is not a valid login or you do not have permission.", st.name)
		}
	case setSnapshot:
		s.server.locking = !st.on
	}
	return nil
}

func (s *session) grant(g grant) *sqlError {
	t := s.catalogue.table(g.table)
	if _, known := s.server.password(g.user); t == nil || !known {
		return errorf(15151, "Cannot find the object '%s', because it does not exist or you do not have permission.", g.table)
	}
	user := userOf(g.user)
	if t.Grants == nil {
		t.Grants = map[string][]string{}
	}
	for _, right := range g.rights {
		if !slices.Contains(t.Grants[user], right) {
			t.Grants[user] = append(t.Grants[user], right)
		}
	}
	return s.saveTable(t)
}

// hasPerms is HAS_PERMS_BY_NAME(securable, class, right), for tables, and for
// the right to make one.
func hasPerms(b *binder, args []bound) bound {
	if b.stored {
		panic(unsupported("HAS_PERMS_BY_NAME"))
	}
	return bound{sql: "tds_has_perms(" + joinSQL(args) + ")", typ: typeInt}
}

func (s *session) hasPermsCall(args []any) (any, *sqlError) {
	securable, class, right := strings.Trim(asText(args[0]), `[]"`), strings.ToUpper(asText(args[1])), strings.ToUpper(asText(args[2]))
	switch class {
	case "DATABASE", "SCHEMA":
		return s.user == owner, nil
	case "OBJECT":
		t := s.catalogueTable(securable)
		if t == nil || !s.sees(t) {
			return nil, nil
		}
		return s.may(t, right), nil
	}
	return nil, nil
}

// snapshotCall is what sys.databases says of READ_COMMITTED_SNAPSHOT.
func (s *session) snapshotCall([]any) (any, *sqlError) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	return !s.server.locking, nil
}
