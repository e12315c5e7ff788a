package services

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"strconv"
)

// A pbkdf2Digest is a key of PBKDF2 (RFC 8018), whose every block takes all the
// iterations.
type pbkdf2Digest struct {
	unit       *unit
	iterations int64
	salt, key  []byte
}

// pbkdf2Hashes are the hash functions by the unit that counts them.
var pbkdf2Hashes = map[*unit]func() hash.Hash{
	sha1Iterations: sha1.New, sha256Iterations: sha256.New, sha512Iterations: sha512.New,
}

// passlib64 is the standard encoding but for + and padding.
var passlib64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding).Strict()

func readPasslib(unit *unit) func(groups []string) digest {
	return func(groups []string) digest {
		salt, err1 := passlib64.DecodeString(groups[2])
		key, err2 := passlib64.DecodeString(groups[3])
		if err1 != nil || err2 != nil {
			return nil
		}
		return pbkdf2Digest{unit, number(groups[1]), salt, key}
	}
}

// readDjango: the salt is text.
func readDjango(groups []string) digest {
	key, err := base64.StdEncoding.Strict().DecodeString(groups[3])
	if err != nil {
		return nil
	}
	return pbkdf2Digest{sha256Iterations, number(groups[1]), []byte(groups[2]), key}
}

// Bytes of ASP.NET Core Identity's hashes: the version, in 3 the numbers of the
// algorithm, the iterations and the salt's bytes (big-endian), then salt and key.
const (
	identityV2Size = 1 + 16 + 32
	identityV3Head = 1 + 3*4
	identityLeast  = 16 // of salt and of key
	identityMost   = 64
)

// readIdentityV2: always 1,000 iterations of SHA-1.
func readIdentityV2(groups []string) digest {
	data, err := base64.StdEncoding.Strict().DecodeString(groups[1])
	if err != nil || len(data) != identityV2Size {
		return nil
	}
	return pbkdf2Digest{sha1Iterations, 1000, data[1:17], data[17:]}
}

func readIdentityV3(groups []string) digest {
	data, err := base64.StdEncoding.Strict().DecodeString(groups[1])
	if err != nil || len(data) < identityV3Head+2*identityLeast {
		return nil
	}
	algorithm, iterations, size := binary.BigEndian.Uint32(data[1:]), binary.BigEndian.Uint32(data[5:]), binary.BigEndian.Uint32(data[9:])
	data = data[identityV3Head:]
	unit := map[uint32]*unit{0: sha1Iterations, 1: sha256Iterations, 2: sha512Iterations}[algorithm]
	if unit == nil || iterations == 0 || size < identityLeast || size > identityMost || int(size) > len(data) {
		return nil
	}
	salt, key := data[:size], data[size:]
	if len(key) < identityLeast || len(key) > identityMost {
		return nil
	}
	return pbkdf2Digest{unit, int64(iterations), salt, key}
}

func (d pbkdf2Digest) cost() string { return strconv.FormatInt(d.iterations, 10) }

func (d pbkdf2Digest) work(string) work {
	size := pbkdf2Hashes[d.unit]().Size()
	return work{d.iterations * int64((len(d.key)+size-1)/size), d.unit}
}

func (d pbkdf2Digest) matches(_ context.Context, password string) bool {
	key, err := pbkdf2.Key(pbkdf2Hashes[d.unit], password, d.salt, int(d.iterations), len(d.key))
	return err == nil && subtle.ConstantTimeCompare(key, d.key) == 1
}
