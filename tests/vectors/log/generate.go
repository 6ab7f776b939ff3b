// Writes vectors.json: what the Go checksum database's own packages (golang.org/x/mod/sumdb) say of the same leaves. On Debian:
//
//	apt-get install golang-go golang-golang-x-mod-dev
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tests/vectors/log/generate.go > tests/vectors/log/vectors.json
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = h[index]
	}
	return out, nil
}

type inclusion struct {
	Index int64    `json:"index"`
	Path  []string `json:"path"`
}

type consistency struct {
	Old  int64    `json:"old"`
	Path []string `json:"path"`
}

type tile struct {
	Level  int    `json:"level"`
	Index  int64  `json:"index"`
	Width  int    `json:"width"`
	Sha256 string `json:"sha256"`
}

type tree struct {
	Size        int64         `json:"size"`
	Root        string        `json:"root"`
	Inclusion   []inclusion   `json:"inclusion"`
	Consistency []consistency `json:"consistency"`
	Tiles       []tile        `json:"tiles"`
}

type signed struct {
	Seed string `json:"seed"`
	Key  string `json:"key"`
	Note string `json:"note"`
}

type vectors struct {
	About string `json:"about"`
	Trees []tree `json:"trees"`
	Note  signed `json:"note"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func text(path []tlog.Hash) []string {
	out := []string{}
	for _, hash := range path {
		out = append(out, hash.String())
	}
	return out
}

func main() {
	out := vectors{About: "leaf N is the text `leaf N`; made by generate.go with golang.org/x/mod/sumdb"}
	var stored hashes
	var size int64
	for _, next := range []int64{1, 2, 3, 4, 5, 7, 8, 255, 256, 257, 300, 511, 512, 1000, 65536, 65537, 70000} {
		for ; size < next; size++ {
			more, err := tlog.StoredHashes(size, []byte(fmt.Sprintf("leaf %d", size)), stored)
			check(err)
			stored = append(stored, more...)
		}
		root, err := tlog.TreeHash(size, stored)
		check(err)
		t := tree{Size: size, Root: root.String(), Consistency: []consistency{}}
		for _, index := range []int64{0, 1, size / 3, size / 2, size - 2, size - 1} {
			if index < 0 || index >= size || len(t.Inclusion) > 0 && t.Inclusion[len(t.Inclusion)-1].Index >= index {
				continue
			}
			path, err := tlog.ProveRecord(size, index, stored)
			check(err)
			t.Inclusion = append(t.Inclusion, inclusion{index, text(path)})
		}
		for _, old := range []int64{1, 2, size / 3, 256, size / 2, size - 1, size} {
			if old < 1 || old > size || len(t.Consistency) > 0 && t.Consistency[len(t.Consistency)-1].Old >= old {
				continue
			}
			path, err := tlog.ProveTree(size, old, stored)
			check(err)
			t.Consistency = append(t.Consistency, consistency{old, text(path)})
		}
		tiles := tlog.NewTiles(8, size-1, size)
		for i, made := range tiles {
			// It also lists a tile as wide as it was before.
			if i+1 < len(tiles) && tiles[i+1].L == made.L && tiles[i+1].N == made.N {
				continue
			}
			bytes, err := tlog.ReadTileData(made, stored)
			check(err)
			sum := sha256.Sum256(bytes)
			t.Tiles = append(t.Tiles, tile{made.L, made.N, made.W, hex.EncodeToString(sum[:])})
		}
		out.Trees = append(out.Trees, t)
	}

	seed := sha256.Sum256([]byte("a log of the tests"))
	private := ed25519.NewKeyFromSeed(seed[:])
	name := "log.example/tests"
	verifier, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	check(err)
	id := strings.Split(verifier, "+")[1]
	secret := "PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...))
	signer, err := note.NewSigner(secret)
	check(err)
	root, err := tlog.TreeHash(1000, stored)
	check(err)
	body := fmt.Sprintf("%s\n1000\n%s\n", name, root)
	message, err := note.Sign(&note.Note{Text: body}, signer)
	check(err)
	out.Note = signed{hex.EncodeToString(seed[:]), verifier, string(message)}

	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	check(encoder.Encode(out))
}
