package views

// Login is the page auth/login.
type Login struct {
	Page
	Form        LoginForm
	CanRegister bool // registration is open or by approval
}

// A LoginForm is what was sent to sign in.
type LoginForm struct {
	Refusal
	Username string // a username or an e-mail address
	Next     string // a local path to go on to
}

// Register is the page auth/register.
type Register struct {
	Page
	Form        RegisterForm
	ByApproval  bool // an admin lets the account in
	PasswordMin int  // characters; 0 is 8
}

// A RegisterForm is what was sent to open an account.
type RegisterForm struct {
	Refusal
	Username, Email, FirstName, LastName string
}

// Pending is the page auth/pending: the account waits for approval.
type Pending struct {
	Page
	Username string
}

// Closed is the page auth/closed: nobody can register.
type Closed struct{ Page }

// Setup is the page auth/setup, which creates the first admin.
type Setup struct {
	Page
	Form        SetupForm
	PasswordMin int // characters; 0 is 8
}

// A SetupForm is what was sent to create the first admin.
type SetupForm struct {
	Refusal
	Token           string
	Username, Email string
}
