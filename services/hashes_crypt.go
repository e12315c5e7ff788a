package services

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"strconv"

	"github.com/go-crypt/crypt/algorithm/shacrypt"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/semaphore"
)

// A bcryptDigest is a hash of bcrypt, of the password or of what prepare makes of
// it.
type bcryptDigest struct {
	hash    string
	rounds  int                          // as a power of two
	prepare func(password string) []byte // nil for the password itself, of which bcrypt sees 72 bytes
}

func readBcrypt(groups []string) digest {
	return bcryptDigest{groups[0], int(number(groups[1])), nil}
}

// readBcryptSHA256: passlib hashes the password with SHA-256 first, and since
// version 2 with HMAC-SHA-256 whose key is the salt's text.
func readBcryptSHA256(groups []string) digest {
	version, rounds, salt, sum := groups[1], int(number(groups[2])), groups[3], groups[4]
	prepare := func(password string) []byte {
		digest := sha256.Sum256([]byte(password))
		return base64.StdEncoding.AppendEncode(nil, digest[:])
	}
	if version == "2" {
		prepare = func(password string) []byte {
			mac := hmac.New(sha256.New, []byte(salt))
			mac.Write([]byte(password))
			return base64.StdEncoding.AppendEncode(nil, mac.Sum(nil))
		}
	}
	return bcryptDigest{fmt.Sprintf("$2b$%02d$%s%s", rounds, salt, sum), rounds, prepare}
}

func (d bcryptDigest) cost() string     { return strconv.Itoa(d.rounds) }
func (d bcryptDigest) work(string) work { return work{1 << d.rounds, bcryptRounds} }

func (d bcryptDigest) matches(_ context.Context, password string) bool {
	text := []byte(password)
	if d.prepare != nil {
		text = d.prepare(password)
	}
	return bcrypt.CompareHashAndPassword([]byte(d.hash), text) == nil
}

// A shacryptDigest is a hash of SHA-crypt, which glibc has made common.
type shacryptDigest struct {
	hash   string
	unit   *unit
	rounds int64
}

// shacryptRounds are those of a hash that tells none.
const shacryptRounds = 5000

func readSHACrypt(unit *unit) func(groups []string) digest {
	return func(groups []string) digest {
		if groups[1] == "" {
			return shacryptDigest{groups[0], unit, shacryptRounds}
		}
		return shacryptDigest{groups[0], unit, number(groups[1])}
	}
}

func (d shacryptDigest) cost() string { return strconv.FormatInt(d.rounds, 10) }

// work: unlike others, each round hashes the password again: once and six
// sevenths on the average, with the digest before, two thirds of the salt, and the
// padding. One more unit is for what a round takes besides.
func (d shacryptDigest) work(password string) work {
	digest, block := 32, 64
	if d.unit == sha512CryptBlocks {
		digest, block = 64, 128
	}
	length := len(password)*13/7 + digest + 16*2/3 + block/8 + 1
	return work{d.rounds * int64(1+(length+block-1)/block), d.unit}
}

func (d shacryptDigest) matches(_ context.Context, password string) bool {
	decoded, err := shacrypt.Decode(d.hash)
	return err == nil && decoded.Match(password)
}

// argon2Form has no version but 1.3, the only one that is in use.
const argon2Form = `v=19\$m=([1-9]\d{0,8}),t=([1-9]\d{0,8}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})`

// argon2MemoryMax bounds what all comparisons with Argon2 take at a time, in KiB.
// So one that asks for all of it runs alone, and a dozen of usual ones at once.
const argon2MemoryMax = 256 << 10

var argon2Memory = semaphore.NewWeighted(argon2MemoryMax)

// An argon2Digest is a key of Argon2 (RFC 9106).
type argon2Digest struct {
	key       func(password, salt []byte, passes, memory uint32, lanes uint8, size uint32) []byte
	memory    int64 // KiB
	passes    int64
	lanes     int64
	salt, tag []byte
}

func readArgon2(groups []string) digest {
	key := argon2.Key
	if groups[1] == "id" {
		key = argon2.IDKey
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(groups[5])
	tag, err2 := base64.RawStdEncoding.Strict().DecodeString(groups[6])
	memory, passes, lanes := number(groups[2]), number(groups[3]), number(groups[4])
	if err1 != nil || err2 != nil || memory > argon2MemoryMax || memory < 8*lanes || lanes > 255 {
		return nil
	}
	return argon2Digest{key, memory, passes, lanes, salt, tag}
}

func (d argon2Digest) cost() string {
	return fmt.Sprintf("m=%d,t=%d,p=%d", d.memory, d.passes, d.lanes)
}

// work: to get the memory takes about as long as a pass over it.
func (d argon2Digest) work(string) work { return work{d.memory * (d.passes + 1), argon2Kibibytes} }

func (d argon2Digest) matches(ctx context.Context, password string) bool {
	if argon2Memory.Acquire(ctx, d.memory) != nil {
		return false
	}
	defer argon2Memory.Release(d.memory)
	if d.memory >= argon2MemoryMax/4 {
		defer debug.FreeOSMemory() // or what is no longer used would be there beside the next one's
	}
	key := d.key([]byte(password), d.salt, uint32(d.passes), uint32(d.memory), uint8(d.lanes), uint32(len(d.tag)))
	return subtle.ConstantTimeCompare(key, d.tag) == 1
}
