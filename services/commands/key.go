package commands

import "rolecall/services"

// Key is `rolecall key`.
type Key struct {
	Generate KeyGenerate `cmd:"" help:"Print a new private key, in PEM, for --jwt-key-files."`
}

// KeyGenerate is `rolecall key generate`.
type KeyGenerate struct {
	Alg string `default:"EdDSA" enum:"EdDSA,ES256,RS256" help:"What the key is for: ${enum}."`
}

// Run prints a key, and nothing else.
func (k KeyGenerate) Run(t *Terminal) error {
	text, err := services.GenerateKey(k.Alg)
	if err != nil {
		return err
	}
	_, err = t.Stdout.Write(text)
	return err
}
