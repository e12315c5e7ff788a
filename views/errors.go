package views

// Heading says what happened, in a few words.
func (e Error) Heading() string {
	if known, found := failures[e.Status]; found {
		return known.heading
	}
	if e.Status >= 500 {
		return failures[500].heading
	}
	return "This did not work"
}

// Sentence says what to do now.
func (e Error) Sentence() string {
	if e.Detail != "" {
		return e.Detail
	}
	if known, found := failures[e.Status]; found {
		return known.sentence
	}
	if e.Status >= 500 {
		return failures[500].sentence
	}
	return "Go back and try again."
}

// HomeLabel is the text of the link to Home.
func (e Error) HomeLabel() string {
	switch {
	case !e.Actor.SignedIn():
		return "To the sign-in"
	case e.Actor.Admin():
		return "To the overview"
	}
	return "To my account"
}

// OurFault reports whether the number below helps to find the cause.
func (e Error) OurFault() bool { return e.Status >= 500 }

var failures = map[int]struct{ heading, sentence string }{
	400: {"This request can't be read", "Go back, reload the page and try again."},
	401: {"Sign in first", "This page is for people who are signed in."},
	403: {"This is not yours to see", "Your account does not have the right to this page. An admin can give it to you."},
	404: {"There is nothing here", "The page does not exist, or what it showed was deleted."},
	405: {"This can't be done here", "The page does not take that kind of request. Go back and use the buttons on it."},
	409: {"This can't be done now", "The present state does not allow it. Go back and look at it again."},
	412: {"Somebody else was faster", "This was changed after you opened it. Go back, reload the page and make your change again."},
	413: {"That is too much", "What you sent is larger than this page takes."},
	415: {"This request can't be read", "The page takes forms only. Go back and use the one on it."},
	422: {"Something in it is not right", "One of the values is not acceptable. Go back and change it."},
	429: {"Too many tries", "Wait a little, then try again."},
	500: {"Something went wrong here", "The fault is ours and is in our log. Try again in a moment."},
	503: {"Back in a moment", "The service is busy or restarting. Try again in a few seconds."},
}
