package tests

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/chromedp"
)

// With -update, TestPages writes the README's pictures:
//
//	go test ./tests -run 'TestPages/(admin|acts)' -update
var update = flag.Bool("update", false, "write the README's pictures anew")

// readmePictures are the states that the README shows, and the files in docs.
var readmePictures = map[string]string{
	"overview":     "overview.png",
	"users":        "users.png",
	"user":         "user.png",
	"acts-preview": "bulk.png",
	"audit":        "audit.png",
}

// illustrate writes the picture for the README, if this is one of its states.
func (b *browser) illustrate(state state) {
	b.t.Helper()
	name, wanted := readmePictures[state.name]
	if !*update || !wanted {
		return
	}
	b.looks("light", 1280)
	picture, err := png.Decode(bytes.NewReader(ask(b, chromedp.CaptureScreenshot())))
	if err != nil {
		b.t.Fatal(err)
	}
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&small, reduced(picture)); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "docs", name), small.Bytes(), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// reduced is the picture in its 256 most frequent colours, of which a page has few
// more.
func reduced(picture image.Image) image.Image {
	seen := map[color.Color]int{}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			seen[picture.At(x, y)]++
		}
	}
	palette := slices.SortedFunc(maps.Keys(seen), func(a, b color.Color) int { return cmp.Compare(seen[b], seen[a]) })
	result := image.NewPaletted(bounds, palette[:min(256, len(palette))])
	draw.Draw(result, bounds, picture, bounds.Min, draw.Src)
	return result
}
