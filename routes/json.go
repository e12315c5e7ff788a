package routes

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/danielgtaylor/huma/v2"
)

// strictJSON is how bodies are read: see unmarshalOnce.
var strictJSON = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshalOnce}

// unmarshalOnce refuses an object that has a key twice. Programs differ in which one
// they take (RFC 8259 §4): what somebody has checked before us might not be what we
// would use. Huma reads a body for its structure first, and then once more into the
// handler's input.
func unmarshalOnce(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return err
	}
	if _, isFirst := into.(*any); !isFirst {
		return nil
	}
	return keysOnce(json.NewDecoder(bytes.NewReader(body)))
}

// keysOnce goes through the next value.
func keysOnce(from *json.Decoder) error {
	token, err := from.Token()
	opening, isDelim := token.(json.Delim)
	if err != nil || !isDelim {
		return err
	}
	seen := map[json.Token]bool{}
	for from.More() {
		if opening == '{' {
			key, err := from.Token()
			if err != nil {
				return err
			}
			if seen[key] {
				return errors.New("a key comes twice")
			}
			seen[key] = true
		}
		if err := keysOnce(from); err != nil {
			return err
		}
	}
	_, err = from.Token()
	return err
}
